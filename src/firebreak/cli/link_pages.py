"""The pages of identity from the command line: the import report, the review queue, a pair, the model."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
import polars as pl

from firebreak.bridge.import_report import ImportReport, import_report
from firebreak.bridge.linking import link_new, the_model
from firebreak.bridge.pairs import Pair, compared, gammas_with_total, looked, subject
from firebreak.bridge.run import after_links
from firebreak.bridge.session import Session, frame, session
from firebreak.cli.language import language, say
from firebreak.cli.link_print import print_model, print_pair, print_reviews
from firebreak.cli.progress import Stages
from firebreak.engine.identity.weigh import weigh
from firebreak.engine.intake.report import FileReport
from firebreak.lake.lake import Lake
from firebreak.web.identity.files import write_files, write_import
from firebreak.web.identity.modelling import charts, model_page
from firebreak.web.identity.pairing import as_csv, as_xlsx, pair_page, reviews_page, reviews_table, values


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
    """``ingest --report``: what ``link --new`` does with what was taken in, then one report a file."""
    with Stages(quiet) as stages, lake.writer():
        stages.start("identify")
        after_links(lake, link_new(lake, by, the_model()), stages.start)
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


def show_pair(opened: Session, given: Mapping[str, Any]) -> None:
    """``--explain A B``: the waterfall on the terminal, and as a page where a folder is given."""
    one, other = (subject(opened, text) for text in given["explain"])
    found = compared(opened, one, other, weigh(opened.duck, the_model(), _frame(one[1]), _frame(other[1])))
    names = bool(given["show"])
    if names:
        looked(opened.lake, opened, found, by=given["by"], reason=given["reason"])
    if given["as_json"]:
        click.echo(json.dumps(_plain(found, names), ensure_ascii=False, indent=1))
    else:
        print_pair(found, names)
    if given["out"]:
        page = pair_page(found, language(), names, given["by"], given["reason"])
        stem = re.sub(r"[^\w.-]+", "-", f"{found.left.label}_{found.right.label}")
        for path in write_files(
            given["out"], {f"{'DRILL_' if found.simulated else ''}pair_{stem}.html": page.encode()}
        ):
            click.echo(say("done.wrote", path=path), err=given["as_json"])


def show_reviews(opened: Session, given: Mapping[str, Any]) -> None:
    """``--reviews``: the queue as a table, and as CSV, XLSX and a page with waterfalls where a folder is given."""
    reviews = frame(opened, "reviews").sort(
        "probability", "left_record_id", "left_part", descending=[True, False, False]
    )
    simulated = any(batch.simulated for batch in opened.batches.values())
    if given["as_json"]:
        click.echo(json.dumps(reviews.to_dicts(), ensure_ascii=False, default=str))
    else:
        print_reviews(reviews, simulated)
    if given["out"]:
        table = reviews_table(reviews, language(), simulated)
        pairs = [_waiting(opened, row) for row in reviews.head(100).iter_rows(named=True)]
        stem = f"{'DRILL_' if simulated else ''}reviews"
        contents = {
            f"{stem}.html": reviews_page(pairs, reviews.height, language()).encode(),
            f"{stem}.xlsx": as_xlsx(table, "reviews"),
            f"{stem}.csv": as_csv(table),
        }
        for path in write_files(given["out"], contents):
            click.echo(say("done.wrote", path=path), err=given["as_json"])


def show_model(opened: Session, given: Mapping[str, Any]) -> None:
    """``--model``: version and weights of every level, and their chart as a page where a folder is given."""
    model = the_model()
    if given["as_json"]:
        click.echo(json.dumps([asdict(one) for one in charts(model)], ensure_ascii=False))
    else:
        print_model(model)
    if given["out"]:
        page = model_page(model, language())
        for path in write_files(given["out"], {f"model-{model.version}.html": page.encode()}):
            click.echo(say("done.wrote", path=path), err=given["as_json"])


def _waiting(opened: Session, row: Mapping[str, Any]) -> Pair:
    """A pair of the queue: named by its records, shown with all that is known of the people they belong to."""
    one, other = (
        (f"{row[f'{side}_record_id']}/{row[f'{side}_part']}", subject(opened, f"person:{row[f'{side}_person_id']}")[1])
        for side in ("left", "right")
    )
    return compared(opened, one, other, gammas_with_total(row["gammas"], row["weight"], row["probability"]))


def _frame(mentions: Sequence[tuple[int, int]]) -> pl.DataFrame:
    return pl.DataFrame(list(mentions), schema={"record_id": pl.Int64, "part": pl.Int16}, orient="row")


def _plain(found: Pair, names: bool) -> dict[str, Any]:
    """The pair as plain values; those of people masked unless ``names``."""
    told = asdict(found)
    for side in ("left", "right"):
        told[side]["values"] = {name: values(getattr(found, side), name, names) for name in told[side]["values"]}
    return told
