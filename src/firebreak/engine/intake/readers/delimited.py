"""CSV and TSV in chunks of bounded memory: regular blocks are cut at once, ``loose`` reads the others.

A row with too many or too few cells is a problem of that row; the rows around it are read. Empty cells beyond the
header's width (``a,b,,,``) say nothing and are dropped.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl

from firebreak.engine.intake.kernels.delimited_cells import Cells, cut
from firebreak.engine.intake.kernels.views import Bytes, series
from firebreak.engine.intake.kernels.words import PADDING
from firebreak.engine.intake.readers.encoding import encoding_of, utf8_blocks
from firebreak.engine.intake.readers.errors import file_error
from firebreak.engine.intake.readers.found import CHUNK_ROWS, Chunk, Found, Problem, shifted, text_frame, unique_names
from firebreak.engine.intake.readers.limits import check_width
from firebreak.engine.intake.readers.loose import cells_of, read_loose
from firebreak.engine.intake.readers.records import cut as records_of
from firebreak.engine.intake.spec_model import ChannelSpec
from firebreak.terms.errors import value_class

_LONGEST_RECORD = 32 << 20
csv.field_size_limit(_LONGEST_RECORD)
_LONGEST_HEADER = 64 << 10
_RIVALS = (",", "\t", ";", "|")


@dataclass(frozen=True, slots=True)
class Layout:
    """How this file is written: its delimiter, quote (``""`` = none) and columns."""

    delimiter: str
    quote: str
    names: tuple[str, ...]


def read_delimited(found: Found, spec: ChannelSpec) -> Iterator[Chunk]:
    """The chunks of a CSV or TSV. Raises FileError; see the table of codes."""
    blocks = _with_line_ends(utf8_blocks(found, encoding_of(found, spec.file.encoding)))
    first = _with_header(blocks, spec)
    layout, start = layout_of(found, spec, first[0])
    check_width(found.label, len(layout.names), spec)
    line, rows = 1, 0
    for chunk in _blocks_to_chunks(found, layout, _from(first, start, blocks)):
        rows += chunk.rows_in
        shift = line - 1
        line += chunk.rows_in
        yield shifted(chunk, shift)
    if not rows:
        raise file_error("FB-F004", found.label, "a header without rows")


def first_delimited(found: Found, spec: ChannelSpec, count: int) -> Chunk:
    """The columns and about the first ``count`` rows, perhaps none. Raises FileError."""
    blocks = _with_line_ends(utf8_blocks(found, encoding_of(found, spec.file.encoding)))
    first = _with_header(blocks, spec)
    layout, start = layout_of(found, spec, first[0])
    lines = first[0][start:].split(b"\n", count)[:count]
    head = b"\n".join([*lines, b""])
    chunks = list(_blocks_to_chunks(found, layout, [(head, True)])) if lines else []
    return chunks[0] if chunks else Chunk(pl.DataFrame(schema=dict.fromkeys(layout.names, pl.String)), 1)


def _with_header(blocks: Iterator[tuple[bytes, bool]], spec: ChannelSpec) -> tuple[bytes, bool]:
    """The first block, and as many more as hold the whole header."""
    file = spec.file
    data, final = next(blocks)
    while file.header_row and not final and not _header_line(data, file.header_row, file.delimiter, file.quote)[1]:
        more, final = next(blocks)
        data += more
    return data, final


def _with_line_ends(blocks: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Blocks and whether each is the last, which then ends in a line end. Text whose lines end in a lone CR has LF."""
    held: bytes | None = None
    lone: bool | None = None
    for block in blocks:
        if lone is None and (b"\n" in block or b"\r" in block[:-1]):  # a CR at its end may belong to a CR LF
            lone = b"\n" not in block
        block = block.replace(b"\r", b"\n") if lone else block
        if held is not None:
            yield held, False
        held = block
    last = held or b""
    yield last if last.endswith(b"\n") else last + b"\n", True


def _from(first: tuple[bytes, bool], start: int, rest: Iterable[tuple[bytes, bool]]) -> Iterator[tuple[bytes, bool]]:
    yield first[0][start:], first[1]
    yield from rest


def layout_of(found: Found, spec: ChannelSpec, head: bytes) -> tuple[Layout, int]:
    """The layout, and the byte at which the first row starts. Raises FB-F004 without a header."""
    file = spec.file
    delimiter, quote = file.delimiter, file.quote
    if file.header_row == 0:
        return Layout(delimiter, quote, file.columns), 0
    raw, start = _header_line(head, file.header_row, delimiter, quote)
    if not raw.strip():
        raise file_error("FB-F004", found.label, f"row {file.header_row} should hold the column names")
    delimiter = _delimiter(raw, spec)
    cells = cells_of(raw, delimiter, quote)
    if cells is None:
        raise file_error("FB-F008", found.label, "a column name of more than 32 MB")
    return Layout(delimiter, quote, tuple(unique_names(cells))), start


def _header_line(head: bytes, row: int, delimiter: str, quote: str) -> tuple[str, int]:
    records = records_of(head, ord(delimiter), ord(quote) if quote else None, final=False)
    if not records.regular:
        records = records_of(head, ord(delimiter), None, final=False)
    if records.ends.size < row:
        return "", 0
    start, end = int(records.starts[row - 1]), int(records.ends[row - 1])
    return head[start:end].decode().rstrip("\r\n"), end


def _delimiter(header: str, spec: ChannelSpec) -> str:
    """The spec's delimiter, unless another one finds more of the spec's columns in the header."""
    quote, wanted = spec.file.quote, set(spec.file_columns)

    def hits(delimiter: str) -> int:
        return len(wanted & set(unique_names(cells_of(header, delimiter, quote) or [])))

    if hits(spec.file.delimiter) > 1 or len(header) > _LONGEST_HEADER:
        return spec.file.delimiter
    best = max((spec.file.delimiter, *_RIVALS), key=hits)
    return best if hits(best) > max(1, hits(spec.file.delimiter)) else spec.file.delimiter


def _blocks_to_chunks(found: Found, layout: Layout, blocks: Iterable[tuple[bytes, bool]]) -> Iterator[Chunk]:
    """Chunks whose lines count from 1 in each."""
    rest = b""
    for block, final in blocks:
        data = np.frombuffer(b"".join((rest, block, PADDING)), np.uint8)
        at, end, cells = 0, len(data) - len(PADDING), None
        while True:
            cells = cut(data, at, end, len(layout.names), (layout.delimiter, layout.quote), CHUNK_ROWS, final)
            if cells is None:
                break
            if cells.records:
                yield _regular_chunk(data, cells, layout)
            at = cells.end
            if cells.records < CHUNK_ROWS:
                break
        rest = data[at:end].tobytes()
        if cells is None or len(rest) > _LONGEST_RECORD:
            loose = read_loose(rest, layout.delimiter, layout.quote, final=final)
            rest = loose.rest
            if len(rest) > _LONGEST_RECORD:
                raise file_error("FB-F008", found.label, "a line of more than 32 MB")
            yield from _rows_to_chunks(loose.rows, loose.raws, layout)


def _regular_chunk(data: Bytes, cells: Cells, layout: Layout) -> Chunk:
    """The records with as many cells as columns, and a problem for each other one."""
    columns = [series(name, cells.views[at], data, cells.unquoted) for at, name in enumerate(layout.names)]
    frame = pl.DataFrame(columns)
    if not len(cells.bad):
        return Chunk(frame, 1)
    problems = tuple(
        Problem(line + 1, "FB-R001" if wide else "FB-R002", value_class(_shown(data, start, end)))
        for (line, start, end), wide in zip(cells.bad.tolist(), cells.wide.tolist(), strict=True)
    )
    return Chunk(frame, 1, problems, pl.Series("line", cells.lines + 1, dtype=pl.UInt32))


def _shown(data: Bytes, start: int, end: int) -> str:
    return data[start : min(end, start + 400)].tobytes().decode(errors="ignore").rstrip("\r\n")


def _rows_to_chunks(rows: list[list[str] | None], raws: list[str], layout: Layout) -> Iterator[Chunk]:
    for first in range(0, len(rows), CHUNK_ROWS):
        yield _rows_chunk(rows[first : first + CHUNK_ROWS], raws[first : first + CHUNK_ROWS], layout)


def _rows_chunk(rows: list[list[str] | None], raws: list[str], layout: Layout) -> Chunk:
    width = len(layout.names)
    good: list[list[str]] = []
    lines: list[int] = []
    problems = []
    for line, (row, raw) in enumerate(zip(rows, raws, strict=True), start=1):
        if row is not None and len(row) >= width and not any(row[width:]):
            good.append(row[:width])
            lines.append(line)
        else:
            code = "FB-R003" if row is None else "FB-R001" if len(row) > width else "FB-R002"
            problems.append(Problem(line, code, value_class(raw[:400])))
    columns = zip(*good, strict=True) if good else [[] for _ in layout.names]
    frame = text_frame({name: list(cells) for name, cells in zip(layout.names, columns, strict=True)})
    return Chunk(frame, 1, tuple(problems), pl.Series("line", lines, dtype=pl.UInt32))
