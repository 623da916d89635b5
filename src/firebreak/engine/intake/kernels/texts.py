"""A column of cells as bytes, trimmed, and which of the cells say anything: what every compiled normaliser begins
with."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa
from numba import njit

from firebreak.engine.intake.kernels.views import INLINE, Bytes, put, series
from firebreak.engine.intake.kernels.words import PADDING, word

Numbers = npt.NDArray[np.int64]
Which = npt.NDArray[np.bool_]
_ALL = np.uint64(0xFFFFFFFFFFFFFFFF)
_MIX_LOW, _MIX_HIGH = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F)
_SLOTS = 10
"""Bits of the place of a word in the table of words that say nothing."""


@dataclass(frozen=True, slots=True)
class Texts:
    """``data[starts:ends]`` is each cell without the spaces around it, PADDING behind the last; ``cells`` the same as
    a column. ``known``: is it there, and does it say anything?"""

    data: Bytes
    starts: Numbers
    ends: Numbers
    known: Which
    cells: pl.Series

    def __len__(self) -> int:
        return len(self.starts)

    def where(self, sure: Which) -> pl.Series:
        """The cells, missing where they are not ``sure``."""
        return self.cells if sure.all() else self.cells.set(pl.Series(~sure), None)

    @classmethod
    def of(cls, cells: pl.Series, spaces: str, unknown: Collection[str]) -> Texts:
        """``spaces`` are the characters to trim, ``unknown`` the words, of at most twelve bytes, that say nothing."""
        data, offsets = bytes_of(cells)
        held = _Marks.of(spaces, frozenset(unknown))
        starts, ends = offsets[:-1].copy(), offsets[1:].copy()
        known = np.empty(len(cells), np.bool_)
        if _trim(data, starts, ends, held.spaces, held.first, held.last, held.words, held.letters, known):
            views = np.empty((1, len(cells), 2), np.uint64)
            _put_all(data, starts, ends, views)
            cells = _with_nulls_of(cells, series(cells.name, views[0], data))
        return cls(data, starts, ends, known, cells)


def _with_nulls_of(cells: pl.Series, found: pl.Series) -> pl.Series:
    return found if not cells.null_count() else found.zip_with(cells.is_not_null(), cells)


def bytes_of(cells: pl.Series) -> tuple[Bytes, Numbers]:
    """A column's texts one after the other, PADDING, and where each begins; the last entry is the end."""
    arrow: Any = cells.rechunk().to_arrow(compat_level=pl.CompatLevel.oldest())
    offsets = np.frombuffer(arrow.buffers()[1], np.int64)[arrow.offset : arrow.offset + len(arrow) + 1]
    first, last = int(offsets[0]), int(offsets[-1])
    data = np.empty(last - first + len(PADDING), np.uint8)
    data[last - first :] = 0
    if last > first:
        data[: last - first] = np.frombuffer(arrow.buffers()[2], np.uint8)[first:last]
    return data, offsets - first if first else offsets


@dataclass(frozen=True, slots=True)
class _Marks:
    """What is looked for. ``spaces`` (characters, 2): bytes in UTF-8, the first lowest, and their number; ``first``
    and ``last``: the bytes one may begin and end with. ``words`` (slots, 2): by their mixed halves, then the next
    free slot; ``letters``: the bytes one may begin with."""

    spaces: npt.NDArray[np.uint32]
    first: Which
    last: Which
    words: npt.NDArray[np.uint64]
    letters: Which

    @staticmethod
    @lru_cache(maxsize=8)
    def of(spaces: str, unknown: frozenset[str]) -> _Marks:
        encoded = [char.encode() for char in spaces]
        packed = np.array([(int.from_bytes(char, "little"), len(char)) for char in encoded], np.uint32).reshape(-1, 2)
        first, last, letters = (np.zeros(256, np.bool_) for _ in range(3))
        first[[char[0] for char in encoded]] = last[[char[-1] for char in encoded]] = True
        table = np.zeros((1 << _SLOTS, 2), np.uint64)
        for held in (text.encode() for text in unknown if text):
            low, high = (np.uint64(int.from_bytes(half, "little")) for half in (held[:8], held[8:INLINE]))
            slot = int(_slot(low, high))
            while table[slot, 0]:
                slot = (slot + 1) % len(table)
            table[slot] = low, high
            letters[held[0]] = True
        return _Marks(packed, first, last, table, letters)


@njit(cache=True, nogil=True)
def _slot(low, high):  # type: ignore[no-untyped-def] # numba infers the types
    return (low * _MIX_LOW ^ high * _MIX_HIGH) >> np.uint64(64 - _SLOTS)


@njit(cache=True, nogil=True)
def _trim(data, starts, ends, spaces, first, last, words, letters, known):  # type: ignore[no-untyped-def]
    """Trim every cell in place; was there any to trim?"""
    changed = False
    for row in range(starts.shape[0]):
        start, end = starts[row], ends[row]
        while start < end and first[data[start]]:
            length = _space(data, start, end, spaces, True)
            if length == 0:
                break
            start += length
        while start < end and last[data[end - 1]]:
            length = _space(data, start, end, spaces, False)
            if length == 0:
                break
            end -= length
        if start != starts[row] or end != ends[row]:
            starts[row], ends[row], changed = start, end, True
        known[row] = start < end and not (letters[data[start]] and _says_nothing(data, start, end - start, words))
    return changed


@njit(cache=True, nogil=True)
def _space(data, start, end, spaces, front):  # type: ignore[no-untyped-def]
    """The bytes of the space with which ``data[start:end]`` begins, or ends; 0 where with none."""
    for which in range(spaces.shape[0]):
        length = np.int64(spaces[which, 1])
        if length > end - start:
            continue
        at, code = start if front else end - length, 0
        for nth in range(length):
            code |= np.int64(data[at + nth]) << (8 * nth)
        if code == np.int64(spaces[which, 0]):
            return length
    return 0


@njit(cache=True, nogil=True)
def _says_nothing(data, start, length, words):  # type: ignore[no-untyped-def]
    if length > INLINE:
        return False
    low, high = word(data, start), word(data, start + 8)
    if length < 8:
        low, high = low & (_ALL >> np.uint64(64 - 8 * length)), np.uint64(0)
    else:
        high = high & (_ALL >> np.uint64(128 - 8 * length)) if length > 8 else np.uint64(0)
    slot = np.int64(_slot(low, high))
    while words[slot, 0] != 0:
        if words[slot, 0] == low and words[slot, 1] == high:
            return True
        slot = (slot + 1) & ((1 << _SLOTS) - 1)
    return False


@njit(cache=True, nogil=True)
def _put_all(data, starts, ends, views):  # type: ignore[no-untyped-def]
    for row in range(starts.shape[0]):
        put(views, 0, row, data, starts[row], ends[row] - starts[row], 0)


def numbers(values: npt.NDArray[Any], there: Which, kind: pa.DataType) -> pl.Series:
    """Values in Arrow's form of this type, missing where they are not ``there``."""
    missing = len(there) - int(np.count_nonzero(there))
    bits = pa.py_buffer(np.packbits(there, bitorder="little")) if missing else None
    return pl.Series(pa.Array.from_buffers(kind, len(values), [bits, pa.py_buffer(values)], null_count=missing))
