"""``firebreak normalisers``: the manual of the normalisers, printed from their own tables of cases."""

from __future__ import annotations

import json

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from firebreak.cli import base
from firebreak.cli.language import language, say
from firebreak.engine.intake.normalise.base import Normaliser
from firebreak.engine.intake.normalise.registry import normalisers
from firebreak.terms.errors import OrderError


@base.command("normalisers")
@base.argument("names", nargs=-1)
@base.option("--json", "as_json", is_flag=True)
def command(names: tuple[str, ...], as_json: bool) -> None:
    known = normalisers()
    for name in names:
        if name not in known:
            raise OrderError("FB-NORMALISER", f"no normaliser is named {name}", "Normalisers have fixed names.",
                             f"Known: {', '.join(sorted(known))}.")  # fmt: skip
    wanted = [known[name] for name in names or sorted(known)]
    if as_json:
        click.echo(json.dumps([_plain(one) for one in wanted], ensure_ascii=False, indent=1, default=str))
        return
    console = Console()
    for one in wanted:
        _show(console, one)


def _plain(one: Normaliser) -> dict[str, object]:
    outputs = {name: str(kind) for name, kind in one.outputs.items()}
    return {"name": one.name, "zh": one.zh, "en": one.en, "outputs": outputs, "cases": one.cases}


def _show(console: Console, one: Normaliser) -> None:
    title = f"{one.name} · {one.zh if language() == 'zh' else one.en}"
    table = Table(title=title, title_justify="left", caption=f"→ {', '.join(one.outputs)}", caption_justify="left")
    table.add_column(say("normaliser.written"))
    table.add_column(say("normaliser.becomes"))
    for text, expected in one.cases:
        table.add_row(Text(text), Text(_result(expected)))
    console.print(table)


def _result(expected: object) -> str:
    if isinstance(expected, str):
        return f"✕ {expected}"
    if isinstance(expected, list):
        return " | ".join(_result(one) for one in expected)
    if isinstance(expected, dict):
        return ", ".join(f"{name}={value}" for name, value in expected.items()) or "—"
    return str(expected)
