"""What a command leaves: the list on the terminal, or as JSON, and the files it wrote."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from firebreak.bridge.report import TraceReport
from firebreak.cli.language import say
from firebreak.cli.show import Shower
from firebreak.terms.masking import mask
from firebreak.web.report.files import write_report


def show_report(report: TraceReport, out: Path | None, lang: str, names: bool, as_json: bool) -> None:
    """Print the list (masked unless ``names``) and write its files where ``out`` is given."""
    if as_json:
        click.echo(json.dumps(as_plain(report, names), ensure_ascii=False, indent=1, default=str))
    else:
        Shower(Console(), report, lang, names).show()
    if out is not None:
        for path in write_report(report, out, lang):
            click.echo(say("done.wrote", path=path), err=as_json)


def as_plain(report: TraceReport, names: bool) -> dict[str, Any]:
    """The report as plain values; people's values masked unless ``names``."""
    plain = asdict(report)
    people = [contact["person"] for contact in plain["contacts"]]
    people += [plain["case"]["person"]] if plain["case"]["person"] else []
    for person in people:
        for field, value in person["values"].items():
            value["text"] = value["text"] if names else mask(field, value["text"])
    plain["channels"] = {key: asdict(channel) for key, channel in report.channels.items()}
    return plain
