"""Fixed width: columns by bytes of the file's encoding, or by characters. Whole columns are cut at once."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from itertools import accumulate

import numpy as np
import polars as pl

from firebreak.engine.intake.kernels import fixed_cells
from firebreak.engine.intake.kernels.views import series
from firebreak.engine.intake.kernels.words import PADDING
from firebreak.engine.intake.readers.encoding import BLOCK, encoding_of, text_blocks
from firebreak.engine.intake.readers.errors import file_error
from firebreak.engine.intake.readers.found import CHUNK_ROWS, Chunk, Found, Problem, shifted, text_frame
from firebreak.engine.intake.spec_model import ChannelSpec
from firebreak.terms.errors import value_class

_LONGEST_LINE = 32 << 20
_PADDING = " 　\r"
_NEWLINE, _RETURN = 10, 13


def read_fixed(found: Found, spec: ChannelSpec) -> Iterator[Chunk]:
    """Cells without the blanks that pad them. Blank lines are no rows. Raises FileError."""
    codec = encoding_of(found, spec.file.encoding)
    codec = "utf-8" if codec == "utf-8-sig" else codec
    by_bytes = spec.file.width_unit == "bytes"
    cut = _Cutter(spec.file.widths, codec if by_bytes else "")
    first = 1
    for chunk in (
        _by_blocks(found, cut) if by_bytes and not codec.startswith("utf-16") else _by_lines(found, codec, cut)
    ):
        yield shifted(chunk, first - 1)
        first += chunk.rows_in
    if first == 1:
        raise file_error("FB-F004", found.label, "no rows")


def _by_blocks(found: Found, cut: _Cutter) -> Iterator[Chunk]:
    """Chunks whose lines count from 1 in each, from blocks of whole lines. What cannot be decoded is told as by
    ``_by_lines``, which knows where it is."""
    for block in _line_blocks(found):
        frame = cut.block(block)
        if frame is not None:
            if frame.height:
                yield Chunk(frame, 1)
            continue
        try:
            text = block.decode(cut.codec)
        except UnicodeDecodeError:
            for _ in text_blocks(found, cut.codec):
                continue
            raise
        lines = [line for line in text.split("\n") if line.strip(_PADDING)]
        for first in range(0, len(lines), CHUNK_ROWS):
            yield cut.chunk(lines[first : first + CHUNK_ROWS])


def _line_blocks(found: Found) -> Iterator[bytes]:
    """The file without BOM, in blocks that end with a line. No byte of a character is that of a line end, in UTF-8 or
    GB18030."""
    rest = b""
    with found.open() as stream:
        if stream.read(3) != codecs.BOM_UTF8:
            stream.seek(0)
        while block := stream.read(BLOCK):
            end = block.rfind(b"\n") + 1
            if not end:
                rest += block
                _check_length(found, len(rest))
                continue
            yield rest + block[:end]
            rest = block[end:]
    if rest:
        yield rest


def _check_length(found: Found, length: int) -> None:
    """Raises FB-F008 for a line that has become that long without an end."""
    if length > _LONGEST_LINE:
        raise file_error("FB-F008", found.label, "a line of more than 32 MB")


def _by_lines(found: Found, codec: str, cut: _Cutter) -> Iterator[Chunk]:
    """Chunks whose lines count from 1 in each."""
    rest, held = "", list[str]()
    for block in text_blocks(found, codec):
        *lines, rest = (rest + block.removeprefix("\ufeff")).split("\n")
        _check_length(found, len(rest))
        held.extend(line for line in lines if line.strip(_PADDING))
        while len(held) >= CHUNK_ROWS:
            yield cut.chunk(held[:CHUNK_ROWS])
            held = held[CHUNK_ROWS:]
    if rest.strip(_PADDING):
        held.append(rest)
    if held:
        yield cut.chunk(held)


class _Cutter:
    """Cuts lines into cells. ``codec`` is the encoding whose bytes the widths count, ``""`` for characters."""

    def __init__(self, widths: tuple[tuple[str, int], ...], codec: str) -> None:
        self.names = [name for name, _ in widths]
        ends = list(accumulate(width for _, width in widths))
        self.slices = [slice(end - width, end) for end, (_, width) in zip(ends, widths, strict=True)]
        self.width, self.codec = ends[-1], codec

    def block(self, data: bytes) -> pl.DataFrame | None:
        """The cells of whole lines that all have exactly the width, without blank lines; None where they have not, a
        column cuts a character, or the encoding is a rare one."""
        if self.codec not in fixed_cells.CODECS:
            return None
        whole = b"".join((data, b"" if data.endswith(b"\n") else b"\n", PADDING))
        held = np.frombuffer(whole, np.uint8)
        cells = held[: len(whole) - len(PADDING)]
        for stride in (self.width + 1, self.width + 2):
            if cells.size % stride:
                continue
            matrix = cells.reshape(-1, stride)
            ends = (matrix[:, -1] == _NEWLINE).all() and int((cells == _NEWLINE).sum()) == len(matrix)
            if ends and (matrix[:, self.width : -1] == _RETURN).all():
                break
        else:
            return None
        cut = fixed_cells.cut(held, len(matrix), stride, self.slices, self.codec)
        if cut is None:
            return None
        views, decoded = cut
        frame = pl.DataFrame([series(name, views[at], held, decoded) for at, name in enumerate(self.names)])
        if not (frame.to_series(0) == "").any():
            return frame
        return frame.filter(pl.any_horizontal(pl.all() != ""))

    def chunk(self, lines: list[str]) -> Chunk:
        """The chunk of lines, the first of which is line 1."""
        stripped = [line.removesuffix("\r") for line in lines]
        frame = self._by_characters(stripped)
        if frame is not None:
            return Chunk(frame, 1)
        rows = [self._row(line) for line in stripped]
        good = [row for row in rows if isinstance(row, list)]
        kept = [at for at, row in enumerate(rows, start=1) if isinstance(row, list)]
        problems = [
            Problem(at, row, value_class(lines[at - 1])) for at, row in enumerate(rows, start=1) if isinstance(row, str)
        ]
        columns = {name: [row[at] for row in good] for at, name in enumerate(self.names)}
        return Chunk(text_frame(columns), 1, tuple(problems), pl.Series("line", kept, dtype=pl.UInt32))

    def _by_characters(self, lines: list[str]) -> pl.DataFrame | None:
        """All lines at once, where widths count characters and each line has them; else None."""
        if self.codec or any(len(line) != self.width for line in lines):
            return None
        column = pl.DataFrame({"line": lines})
        return column.select(
            pl.col("line").str.slice(part.start, part.stop - part.start).str.strip_chars(_PADDING).alias(name)
            for name, part in zip(self.names, self.slices, strict=True)
        )

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
