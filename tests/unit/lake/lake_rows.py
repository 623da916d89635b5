"""Small made-up batches for tests of the lake."""

from __future__ import annotations

from datetime import date
from hashlib import sha256
from typing import Any

import polars as pl

from firebreak.lake import Batch, Lake
from firebreak.lake.frames import polars_schema

DELIVERED = date(2020, 2, 1)


def rows(table: str, **columns: list[Any]) -> pl.DataFrame:
    """Rows of a table; columns not named are empty."""
    schema = polars_schema(table)
    height = len(next(iter(columns.values())))
    return pl.DataFrame({name: columns.get(name, [None] * height) for name in schema}, schema=schema)


def batch(lake: Lake, data: bytes) -> Batch:
    """The batch of these delivered bytes."""
    digest = sha256(data).hexdigest()
    return Batch(lake.id_for(digest), digest, "rail", 1, "journey", "rail.csv", "", len(data), True, DELIVERED, "test")


def deliver(lake: Lake, data: bytes, days: list[date | None]) -> Batch:
    """Commit a batch of journeys on these days, with their mentions and the delivered bytes."""
    new = batch(lake, data)
    ids = [(new.batch_id << 32) + line for line in range(1, len(days) + 1)]
    with lake.commit(new) as commit:
        commit.write("journeys", rows("journeys", record_id=ids, part=[0] * len(ids), board_date=days))
        commit.write("mentions", rows("mentions", record_id=ids, part=[0] * len(ids)))
        commit.keep_raw(data)
        commit.count(len(ids), len(ids), 0)
    return new


def read(lake: Lake, table: str, **limits: Any) -> pl.DataFrame:
    """All rows of a table in the order of its files."""
    files = lake.files(table, **limits)
    return (
        pl.concat([pl.read_parquet(file, hive_partitioning=False) for file in files]) if files else rows(table, part=[])
    )
