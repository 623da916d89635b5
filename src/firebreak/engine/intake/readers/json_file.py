"""JSON and JSON lines, record by record from a sliding window of text: a file of any size in bounded memory."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec

from firebreak.engine.intake.readers.encoding import encoding_of, text_blocks, utf8_blocks
from firebreak.engine.intake.readers.errors import file_error
from firebreak.engine.intake.readers.found import CHUNK_ROWS, TREE_ROWS, Chunk, Found, shifted
from firebreak.engine.intake.readers.text_objects import Raws, text_objects
from firebreak.engine.intake.readers.trees import Literal, Row, Unreadable, flatten, rows_to_chunks
from firebreak.engine.intake.spec_model import ChannelSpec
from firebreak.terms.errors import FileError

_WINDOW = 1 << 20
_AT_ONCE = 64 << 20
"""Bytes of JSON that may be in memory whole."""
_BATCH = 48 << 20
"""Bytes of JSON lines that are cut at once."""
_SPACES = re.compile(r"[ \t\r\n]*")


def _big(text: str) -> int | Literal:
    return int(text) if len(text) < 4000 else Literal(text)


_DECODER = json.JSONDecoder(parse_float=Literal, parse_int=_big)


def read_json(found: Found, spec: ChannelSpec) -> Iterator[Chunk]:
    """Records at ``record_path``: the elements of a list, or the values of an object when ``key_column`` is set; an
    object without key_column is one record. Raises FileError."""
    raws = _raw_elements(found, spec) if found.size <= _AT_ONCE and not spec.file.key_column else None
    if raws is None:
        yield from rows_to_chunks(found, spec, json_records(found, spec))
        return
    for first in range(0, len(raws), TREE_ROWS):
        yield from _quickly(found, spec, raws[first : first + TREE_ROWS], first + 1)


def _raw_elements(found: Found, spec: ChannelSpec) -> list[msgspec.Raw] | None:
    """The records of a whole file, each as it is written; None where there are none, or anything is unclear."""
    codec = encoding_of(found, spec.file.encoding)
    data = b"".join(utf8_blocks(found, codec)).removeprefix(codecs.BOM_UTF8)
    kind: Any = list[msgspec.Raw]
    for step in reversed([step for step in spec.file.record_path.split(".") if step]):
        if data.count(b'"' + step.encode() + b'"') != 1:  # written another way, or twice
            return None
        kind = msgspec.defstruct("Outer", [("inner", kind)], rename={"inner": step})
    try:
        value = msgspec.json.decode(data, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    while not isinstance(value, list):
        value = value.inner
    return value or None


def _quickly(found: Found, spec: ChannelSpec, raws: Sequence[bytes | msgspec.Raw], first: int) -> Iterator[Chunk]:
    """The chunk of these records, the first of which has line ``first``."""
    frame = text_objects(Raws.of(raws), spec)
    if frame is not None:
        yield Chunk(frame, first)
        return
    lists = spec.lists
    values = (_DECODER.decode(bytes(raw).decode()) for raw in raws)
    rows = (flatten(value, lists) if isinstance(value, dict) else Unreadable("FB-R004", value) for value in values)
    for chunk in rows_to_chunks(found, spec, rows):
        yield shifted(chunk, first - 1)


def json_records(found: Found, spec: ChannelSpec) -> Iterator[Row | Unreadable]:
    """The records as rows, one at a time. Raises FileError."""
    window = _Window(found, encoding_of(found, spec.file.encoding))
    for step in [step for step in spec.file.record_path.split(".") if step]:
        _descend(window, step)
    opener, key_column = window.peek(), spec.file.key_column
    lists = spec.lists
    if opener == "[":
        for value in _elements(window):
            yield flatten(value, lists) if isinstance(value, dict) else Unreadable("FB-R004", value)
    elif opener == "{" and key_column:
        for key in _keys(window):
            value = window.value()
            yield (
                {key_column: key, **flatten(value, lists)} if isinstance(value, dict) else Unreadable("FB-R004", value)
            )
    elif opener == "{":
        yield flatten(window.value(), lists)
        if not spec.file.record_path and window.peek(end=True) in ("{", "["):
            yield from _lines_after(window, lists)
    else:
        raise file_error("FB-F008", window.found.label, "no JSON list or object of records")
    if not spec.file.record_path and window.peek(end=True):
        raise file_error("FB-F015", window.found.label, "text after the end of the JSON")


def _lines_after(window: _Window, lists: dict[str, tuple[str, ...]]) -> Iterator[Row | Unreadable]:
    """JSON lines that came under a spec of JSON."""
    while window.peek(end=True):
        value = window.value()
        yield flatten(value, lists) if isinstance(value, dict) else Unreadable("FB-R004", value)


def _descend(window: _Window, step: str) -> None:
    if window.peek() == "{":
        for key in _keys(window):
            if key == step:
                return
            window.value()
    raise file_error("FB-F013", window.found.label, f'"{step}" of the record path')


def _keys(window: _Window) -> Iterator[str]:
    """The keys of the object here; after each, its value must be taken."""
    window.expect("{")
    if window.peek() == "}":
        window.expect("}")
        return
    while True:
        key = window.value()
        if not isinstance(key, str):
            raise window.damaged()
        window.expect(":")
        yield key
        if window.either(",", "}") == "}":
            return


def _elements(window: _Window) -> Iterator[Any]:
    window.expect("[")
    if window.peek() == "]":
        window.expect("]")
        return
    while True:
        yield window.value()
        if window.either(",", "]") == "]":
            return


class _Window:
    """The unread text, refilled from the file as values are taken from it."""

    def __init__(self, found: Found, codec: str) -> None:
        self.found = found
        self._blocks = text_blocks(found, codec, _WINDOW)
        self._text, self._at = "", 0
        if self._refill() and self._text.startswith("\ufeff"):
            self._at = 1

    def _refill(self, blocks: int = 1) -> bool:
        more = [block for _, block in zip(range(blocks), self._blocks, strict=False)]
        self._text, self._at = self._text[self._at :] + "".join(more), 0
        return bool(more)

    def peek(self, *, end: bool = False) -> str:
        """The next character that is no space; at the end of the file ``""`` where ``end`` allows it, else FB-F002."""
        while True:
            self._at = _SPACES.match(self._text, self._at).end()  # type: ignore[union-attr]  # matches always
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._refill():
                if end:
                    return ""
                raise file_error("FB-F002", self.found.label, "the JSON is not closed")

    def expect(self, letter: str) -> None:
        """Take this character."""
        if self.peek() != letter:
            raise self.damaged()
        self._at += 1

    def either(self, one: str, other: str) -> str:
        """Take one of two characters and say which."""
        letter = self.peek()
        if letter not in (one, other):
            raise self.damaged()
        self._at += 1
        return letter

    def value(self) -> Any:
        """Take one value. A number is complete only when something follows it."""
        self.peek()
        blocks = 1
        while True:
            start = self._at
            try:
                value, end = _DECODER.raw_decode(self._text, start)
            except json.JSONDecodeError as error:
                near_end = error.pos > len(self._text) - 16 or "Unterminated" in error.msg
                if not near_end or not self._refill(blocks):
                    raise self._unreadable(near_end) from None
            except RecursionError:
                raise self.damaged() from None
            else:
                if end < len(self._text):
                    self._at = end
                    return value
                if not self._refill():
                    self._at = end - start
                    return value
            blocks *= 2

    def _unreadable(self, near_end: bool) -> FileError:
        return file_error("FB-F002", self.found.label, "the JSON is not closed") if near_end else self.damaged()

    def damaged(self) -> FileError:
        """The FileError for text that is no JSON."""
        return file_error("FB-F015", self.found.label, "not JSON")


def read_json_lines(found: Found, spec: ChannelSpec) -> Iterator[Chunk]:
    """One record a line; a line that is no JSON is a problem of that line. Raises FileError."""
    if spec.file.record_path:
        yield from rows_to_chunks(found, spec, line_records(found, spec))
        return
    first, whole = 1, False
    for raws in _batches_of_lines(found, encoding_of(found, spec.file.encoding)):
        frame = text_objects(raws, spec)
        if frame is not None:
            for at in range(0, frame.height, CHUNK_ROWS):
                yield Chunk(frame.slice(at, CHUNK_ROWS), first + at)
            whole, first = True, first + frame.height
            continue
        for part in raws.parts(TREE_ROWS):
            for chunk in _lines_to_chunks(found, spec, part, any_read=whole):
                whole |= chunk.frame.height > 0
                yield shifted(chunk, first - 1)
            first += len(part)
    if first == 1:
        raise file_error("FB-F004", found.label, "no records")


def _batches_of_lines(found: Found, codec: str) -> Iterator[Raws]:
    """Lines to be cut at once: a batch of short ones has many more than a chunk."""
    for data in _batches(found, codec):
        yield from Raws.of_lines(data).parts(CHUNK_ROWS)


def _lines_to_chunks(found: Found, spec: ChannelSpec, raws: Raws, *, any_read: bool) -> Iterator[Chunk]:
    """Chunks whose lines count from 1."""
    frame = text_objects(raws, spec)
    if frame is not None:
        yield Chunk(frame, 1)
        return
    yield from rows_to_chunks(found, spec, _records(found, raws.lines(), spec, any_read=any_read))


def _batches(found: Found, codec: str) -> Iterator[bytes]:
    """The text in UTF-8, in batches of whole lines."""
    held: list[bytes] = []
    size = 0
    for block in utf8_blocks(found, codec):
        held.append(block)
        size += len(block)
        if size >= _BATCH and (end := block.rfind(b"\n") + 1):
            yield b"".join((*held[:-1], block[:end]))
            held, size = [block[end:]], len(block) - end
    if any(held):
        yield b"".join(held)


def line_records(found: Found, spec: ChannelSpec) -> Iterator[Row | Unreadable]:
    """The records as rows, one at a time. Raises FileError."""
    lines = _lines(found, encoding_of(found, spec.file.encoding))
    yield from _records(found, lines, spec, any_read=False)


def _records(
    found: Found, lines: Iterable[tuple[bytes, bool]], spec: ChannelSpec, *, any_read: bool
) -> Iterator[Row | Unreadable]:
    """The records of these lines. ``any_read``: has a line before them been JSON?"""
    path = [step for step in spec.file.record_path.split(".") if step]
    lists, last_failed = spec.lists, False
    for raw, ended in lines:
        line = raw.decode()
        try:
            value = _DECODER.decode(line)
        except (json.JSONDecodeError, RecursionError):
            last_failed = not ended
            if last_failed:
                break
            yield Unreadable("FB-R005", line[:400])
            continue
        any_read = True
        yield from _inside(value, path, lists)
    if last_failed:
        raise file_error("FB-F002" if any_read else "FB-F008", found.label, "its last line is not whole JSON")


def _inside(value: Any, path: list[str], lists: dict[str, tuple[str, ...]]) -> Iterator[Row | Unreadable]:
    for step in path:
        value = value.get(step) if isinstance(value, dict) else None
    for each in value if path and isinstance(value, list) else [value]:
        yield flatten(each, lists) if isinstance(each, dict) else Unreadable("FB-R004", each)


def _lines(found: Found, codec: str) -> Iterator[tuple[bytes, bool]]:
    """Lines that are not blank, in UTF-8, and whether each had a line end."""
    rest = b""
    for block in utf8_blocks(found, codec):
        *lines, rest = (rest + block).split(b"\n")
        yield from ((line, True) for line in lines if not _blank(line))
    if not _blank(rest):
        yield rest, False


def _blank(line: bytes) -> bool:
    return not line.startswith(b"{") and not line.decode().strip()
