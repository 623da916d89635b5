"""``firebreak specs``: list the channel specs, check spec files, say of which channel a file is."""

from __future__ import annotations

import json
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from firebreak.bridge.specs import specs_from
from firebreak.cli import base
from firebreak.cli.language import half, language, say
from firebreak.engine.intake.spec import ChannelSpec, load_spec

command = base.LazyGroup(
    "specs",
    {name: f"firebreak.cli.specs:{name}" for name in ("list", "check", "classify")}
    | {"list": "firebreak.cli.specs:listing"},
)


@base.command("specs_list")
@base.option("--specs", multiple=True, type=click.Path(path_type=Path, exists=True))
@base.option("--json", "as_json", is_flag=True)
def listing(specs: tuple[Path, ...], as_json: bool) -> None:
    known = specs_from(specs)
    if as_json:
        click.echo(json.dumps([_plain(spec) for spec in known], ensure_ascii=False, indent=1))
        return
    table = Table(title=f"{say('specs.title')} {len(known)}", title_justify="left")
    for key in ("id", "name", "category", "format", "columns", "valid"):
        table.add_column(say(f"specs.{key}"))
    for spec in known:
        name = (spec.zh if language() == "zh" else spec.en) + (f" [{say('specs.drill')}]" if spec.simulated else "")
        valid = f"{spec.valid_from} – {spec.valid_to or ''}"
        cells = (spec.key, name, spec.category, spec.file.format, str(len(spec.file_columns)), valid)
        table.add_row(*(Text(str(cell)) for cell in cells))
    Console().print(table)


def _plain(spec: ChannelSpec) -> dict[str, object]:
    return {
        "id": spec.id, "version": spec.version, "zh": spec.zh, "en": spec.en, "category": str(spec.category),
        "format": spec.file.format, "simulated": spec.simulated, "columns": list(spec.file_columns),
    }  # fmt: skip


@base.command("specs_check")
@base.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False))
def check(files: tuple[Path, ...]) -> None:
    for path in files:
        spec = load_spec(path)
        click.echo(f"✓ {path}  {spec.key}  {spec.zh}")


@base.command("specs_classify")
@base.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
@base.option("--specs", multiple=True, type=click.Path(path_type=Path, exists=True))
@base.option("--json", "as_json", is_flag=True)
def classify(files: tuple[Path, ...], specs: tuple[Path, ...], as_json: bool) -> int:
    from firebreak.engine.intake.readers.archive import tables_in
    from firebreak.engine.intake.readers.classify import classify as judge

    known, unknown = specs_from(specs), 0
    for path in files:
        for found in tables_in(path):
            verdict = judge(found, known)
            unknown += verdict.spec is None
            if as_json:
                channel = verdict.spec.id if verdict.spec else None
                line = {"file": found.label, "channel": channel, "score": verdict.score, "reason": verdict.reason}
                click.echo(json.dumps(line, ensure_ascii=False))
                continue
            name = f"{verdict.spec.id} {verdict.spec.zh}" if verdict.spec else say("specs.parked")
            click.echo(f"{verdict.score:5.2f}  {found.label} → {name}\n       {half(verdict.reason)}")
    return 1 if unknown else 0
