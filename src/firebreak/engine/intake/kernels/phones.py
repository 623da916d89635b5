"""Chinese numbers with their country's code or, of mobiles, without one."""

from __future__ import annotations

import numpy as np
from numba import njit

from firebreak.engine.intake.kernels.texts import Texts, Which
from firebreak.engine.intake.kernels.views import Bytes, Words, put, put_missing
from firebreak.engine.intake.kernels.words import PADDING

_LONGEST = 14
"""+86 and eleven digits."""
_PLUS, _ZERO, _TWO, _THREE, _NINE = 43, 48, 50, 51, 57


def phones(texts: Texts) -> tuple[Words, Bytes, Which]:
    """E.164 as views into a buffer, missing where a cell is left, and which are not."""
    count = len(texts)
    views, sure = np.empty((1, count, 2), np.uint64), np.zeros(count, np.bool_)
    out = np.empty(count * _LONGEST + len(PADDING), np.uint8)
    _phones(texts.data, texts.starts, texts.ends, texts.known, views, out, sure)
    return views[0], out, sure


@njit(cache=True, nogil=True)
def _phones(data, starts, ends, known, views, out, sure):  # type: ignore[no-untyped-def] # numba infers the types
    used = 0
    for row in range(starts.shape[0]):
        at = _national(data, starts[row], ends[row]) if known[row] else -1
        if at < 0:
            put_missing(views, 0, row)
            continue
        out[used], out[used + 1], out[used + 2] = _PLUS, _ZERO + 8, _ZERO + 6
        length = ends[row] - at
        for nth in range(length):
            out[used + 3 + nth] = data[at + nth]
        put(views, 0, row, out, used, length + 3, 0)
        sure[row] = True
        used += length + 3


@njit(cache=True, nogil=True)
def _national(data, start, end):  # type: ignore[no-untyped-def]
    """Where the number within China begins; -1 where the text is none. A mobile stands alone or after 86, +86, 0086;
    a landline after these: of eight digits behind 10 and 2x, of seven or eight behind other area codes, none of which
    begins with 0, 1 or 9."""
    if end - start == 11 and _mobile(data, start, end):
        return start
    at = start
    if data[at] == _PLUS:
        at += 1
    elif data[at] == _ZERO and data[at + 1] == _ZERO:
        at += 2
    if end - at < 11 or data[at] != _ZERO + 8 or data[at + 1] != _ZERO + 6:
        return -1
    at += 2
    if _mobile(data, at, end) or _landline(data, at, end):
        return at
    return -1


@njit(cache=True, nogil=True, forceinline=True)
def _mobile(data, at, end):  # type: ignore[no-untyped-def]
    return end - at == 11 and data[at] == _ZERO + 1 and data[at + 1] >= _THREE and _digits(data, at, end)


@njit(cache=True, nogil=True)
def _landline(data, at, end):  # type: ignore[no-untyped-def]
    if end - at < 9 or not _digits(data, at, end):
        return False
    if (data[at] == _ZERO + 1 and data[at + 1] == _ZERO) or data[at] == _TWO:
        return end - at == 10 and _TWO <= data[at + 2] <= _ZERO + 8
    return data[at] >= _THREE and 10 <= end - at <= 11 and _TWO <= data[at + 3] <= _ZERO + 8


@njit(cache=True, nogil=True, forceinline=True)
def _digits(data, at, end):  # type: ignore[no-untyped-def]
    while at < end:
        if not _ZERO <= data[at] <= _NINE:
            return False
        at += 1
    return True
