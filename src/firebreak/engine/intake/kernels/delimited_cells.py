"""Records of a delimited text (RFC 4180) cut into cells: one pass over the bytes, a view a cell.

A quote opens at the start of a cell and closes at its end, and is doubled within. Where that does not hold the text
is irregular, and the caller reads it line by line.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numba import njit

from firebreak.engine.intake.kernels.views import Bytes, Words, put
from firebreak.engine.intake.kernels.words import PADDING, equal, first_set, word

Numbers = npt.NDArray[np.int64]
_NEWLINE, _RETURN, _NO_QUOTE = 10, 13, 256
_PLAIN, _UNQUOTED = 0, 1
"""Buffers of the views: the text itself, and cells that were written with doubled quotes."""
_AT, _GOOD, _SEEN, _BAD, _SIDE, _IRREGULAR, _SIZE = 0, 1, 2, 3, 4, 5, 6


@dataclass(frozen=True, slots=True)
class Cells:
    """``views`` (columns, rows, 2) of the records that have as many cells as there are columns, or only empty ones
    beyond; ``lines`` (rows,) which of the ``records`` each is, from 0. ``bad`` (others, 3): which record another is,
    where it begins and ends; ``wide`` (others,): whether it has too many cells. Blank records do not count. ``end``:
    where the next begins."""

    views: Words
    lines: Numbers
    bad: Numbers
    wide: npt.NDArray[np.bool_]
    records: int
    unquoted: Bytes
    end: int


def cut(
    data: Bytes, start: int, end: int, columns: int, marks: tuple[str, str], most: int, final: bool
) -> Cells | None:
    """Up to ``most`` records of ``data[start:end]``, PADDING behind it. ``marks`` are the delimiter and the quote
    (``""``: none). ``final``: nothing follows, and the last record has its line end. None where it is irregular."""
    delimiter, quote = ord(marks[0]), ord(marks[1]) if marks[1] else _NO_QUOTE
    room = min(most, int(np.count_nonzero(data[start:end] == _NEWLINE)))
    views = np.empty((columns, room + 1, 2), np.uint64)
    lines, bad, wide = np.empty(room, np.int64), np.empty((room, 3), np.int64), np.empty(room, np.bool_)
    side = np.empty(end - start + len(PADDING), np.uint8)  # costs nothing where nothing is written
    state = np.zeros(_SIZE, np.int64)
    state[_AT] = start
    _records(data, end, delimiter, quote, most, views, lines, bad, wide, side, state)
    if state[_IRREGULAR] or (final and state[_AT] < end and state[_SEEN] < most):
        return None
    good, others = int(state[_GOOD]), int(state[_BAD])
    return Cells(views[:, :good], lines[:good], bad[:others], wide[:others], int(state[_SEEN]), side, int(state[_AT]))


@njit(cache=True, nogil=True)
def _records(data, end, delimiter, quote, most, views, lines, bad, wide, side, state):  # type: ignore[no-untyped-def] # numba
    columns = views.shape[0]
    at = state[_AT]
    while at < end and state[_SEEN] < most:
        if data[at] == _NEWLINE or (data[at] == _RETURN and data[at + 1] == _NEWLINE and at + 1 < end):
            at += 1 if data[at] == _NEWLINE else 2
            state[_AT] = at
            continue
        start, row, cells, surplus = at, state[_GOOD], 0, False
        while True:
            if data[at] == quote:
                after = _quoted(data, at + 1, end, delimiter, quote, views, min(cells, columns), row, side, state)
                surplus |= cells >= columns and not (data[at + 1] == quote and _empty(data, at + 2, after))
            else:
                after = _unquoted(data, at, end, delimiter, quote, views, min(cells, columns), row, state)
                surplus |= cells >= columns and not _empty(data, at, after)
            if after < 0:
                return
            cells += 1
            at = after + 1
            if data[after] == _NEWLINE:
                break
        if cells == columns or (cells > columns and not surplus):
            lines[row] = state[_SEEN]
            state[_GOOD] += 1
        else:
            other = state[_BAD]
            bad[other, 0], bad[other, 1], bad[other, 2], wide[other] = state[_SEEN], start, at, cells > columns
            state[_BAD] += 1
        state[_SEEN] += 1
        state[_AT] = at


@njit(cache=True, nogil=True, forceinline=True)
def _empty(data, at, after):  # type: ignore[no-untyped-def]
    """Whether a cell that ends before ``after`` has nothing from ``at`` on."""
    return after == at or (after == at + 1 and data[at] == _RETURN and data[after] == _NEWLINE)


@njit(cache=True, nogil=True, forceinline=True)
def _unquoted(data, at, end, delimiter, quote, views, column, row, state):  # type: ignore[no-untyped-def]
    """Where the delimiter or line end after the cell at ``at`` stands; -1 where it does not end, or has a quote inside.
    What lies beyond the columns is put into none."""
    start = at
    while at < end:
        eight = word(data, at)
        found = equal(eight, delimiter) | equal(eight, _NEWLINE)
        if quote != _NO_QUOTE:
            found |= equal(eight, quote)
        if found:
            at += first_set(found)
            break
        at += 8
    if at >= end:
        return -1
    if data[at] == quote:
        state[_IRREGULAR] = 1
        return -1
    if column < views.shape[0]:
        length = at - start
        if length and data[at] == _NEWLINE and data[at - 1] == _RETURN:
            length -= 1
        put(views, column, row, data, start, length, _PLAIN)
    return at


@njit(cache=True, nogil=True)
def _quoted(data, at, end, delimiter, quote, views, column, row, side, state):  # type: ignore[no-untyped-def]
    """As ``_unquoted``, for a cell whose quote has been opened before ``at``."""
    start, first, doubled = at, state[_SIDE], False
    to = first
    while at < end:
        if data[at] != quote:
            at += 1
        elif data[at + 1] == quote and at + 1 < end:
            side[to : to + at + 1 - start] = data[start : at + 1]
            to, at = to + at + 1 - start, at + 2
            start, doubled = at, True
        else:
            break
    after = at + 1
    if after < end and data[after] == _RETURN:
        after += 1
    if after >= end:
        return -1
    if data[after] != _NEWLINE and (data[after] != delimiter or after > at + 1):
        state[_IRREGULAR] = 1
        return -1
    if doubled:
        side[to : to + at - start] = data[start:at]
        to += at - start
        state[_SIDE] = to
    if column < views.shape[0]:
        if doubled:
            put(views, column, row, side, first, to - first, _UNQUOTED)
        else:
            put(views, column, row, data, start, at - start, _PLAIN)
    return after
