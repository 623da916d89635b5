"""From nested objects to rows of cells: dotted paths as columns, the list of ``several`` as a list column."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa

from firebreak.engine.intake.readers.errors import file_error
from firebreak.engine.intake.readers.found import TREE_ROWS, Chunk, Found, Problem
from firebreak.engine.intake.spec_model import ChannelSpec
from firebreak.terms.errors import value_class

Row = dict[str, Any]
_DEEPEST = 32


class Literal(float):
    """A number that remembers how it was written: ``36.50`` stays ``36.50``."""

    text: str

    def __new__(cls, text: str) -> Literal:
        number = super().__new__(cls, text)
        number.text = text
        return number


class Unreadable:
    """A record that is no object, or a line that is no JSON: it stands where the record would."""

    def __init__(self, code: str, value: object) -> None:
        self.problem = (code, value_class(value if isinstance(value, str) else type(value).__name__))


def cell(value: Any) -> str | None:
    """The text of one value: numbers as written, booleans as ``true``/``false``, lists and objects as JSON."""
    if value is None or type(value) is str:
        return value
    if isinstance(value, Literal):
        return value.text
    if isinstance(value, (list, dict)):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return json.dumps(value) if isinstance(value, bool) else str(value)


def flatten(record: Mapping[str, Any], lists: Mapping[str, Any], prefix: str = "", depth: int = 0) -> Row:
    """One record as ``{dotted path: text}``; a path in ``lists`` gives a list of such rows."""
    row: Row = {}
    for key, value in record.items():
        path = prefix + key if prefix else key
        if type(value) is str and path not in lists:  # most values by far
            row[path] = value
        elif path in lists:
            elements = value if isinstance(value, list) else [] if value is None else [value]
            row[path] = [flatten(each, {}) if isinstance(each, dict) else {"": cell(each)} for each in elements]
        elif isinstance(value, dict) and value and depth < _DEEPEST:
            row.update(flatten(value, lists, f"{path}.", depth + 1))
        else:
            row[path] = cell(value)
    return row


def rows_to_chunks(found: Found, spec: ChannelSpec, rows: Iterable[Row | Unreadable]) -> Iterator[Chunk]:
    """Chunks of rows; every chunk has all columns of the spec. Raises FB-F004 without rows."""
    batch: list[Row] = []
    kept: list[int] = []
    problems: list[Problem] = []
    line = first = 1
    for line, row in enumerate(rows, start=1):
        if isinstance(row, Unreadable):
            problems.append(Problem(line, *row.problem))
        else:
            batch.append(row)
            kept.append(line)
        if line - first + 1 == TREE_ROWS:
            yield _chunk(spec, batch, first, problems, kept)
            batch, kept, problems, first = [], [], [], line + 1
    if batch or problems:
        yield _chunk(spec, batch, first, problems, kept)
    elif first == 1:
        raise file_error("FB-F004", found.label, "no records")


def _chunk(spec: ChannelSpec, rows: list[Row], first: int, problems: list[Problem], kept: list[int]) -> Chunk:
    names = dict.fromkeys(spec.file_columns)
    for row in rows:
        if not row.keys() <= names.keys():
            names.update(dict.fromkeys(row))
    lists = spec.lists
    columns = [
        _lists(name, rows, lists[name])
        if name in lists
        else pl.Series(name, [row.get(name) for row in rows], pl.String)
        for name in names
    ]
    lines = pl.Series("line", kept, dtype=pl.UInt32) if problems else None
    return Chunk(pl.DataFrame(columns), first, tuple(problems), lines)


def _lists(name: str, rows: list[Row], paths: tuple[str, ...]) -> pl.Series:
    """A List(Struct) column whose fields are the paths the spec names, then the others that occur."""
    fields = dict.fromkeys(paths)
    for row in rows:
        for element in row.get(name) or ():
            if not element.keys() <= fields.keys():
                fields.update(dict.fromkeys(element))
    elements = [element for row in rows for element in row.get(name) or ()]
    ends = np.cumsum([0, *(len(row.get(name) or ()) for row in rows)], dtype=np.int64)
    cells = [pa.array([element.get(path) for element in elements], pa.large_string()) for path in fields]
    structs = pa.StructArray.from_arrays(cells, fields=[pa.field(path, pa.large_string()) for path in fields])
    return pl.Series(name, pa.LargeListArray.from_arrays(ends, structs))
