"""What a channel is: whose rows it sends, in which file, with which columns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import polars as pl

from firebreak.world.channels.truth import Truth


class Form(StrEnum):
    """How a table is written into a file."""

    CSV = "csv"
    TSV = "tsv"
    XLSX = "xlsx"
    JSON = "json"
    JSONL = "jsonl"
    XML = "xml"
    FIXED = "fixed"


class Cut(StrEnum):
    """How often a file is sent. ``GROUP``: one file for each value of the column ``group``, once."""

    DAY = "day"
    WEEK = "week"
    ONCE = "once"
    GROUP = "group"


class Pack(StrEnum):
    """What is around the file."""

    NONE = ""
    ZIP = "zip"
    GZ = "gz"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the file: its header (dotted path in JSON), the cell's text, and its width in a fixed layout."""

    header: str
    cell: pl.Expr
    width: int = 0


@dataclass(frozen=True, slots=True)
class Channel:
    """``rows`` gives the clean rows: ``person`` (Int64, null where the row is about none), ``row_id`` (UInt64),
    ``day`` (Date) of the event, and the columns that ``columns`` write. Those named in ``mess.fields.CELLS`` are made
    messy in between, by the noise ``profile``. ``file_name`` may hold ``{day:…}`` and ``{group}``.

    ``kind`` says what a row tells (``ride``, ``home`` …) and is kept in truth/rows; ``event`` is the column that names
    the event of the truth (a ticket number, a case number). ``titles`` are the lines above the header of a sheet,
    ``extra_sheet`` is a second sheet without data, ``totals`` the first cell of a last row that sums up.
    ``record_path`` is where the rows lie in JSON and XML. With ``list_name`` one line of JSON holds all rows of one
    value of ``group``, as a list of that name; columns under ``list_name.`` belong to its elements.
    """

    id: str
    zh: str
    en: str
    form: Form
    file_name: str
    kind: str
    profile: str
    rows: Callable[[Truth], pl.DataFrame]
    columns: tuple[Column, ...]
    cut: Cut = Cut.DAY
    encoding: str = "utf-8"
    pack: Pack = Pack.NONE
    members: int = 1
    event: str = ""
    record_path: str = ""
    list_name: str = ""
    titles: tuple[str, ...] = ()
    totals: str = ""
    sheet: str = "数据"
    extra_sheet: tuple[str, tuple[str, ...]] | None = None

    @property
    def headers(self) -> list[str]:
        """The names of the columns, in the order of the file."""
        return [column.header for column in self.columns]

    @property
    def folder(self) -> str:
        """The folder of the channel's files."""
        return f"演练-{self.id}"
