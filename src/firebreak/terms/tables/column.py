"""What a column and a table of the lake are, the types of columns, and the columns that say which record is meant."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa

I64, I32, I16, I8 = pa.int64(), pa.int32(), pa.int16(), pa.int8()
F32 = pa.float32()
TEXT, FLAG, DAY = pa.string(), pa.bool_(), pa.date32()
INSTANT = pa.timestamp("us", tz="UTC")


@dataclass(frozen=True, slots=True)
class Column:
    """``personal``: names a person or leads to one; such columns are allowed in tables of the persons room only."""

    name: str
    type: pa.DataType
    en: str
    zh: str
    personal: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """``day`` is the column the table is cut by (one folder a day), ``sort`` the order of rows inside a file.

    ``key``: rows of a later layer hide those of earlier ones that have the same key; a row of a layer in which
    ``present`` is null only hides.
    """

    name: str
    columns: tuple[Column, ...]
    en: str
    zh: str
    sort: tuple[str, ...] = ()
    day: str | None = None
    persons_room: bool = False
    key: tuple[str, ...] = ()
    present: str | None = None

    @property
    def schema(self) -> pa.Schema:
        return pa.schema([(column.name, column.type) for column in self.columns])

    @property
    def names(self) -> list[str]:
        return [column.name for column in self.columns]

    def __iter__(self) -> Iterator[Column]:
        return iter(self.columns)


RECORD = (
    Column("record_id", I64, "record", "记录"),
    Column("part", I16, "which of the row's records, from 0", "行内序号"),
)
PROVENANCE = (
    *RECORD,
    Column("raw_hash", I64, "XXH3-64 of the row as read", "原始行校验值"),
)
