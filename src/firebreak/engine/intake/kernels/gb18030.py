"""GB18030 to UTF-8: characters of two bytes, and those of four below U+10000, by tables; those above by arithmetic.

What is no character is left to Python's codec, from which the tables are made.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt
from numba import njit

from firebreak.engine.intake.kernels.views import Bytes
from firebreak.engine.intake.kernels.words import PADDING, store, word

Table = npt.NDArray[np.uint32]
_LEAD, _LEADS, _TRAIL, _TRAILS = 0x81, 126, 0x40, 191
_PAIRS = _LEADS * _TRAILS
_FOUR = 39_420
"""Sequences of four bytes below U+10000: 0x81308130 to 0x8431A439, counted as mixed digits of base 126, 10, 126, 10."""
_ABOVE = 189_000
"""The number of 0x90308130, which is U+10000."""
_PACKED = 1 << 32
_HIGHS = np.uint64(0x8080808080808080)


@cache
def table() -> Table:
    """For each pair of lead and trail byte, then for each sequence of four: the character's bytes in UTF-8, the first
    lowest, and their number highest; 0 where Python knows none."""
    pairs = (bytes((lead + _LEAD, trail + _TRAIL)) for lead in range(_LEADS) for trail in range(_TRAILS))
    fours = (bytes((n // 12600 + _LEAD, n // 1260 % 10 + 48, n // 10 % 126 + _LEAD, n % 10 + 48)) for n in range(_FOUR))
    return np.array([_packed(each) for known in (pairs, fours) for each in known], np.uint32)


def _packed(sequence: bytes) -> int:
    try:
        text = sequence.decode("gb18030").encode()
    except UnicodeError:  # no character, or half a surrogate
        return 0
    return int.from_bytes(text, "little") | len(text) << 24


def to_utf8(data: bytes) -> tuple[Bytes, int]:
    """The text of ``data`` in UTF-8, and how many bytes of it were read: up to the first that is not sure."""
    out = np.empty(len(data) * 3 // 2 + len(PADDING), np.uint8)
    written, read = _decoded(np.frombuffer(data + PADDING, np.uint8), 0, len(data), out, 0, table())
    return out[:written], read


@njit(cache=True, nogil=True)
def _decoded(data, at, end, out, to, known):  # type: ignore[no-untyped-def] # numba infers the types
    return decoded(data, at, end, out, to, known)


@njit(cache=True, nogil=True, forceinline=True)
def decoded(data, at, end, out, to, known):  # type: ignore[no-untyped-def]
    """Write ``data[at:end]`` as UTF-8 to ``out`` from ``to`` on; one past the end of what was written, and of what
    was read: less than ``end`` where a character is cut or not sure. Eight bytes more than the text has must be there
    in both."""
    while at < end:
        eight = word(data, at)
        if not eight & _HIGHS and at + 8 <= end:
            store(out, to, eight)
            at, to = at + 8, to + 8
            continue
        lead = np.int64(data[at])
        if lead < 0x80:
            out[to] = lead
            at, to = at + 1, to + 1
            continue
        code, length = _looked_up(data, at, known)
        if code == 0 or at + length > end:
            break
        if code > _PACKED:
            to = write(out, to, code - _PACKED)
        else:
            out[to], out[to + 1], out[to + 2] = code & 0xFF, (code >> 8) & 0xFF, (code >> 16) & 0xFF
            to += code >> 24
        at += length
    return to, at


@njit(cache=True, nogil=True, forceinline=True)
def _looked_up(data, at, known):  # type: ignore[no-untyped-def]
    """A character beyond ASCII as in ``table``, or its number and _PACKED; 0 for none; and its bytes."""
    lead, second = np.int64(data[at]) - _LEAD, np.int64(data[at + 1])
    if not 0 <= lead < _LEADS:
        return 0, 1
    if _TRAIL <= second < _TRAIL + _TRAILS:
        return np.int64(known[lead * _TRAILS + second - _TRAIL]), 2
    third, fourth = np.int64(data[at + 2]) - _LEAD, np.int64(data[at + 3]) - 48
    if not (48 <= second < 58 and 0 <= third < _LEADS and 0 <= fourth < 10):
        return 0, 4
    number = ((lead * 10 + second - 48) * 126 + third) * 10 + fourth
    if number < _FOUR:
        return np.int64(known[_PAIRS + number]), 4
    return (_PACKED + 0x10000 + number - _ABOVE if 0 <= number - _ABOVE < 0x100000 else 0), 4


@njit(cache=True, nogil=True, forceinline=True)
def write(out, to, code):  # type: ignore[no-untyped-def]
    """Write a character as UTF-8; one past its end."""
    if code < 0x80:
        out[to] = code
        return to + 1
    if code < 0x800:
        out[to], out[to + 1] = 0xC0 | (code >> 6), 0x80 | (code & 63)
        return to + 2
    if code < 0x10000:
        out[to], out[to + 1], out[to + 2] = 0xE0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63)
        return to + 3
    out[to], out[to + 1] = 0xF0 | (code >> 18), 0x80 | ((code >> 12) & 63)
    out[to + 2], out[to + 3] = 0x80 | ((code >> 6) & 63), 0x80 | (code & 63)
    return to + 4
