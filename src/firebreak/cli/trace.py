"""``firebreak trace``: one order's list, on the terminal and as files."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from firebreak.bridge.compare import compare, rules_named
from firebreak.bridge.exposures import rule_of
from firebreak.bridge.orders import Order
from firebreak.bridge.report import TraceReport
from firebreak.bridge.session import session
from firebreak.bridge.specs import specs_from
from firebreak.bridge.trace import trace
from firebreak.cli import base
from firebreak.cli.compare import as_plain, show_comparison
from firebreak.cli.days import Day, today
from firebreak.cli.language import language, say
from firebreak.cli.progress import Stages
from firebreak.cli.result import show_report
from firebreak.lake.lake import Lake
from firebreak.web.report.compare_files import write_comparison


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
@base.engine_option
@base.option("--show-names", is_flag=True)
@base.option("--quiet", is_flag=True)
@base.option("--json", "as_json", is_flag=True)
@base.by_option
def command(lake: Path, case: tuple[str, ...], rules: tuple[str, ...], **given: Any) -> int:
    orders = [Order(case_no=one) for one in case] or [_seat_order(given)]
    names = rules_named(rules)
    for rule in names:
        rule_of(rule, given["rows"])
    if len(names) > 1:
        shown = [_side_by_side(lake, order, names, given) for order in orders]
        return 0 if all(shown) else 1
    specs = specs_from(given["specs"])
    found = []
    for order in orders:
        with Stages(given["quiet"] or given["as_json"]) as stages:
            report = _trace(lake, order, specs, names[0] if names else "", given, stages)
        show_report(report, given["out"], language(), given["show_names"], given["as_json"])
        found.append(len(report.rides) + len(report.places) + len(report.met))
    return 0 if all(found) else 1


def _side_by_side(lake: Path, order: Order, names: tuple[str, ...], given: dict[str, Any]) -> bool:
    """Several rules: one comparison. Whether there was a ride to compare."""
    with Stages(given["quiet"] or given["as_json"]) as stages, session(Lake.open(lake)) as opened:
        as_of: date = given["as_of"] or today()
        found = compare(opened, order, names, as_of=as_of, by=given["by"], rows=given["rows"], progress=stages.start)
    if given["as_json"]:
        click.echo(json.dumps(as_plain(found, given["show_names"]), ensure_ascii=False, indent=1, default=str))
    else:
        show_comparison(Console(), found, language(), given["show_names"])
    for path in write_comparison(found, given["out"], language()) if given["out"] else []:
        click.echo(say("done.wrote", path=path), err=given["as_json"])
    return bool(found.rides or found.met)


def _trace(lake: Path, order: Order, specs: list[Any], rule: str, given: dict[str, Any], stages: Stages) -> TraceReport:
    as_of: date = given["as_of"] or today()
    with session(Lake.open(lake), given["engine"]) as opened:
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
