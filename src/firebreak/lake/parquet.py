"""One Parquet file, written so that the same rows give the same bytes, and known by its size, rows and hash."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import xxhash

from firebreak.terms.tables import Table

ROWS_A_GROUP = 122_880
"""DuckDB's own size of a row group: small enough that sorted files are pruned by it, large enough to compress."""

_NEARLY_UNIQUE = frozenset(
    (
        "raw_hash",
        "name",
        "birth_date",
        "doc_number",
        "phone",
        "address",
        "household_no",
        "order_no",
        "ticket_no",
    )
)
"""Columns of which a dictionary would hold nearly every value: without one they are smaller, and written sooner."""

_FEW = 2_000
"""So few rows are smaller without dictionaries, and written in half the time."""


@dataclass(frozen=True, slots=True)
class FileEntry:
    """A file of a table. ``path`` is relative to the lake, ``hash`` XXH3-128 of the bytes, ``day`` None = unknown."""

    path: str
    table: str
    day: date | None
    rows: int
    bytes: int
    hash: str


_DELTA = frozenset(("record_id", "person_id", "order_id"))
"""Whole numbers kept as differences: half the bytes of a dictionary or of plain values, and read five times as fast."""

_NOT_PACKED = frozenset(("person_id", "order_id", "coach_key", "seat_key", "board_seq", "alight_seq"))
"""Columns that zstd would make hardly smaller and slower to read: what every question of seats goes through."""


def write(frame: pl.DataFrame, table: Table, path: Path) -> None:
    """Write zstd Parquet. Same rows, same bytes: one thread, fixed groups, no clock. The commit syncs the file.

    Personal columns have no minima and maxima: no question is pruned by them, and a footer names nobody.
    """
    arrow = frame.to_arrow(compat_level=pl.CompatLevel.newest())
    arrow = arrow if arrow.schema.types == _written(table).types else arrow.cast(_written(table))
    with path.open("wb") as sink:
        pq.write_table(
            arrow, sink, row_group_size=ROWS_A_GROUP, store_schema=False, **encoding(table, frame.height <= _FEW)
        )


@cache
def _written(table: Table) -> pa.Schema:
    """The table's schema with texts as the views that Polars holds: Parquet writes the same bytes of them, and nothing
    has to be copied before."""
    texts = {pa.string(): pa.string_view()}
    return pa.schema([field.with_type(texts.get(field.type, field.type)) for field in table.schema])


@cache
def encoding(table: Table, few: bool = False) -> dict[str, Any]:
    """How the columns of a table are written, as ``pyarrow.parquet`` is told; ``few``: of so few rows that dictionaries
    would only be larger."""
    dictionary = [name for name in table.names if name not in _NEARLY_UNIQUE | _DELTA]
    return {
        "use_dictionary": False if few else dictionary,
        "write_statistics": [column.name for column in table if not column.personal],
        "column_encoding": {name: "DELTA_BINARY_PACKED" for name in table.names if name in _DELTA} or None,
        "compression": {name: "none" if name in _NOT_PACKED else "zstd" for name in table.names},
        "compression_level": {name: 1 for name in table.names if name not in _NOT_PACKED},
    }


def rows_in(path: Path) -> int:
    """Rows of a file by its footer."""
    return int(pq.read_metadata(path).num_rows)


def columns_in(path: Path) -> pa.Schema:
    """Columns of a file by its footer."""
    return pq.read_schema(path)


def hash_of(path: Path) -> str:
    """XXH3-128 of the file's bytes, as hex."""
    digest = xxhash.xxh3_128()
    with path.open("rb") as source:
        while block := source.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def entry(path: Path, relative: str, table: str, day: date | None, rows: int | None = None) -> FileEntry:
    """Describe a written file."""
    return FileEntry(relative, table, day, rows_in(path) if rows is None else rows, path.stat().st_size, hash_of(path))
