"""Fixed width: columns by bytes of the file's encoding, or by characters. Whole columns are cut at once."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate

import numpy as np
import polars as pl

from firebreak.engine.intake.readers.encoding import encoding_of, text_blocks
from firebreak.engine.intake.readers.errors import file_error
from firebreak.engine.intake.readers.found import CHUNK_ROWS, Chunk, Found, Problem, text_frame
from firebreak.engine.intake.spec_model import ChannelSpec
from firebreak.terms.errors import value_class

_PADDING = " 　\r"


def read_fixed(found: Found, spec: ChannelSpec) -> Iterator[Chunk]:
    """Cells without the blanks that pad them. Blank lines are no rows. Raises FileError."""
    codec = encoding_of(found, spec.file.encoding)
    codec = "utf-8" if codec == "utf-8-sig" else codec
    cut = _Cutter(spec.file.widths, codec if spec.file.width_unit == "bytes" else "")
    first = 1
    for lines in _batches(found, codec):
        yield cut.chunk(lines, first)
        first += len(lines)
    if first == 1:
        raise file_error("FB-F004", found.label, "no rows")


def _batches(found: Found, codec: str) -> Iterator[list[str]]:
    rest, held = "", list[str]()
    for block in text_blocks(found, codec):
        *lines, rest = (rest + block.removeprefix("\ufeff")).split("\n")
        held.extend(line for line in lines if line.strip(_PADDING))
        while len(held) >= CHUNK_ROWS:
            yield held[:CHUNK_ROWS]
            held = held[CHUNK_ROWS:]
    if rest.strip(_PADDING):
        held.append(rest)
    if held:
        yield held


class _Cutter:
    """Cuts lines into cells. ``codec`` is the encoding whose bytes the widths count, ``""`` for characters."""

    def __init__(self, widths: tuple[tuple[str, int], ...], codec: str) -> None:
        self.names = [name for name, _ in widths]
        ends = list(accumulate(width for _, width in widths))
        self.slices = [slice(end - width, end) for end, (_, width) in zip(ends, widths, strict=True)]
        self.width, self.codec = ends[-1], codec

    def chunk(self, lines: list[str], first: int) -> Chunk:
        """The chunk of lines, the first of which is line ``first``."""
        stripped = [line.removesuffix("\r") for line in lines]
        frame = self._whole(stripped)
        if frame is not None:
            return Chunk(frame, first)
        rows = [self._row(line) for line in stripped]
        good = [row for row in rows if isinstance(row, list)]
        kept = [first + at for at, row in enumerate(rows) if isinstance(row, list)]
        problems = [
            Problem(first + at, row, value_class(lines[at])) for at, row in enumerate(rows) if isinstance(row, str)
        ]
        columns = {name: [row[at] for row in good] for at, name in enumerate(self.names)}
        return Chunk(text_frame(columns), first, tuple(problems), pl.Series("line", kept, dtype=pl.UInt32))

    def _whole(self, lines: list[str]) -> pl.DataFrame | None:
        """All lines at once, where each has exactly its width and no column cuts a character; else None."""
        if not self.codec:
            if any(len(line) != self.width for line in lines):
                return None
            column = pl.DataFrame({"line": lines})
            return column.select(
                pl.col("line").str.slice(part.start, part.stop - part.start).str.strip_chars(_PADDING).alias(name)
                for name, part in zip(self.names, self.slices, strict=True)
            )
        encoded = "\n".join([*lines, ""]).encode(self.codec)
        if len(encoded) != len(lines) * (self.width + 1):
            return None
        matrix = np.frombuffer(encoded, np.uint8).reshape(len(lines), self.width + 1)
        if not (matrix[:, -1] == 10).all():
            return None
        try:
            return pl.DataFrame([self._column(matrix, at) for at in range(len(self.names))])
        except UnicodeDecodeError:
            return None

    def _column(self, matrix: np.ndarray, at: int) -> pl.Series:
        part = np.ascontiguousarray(matrix[:, [*range(self.slices[at].start, self.slices[at].stop), self.width]])
        text = part.tobytes().decode(self.codec)
        cells = pl.Series(self.names[at], [text]).str.split("\n").explode()
        return cells.head(len(cells) - 1).str.strip_chars(_PADDING)

    def _row(self, line: str) -> list[str] | str:
        """The cells of one line, or the code of its problem."""
        units: str | bytes = line.encode(self.codec) if self.codec else line
        last = self.slices[-1].start
        if len(units) < last or (len(units) > self.width and units[self.width :].strip()):
            return "FB-R006"
        try:
            parts = [units[part] for part in self.slices]
            cells = [part.decode(self.codec) if isinstance(part, bytes) else part for part in parts]
        except UnicodeDecodeError:
            return "FB-R007"
        return [each.strip(_PADDING) for each in cells]
