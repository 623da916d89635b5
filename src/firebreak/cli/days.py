"""Days as they are typed on the command line. The one place of the program that looks at the clock."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import click

from firebreak.bridge.timetable import SHANGHAI
from firebreak.cli.language import say

FIRST, LAST = date(1900, 1, 1), date(2100, 12, 31)
"""Beyond, a day is a slip of the hand, and counting days from it may leave the calendar."""


class Day(click.ParamType[date]):
    """``2020-01-23`` or ``20200123``."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        try:
            day = value if isinstance(value, date) else date.fromisoformat(value)
        except ValueError:
            self.fail(say("error.not_a_day"), param, ctx)
        if not FIRST <= day <= LAST:
            self.fail(say("error.far_day", first=FIRST, last=LAST), param, ctx)
        return day


def today() -> date:
    """Today in Asia/Shanghai."""
    return datetime.now(SHANGHAI).date()
