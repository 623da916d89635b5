"""Days as they are typed on the command line. The one place of the program that looks at the clock."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import click

from firebreak.bridge.timetable import SHANGHAI
from firebreak.cli.language import say


class Day(click.ParamType[date]):
    """``2020-01-23`` or ``20200123``."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(say("error.not_a_day"), param, ctx)


def today() -> date:
    """Today in Asia/Shanghai."""
    return datetime.now(SHANGHAI).date()
