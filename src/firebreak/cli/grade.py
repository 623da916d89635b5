"""``firebreak grade``: the drill's orders traced and compared with its truth."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from firebreak.bridge.compare import rules_named
from firebreak.bridge.epidemic import Caught, caught, last_report, totals
from firebreak.bridge.exposures import rule_of
from firebreak.bridge.grade import Grade, grade
from firebreak.bridge.orders import Order
from firebreak.bridge.session import session
from firebreak.bridge.specs import specs_from
from firebreak.bridge.trace import trace
from firebreak.bridge.truth import Truth
from firebreak.cli import base
from firebreak.cli.days import Day
from firebreak.cli.language import say
from firebreak.lake.lake import Lake


@base.command("grade")
@base.lake_option
@base.option("--truth", required=True, type=click.Path(path_type=Path, exists=True, file_okay=False))
@base.option("--specs", multiple=True, type=click.Path(path_type=Path, exists=True))
@base.option("--out", type=click.Path(path_type=Path, file_okay=False))
@base.option("--epidemic", is_flag=True)
@base.option("--rules", multiple=True)
@base.option("--as-of", type=Day())
@base.option("--json", "as_json", is_flag=True)
@base.by_option
def command(lake: Path, truth: Path, specs: tuple[Path, ...], out: Path | None, as_json: bool, **given: Any) -> int:
    if given["epidemic"]:
        with session(Lake.open(lake)) as opened:
            day = given["as_of"] or last_report(opened)
            packs = [rule_of(name, None, day)[0] for name in rules_named(given["rules"] or ("all",))]
            found = caught(opened, Truth(truth), packs, day)
        _show_epidemic(found, out, as_json)
        return 0
    by = given["by"]
    grades = grades_of(Lake.open(lake), Truth(truth), specs, by)
    plain = [asdict(one) | {"recall": one.recall, "precision": one.precision} for one in grades]
    text = json.dumps({"drill": say("grade.drill"), "orders": plain}, ensure_ascii=False, indent=1)
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        (out / "grade.json").write_text(text, "utf-8")
    if as_json:
        click.echo(text)
    else:
        for one in grades:
            show_grade(Console(), one)
    return 0 if all(one.missed == one.false == 0 for one in grades) else 1


def _show_epidemic(found: list[Caught], out: Path | None, as_json: bool) -> None:
    """A row a rule: how many of the infected were listed before they fell ill, and at what cost."""
    plain = [asdict(one) | {"listed_per_infection": one.listed_per_infection} for one in found]
    text = json.dumps({"drill": say("grade.drill"), "rules": plain}, ensure_ascii=False, indent=1)
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        (out / "epidemic.json").write_text(text, "utf-8")
    if as_json:
        click.echo(text)
        return
    console = Console()
    console.print(Text(f" {say('grade.drill')} ", style="bold black on yellow"))
    table = Table(title=say("grade.epidemic"), title_justify="left")
    for key in ("rule", "cases", "listed", "listed_close", "infected", "before", "ever", "cost", "routes"):
        table.add_column(say(f"grade.{key}"), justify="left" if key in ("rule", "routes") else "right", overflow="fold")
    for one in totals(found):
        routes = " ".join(_route(one, how) for how in one.by_route)
        cost = "—" if one.listed_per_infection is None else f"{one.listed_per_infection:.1f}"
        share = f"{one.before} ({one.before / one.infected:.0%})" if one.infected else "0"
        numbers = (one.cases, one.listed, one.listed_close, one.infected)
        table.add_row(one.cite, *map(str, numbers), share, str(one.ever), cost, routes)
    console.print(table)


def _route(one: Caught, how: str) -> str:
    """Infections by one route found and all of them, and the people listed for that nearness for each found."""
    early, whole = one.by_route[how]
    cost = one.cost_of(how)
    told = f"{say(f'grade.how_{how}')} {early}/{whole}"
    return told if cost is None else f"{told} ({cost:.0f})"


def grades_of(lake: Lake, truth: Truth, specs: tuple[Path, ...], by: str) -> list[Grade]:
    """Trace each of the drill's orders by its seat, and grade it."""
    known, grades = specs_from(specs), []
    for order in truth.orders:
        day = date.fromisoformat(order["run_date"])
        seat = f"{order['row']}{order['letter']}"
        asked = Order("", order["service_no"], day, str(order["coach"]), seat, order["from"], order["to"])
        with session(lake) as opened:
            report = trace(opened, asked, as_of=day, by=by, specs=known, rows=order["rows"])
            grades.append(grade(opened, truth, order, report, known))
    return grades


def show_grade(console: Console, one: Grade) -> None:
    """Recall and precision of the list; per field how many are right, wrong, missing, and why."""
    console.print(Text(f" {say('grade.drill')} ", style="bold black on yellow"))
    console.print(say("grade.people", **{name: getattr(one, name) for name in (
        "case_no", "true", "absent", "expected", "found", "missed", "false", "beyond", "seatless", "unresolved",
    )}))  # fmt: skip
    style = "bold green" if one.missed == one.false == 0 else "bold red"
    rates = say(
        "grade.rates", recall=f"{one.recall:.1%}", precision=f"{one.precision:.1%}", seconds=f"{one.seconds:.2f}"
    )
    console.print(Text(rates, style=style))
    table = Table(title=say("grade.fields"), title_justify="left")
    for key in ("field", "complete", "right", "wrong", "overlooked", "untold", "has_none"):
        table.add_column(say(f"grade.{key}"), justify="left" if key == "field" else "right")
    for row in one.fields:
        share = f"{row.known / row.total:.1%}" if row.total else "—"
        correct = f"{row.right} ({row.right / row.known:.1%})" if row.known else "0"
        cells = (share, correct, str(row.wrong), str(row.overlooked), str(row.untold), str(row.has_none))
        table.add_row(say(f"field.{row.field}"), *cells)
    console.print(table)
