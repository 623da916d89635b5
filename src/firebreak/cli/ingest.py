"""``firebreak ingest``: delivered files into the lake."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date
from pathlib import Path

import click
from rich.console import Console

from firebreak.bridge.run import take
from firebreak.bridge.specs import specs_from
from firebreak.cli import base
from firebreak.cli.days import Day, today
from firebreak.cli.intake_table import show_intake
from firebreak.cli.link_pages import report_imports
from firebreak.cli.progress import Stages
from firebreak.engine.intake.report import Outcome
from firebreak.lake.lake import Lake


@base.command("ingest")
@base.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
@base.lake_option
@base.option("--specs", multiple=True, type=click.Path(path_type=Path, exists=True))
@base.option("--as-of", type=Day())
@base.option("--workers", type=click.IntRange(1, 64), default=1)
@base.option("--report", "reports", type=click.Path(path_type=Path, file_okay=False))
@base.option("--quiet", is_flag=True)
@base.option("--json", "as_json", is_flag=True)
@base.by_option
def command(
    paths: tuple[Path, ...], lake: Path, specs: tuple[Path, ...], as_of: date | None, workers: int, quiet: bool,
    as_json: bool, by: str, reports: Path | None,
) -> int:  # fmt: skip
    known = specs_from(specs)
    with Stages(quiet or as_json) as stages:
        stages.start("ingest")
        report = take(Lake.open(lake, create=True), paths, known, as_of or today(), by, stages.step, workers)
    if reports is not None:
        report_imports(Lake.open(lake), report.of(Outcome.TAKEN), reports, by, quiet or as_json)
    if as_json:
        click.echo(json.dumps(asdict(report), ensure_ascii=False, indent=1, default=str))
    else:
        show_intake(Console(), report, known)
    return 1 if report.of(Outcome.FAILED) or report.of(Outcome.PARKED) else 0
