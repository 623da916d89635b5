"""Which encoding a text is in, and the text itself, block by block.

GBK and GB2312 are read as GB18030, of which they are part. Detection: a BOM says it; else the whole file is UTF-8 or
it is not; else UTF-16 by its zero bytes; else GB18030, where the sample is plausible Chinese: to be valid GB18030 alone
proves little, since most Big5 or damaged UTF-8 is valid GB18030 too, but of rare characters.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from firebreak.engine.intake.kernels import gb18030
from firebreak.engine.intake.readers.errors import file_error
from firebreak.engine.intake.readers.found import Found
from firebreak.terms.errors import FileError

BLOCK = 32 << 20
"""Bytes read at once: a hundred thousand rows or more, so that what a chunk costs whatever its size is small."""
_SAMPLE = 4 << 20
_LEADING = 0xC0
"""The least byte with which a character of several bytes begins in UTF-8."""
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_ALIASES = {"gbk": "gb18030", "gb2312": "gb18030", "cp936": "gb18030", "utf8": "utf-8"}


def encoding_of(found: Found, stated: str = "auto") -> str:
    """The Python codec of the file's text. Raises FB-F001, FB-F002, FB-F003, FB-F009."""
    with found.open() as stream:
        head = stream.read(_SAMPLE)
    if not head[:4096].strip() and not head.strip():
        raise file_error("FB-F001", found.label)
    bom = next((codec for mark, codec in _BOMS if head.startswith(mark)), None)
    codec = bom or ("auto" if stated == "auto" else codec_name(found, stated))
    if codec == "auto":
        codec = _guess(found, head)
    elif codec in ("utf-8", "utf-8-sig"):
        _whole_is_utf8(found)
    if not codec.startswith("utf-16"):
        _refuse_binary(found, head)
    return codec


def codec_name(found: Found, stated: str) -> str:
    """Python's name of an encoding, GBK and GB2312 widened to GB18030. Raises FB-F003 for one that does not exist."""
    name = stated.lower().replace("_", "-")
    try:
        return _ALIASES.get(name) or _ALIASES.get(codecs.lookup(name).name, name)
    except LookupError:
        raise file_error("FB-F003", found.label, "the spec's encoding is unknown") from None


def utf8_blocks(found: Found, codec: str, size: int = BLOCK) -> Iterator[bytes]:
    """The text as UTF-8 without BOM. ``codec`` is that of ``encoding_of``, which has proved a UTF-8 file to be one: it
    passes as it is, and its blocks may end inside a character. Raises FB-F002, FB-F003."""
    if codec == "gb18030":
        yield from _from_gb18030(found, size)
        return
    if codec not in ("utf-8", "utf-8-sig"):
        yield from (text.encode() for text in text_blocks(found, codec, size))
        return
    with found.open() as stream:
        if stream.read(3) != codecs.BOM_UTF8:
            stream.seek(0)
        while block := stream.read(size):
            yield block


def _from_gb18030(found: Found, size: int) -> Iterator[bytes]:
    """Most characters by table, the others of a block by Python's codec."""
    rest, position = b"", 0
    with found.open() as stream:
        while block := stream.read(size):
            data = rest + block
            text, read = gb18030.to_utf8(data)
            decoder = codecs.getincrementaldecoder("gb18030")("strict")
            try:
                left = decoder.decode(data[read:]).encode()
            except UnicodeDecodeError as error:
                raise _damaged(found, "gb18030", position + read + error.start) from None
            yield text.tobytes() + left
            rest = decoder.getstate()[0]
            position += len(data) - len(rest)
    if rest:
        raise _cut(found)


def text_blocks(found: Found, codec: str, size: int = BLOCK) -> Iterator[str]:
    """The text without BOM. Raises FB-F002, FB-F003."""
    decoder = codecs.getincrementaldecoder(codec)("strict")
    position = 0
    with found.open() as stream:
        while block := stream.read(size):
            pending = len(decoder.getstate()[0])
            try:
                text = decoder.decode(block)
            except UnicodeDecodeError as error:
                raise _damaged(found, codec, position - pending + error.start) from None
            position += len(block)
            yield text
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        raise _cut(found) from None


def _cut(found: Found) -> FileError:
    return file_error("FB-F002", found.label, "its last character is cut in two")


def _damaged(found: Found, codec: str, position: int) -> FileError:
    return file_error("FB-F003", found.label, f"not {codec.upper()} at byte {position:,}")


def _utf8_fault(found: Found) -> tuple[int, bool] | None:
    """Where the file stops being UTF-8, and whether that is only a last character cut in two."""
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    position = 0
    with found.open() as stream:
        while block := stream.read(BLOCK):
            pending = len(decoder.getstate()[0])
            try:
                decoder.decode(block)
            except UnicodeDecodeError as error:
                return position - pending + error.start, False
            position += len(block)
    pending = len(decoder.getstate()[0])
    return (position - pending, True) if pending else None


def _whole_is_utf8(found: Found) -> None:
    if not _is_utf8(found) and (fault := _utf8_fault(found)):
        position, cut = fault
        raise _cut(found) if cut else _damaged(found, "utf-8", position)


def _is_utf8(found: Found) -> bool:
    """Whether the whole file is UTF-8, by Arrow, which is seven times as fast as a decoder and does not say where
    not."""
    rest = b""
    with found.open() as stream:
        while block := stream.read(BLOCK):
            data = rest + block if rest else block
            whole = len(data) - _begun(data[-3:])
            if not _valid_utf8(data, whole):
                return False
            rest = data[whole:]
    return _valid_utf8(rest, len(rest))


def _begun(tail: bytes) -> int:
    """How many of the last bytes may be the beginning of a character."""
    return next((back for back in range(1, len(tail) + 1) if tail[-back] >= _LEADING), 0)


def _valid_utf8(data: bytes, length: int) -> bool:
    buffers = [None, pa.py_buffer(np.array([0, length], np.int64)), pa.py_buffer(data)]
    try:
        pa.Array.from_buffers(pa.large_string(), 1, buffers).validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _guess(found: Found, head: bytes) -> str:
    wide = _utf16_by_zeros(head)
    if wide:
        return wide
    fault = None if _is_utf8(found) else _utf8_fault(found)
    if fault is None:
        return "utf-8"
    position, cut = fault
    before = _multibyte(head[:position])
    if cut and before:
        raise _cut(found)
    if _is_chinese(head, final=found.size <= len(head)) and before < 20:
        return "gb18030"
    _refuse_binary(found, head)
    if before < 20 and _is_chinese(head, final=False):
        raise _cut(found)
    raise _damaged(found, "utf-8 or gb18030", position)


def _utf16_by_zeros(head: bytes) -> str:
    sample = np.frombuffer(head[: len(head) & ~1], np.uint8)
    if not sample.size:
        return ""
    even, odd = float((sample[::2] == 0).mean()), float((sample[1::2] == 0).mean())
    if max(even, odd) < 0.05 or min(even, odd) > 0.01:
        return ""
    codec = "utf-16-le" if odd > even else "utf-16-be"
    try:
        text = codecs.getincrementaldecoder(codec)("strict").decode(head)
    except UnicodeDecodeError:
        return ""
    return codec if all(letter.isprintable() or letter in "\r\n\t" for letter in text[:4096]) else ""


def _multibyte(valid: bytes) -> int:
    """Characters beyond ASCII in UTF-8 text (continuation bytes do not count)."""
    return int((np.frombuffer(valid, np.uint8) >= 0xC0).sum())


def _is_chinese(head: bytes, *, final: bool) -> bool:
    """Whether it decodes as GB18030 to common Chinese: level 1 of GB 2312, punctuation, full-width forms."""
    try:
        text = codecs.getincrementaldecoder("gb18030")("strict").decode(head, final=final)
    except UnicodeDecodeError:
        return False
    beyond = [letter for letter in text[:20_000] if letter > "\x7f"]
    return sum(map(_is_common, beyond)) >= 0.6 * len(beyond)


def _is_common(letter: str) -> bool:
    code = letter.encode("gb18030")
    return len(code) == 2 and code[1] >= 0xA1 and (0xB0 <= code[0] <= 0xD7 or 0xA1 <= code[0] <= 0xA3)


def _refuse_binary(found: Found, head: bytes) -> None:
    sample = np.frombuffer(head, np.uint8)
    control = (sample < 32) & (sample != 9) & (sample != 10) & (sample != 13) & (sample != 12)
    if (sample == 0).any() or control.mean() > 0.01:
        raise file_error("FB-F009", found.label)
