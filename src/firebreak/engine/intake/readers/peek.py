"""The beginning of a file under one layout: its columns and its first rows, without reading the rest.

Texts are read from their first 96 kB, cut at a line end. A workbook has to be parsed as a whole, but once.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import islice

import polars as pl

from firebreak.engine.intake.readers.delimited import first_delimited
from firebreak.engine.intake.readers.encoding import encoding_of
from firebreak.engine.intake.readers.errors import file_error
from firebreak.engine.intake.readers.excel import Book, book_of, first_rows
from firebreak.engine.intake.readers.fixed import read_fixed
from firebreak.engine.intake.readers.found import Chunk, Found
from firebreak.engine.intake.readers.json_file import json_records, line_records
from firebreak.engine.intake.readers.magic import kind_of
from firebreak.engine.intake.readers.read import name_columns, reader_of
from firebreak.engine.intake.readers.trees import Row, Unreadable, rows_to_chunks
from firebreak.engine.intake.readers.xml_file import xml_records
from firebreak.engine.intake.readers.yaml_file import read_yaml
from firebreak.engine.intake.spec_model import DELIMITED, ChannelSpec
from firebreak.terms.errors import FileError

ROWS = 200
_HEAD = 96 << 10
_HEAD_YAML = 16 << 10


@dataclass(frozen=True, slots=True)
class Glimpse:
    """``columns`` the file has; ``frame`` up to ROWS rows of them; ``header``: whether the file itself names them;
    ``fits``: the share of rows that could be cut into them."""

    columns: tuple[str, ...]
    frame: pl.DataFrame
    header: bool
    fits: float


class Peeker:
    """Looks into one file under many layouts; what two layouts share is read once."""

    def __init__(self, found: Found, sampled: dict[tuple[str, tuple[str, ...]], float | None] | None = None) -> None:
        self.found = found
        self.sampled = {} if sampled is None else sampled
        self.kind = kind_of(found) if found.size else "text"
        self._book: Book | None = None
        self._heads: dict[str, Found | FileError] = {}
        self._chunks: dict[object, Chunk | FileError] = {}

    def glimpse(self, spec: ChannelSpec, *, rows: bool = False) -> Glimpse:
        """Columns, and rows where these are asked for, or tell the columns. Raises FileError where the file cannot be
        of this layout, or cannot be read at all."""
        reader_of(self.found, spec)
        file = replace(spec.file, names=(), name_columns="", skip_rows_matching="")
        count = ROWS if rows or not spec.file.header_row else 0
        key = (file, tuple(spec.lists.items()), spec.file.format in DELIMITED and count)
        if key not in self._chunks:
            try:
                self._chunks[key] = self._chunk(spec, count)
            except FileError as error:
                self._chunks[key] = error
        chunk = self._chunks[key]
        if isinstance(chunk, FileError):
            raise chunk
        named = name_columns(self.found, spec)
        frame = chunk.frame.with_columns(pl.lit(value, dtype=pl.String).alias(name) for name, value in named.items())
        header = spec.file.format != "fixed" and not (spec.file.header_row == 0 and spec.file.columns)
        return Glimpse(tuple(frame.columns), frame, header, chunk.frame.height / max(chunk.rows_in, 1))

    def _chunk(self, spec: ChannelSpec, count: int) -> Chunk:
        if self.kind in ("xlsx", "xls"):
            self._book = self._book or book_of(self.found)
            return first_rows(self._book, self.found, spec, ROWS)
        wide = replace(spec, columns=(), combine=(), several=tuple(each for each in spec.several if each.list))
        if spec.file.format == "xml":
            return _first(self.found, wide, _until_cut(xml_records(self._raw_head(), spec)))
        head = self._head(spec.file.encoding)
        told = replace(wide, file=replace(spec.file, encoding="utf-8"))
        if spec.file.format == "json" or (spec.file.format == "yaml" and self.kind == "tree"):
            return _first(head, told, _until_cut(json_records(head, told)))
        if spec.file.format == "jsonl":
            return _first(head, told, _until_cut(line_records(head, told)))
        if spec.file.format == "fixed":
            return next(iter(read_fixed(self._first_lines(), spec)))
        if spec.file.format == "yaml":
            return next(iter(read_yaml(_beginning_of_yaml(head, self.found.size), told)))
        return first_delimited(head, replace(spec, file=told.file), count)

    def _raw_head(self) -> Found:
        with self.found.open() as stream:
            return replace(self.found, data=stream.read(_HEAD))

    def _head(self, encoding: str) -> Found:
        """The beginning as UTF-8 with whole lines."""
        if encoding not in self._heads:
            try:
                self._heads[encoding] = self._decoded(encoding)
            except FileError as error:
                self._heads[encoding] = error
        head = self._heads[encoding]
        if isinstance(head, FileError):
            raise head
        return head

    def _decoded(self, encoding: str) -> Found:
        raw = self._raw_head()
        text = _decoder(raw, encoding, whole=self.found.size <= _HEAD)
        if self.found.size > _HEAD:
            text = text[: text.rfind("\n") + 1] or text
        return replace(self.found, data=text.removeprefix("\ufeff").encode())

    def _first_lines(self) -> Found:
        """The first whole lines, as they are."""
        raw = self._raw_head()
        assert isinstance(raw.data, bytes)
        lines = raw.data.split(b"\n", ROWS)
        return raw if len(lines) <= ROWS and self.found.size <= _HEAD else replace(raw, data=b"\n".join(lines[:-1]))


def _beginning_of_yaml(head: Found, size: int) -> Found:
    """The head up to where its last document, list item or key at the margin begins; all of it, if that is the file."""
    assert isinstance(head.data, bytes)
    if size <= _HEAD_YAML:
        return head
    last = [match.start() for match in re.finditer(rb"^[^\s#]", head.data[:_HEAD_YAML], re.M)][-1:]
    return replace(head, data=head.data[: last[0]] if last and last[0] else head.data)


def _decoder(raw: Found, encoding: str, *, whole: bool) -> str:
    """The text of a beginning, whose last character may be cut in two where it is not the whole file."""
    assert isinstance(raw.data, bytes)
    data = raw.data
    if not whole:
        data = data[: data.rfind(b"\n") + 1] or data
        data = data[: len(data) & ~1] if b"\x00" in data else data
    codec = _codec_of_beginning(raw, data, encoding, whole)
    try:
        return codecs.getincrementaldecoder(codec)("strict").decode(data, final=whole)
    except UnicodeDecodeError as error:
        raise file_error("FB-F003", raw.label, f"not {codec.upper()} at byte {error.start:,}") from None


def _codec_of_beginning(raw: Found, data: bytes, encoding: str, whole: bool) -> str:
    """The codec of a beginning. One without a line end may stop inside a character of up to four bytes: the file is
    then not cut off, only the beginning is."""
    for missing in range(1 if whole else 4):
        try:
            return encoding_of(replace(raw, data=data[: len(data) - missing]), encoding)
        except FileError as error:
            if error.code != "FB-F002" or whole:
                raise
    raise file_error("FB-F003", raw.label, "the beginning is of no known encoding")


def _until_cut(rows: Iterable[Row | Unreadable]) -> list[Row | Unreadable]:
    """The first rows. Where the beginning ends inside a record the rows before it count; where none was, it raises."""
    taken: list[Row | Unreadable] = []
    try:
        taken.extend(islice(rows, ROWS))
    except FileError:
        if not taken:
            raise
    return taken


def _first(found: Found, spec: ChannelSpec, rows: Iterable[Row | Unreadable]) -> Chunk:
    return next(iter(rows_to_chunks(found, spec, rows)))
