"""Rows on their way into a table: are they the table's columns, in which order, on which day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache
from itertools import pairwise
from typing import TypeAlias

import polars as pl
import pyarrow as pa

from firebreak.lake import errors
from firebreak.terms.tables import TABLES, Table

Rows: TypeAlias = pl.DataFrame | pa.Table
"""What may be written: both have the columns of the table, in any order."""

_PERSONAL = frozenset(column.name for table in TABLES.values() for column in table if column.personal)
_INSTANT = pl.Datetime("us", "UTC")


def table_named(name: str) -> Table:
    """The table's definition. LakeError FB-LAKE-TABLE where there is none."""
    if name not in TABLES:
        raise errors.unknown_table(name)
    return TABLES[name]


@cache
def polars_schema(name: str) -> pl.Schema:
    """The table's columns with their Polars types."""
    empty = pl.from_arrow(TABLES[name].schema.empty_table())
    assert isinstance(empty, pl.DataFrame)
    return empty.schema


def checked(name: str, rows: Rows) -> pl.DataFrame:
    """The rows with exactly the table's columns in its order.

    LakeError FB-LAKE-PERSONAL where a column names a person outside the persons room, FB-LAKE-COLUMNS where columns
    are missing, unknown or of another type.
    """
    table = table_named(name)
    refuse_personal(table, list(rows.columns if isinstance(rows, pl.DataFrame) else rows.column_names))
    frame = pl.from_arrow(rows) if isinstance(rows, pa.Table) else rows
    assert isinstance(frame, pl.DataFrame)
    schema = polars_schema(name)
    _refuse_other_columns(name, frame, schema)
    return frame.select(schema.names())


def refuse_personal(table: Table, columns: list[str]) -> None:
    """Keep names out of every table that is not of the persons room."""
    own = {column.name for column in table if column.personal}
    found = [name for name in columns if name in own or (name in _PERSONAL and name not in table.names)]
    if found and not table.persons_room:
        raise errors.personal(table.name, sorted(found))


def _refuse_other_columns(name: str, frame: pl.DataFrame, schema: pl.Schema) -> None:
    have = frame.schema
    if absent := [column for column in schema if column not in have]:
        raise errors.wrong_columns(name, f"Columns {', '.join(absent)} are missing")
    if unknown := [column for column in have if column not in schema]:
        raise errors.wrong_columns(name, f"Columns {', '.join(sorted(unknown))} are unknown")
    for column, kind in schema.items():
        if have[column] != kind:
            raise errors.wrong_columns(name, f"Column {column} is {have[column]}, not {kind},")


def day_of(table: Table) -> pl.Expr:
    """The day (Asia/Shanghai) a row of a table cut by day belongs to."""
    assert table.day is not None
    day = pl.col(table.day)
    return (
        day.dt.convert_time_zone("Asia/Shanghai").dt.date() if polars_schema(table.name)[table.day] == _INSTANT else day
    )


def by_day(table: Table, frame: pl.DataFrame) -> Iterator[tuple[date | None, pl.DataFrame]]:
    """The rows sorted, a piece for each day in order (unknown first); the whole, day None, where a table is not cut."""
    if table.day is not None and table.sort[0] != table.day:
        ordered = frame.sort(day_of(table), *table.sort, nulls_last=False)
    else:
        ordered = (
            frame.sort(table.sort, nulls_last=False) if table.sort and not _rising(frame[table.sort[0]]) else frame
        )
    if table.day is None or ordered.is_empty():
        yield None, ordered
        return
    days = ordered.select(day_of(table).alias("day")).to_series()
    starts = days.ne_missing(days.shift(1)).slice(1).arg_true() + 1
    for start, end in pairwise([0, *starts, ordered.height]):
        yield days[start], ordered.slice(start, end - start)


def _rising(keys: pl.Series) -> bool:
    """Is each integer larger than the one before? Then there is nothing to sort."""
    if not keys.dtype.is_integer() or keys.null_count():
        return False
    numbers = keys.to_numpy()
    return bool((numbers[1:] > numbers[:-1]).all())
