"""What a channel spec says once it has been read: frozen, checked, nothing left to guess."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from dataclasses import field as attribute
from datetime import date
from pathlib import Path
from typing import Any

from firebreak.terms.enums import Category

FORMATS = ("csv", "tsv", "xlsx", "xls", "json", "jsonl", "xml", "yaml", "fixed")
SHEETS = ("xlsx", "xls")
DELIMITED = ("csv", "tsv")
TREES = ("json", "jsonl", "xml", "yaml")
"""Formats whose records are objects: columns are dotted paths, and a column may be a list."""


@dataclass(frozen=True, slots=True)
class ColumnSpec:
    """One column of the file and one meaning of it. A column with two meanings has two of these.

    ``source`` is the file's own name of the column (inside ``several.list``: the path inside an element).
    ``normaliser`` is resolved: the spec's own, else the field's; empty where ``map`` or ``ignore`` stands for it.
    """

    source: str
    field: str = ""
    normaliser: str = ""
    required: bool = False
    ignore: bool = False
    map: Mapping[str, str] = attribute(default_factory=dict)
    options: Mapping[str, Any] = attribute(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Combine:
    """Several columns that together say one thing: their cells, joined by ``separator``, pass one normaliser."""

    columns: tuple[str, ...]
    field: str
    normaliser: str
    separator: str = " "
    required: bool = False
    options: Mapping[str, Any] = attribute(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Several:
    """One row, several records. With ``list``: one per element of that list column. Without: one for this group.

    ``columns`` and ``constants`` hold for these records, besides those of the row. ``position`` is the field that
    takes the element's place in the list, from 0.
    """

    list: str = ""
    columns: tuple[ColumnSpec, ...] = ()
    constants: Mapping[str, Any] = attribute(default_factory=dict)
    position: str = ""


@dataclass(frozen=True, slots=True)
class FileSpec:
    """What the file is. See ``docs/reference/channel-spec.md`` for each key."""

    format: str
    names: tuple[str, ...] = ()
    encoding: str = "auto"
    delimiter: str = ","
    quote: str = '"'
    header_row: int = 1
    columns: tuple[str, ...] = ()
    sheet: str | int = 1
    skip_rows_matching: str = ""
    record_path: str = ""
    key_column: str = ""
    name_columns: str = ""
    widths: tuple[tuple[str, int], ...] = ()
    width_unit: str = "bytes"


@dataclass(frozen=True, slots=True)
class ChannelSpec:
    """One version of one channel's layout."""

    id: str
    version: int
    valid_from: date
    valid_to: date | None
    zh: str
    en: str
    category: Category
    source: str
    simulated: bool
    file: FileSpec
    constants: Mapping[str, Any]
    columns: tuple[ColumnSpec, ...]
    combine: tuple[Combine, ...]
    several: tuple[Several, ...]
    identity: Mapping[str, tuple[ColumnSpec, ...]]
    path: Path

    @property
    def key(self) -> str:
        """``id@version``, as records cite it."""
        return f"{self.id}@{self.version}"

    def in_force(self, day: date) -> bool:
        """Whether this is the layout of files of that day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    @property
    def lists(self) -> dict[str, tuple[str, ...]]:
        """The file's list columns, each with the paths inside an element that the spec names."""
        return {each.list: tuple(column.source for column in each.columns) for each in self.several if each.list}

    @property
    def file_columns(self) -> tuple[str, ...]:
        """Every column of the file that the spec knows, in its order, each once; list columns by their own name."""
        return tuple(dict.fromkeys(self._sources()))

    def _sources(self) -> Iterator[str]:
        yield from (column.source for column in self.columns)
        for combine in self.combine:
            yield from combine.columns
        for each in self.several:
            yield from [each.list] if each.list else [column.source for column in each.columns]
        for columns in self.identity.values():
            yield from (column.source for column in columns)

    @property
    def needed_columns(self) -> tuple[str, ...]:
        """The file's columns without which no row can become a record."""
        needed = [column.source for column in self.columns if column.required]
        for combine in self.combine:
            needed.extend(combine.columns if combine.required else ())
        return tuple(dict.fromkeys(needed))
