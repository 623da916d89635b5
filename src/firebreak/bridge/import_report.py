"""What became of a delivered file, row by row: taken or rejected and why, and which person each record joined."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import ibis
import polars as pl

from firebreak.bridge.session import Session
from firebreak.lake.batches import Batch
from firebreak.terms.errors import OrderError
from firebreak.terms.ids import LINE_BITS

COLUMNS = (
    "line",
    "part",
    "relation",
    "row",
    "lost",
    "codes",
    "person",
    "person_id",
    "records",
    "rule",
    "confidence",
    "reviews",
)
"""``row``: taken | rejected. ``lost``: fields whose value could not be typed; ``codes``: their rules. ``person``:
joined (other files speak of him, too) | new | review (new, and a clerk must say whether he is somebody who is there) |
unlinked (no run yet) | nobody (speaks of no person). ``records``: of other files, that speak of the person."""


@dataclass(frozen=True, slots=True)
class ImportReport:
    """``rows``: ``COLUMNS``, one row a record and a rejected line, by line and part."""

    batch: Batch
    rows: pl.DataFrame

    @property
    def simulated(self) -> bool:
        return self.batch.simulated

    @property
    def delivered_on(self) -> date:
        return self.batch.delivered_on

    def count(self, **wanted: str) -> int:
        """Rows whose columns have these values."""
        return self.rows.filter(pl.all_horizontal(pl.col(name) == value for name, value in wanted.items())).height


def import_report(opened: Session, batch_id: int) -> ImportReport:
    """The report of one batch. OrderError FB-IMPORT-BATCH where the lake has no such batch."""
    batch = opened.batches.get(batch_id)
    if batch is None:
        rule = "A batch has a number in this lake."
        raise OrderError("FB-IMPORT-BATCH", f"batch {batch_id} is not in the lake", rule,
                         "Take the number from firebreak ingest --json, or from a record: BATCH:LINE.")  # fmt: skip
    said = _of_batch(opened, "mentions", batch_id).select("record_id", "part", "relation")
    links = _of_batch(opened, "links", batch_id)
    rejects = _polars(opened, opened.duck.table("rejects").filter(ibis._.batch_id == batch_id))
    linked = said.join(links, on=["record_id", "part"], how="left")
    records = linked.join(_elsewhere(opened, links, batch_id), on="person_id", how="left")
    records = records.join(_waiting(opened, batch_id), on=["record_id", "part"], how="left")
    records = records.with_columns(line=(pl.col("record_id") & ((1 << LINE_BITS) - 1)).cast(pl.Int32))
    lines = pl.DataFrame({"line": pl.Series(range(1, batch.rows_in + 1), dtype=pl.Int32)})
    rows = lines.join(records, on="line", how="left").join(_lost(rejects), on="line", how="left")
    return ImportReport(batch, _worded(rows).select(COLUMNS).sort("line", "part"))


def _of_batch(opened: Session, table: str, batch_id: int) -> pl.DataFrame:
    first = batch_id << LINE_BITS
    expr = opened.duck.table(table)
    return _polars(opened, expr.filter((expr.record_id >= first) & (expr.record_id < first + (1 << LINE_BITS))))


def _elsewhere(opened: Session, links: pl.DataFrame, batch_id: int) -> pl.DataFrame:
    """``person_id, records``: the records of other files that speak of the people of this one."""
    people = opened.duck.put("r_people", links.select("person_id").unique().to_arrow())
    first, every = batch_id << LINE_BITS, opened.duck.table("links")
    other = every.filter((every.record_id < first) | (every.record_id >= first + (1 << LINE_BITS)))
    counted = other.semi_join(people, "person_id").group_by("person_id").agg(records=lambda t: t.count())
    return _polars(opened, counted)


def _waiting(opened: Session, batch_id: int) -> pl.DataFrame:
    """``record_id, part, reviews``: pairs of the queue that hold a record of the batch."""
    reviews = _polars(opened, opened.duck.table("reviews"))
    ends = [reviews.select(record_id=f"{side}_record_id", part=f"{side}_part") for side in ("left", "right")]
    here = pl.concat(ends).filter(pl.col("record_id") // (1 << LINE_BITS) == batch_id)
    return here.group_by("record_id", "part").agg(reviews=pl.len().cast(pl.Int32))


def _lost(rejects: pl.DataFrame) -> pl.DataFrame:
    """``line, refused, lost, codes`` of the lines with rejects; no value of theirs is in it."""
    return (
        rejects.sort("line", "field")
        .group_by("line", maintain_order=True)
        .agg(
            refused=(pl.col("scope") == "row").any(),
            lost=pl.col("field").filter(pl.col("field") != "").unique(maintain_order=True).str.join(", "),
            codes=pl.col("code").unique(maintain_order=True).str.join(", "),
        )
    )


def _worded(rows: pl.DataFrame) -> pl.DataFrame:
    refused = pl.col("refused").fill_null(False) & pl.col("record_id").is_null()
    person = (
        pl.when(pl.col("record_id").is_null())
        .then(pl.lit("nobody"))
        .when(pl.col("person_id").is_null())
        .then(pl.lit("unlinked"))
        .when(pl.col("records").fill_null(0) > 0)
        .then(pl.lit("joined"))
        .when(pl.col("reviews").fill_null(0) > 0)
        .then(pl.lit("review"))
        .otherwise(pl.lit("new"))
    )
    return rows.with_columns(
        row=pl.when(refused).then(pl.lit("rejected")).otherwise(pl.lit("taken")), person=person
    ).with_columns(pl.col("lost", "codes").fill_null(""), pl.col("records", "reviews").fill_null(0).cast(pl.Int32))


def _polars(opened: Session, expr: object) -> pl.DataFrame:
    return pl.DataFrame(pl.from_arrow(opened.duck.run(expr)))
