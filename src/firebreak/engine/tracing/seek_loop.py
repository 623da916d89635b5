"""The loop over coaches and seeks, compiled: for so many seeks that loading the compiler is cheaper than not to."""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def mark(coach, seat, board, alight, person, key, low, high, since, before, after, own, marked):  # type: ignore[no-untyped-def]
    """Marks the rides that a seek finds; the number of pairs. The first five are columns of the rides, the rest but the
    last those of the seeks, in order of ``key``; see ``candidates.Sought``."""
    pairs, start, rows = 0, 0, coach.shape[0]
    while start < rows:
        end = start + 1
        while end < rows and coach[end] == coach[start]:
            end += 1
        seek = np.searchsorted(key, coach[start])
        while seek < key.shape[0] and key[seek] == coach[start]:
            for row in range(start, end):
                inside = low[seek] <= seat[row] <= high[seek] and since[seek] <= board[row] < before[seek]
                if inside and alight[row] > after[seek] and person[row] != own[seek]:
                    marked[row] = True
                    pairs += 1
            seek += 1
        start = end
    return pairs
