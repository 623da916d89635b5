"""The pages of identity from the command line: the import report, the review queue, a pair, the model."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from firebreak.bridge.import_report import ImportReport, import_report
from firebreak.bridge.linking import link_new
from firebreak.bridge.session import Session, session
from firebreak.cli.language import language, say
from firebreak.cli.progress import Stages
from firebreak.engine.intake.report import FileReport
from firebreak.lake.lake import Lake
from firebreak.web.identity.files import write_import


def show_import(opened: Session, given: Mapping[str, Any]) -> None:
    """``--report BATCH``: the counts, and the files where a folder is given."""
    report = import_report(opened, given["report"])
    if given["as_json"]:
        click.echo(json.dumps(report.rows.to_dicts(), ensure_ascii=False, default=str))
    else:
        click.echo(_sum(report))
    if given["out"]:
        for path in write_import(report, given["out"], language()):
            click.echo(say("done.wrote", path=path), err=given["as_json"])


def report_imports(lake: Lake, files: Sequence[FileReport], folder: Path, by: str, quiet: bool) -> None:
    """``ingest --report``: link what was taken in, then one report a file."""
    with Stages(quiet) as stages:
        stages.start("identify")
        link_new(lake, by)
    with session(lake) as opened:
        for file in files:
            if file.batch_id is not None:
                report = import_report(opened, file.batch_id)
                click.echo(_sum(report), err=True)
                write_import(report, folder, language())
    click.echo(say("done.wrote", path=folder), err=True)


def _sum(report: ImportReport) -> str:
    batch, rows = report.batch, report.rows
    return say(
        "link.report",
        batch=batch.batch_id,
        file=batch.member or batch.file_name,
        rows=batch.rows_in,
        kept=batch.rows_kept,
        rejected=batch.rows_rejected,
        joined=report.count(person="joined"),
        new=report.count(person="new"),
        review=rows.filter(rows["reviews"] > 0).height,
        lost=rows.filter((rows["row"] == "taken") & (rows["lost"] != "")).height,
    )
