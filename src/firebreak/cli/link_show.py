"""What a linkage run changed, and the books of merges and rulings, on the terminal. Ids only: nothing to mask."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from firebreak.bridge.linking import Outcome
from firebreak.bridge.session import Session
from firebreak.bridge.timetable import local
from firebreak.cli.language import say

_CHANGES = ("looked_at", "records", "joined", "new_people", "merged", "split", "reviews", "set_aside")
_MERGES = (
    "merge_id",
    "person_id",
    "absorbed_id",
    "rule",
    "weight",
    "probability",
    "records",
    "merged_at",
    "undone_run_id",
)
_RULINGS = ("ruling_id", "kind", "records", "merge_id", "withdraws", "decided_by", "decided_at")


def show_outcome(outcome: Outcome) -> None:
    """One line a kind of change; kinds that did not happen are shown as none, so that nothing has to be guessed."""
    console = Console()
    table = Table(title=say("link.changed", run=outcome.run_id, kind=say(f"link.kind.{outcome.kind}")))
    table.title_justify = "left"
    table.add_column(say("link.change"))
    table.add_column(say("link.count"), justify="right")
    for key in _CHANGES:
        table.add_row(say(f"link.{key}"), f"{getattr(outcome.counts, key):,}")
    console.print(table)
    parts = " · ".join(f"{say(f'link.step.{step}')} {seconds:.2f}" for step, seconds in outcome.seconds.items())
    console.print(Text(say("link.seconds", parts=parts), style="bright_black"))


def show_merges(opened: Session, given: Mapping[str, Any]) -> None:
    """Every merge, the latest first."""
    rows = sorted(opened.rows("merges"), key=lambda row: -row["merge_id"])
    _show(rows, _MERGES, "merges", given["as_json"])


def show_rulings(opened: Session, given: Mapping[str, Any]) -> None:
    """Every ruling, the latest first. The reason may name people and is not shown here."""
    rows = sorted(opened.rows("rulings"), key=lambda row: -row["ruling_id"])
    _show(
        [{name: value for name, value in row.items() if name != "reason"} for row in rows],
        _RULINGS,
        "rulings",
        given["as_json"],
    )


def _show(rows: list[dict[str, Any]], columns: tuple[str, ...], title: str, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(rows, default=str, indent=1))
        return
    table = Table(title=say(f"link.{title}", n=len(rows)), title_justify="left")
    for column in columns:
        table.add_column(say(f"link.column.{column}"), overflow="fold")
    for row in rows:
        table.add_row(*(Text(_text(row, column)) for column in columns))
    Console().print(table)


def _text(row: dict[str, Any], column: str) -> str:
    if column == "records":
        return f"{row['left_record_id']}/{row['left_part']} – {row['right_record_id']}/{row['right_part']}"
    value = row[column]
    if value is None:
        return ""
    if column in ("merged_at", "decided_at"):
        moment = local(value)
        return moment.strftime("%Y-%m-%d %H:%M") if moment else ""
    if column in ("rule", "kind"):
        return say(f"link.{column}.{value}")
    return f"{value:.3f}" if isinstance(value, float) else str(value)
