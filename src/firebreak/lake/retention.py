"""Dropping what is old: files of past days at once, and with a batch's last day its mentions, rejects and raw bytes."""

from __future__ import annotations

import sqlite3
from datetime import date
from pathlib import Path

from firebreak.lake import catalog as entries
from firebreak.lake import errors, frames
from firebreak.lake.catalog import Catalog

_OLD = """table_name = ? AND (day < ? OR day IS NULL AND batch_id IN (
    SELECT batch_id FROM batches WHERE delivered_on < ?))"""


def drop_before(root: Path, catalog: Catalog, table: str, day: date) -> int:
    """Remove the files of a table cut by day whose day is before ``day``, from the catalog and from the disk. Rows
    whose day is unknown count as of their day of delivery.

    A batch that has no dated file left loses its mentions, rejects and delivered bytes as well: names do not outlive
    the events they came with. Its entry stays, so that the same bytes are not taken again. Returns how many files went.
    """
    if frames.table_named(table).day is None:
        raise errors.wrong_columns(table, "No day to drop by")
    with catalog.writing() as connection:
        values = (table, day.isoformat(), day.isoformat())
        batches = _batches_of(connection, *values)
        paths = entries.retire(connection, _OLD, *values)
        for batch in batches:
            paths += _drop_rest(connection, batch)
    for path in paths:
        (root / path).unlink(missing_ok=True)
    with catalog.writing() as connection:
        connection.executemany("DELETE FROM retired WHERE path = ?", [(path,) for path in paths])
    return len(paths)


def _batches_of(connection: sqlite3.Connection, *values: str) -> list[int]:
    query = f"SELECT DISTINCT batch_id FROM files WHERE {_OLD} AND batch_id IS NOT NULL"
    return [row[0] for row in connection.execute(query, values)]


def _drop_rest(connection: sqlite3.Connection, batch: int) -> list[str]:
    tables = connection.execute("SELECT DISTINCT table_name FROM files WHERE batch_id = ?", (batch,)).fetchall()
    if any(table not in ("mentions", "rejects") for (table,) in tables):
        return []
    paths = entries.retire(connection, "batch_id = ?", batch)
    raw = "sha256 = (SELECT sha256 FROM batches WHERE batch_id = ?)"
    paths += [row[0] for row in connection.execute(f"SELECT path FROM raw WHERE {raw}", (batch,))]
    connection.execute(f"DELETE FROM raw WHERE {raw}", (batch,))
    return paths
