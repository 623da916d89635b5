"""Truth tables to Parquet: the same rows always give the same bytes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from firebreak.world.schema import SCHEMAS

MARK = {b"simulated": "演练/DRILL: every person in this file is invented".encode()}


def as_table(name: str, frame: pl.DataFrame) -> pa.Table:
    """The frame with the truth table's columns, order and types; missing columns are null."""
    schema = SCHEMAS[name]
    missing = [pl.lit(None).alias(column) for column in schema.names if column not in frame.columns]
    table = frame.with_columns(missing).select(schema.names).to_arrow().cast(schema)
    return table.replace_schema_metadata(MARK)


def write_table(truth: Path, name: str, frames: Iterable[pl.DataFrame], day: date | None = None) -> int:
    """Writes ``TABLE.parquet``, or one day's part of a table cut by day. Returns the number of rows."""
    path = truth / f"{name}.parquet" if day is None else truth / name / f"day={day.isoformat()}" / "part.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = 0
    with pq.ParquetWriter(path, SCHEMAS[name].with_metadata(MARK), compression="zstd") as writer:
        for frame in frames:
            table = as_table(name, frame)
            writer.write_table(table)
            rows += table.num_rows
    return rows
