"""What readers take and give: a table file that was found, and chunks of its cells."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

import polars as pl

from firebreak.engine.intake.readers.errors import ROW_PROBLEMS
from firebreak.terms.ids import LINE_BITS

_BLANKS = "".join((" ", "\t", "\r", "\n", "\u3000", "\ufeff", "\u00a0"))
CHUNK_ROWS = 250_000
TREE_ROWS = 50_000
"""Rows a chunk of formats whose rows pass through Python objects."""


@dataclass(frozen=True, slots=True)
class Found:
    """One table file. ``name`` is the delivered file's path as given, ``member`` its place inside an archive (``""``
    where it was not in one), ``data`` its bytes or where they lie, ``sha256`` the hash of these bytes (hex)."""

    name: str
    member: str
    data: bytes | Path
    sha256: str

    def open(self) -> BinaryIO:
        """The file's bytes as a stream."""
        return io.BytesIO(self.data) if isinstance(self.data, bytes) else self.data.open("rb")

    @property
    def size(self) -> int:
        """Bytes."""
        return len(self.data) if isinstance(self.data, bytes) else self.data.stat().st_size

    @property
    def base_name(self) -> str:
        """The file's own name, without the folders it lies in."""
        return PurePosixPath((self.member or self.name).replace("\\", "/")).name

    @property
    def label(self) -> str:
        """The file as messages name it: ``delivery.zip › 3月/list.csv``."""
        name = PurePosixPath(self.name).name
        return f"{name} › {self.member}" if self.member else name


@dataclass(frozen=True, slots=True)
class Problem:
    """A row that could not be cut into cells. ``line`` counts as in Chunk; ``value_class`` never shows a value."""

    line: int
    code: str
    value_class: str

    @property
    def rule(self) -> str:
        """What holds, in words."""
        return ROW_PROBLEMS[self.code].rule

    @property
    def remedy(self) -> str:
        """What to do."""
        return ROW_PROBLEMS[self.code].remedy


@dataclass(frozen=True, slots=True)
class Chunk:
    """Up to CHUNK_ROWS rows in the file's order. Every column is String, or List(Struct of String) for ``several``.

    A line counts the rows after the header from 1, blank ones not. Rows in ``problems`` and those the spec skips are
    not in ``frame``: then ``kept`` has the line of each row of it. Use ``lines``, which always holds.
    """

    frame: pl.DataFrame
    first_line: int
    problems: tuple[Problem, ...] = ()
    kept: pl.Series | None = None

    @property
    def lines(self) -> pl.Series:
        """The line of each row of ``frame``, UInt32."""
        if self.kept is not None:
            return self.kept
        last = self.first_line + self.frame.height
        return pl.int_range(self.first_line, last, dtype=pl.UInt32, eager=True).alias("line")

    @property
    def rows_in(self) -> int:
        """Rows read: those of ``frame`` and those that could not be cut."""
        return self.frame.height + len(self.problems)


@dataclass(frozen=True, slots=True)
class Piece:
    """A chunk and the batch it is of."""

    chunk: Chunk
    batch: int

    @property
    def record_ids(self) -> pl.Series:
        """The id of the record, or of the first, that each row of the chunk would give."""
        return self.chunk.lines.cast(pl.Int64) + (self.batch << LINE_BITS)


def shifted(chunk: Chunk, lines: int) -> Chunk:
    """The chunk so many lines further down."""
    problems = tuple(Problem(each.line + lines, each.code, each.value_class) for each in chunk.problems)
    kept = None if chunk.kept is None else (chunk.kept + lines).cast(pl.UInt32)
    return Chunk(chunk.frame, chunk.first_line + lines, problems, kept)


def text_frame(columns: Mapping[str, Sequence[str | None]]) -> pl.DataFrame:
    """A frame of String columns."""
    return pl.DataFrame([pl.Series(name, cells, dtype=pl.String) for name, cells in columns.items()])


def unique_names(cells: list[str]) -> list[str]:
    """Header cells as column names: trimmed; a name that comes again is ``name#2``, ``name#3``."""
    seen: dict[str, int] = {}
    names = []
    for cell in cells:
        name = cell.strip(_BLANKS)
        seen[name] = seen.get(name, 0) + 1
        names.append(name if seen[name] == 1 else f"{name}#{seen[name]}")
    return names
