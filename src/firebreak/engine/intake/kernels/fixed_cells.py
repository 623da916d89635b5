"""Lines of one width cut into cells by their bytes, without the blanks that pad them: a view a cell."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numba import njit

from firebreak.engine.intake.kernels.gb18030 import decoded, table
from firebreak.engine.intake.kernels.views import Bytes, Words, put
from firebreak.engine.intake.kernels.words import PADDING, word

CODECS = ("gb18030", "utf-8")
_SPACE, _RETURN = 32, 13
_HIGHS = np.uint64(0x8080808080808080)


def cut(data: Bytes, lines: int, stride: int, slices: Sequence[slice], codec: str) -> tuple[Words, Bytes] | None:
    """The cells of lines that are ``stride`` bytes apart, (columns, lines, 2), and the views' second buffer. PADDING
    follows the lines; UTF-8 is known to be such as a whole. None where a column cuts a character."""
    views = np.empty((len(slices), lines, 2), np.uint64)
    spans = np.array([(each.start, each.stop) for each in slices], np.int64)
    wide = codec == "gb18030"
    side = np.empty((len(data) * 3 // 2 if wide else 0) + len(PADDING), np.uint8)
    used = _cells(data, lines, stride, spans, wide, table(), views, side)
    return None if used < 0 else (views, side)


@njit(cache=True, nogil=True)
def _cells(data, lines, stride, spans, wide, known, views, side):  # type: ignore[no-untyped-def] # numba infers the types
    """How much of ``side`` is used; -1 where a character is cut."""
    to = 0
    for row in range(lines):
        for column in range(spans.shape[0]):
            start, end = row * stride + spans[column, 0], row * stride + spans[column, 1]
            first, last = _stripped(data, start, end)
            if _ascii(data, first, last):
                put(views, column, row, data, first, last - first, 0)
            elif wide:
                until, read = decoded(data, first, last, side, to, known)
                if read < last:
                    return -1
                first, last = _without_blanks(side, to, until)
                put(views, column, row, side, first, last - first, 1)
                to = until
            else:
                if data[start] & 0xC0 == 0x80 or data[end] & 0xC0 == 0x80:
                    return -1
                first, last = _without_blanks(data, first, last)
                put(views, column, row, data, first, last - first, 0)
    return to


@njit(cache=True, nogil=True, forceinline=True)
def _stripped(data, start, end):  # type: ignore[no-untyped-def]
    """Without spaces and returns before and behind: neither is ever part of another character."""
    while end > start and (data[end - 1] == _SPACE or data[end - 1] == _RETURN):
        end -= 1
    while start < end and (data[start] == _SPACE or data[start] == _RETURN):
        start += 1
    return start, end


@njit(cache=True, nogil=True, forceinline=True)
def _ascii(data, start, end):  # type: ignore[no-untyped-def]
    while start + 8 <= end:
        if word(data, start) & _HIGHS:
            return False
        start += 8
    while start < end:
        if data[start] >= 0x80:
            return False
        start += 1
    return True


@njit(cache=True, nogil=True)
def _without_blanks(text, start, end):  # type: ignore[no-untyped-def]
    """UTF-8 without any blank before and behind: U+3000 too."""
    while True:
        before = end - start
        start, end = _stripped(text, start, end)
        if end - start >= 3 and text[end - 3] == 0xE3 and text[end - 2] == 0x80 and text[end - 1] == 0x80:
            end -= 3
        if end - start >= 3 and text[start] == 0xE3 and text[start + 1] == 0x80 and text[start + 2] == 0x80:
            start += 3
        if end - start == before:
            return start, end
