"""The list to verify against a drill's truth, as a table."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from firebreak.bridge.screening import OfKind, Screened, Yield, screened
from firebreak.bridge.session import session
from firebreak.bridge.truth import Truth
from firebreak.cli.language import language, say
from firebreak.engine.risk.vocabulary import LABELS
from firebreak.lake.lake import Lake


def show_screened(lake: Lake, truth: Truth, as_of: date, as_json: bool) -> int:
    """Print how many infected the list finds, for each number of people verified."""
    with session(lake) as opened:
        found = screened(opened, truth, as_of)
    if as_json:
        click.echo(json.dumps({"drill": say("grade.drill")} | asdict(found), default=str, ensure_ascii=False))
        return 0
    console = Console()
    console.print(Text(f" {say('grade.drill')} ", style="bold black on yellow"))
    counts = {"people": found.people, "infected": found.infected, "unseen": found.unseen}
    console.print(Text(say("screening.people", **_numbers(counts))))
    lists = {"listed": found.listed, "found": found.listed_infected}
    lists |= {"hot": found.hot, "hot_found": found.hot_infected}
    console.print(Text(say("screening.listed", **_numbers(lists))))
    console.print(_yields(found))
    console.print(Text(say("screening.legend"), style="bright_black"))
    console.print(_kinds(found.kinds))
    return 0


def _numbers(counts: dict[str, int]) -> dict[str, str]:
    return {name: f"{count:,}" for name, count in counts.items()}


def _yields(found: Screened) -> Table:
    table = Table(title=say("screening.title", day=found.as_of), title_justify="left")
    for key in ("verified", "ranked", "ranked_rate", "hot", "ranked_rate", "random", "ranked_rate", "gain"):
        table.add_column(say(f"screening.{key}"), justify="right")
    for one in found.yields:
        table.add_row(*_row(one))
    return table


def _row(one: Yield) -> tuple[str, ...]:
    hot = ("—", "—") if one.hot is None else (f"{one.hot:.1f}", f"{one.a_thousand(one.hot):.2f}")
    gain = f"{one.ranked / one.random:.1f}×" if one.random else "—"
    ranked = (str(one.ranked), f"{one.a_thousand(one.ranked):.2f}")
    return (f"{one.verified:,}", *ranked, *hot, f"{one.random:.1f}", f"{one.a_thousand(one.random):.2f}", gain)


def _kinds(kinds: tuple[OfKind, ...]) -> Table:
    table = Table(title=say("screening.kinds"), title_justify="left")
    for key in ("kind", "of_kind", "infected", "ranked_rate"):
        table.add_column(say(f"screening.{key}"), justify="left" if key == "kind" else "right")
    for one in kinds:
        label = LABELS[one.kind][0 if language() == "zh" else 1]
        table.add_row(label, f"{one.people:,}", str(one.infected), f"{1000 * one.infected / one.people:.2f}")
    return table
