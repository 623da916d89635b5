"""``firebreak retrace``: bring every case's list up to date, and say what changed since the last one."""

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

from firebreak.bridge.changes import ChangeList, changes_since
from firebreak.bridge.exposures import rule_of
from firebreak.bridge.retrace import Retraced, retrace
from firebreak.bridge.session import session
from firebreak.cli import base
from firebreak.cli.days import Day, today
from firebreak.cli.language import language, say
from firebreak.cli.progress import Stages
from firebreak.lake.lake import Lake
from firebreak.web.report import words
from firebreak.web.report.changes import HEADINGS, change_rows, write_changes

_SHOWN = 200


@base.command("retrace")
@base.lake_option
@base.option("--rules", multiple=True)
@base.option("--as-of", type=Day())
@base.option("--since", type=click.IntRange(0), metavar="LIST")
@base.option("--full", is_flag=True)
@base.option("--out", type=click.Path(path_type=Path, file_okay=False))
@base.option("--quiet", is_flag=True)
@base.option("--json", "as_json", is_flag=True)
@base.by_option
def command(lake: Path, since: int | None, out: Path | None, as_json: bool, **given: Any) -> None:
    opened = Lake.open(lake)
    made = None if since is not None else _make(opened, as_json, given)
    with session(opened) as reading:
        found = changes_since(reading, since if made is None else made.list_no - 1)
    if as_json:
        counts = {name: value for name, value in asdict(made).items() if name != "changes"} if made else {}
        click.echo(json.dumps(counts | {"changes": list(found.rows)}, default=str, ensure_ascii=False))
    else:
        _show(made, found)
    for path in write_changes(found, out, language()) if out else ():
        click.echo(say("done.wrote", path=path), err=as_json)


def _make(lake: Lake, as_json: bool, given: dict[str, Any]) -> Retraced:
    as_of: date = given["as_of"] or today()
    for rule in given["rules"]:
        rule_of(rule, None, as_of)
    with Stages(given["quiet"] or as_json) as stages:
        return retrace(lake, given["rules"], as_of, given["by"], full=given["full"], progress=stages.start)


def _show(made: Retraced | None, found: ChangeList) -> None:
    console = Console()
    if found.simulated:
        console.print(Text(f" {say('retrace.drill')} ", style="bold black on yellow"))
    if made:
        counts = {name: f"{getattr(made, name):,}" for name in ("cases", "retraced", "exposures", "looked_at_days")}
        rules = " ".join(made.rules)
        console.print(Text(say("retrace.made", list=made.list_no, as_of=made.as_of, rules=rules, **counts)))
    console.print(Text(say("retrace.total", **{kind: f"{count:,}" for kind, count in found.counts().items()})))
    if not found.rows:
        return
    table = Table(title=words.texts().text("changes.title", language()), title_justify="left")
    for key in HEADINGS:
        table.add_column(words.texts().text(f"changes.{key}", language()))
    for row in list(change_rows(found, language()))[:_SHOWN]:
        table.add_row(*(Text(cell) for cell in row))
    console.print(table)
    if len(found.rows) > _SHOWN:
        console.print(Text(say("retrace.more", n=f"{len(found.rows) - _SHOWN:,}")))
