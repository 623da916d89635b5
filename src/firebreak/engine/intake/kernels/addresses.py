"""Addresses parted at their first digit: Han characters before it, each distinct head once, and the house in one of
three shapes.

The shapes are 12栋[3单元][501[室]], 12-3-501[室] and 3组12号 (栋 may be 幢, 座, 号楼, # or #楼).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numba import njit

from firebreak.engine.intake.kernels.names import han
from firebreak.engine.intake.kernels.texts import Texts, Which
from firebreak.engine.intake.kernels.views import Bytes, Words, put, put_missing
from firebreak.engine.intake.kernels.words import PADDING, store, word

Indices = npt.NDArray[np.uint32]
NO_HEAD = np.uint32(0xFFFFFFFF)
_BUILDING, _UNIT, _ROOM = 0, 1, 2
_DONG, _ZHUANG, _ZUO, _LOU, _HAO, _ZU, _SHI = map(ord, "栋幢座楼号组室")
_DAN, _YUAN = map(ord, "单元")
_SUFFIXES = np.frombuffer("栋单元室组号".encode() + PADDING, np.uint8)
_HASH_BYTES, _DASH, _ZERO, _ONE, _NINE = 35, 45, 48, 49, 57
_MIX = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True, slots=True)
class Parted:
    """``head`` (cells,): which distinct head each has, NO_HEAD where a cell is left. ``first`` (heads,): the first
    cell with it. ``spans`` (cells, 3, 2): where building, unit and room begin in the data, and their bytes (0: not
    named). ``rural``: is the building a group of a village?"""

    head: Indices
    first: Indices
    spans: npt.NDArray[np.int64]
    rural: Which
    tails: npt.NDArray[np.int64]


def parted(texts: Texts) -> Parted:
    """Part every cell."""
    count = len(texts)
    head, rural = np.full(count, NO_HEAD, np.uint32), np.zeros(count, np.bool_)
    first, spans, tails = np.empty(count, np.uint32), np.zeros((count, 3, 2), np.int64), np.empty(count, np.int64)
    slots = np.full(1 << max(10, int(count).bit_length() + 1), NO_HEAD, np.uint32)
    found = _parted(texts.data, texts.starts, texts.ends, texts.known, head, first, spans, rural, tails, slots)
    return Parted(head, first[:found], spans, rural, tails)


def heads_of(texts: Texts, found: Parted) -> list[str]:
    """Each distinct head."""
    starts, ends = texts.starts[found.first].tolist(), found.tails[found.first].tolist()
    return [texts.data[start:end].tobytes().decode() for start, end in zip(starts, ends, strict=True)]


def lines(texts: Texts, found: Parted, heads: Sequence[str]) -> tuple[Words, Bytes, Words]:
    """The whole line of each cell, as views into a buffer: the head's own and its house in one form; and
    ``building``, ``unit``, ``room`` (3, cells, 2) as views into the texts' data. An empty head leaves the cell."""
    encoded = [head.encode() for head in heads]
    ends = np.cumsum([len(head) for head in encoded], dtype=np.int64)
    held = np.frombuffer(b"".join((*encoded, PADDING)), np.uint8)
    lengths = np.diff(ends, prepend=0)
    known = found.head != NO_HEAD
    room = int(lengths[found.head[known]].sum()) + int(known.sum()) * len(_SUFFIXES) + len(PADDING)
    out, whole = np.empty(room, np.uint8), np.empty((1, len(texts), 2), np.uint64)
    parts = np.empty((3, len(texts), 2), np.uint64)
    _lines(texts.data, found.head, found.spans, found.rural, held, ends, out, whole, parts)
    return whole[0], out, parts


@njit(cache=True, nogil=True)
def _parted(data, starts, ends, known, head, first, spans, rural, tails, slots):  # type: ignore[no-untyped-def] # numba
    found = 0
    for row in range(starts.shape[0]):
        if not known[row]:
            continue
        start, end, mixed = starts[row], ends[row], np.uint64(0)
        at = start
        while at < end and han(data, at) >= 0:
            mixed = (mixed ^ (word(data, at) & np.uint64(0xFFFFFF))) * _MIX
            mixed ^= mixed >> np.uint64(29)
            at += 3
        tails[row] = at
        if at == start or at >= end or not _house(data, at, end, spans, rural, row):
            continue
        slot = np.int64((mixed * _MIX) >> np.uint64(32)) & (slots.shape[0] - 1)
        while slots[slot] != NO_HEAD and not _same(
            data, start, at, starts[first[slots[slot]]], tails[first[slots[slot]]]
        ):
            slot = (slot + 1) & (slots.shape[0] - 1)
        if slots[slot] == NO_HEAD:
            slots[slot], first[found] = found, row
            found += 1
        head[row] = slots[slot]
    return found


@njit(cache=True, nogil=True, forceinline=True)
def _same(data, start, end, other, other_end):  # type: ignore[no-untyped-def]
    if end - start != other_end - other:
        return False
    while start < end:
        if data[start] != data[other]:
            return False
        start, other = start + 1, other + 1
    return True


@njit(cache=True, nogil=True)
def _house(data, at, end, spans, rural, row):  # type: ignore[no-untyped-def]
    """Read the house between ``at`` and ``end``; False where it has another shape."""
    number = _number(data, at, end, 4)
    _note(spans, row, _BUILDING, at, number)
    at += number
    if number == 0 or at >= end:
        return False
    if data[at] == _DASH:
        unit = _number(data, at + 1, end, 2)
        room = at + unit + 2
        length = _number(data, room, end, 5)
        if unit == 0 or length < 2 or data[at + 1 + unit] != _DASH:
            return False
        _note(spans, row, _UNIT, at + 1, unit)
        _note(spans, row, _ROOM, room, length)
        return _closed(data, room + length, end)
    if han(data, at) == _ZU:
        length = _number(data, at + 3, end, 5)
        _note(spans, row, _ROOM, at + 3, length)
        rural[row] = True
        return length > 0 and number <= 3 and han(data, at + 3 + length) == _HAO and at + 6 + length == end
    at = _past_building(data, at)
    if at < 0:
        return False
    length = _number(data, at, end, 5)
    if 0 < length <= 2 and han(data, at + length) == _DAN and han(data, at + length + 3) == _YUAN:
        _note(spans, row, _UNIT, at, length)
        at += length + 6
        length = _number(data, at, end, 5)
    if length:
        _note(spans, row, _ROOM, at, length)
        return _closed(data, at + length, end)
    return at == end


@njit(cache=True, nogil=True, forceinline=True)
def _note(spans, row, part, at, length):  # type: ignore[no-untyped-def]
    spans[row, part, 0], spans[row, part, 1] = at, length


@njit(cache=True, nogil=True, forceinline=True)
def _number(data, at, end, most):  # type: ignore[no-untyped-def]
    """The digits at ``at``, of which the first is not 0; 0 where there are none, or more than ``most``."""
    length = 0
    while at + length < end and _ZERO <= data[at + length] <= _NINE:
        length += 1
    return length if 0 < length <= most and data[at] >= _ONE else 0


@njit(cache=True, nogil=True, forceinline=True)
def _past_building(data, at):  # type: ignore[no-untyped-def]
    """Past 栋, 幢, 座, 号楼, # or #楼; -1 where there is none."""
    if data[at] == _HASH_BYTES:
        return at + (4 if han(data, at + 1) == _LOU else 1)
    one = han(data, at)
    if one == _HAO:
        return at + 6 if han(data, at + 3) == _LOU else -1
    return at + 3 if one == _DONG or one == _ZHUANG or one == _ZUO else -1


@njit(cache=True, nogil=True, forceinline=True)
def _closed(data, at, end):  # type: ignore[no-untyped-def]
    """Nothing more, or 室."""
    return at == end or (at + 3 == end and han(data, at) == _SHI)


@njit(cache=True, nogil=True)
def _lines(data, head, spans, rural, held, ends, out, whole, parts):  # type: ignore[no-untyped-def]
    used = 0
    for row in range(head.shape[0]):
        which = np.int64(head[row])
        start = ends[which - 1] if head[row] != NO_HEAD and which else 0
        if head[row] == NO_HEAD or ends[which] == start:
            put_missing(whole, 0, row)
            for part in range(3):
                put_missing(parts, part, row)
            continue
        to = _copied(held, start, ends[which] - start, out, used)
        to = _part(data, spans, row, _BUILDING, out, to, 12 if rural[row] else 0, 3)
        if not rural[row]:
            to = _part(data, spans, row, _UNIT, out, to, 3, 6)
        to = _part(data, spans, row, _ROOM, out, to, 15 if rural[row] else 9, 3)
        put(whole, 0, row, out, used, to - used, 0)
        used = to
        for part in range(3):
            at, length = spans[row, part, 0], spans[row, part, 1]
            if length:
                put(parts, part, row, data, at, length + (3 if part == _BUILDING and rural[row] else 0), 0)
            else:
                put_missing(parts, part, row)


@njit(cache=True, nogil=True, forceinline=True)
def _part(data, spans, row, part, out, to, suffix, length):  # type: ignore[no-untyped-def]
    """Write a part that is named, and what stands behind it."""
    if spans[row, part, 1] == 0:
        return to
    to = _copied(data, spans[row, part, 0], spans[row, part, 1], out, to)
    return _copied(_SUFFIXES, suffix, length, out, to)


@njit(cache=True, nogil=True, forceinline=True)
def _copied(source, start, length, out, to):  # type: ignore[no-untyped-def]
    """Copied by words: what is written beyond the end is written over."""
    for nth in range(0, length, 8):
        store(out, to + nth, word(source, start + nth))
    return to + length
