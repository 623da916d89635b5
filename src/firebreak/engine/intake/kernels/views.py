"""Texts as Arrow's views: sixteen bytes each, that either are the text or say where in a buffer it stands.

A reader that knows where its cells begin and end writes a view a cell, and the file's own bytes become the column
without being copied. The layout is that of Arrow's Utf8View: length (4 bytes), then up to twelve bytes of text, or
its first four, the buffer's number and the offset.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa
from numba import njit

from firebreak.engine.intake.kernels.words import word

Bytes = npt.NDArray[np.uint8]
Words = npt.NDArray[np.uint64]
"""The two halves of each view, (cells, 2) or (columns, cells, 2); a first half of _MISSING is a missing cell."""

INLINE = 12
LONGEST = (1 << 31) - 1
"""Bytes that a buffer may have: offsets are 31 bits."""
_MISSING = _ALL = np.uint64(0xFFFFFFFFFFFFFFFF)


@njit(cache=True, nogil=True, forceinline=True)
def put(views, column, row, data, start, length, buffer):  # type: ignore[no-untyped-def] # numba infers the types
    """Write the view of ``data[start:start + length]``, which is the buffer of that number. ``views`` is (columns,
    rows, 2). Sixteen bytes can be read there, whatever the length."""
    head = word(data, start)
    low = np.uint64(length) | (head << np.uint64(32))
    if length > INLINE:
        high = np.uint64(buffer) | (np.uint64(start) << np.uint64(32))
    elif length > 4:
        high = (head >> np.uint64(32)) | (word(data, start + 8) << np.uint64(32))
        high &= _ALL >> np.uint64(96 - 8 * length) if length < INLINE else _ALL
    else:
        low &= _ALL >> np.uint64(32 - 8 * length)
        high = np.uint64(0)
    views[column, row, 0] = low
    views[column, row, 1] = high


@njit(cache=True, nogil=True, forceinline=True)
def put_missing(views, column, row):  # type: ignore[no-untyped-def]
    """Write the view of a missing cell."""
    views[column, row, 0] = _MISSING
    views[column, row, 1] = np.uint64(0)


@njit(cache=True, nogil=True)
def _valid(views):  # type: ignore[no-untyped-def]
    """Bits of the cells that are there, and how many are not, whose views become empty."""
    bits = np.zeros((views.shape[0] + 7) // 8, np.uint8)
    missing = 0
    for row in range(views.shape[0]):
        if views[row, 0] == _MISSING:
            views[row, 0] = np.uint64(0)
            missing += 1
        else:
            bits[row >> 3] |= np.uint8(1 << (row & 7))
    return bits, missing


def texts(views: Words, *buffers: bytes | Bytes) -> pa.Array:
    """The cells as Arrow's string_view. The buffers are kept, not copied, and must be UTF-8."""
    bits, missing = _valid(views)
    held = [pa.py_buffer(bits) if missing else None, pa.py_buffer(views), *map(pa.py_buffer, buffers)]
    return pa.Array.from_buffers(pa.string_view(), len(views), held, null_count=missing)


def series(name: str, views: Words, *buffers: bytes | Bytes) -> pl.Series:
    """``texts`` as a column."""
    return pl.Series(name, texts(views, *buffers))
