"""``firebreak trace``: one order's list, on the terminal and as files."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click

from firebreak.bridge.exposures import rule_of
from firebreak.bridge.orders import Order
from firebreak.bridge.report import TraceReport
from firebreak.bridge.session import session
from firebreak.bridge.specs import specs_from
from firebreak.bridge.trace import trace
from firebreak.cli import base
from firebreak.cli.days import Day, today
from firebreak.cli.language import language, say
from firebreak.cli.progress import Stages
from firebreak.cli.result import show_report
from firebreak.lake.lake import Lake


@base.command("trace")
@base.lake_option
@base.option("--case", multiple=True)
@base.option("--train")
@base.option("--date", type=Day())
@base.option("--coach")
@base.option("--seat")
@base.option("--from", "from_station")
@base.option("--to", "to_station")
@base.option("--rows", type=click.IntRange(0, 50))
@base.option("--rules", multiple=True)
@base.option("--specs", multiple=True, type=click.Path(path_type=Path, exists=True))
@base.option("--as-of", type=Day())
@base.option("--out", type=click.Path(path_type=Path, file_okay=False))
@base.option("--show-names", is_flag=True)
@base.option("--quiet", is_flag=True)
@base.option("--json", "as_json", is_flag=True)
@base.by_option
def command(lake: Path, case: tuple[str, ...], rules: tuple[str, ...], **given: Any) -> int:
    orders = [Order(case_no=one) for one in case] or [_seat_order(given)]
    specs = specs_from(given["specs"])
    for rule in rules:
        rule_of(rule, given["rows"])
    found = []
    for order in orders:
        for rule in rules or ("",):
            with Stages(given["quiet"] or given["as_json"]) as stages:
                report = _trace(lake, order, specs, rule, given, stages)
            show_report(report, given["out"], language(), given["show_names"], given["as_json"])
            found.append(len(report.rides) + len(report.places) + len(report.met))
    return 0 if all(found) else 1


def _trace(lake: Path, order: Order, specs: list[Any], rule: str, given: dict[str, Any], stages: Stages) -> TraceReport:
    as_of: date = given["as_of"] or today()
    with session(Lake.open(lake)) as opened:
        return trace(
            opened,
            order,
            as_of=as_of,
            by=given["by"],
            specs=specs,
            rule=rule,
            rows=given["rows"],
            progress=stages.start,
        )


def _seat_order(given: dict[str, Any]) -> Order:
    if not given["train"]:
        raise click.UsageError(say("error.case_or_seat"), click.get_current_context())
    return Order(
        service_no=given["train"],
        day=given["date"],
        coach=given["coach"] or "",
        seat=given["seat"] or "",
        from_place=given["from_station"] or "",
        to_place=given["to_station"] or "",
    )
