"""JSON objects of texts cut into columns: one pass over the bytes, no object a record.

A plan says which keys an object has, and what stands behind each: a text, an object, or a list of flat objects of
texts. What is not of the plan (another key, a key twice, a number, a control character, half a surrogate, anything
that is no JSON) is refused, and the caller reads the records one by one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numba import njit

from firebreak.engine.intake.kernels.gb18030 import write
from firebreak.engine.intake.kernels.views import Bytes, Words, put, put_missing
from firebreak.engine.intake.kernels.words import PADDING, below, equal, first_set, word

Numbers = npt.NDArray[np.int64]
TEXT, OBJECT, LIST = 0, 1, 2
_END, _KIND, _TARGET, _NODE = 0, 1, 2, 3
MOST_KEYS = 62
"""Keys of one object: which were seen is held in one number."""
_DEEPEST = 16
_FEW_CELLS = 1 << 20
"""Cells of 16 bytes that are no matter. Above it there may be as many as bytes: a key with its value takes six."""
_QUOTE, _ESCAPE, _COMMA, _COLON, _OPEN, _CLOSE, _LIST_OPEN, _LIST_CLOSE = 34, 92, 44, 58, 123, 125, 91, 93
_PLAIN, _UNESCAPED = 0, 1
"""Buffers of the views: the records' own bytes, and texts that were written with escapes."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What the records are. ``nodes`` (objects, 3): first key, one past the last, bits of the keys it must have; node
    0 is the record. ``keys`` (keys, 4): where its name ends in ``names``, TEXT, OBJECT or LIST, then the column, node
    or list, and for a list the node of its objects. ``names`` are the keys one after the other, each with its closing
    quote, then PADDING. Columns of records and of elements count apart, those of all ``lists`` together."""

    nodes: Numbers
    keys: Numbers
    names: Bytes
    columns: int
    element_columns: int
    lists: int


@dataclass(frozen=True, slots=True)
class Cut:
    """``rows`` (columns, records, 2) and ``listed`` (element columns, elements, 2) are views; ``offsets`` (lists,
    records + 1) say which elements are a record's; ``unescaped`` is the second buffer of the views."""

    rows: Words
    listed: Words
    offsets: Numbers
    unescaped: Bytes


def cut(data: Bytes, starts: Numbers, ends: Numbers, plan: Plan) -> Cut | None:
    """Cut the records ``data[starts:ends]``. A line end follows each, and PADDING the last. None where one is
    refused, or where there would be more cells than bytes: whose keys are mostly absent need not take up memory."""
    span = data[starts[0] : ends[-1]]
    room = int(np.count_nonzero(span == _OPEN)) if plan.element_columns else 0
    if max(plan.columns * len(starts), plan.element_columns * room) > max(len(span), _FEW_CELLS):
        return None
    rows = np.full((plan.columns, len(starts), 2), 0xFFFFFFFFFFFFFFFF, np.uint64)
    listed = np.empty((plan.element_columns, room, 2), np.uint64)
    offsets = np.zeros((plan.lists, len(starts) + 1), np.int64)
    side = np.empty(len(span) + len(PADDING), np.uint8)  # costs nothing where nothing is written
    used = np.zeros(1, np.int64)
    counts = np.zeros(plan.lists, np.int64)
    if not _records(data, starts, ends, plan.nodes, plan.keys, plan.names, rows, listed, offsets, counts, side, used):
        return None
    return Cut(rows, listed[:, : int(counts.max(initial=0))], offsets, side[: int(used[0])])


@njit(cache=True, nogil=True)
def _records(data, starts, ends, nodes, keys, names, rows, listed, offsets, counts, side, used):  # type: ignore[no-untyped-def] # numba
    node, seen = np.zeros(_DEEPEST, np.int64), np.zeros(_DEEPEST, np.int64)
    for row in range(starts.shape[0]):
        node[0] = seen[0] = 0
        at = _record(
            data, _spaces(data, starts[row]), nodes, keys, names, row, rows, listed, counts, side, used, node, seen
        )
        if at < 0 or _spaces(data, at) < ends[row] or at > ends[row]:
            return False
        for each in range(counts.shape[0]):
            offsets[each, row + 1] = counts[each]
    return True


@njit(cache=True, nogil=True)
def _record(data, at, nodes, keys, names, row, rows, listed, counts, side, used, node, seen):  # type: ignore[no-untyped-def]
    """One past the end of the object at ``at``, which may hold others; -1 where it is refused."""
    if data[at] != _OPEN:
        return -1
    at, depth, key, fresh = _spaces(data, at + 1), 0, -1, True
    while True:
        if not (fresh and data[at] == _CLOSE):
            at, key = _key(data, at, keys, names, nodes[node[depth], 0], nodes[node[depth], 1], key)
            if at < 0 or (seen[depth] >> (key - nodes[node[depth], 0])) & 1:
                return -1
            seen[depth] |= 1 << (key - nodes[node[depth], 0])
            if keys[key, _KIND] == OBJECT:
                depth += 1
                if data[at] != _OPEN or depth == _DEEPEST:
                    return -1
                node[depth], seen[depth], key, fresh = keys[key, _TARGET], 0, -1, True
                at = _spaces(data, at + 1)
                continue
            if keys[key, _KIND] == TEXT:
                at = _text(data, at, rows, keys[key, _TARGET], row, side, used)
            else:
                inner = keys[key, _NODE]
                first, last, which = nodes[inner, 0], nodes[inner, 1], keys[key, _TARGET]
                at = _list(data, at, keys, names, first, last, which, listed, counts, side, used)
            if at < 0:
                return -1
            at = _spaces(data, at)
        while data[at] == _CLOSE and not nodes[node[depth], 2] & ~seen[depth]:
            depth -= 1
            if depth < 0:
                return at + 1
            at, key = _spaces(data, at + 1), -1
        if data[at] != _COMMA:
            return -1
        at, fresh = _spaces(data, at + 1), False


@njit(cache=True, nogil=True, forceinline=True)
def _list(data, at, keys, names, first, last, which, listed, counts, side, used):  # type: ignore[no-untyped-def]
    """One past the end of a list of flat objects, or of null; -1 where it is refused."""
    if data[at] != _LIST_OPEN:
        return _null(data, at)
    at = _spaces(data, at + 1)
    if data[at] == _LIST_CLOSE:
        return at + 1
    while True:
        at = _element(data, at, keys, names, first, last, counts[which], listed, side, used)
        if at < 0:
            return -1
        counts[which] += 1
        at = _spaces(data, at)
        if data[at] == _LIST_CLOSE:
            return at + 1
        if data[at] != _COMMA:
            return -1
        at = _spaces(data, at + 1)


@njit(cache=True, nogil=True, forceinline=True)
def _element(data, at, keys, names, first, last, row, listed, side, used):  # type: ignore[no-untyped-def]
    """One past the end of a flat object of texts; -1 where it is refused."""
    for key in range(first, last):
        put_missing(listed, keys[key, _TARGET], row)
    if data[at] != _OPEN:
        return -1
    at, seen, key = _spaces(data, at + 1), 0, -1
    if data[at] == _CLOSE:
        return at + 1
    while True:
        at, key = _key(data, at, keys, names, first, last, key)
        if at < 0 or (seen >> (key - first)) & 1:
            return -1
        seen |= 1 << (key - first)
        at = _text(data, at, listed, keys[key, _TARGET], row, side, used)
        if at < 0:
            return -1
        at = _spaces(data, at)
        if data[at] == _CLOSE:
            return at + 1
        if data[at] != _COMMA:
            return -1
        at = _spaces(data, at + 1)


@njit(cache=True, nogil=True, forceinline=True)
def _key(data, at, keys, names, first, last, before):  # type: ignore[no-untyped-def]
    """Where the value of the key at ``at`` begins, and which key it is: mostly the one after ``before``. -1: none."""
    if data[at] != _QUOTE:
        return -1, -1
    at += 1
    guess = before + 1 if before >= first and before + 1 < last else first
    for nth in range(last - first):
        key = guess + nth
        if key >= last:
            key -= last - first
        start = keys[key - 1, _END] if key else 0
        length, same = keys[key, _END] - start, 0
        while same + 8 <= length and word(data, at + same) == word(names, start + same):
            same += 8
        left = np.uint64(length - same)
        other = word(data, at + same) ^ word(names, start + same)
        if left == 0 or (left < 8 and other << (np.uint64(64) - np.uint64(8) * left) == 0):
            at = _spaces(data, at + length)
            return (_spaces(data, at + 1), key) if data[at] == _COLON else (-1, -1)
    return -1, -1


@njit(cache=True, nogil=True, forceinline=True)
def _text(data, at, views, column, row, side, used):  # type: ignore[no-untyped-def]
    """One past the end of the text or null at ``at``, which is put; -1 where it is neither."""
    if data[at] != _QUOTE:
        return _null(data, at)
    start = at + 1
    at = start
    while True:
        eight = word(data, at)
        found = equal(eight, _QUOTE) | equal(eight, _ESCAPE) | below(eight, 32)
        if found:
            at += first_set(found)
            break
        at += 8
    if data[at] == _QUOTE:
        put(views, column, row, data, start, at - start, _PLAIN)
        return at + 1
    return _escaped(data, start, views, column, row, side, used) if data[at] == _ESCAPE else -1


@njit(cache=True, nogil=True)
def _escaped(data, at, views, column, row, side, used):  # type: ignore[no-untyped-def]
    """As ``_text``, for a text with escapes, from after its quote on: it is written out into ``side``."""
    start = used[0]
    to = start
    while data[at] != _QUOTE:
        if data[at] < 32:
            return -1
        if data[at] != _ESCAPE:
            side[to] = data[at]
            at, to = at + 1, to + 1
            continue
        at, to = _escape(data, at + 1, side, to)
        if at < 0:
            return -1
    used[0] = to
    put(views, column, row, side, start, to - start, _UNESCAPED)
    return at + 1


@njit(cache=True, nogil=True)
def _escape(data, at, side, to):  # type: ignore[no-untyped-def]
    """Write what the escape whose letter is at ``at`` stands for; where it ends in both, or -1."""
    letter = data[at]
    for plain, meant in ((34, 34), (92, 92), (47, 47), (98, 8), (102, 12), (110, 10), (114, 13), (116, 9)):
        if letter == plain:
            side[to] = meant
            return at + 1, to + 1
    code = _hex(data, at + 1) if letter == 117 else -1
    at += 5
    if 0xD800 <= code < 0xDC00 and data[at] == _ESCAPE and data[at + 1] == 117:
        low = _hex(data, at + 2)
        code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00) if 0xDC00 <= low < 0xE000 else -1
        at += 6
    if code < 0 or 0xD800 <= code < 0xE000:
        return -1, to
    return at, write(side, to, code)


@njit(cache=True, nogil=True)
def _hex(data, at):  # type: ignore[no-untyped-def]
    """Four hexadecimal digits as a number; -1 where they are none."""
    code = 0
    for nth in range(4):
        digit = np.int64(data[at + nth])
        if 48 <= digit <= 57:
            digit -= 48
        elif 97 <= digit | 32 <= 102:
            digit = (digit | 32) - 87
        else:
            return -1
        code = code * 16 + digit
    return code


@njit(cache=True, nogil=True, forceinline=True)
def _null(data, at):  # type: ignore[no-untyped-def]
    """One past null; -1 where something else stands here."""
    if data[at] == 110 and data[at + 1] == 117 and data[at + 2] == 108 and data[at + 3] == 108:
        return at + 4
    return -1


@njit(cache=True, nogil=True, forceinline=True)
def _spaces(data, at):  # type: ignore[no-untyped-def]
    """Past what JSON may have between its parts."""
    while data[at] == 32 or data[at] == 10 or data[at] == 13 or data[at] == 9:
        at += 1
    return at
