"""``firebreak assess``: proposed colours by the rules in force, and every question about them."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import click
import polars as pl
from rich.console import Console
from rich.table import Table
from rich.text import Text

from firebreak.bridge.assess import JIANGSU, Outcome, assess_lake, propose
from firebreak.bridge.colours import Alarms, Difference, compare, red_alarms, to_verify
from firebreak.bridge.facts import make_facts
from firebreak.bridge.one import OneByOne
from firebreak.bridge.reassess import Refreshed, refresh
from firebreak.bridge.session import session
from firebreak.bridge.truth import Truth
from firebreak.cli import base
from firebreak.cli.days import Day, today
from firebreak.cli.language import language, say
from firebreak.cli.progress import Stages
from firebreak.cli.screening import show_screened
from firebreak.engine.risk.areas import Area, load_areas
from firebreak.engine.risk.explain import citizen_text, officer_text
from firebreak.engine.risk.rule_set import RuleSet, checked_versions, load_set, set_named, shipped_sets
from firebreak.lake.lake import Lake
from firebreak.terms.divisions import name_of

_ROWS = 15


@base.command("assess")
@base.lake_option
@base.engine_option
@base.option("--new", "only_new", is_flag=True)
@base.option("--as-of", type=Day())
@base.option("--sets", multiple=True, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@base.option("--areas", multiple=True, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@base.option("--division", default=JIANGSU)
@base.option("--compare", "compared", nargs=2)
@base.option("--person", type=int)
@base.option("--verify", type=click.IntRange(1, 1_000_000))
@base.option("--truth", type=click.Path(path_type=Path, exists=True, file_okay=False))
@base.option("--replay", is_flag=True)
@base.option("--at-event", is_flag=True)
@base.option("--json", "as_json", is_flag=True)
@base.option("--quiet", is_flag=True)
def command(lake: Path, as_of: date | None, **given: Any) -> int:
    day = as_of or today()
    sets = checked_versions([*shipped_sets(), *(load_set(path) for path in given["sets"])])
    areas = tuple(area for path in given["areas"] for area in load_areas(path)) if given["areas"] else None
    opened = Lake.open(lake)
    if given["person"] is not None:
        return _person(opened, given["person"], day, sets, given)
    if given["compared"]:
        return _compare(opened, day, sets, given)
    if given["truth"]:
        return show_screened(opened, Truth(given["truth"]), day, given["as_json"])
    if given["verify"]:
        return _verify(opened, day, given["verify"])
    if given["only_new"]:
        return _refresh(opened, day, sets, areas, given)
    return _assess(opened, day, sets, areas, given)


Areas = tuple[Area, ...] | None
"""The areas of elevated risk given with a call; None: those that the lake was told before."""


def _assess(lake: Lake, day: date, sets: tuple[RuleSet, ...], areas: Areas, given: dict[str, Any]) -> int:
    """Facts, findings, colours; stored unless only a past day is looked at."""
    with Stages(given["quiet"] or given["as_json"]) as stages:
        if given["replay"] or given["at_event"]:
            stages.start("colours")
            with session(lake, given["engine"]) as opened:
                outcome = assess_lake(opened, day, sets, given["division"], given["at_event"])
                rung = None
        else:
            stages.start("facts")
            with lake.writer():
                make_facts(lake, day, areas, given["engine"])
                stages.start("colours")
                outcome = propose(lake, day, sets, given["division"], given["engine"])
            with session(lake) as opened:
                rung = red_alarms(opened, day)
    if given["as_json"]:
        click.echo(json.dumps(_plain(outcome, rung), ensure_ascii=False))
    else:
        _show(Console(), outcome, rung)
    return 1 if rung is not None and rung.rows.height else 0


def _refresh(lake: Lake, day: date, sets: tuple[RuleSet, ...], areas: Areas, given: dict[str, Any]) -> int:
    """Only whom something new concerns; everybody where that cannot be told, and why."""
    with Stages(given["quiet"] or given["as_json"]) as stages:
        stages.start("colours")
        found = refresh(lake, day, sets, given["division"], areas)
        with session(lake) as opened:
            rung = red_alarms(opened, day)
    if given["as_json"]:
        told = {"as_of": day.isoformat(), "simulated": found.simulated, "why": found.why, "people": found.people}
        told |= {"changed": _steps(found).to_dicts(), "alarms": rung.rows.to_dicts()}
        click.echo(json.dumps(told, ensure_ascii=False))
    else:
        _show_refreshed(Console(), found)
        _show_alarms(Console(), rung)
    return 1 if rung.rows.height else 0


def _steps(found: Refreshed) -> pl.DataFrame:
    """``before, after, people``: how many changed from which colour to which."""
    return found.changed.group_by("before", "after").len("people").sort("people", descending=True)


def _show_refreshed(console: Console, found: Refreshed) -> None:
    _banner(console, found.simulated)
    if found.why:
        console.print(Text(say(f"assess.whole_{found.why}"), style="bright_black"))
    told = {"day": found.as_of, "people": f"{found.people:,}", "changed": f"{found.changed.height:,}"}
    console.print(Text(say("assess.refreshed", **told)))
    _frame(console, say("assess.steps_new"), _steps(found), ("assess.before", "assess.after", "assess.people"))


def _plain(outcome: Outcome, rung: Alarms | None) -> dict[str, Any]:
    return {
        "as_of": outcome.as_of.isoformat(),
        "simulated": outcome.simulated,
        "sets": [one.cite for one in outcome.sets],
        "colours": outcome.by_colour(),
        "alarms": rung.rows.to_dicts() if rung is not None else [],
    }


def _show(console: Console, outcome: Outcome, rung: Alarms | None) -> None:
    _banner(console, outcome.simulated)
    counts = outcome.by_colour()
    whole = max(outcome.people.height, 1)
    table = Table(
        title=say("assess.title", day=outcome.as_of, people=f"{outcome.people.height:,}"), title_justify="left"
    )
    for key in ("colour", "people", "share"):
        table.add_column(say(f"assess.{key}"), justify="left" if key == "colour" else "right")
    for colour, count in counts.items():
        table.add_row(say(f"colour.{colour}"), f"{count:,}", f"{100 * count / whole:.2f} %")
    console.print(table)
    by_rule = outcome.colours.group_by("rule", "colour").len().sort("len", descending=True)
    _frame(console, say("assess.by_rule"), by_rule, ("assess.rule", "assess.colour", "assess.people"))
    named = "；".join(f"{one.cite} {one.zh if language() == 'zh' else one.en}" for one in outcome.sets)
    console.print(Text(f"{say('assess.sets')}  {named}", style="bright_black"))
    if rung is not None:
        _show_alarms(console, rung)


def _show_alarms(console: Console, rung: Alarms) -> None:
    if not rung.past:
        console.print(Text(say("assess.no_past"), style="bright_black"))
    if rung.rows.height:
        console.print(Text(say("assess.alarm"), style="bold white on red3"))
        heads = ("assess.series", "assess.key", "assess.people", "assess.median", "assess.score")
        _frame(console, say("assess.alarms"), rung.rows, heads)


def _banner(console: Console, simulated: bool) -> None:
    if simulated:
        console.print(Text(f" {say('run.drill')} ", style="bold black on yellow"))


def _frame(console: Console, title: str, rows: pl.DataFrame, heads: tuple[str, ...]) -> None:
    if not rows.height:
        return
    console.print(Text(title, style="italic"))
    table = Table()
    for key in heads:
        table.add_column(say(key), overflow="fold")
    for row in rows.head(_ROWS).iter_rows():
        table.add_row(*(_cell(value) for value in row))
    console.print(table)


def _cell(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.4f}"  # a chance, a share, or a score
    if isinstance(value, int):
        return f"{value:,}"
    text = "–" if value is None or value == "" else str(value)
    return say(f"colour.{text}") if text in ("red", "yellow", "pending", "green") else text


def _person(lake: Lake, person: int, day: date, sets: tuple[RuleSet, ...], given: dict[str, Any]) -> int:
    with session(lake) as opened:
        told = OneByOne(opened, day, sets, given["division"]).explain(person, language())
        simulated = any(batch.simulated for batch in opened.batches.values()) or not opened.batches
    if given["as_json"]:
        click.echo(json.dumps(told.as_json(), ensure_ascii=False))
        return 0
    console = Console()
    _banner(console, simulated)
    console.print(Text(say("assess.for_citizen"), style="bold"))
    console.print(Text(citizen_text(told, language())))
    console.print(Text("\n" + say("assess.for_officer"), style="bold"))
    console.print(Text(officer_text(told, language())))
    return 0


def _compare(lake: Lake, day: date, sets: tuple[RuleSet, ...], given: dict[str, Any]) -> int:
    before, after = (set_named(name, day, sets) for name in given["compared"])
    with Stages(given["quiet"]) as stages:
        stages.start("colours")
        with session(lake) as opened:
            found = compare(opened, day, before, after, given["division"])
    console = Console()
    _banner(console, found.simulated)
    _differences(console, found)
    return 0


def _differences(console: Console, found: Difference) -> None:
    names = (found.before.cite, found.after.cite)
    console.print(say("assess.compared", before=names[0], after=names[1], changed=f"{found.changed:,}",
                      people=f"{found.people:,}", day=found.as_of))  # fmt: skip
    table = Table()
    for head in (say("assess.colour"), *names):
        table.add_column(head, justify="right" if head in names else "left")
    for colour, count in found.before_colours.items():
        table.add_row(say(f"colour.{colour}"), f"{count:,}", f"{found.after_colours[colour]:,}")
    for colour in sorted({*found.before_days, *found.after_days} - {"green"}, reverse=True):
        days = (f"{side.get(colour, 0):,}" for side in (found.before_days, found.after_days))
        table.add_row(say("assess.days_ahead", colour=say(f"colour.{colour}")), *days)
    console.print(table)
    step_heads = ("assess.before", "assess.after", "assess.rule_before", "assess.rule_after", "assess.people")
    short = pl.col("rule_before", "rule_after").str.split("/").list.last()  # the sets stand above
    _frame(console, say("assess.steps"), found.steps.with_columns(short), step_heads)
    shares = ("assess.graver", "assess.milder", "assess.living", "assess.share")
    named = found.areas.with_columns(pl.col("area").map_elements(lambda code: _named(code, found.as_of), pl.String))
    _frame(console, say("assess.by_area"), named, ("assess.area", *shares))
    ages = found.ages.with_columns(age=pl.format("{}+", "age").fill_null(""))
    _frame(console, say("assess.by_age"), ages, ("assess.age", *shares))


def _named(code: str, day: date) -> str:
    """A division's code and name; the code alone where it has none."""
    return f"{code} {name_of(code, day)}".strip() if code else ""


def _verify(lake: Lake, day: date, most: int) -> int:
    with session(lake) as opened:
        rows = to_verify(opened, day, most)
        simulated = any(batch.simulated for batch in opened.batches.values()) or not opened.batches
    console = Console()
    _banner(console, simulated)
    heads = ("assess.person", "assess.kinds", "assess.last", "assess.risk")
    _frame(console, say("assess.to_verify", n=f"{rows.height:,}"), rows.cast({"person_id": pl.String}), heads)
    return 0
