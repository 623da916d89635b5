"""Names of two to four Han characters in which no word stands that is no name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numba import njit

from firebreak.engine.intake.kernels.texts import Texts, Which
from firebreak.engine.intake.kernels.views import Words, put, put_missing

_FIRST, _LAST = 0x4E00, 0x9FFF
_ALONE = 0


@dataclass(frozen=True, slots=True)
class Other:
    """Words of one or two Han characters. ``begins``: a character with which one begins, by its number; ``words``
    (words, 2): the numbers of both characters, the second _ALONE where there is one."""

    begins: Which
    words: npt.NDArray[np.int64]

    @classmethod
    def of(cls, words: Iterable[str]) -> Other:
        """The words."""
        pairs = [(ord(word[0]), ord(word[1]) if len(word) > 1 else _ALONE) for word in words]
        begins = np.zeros(1 << 16, np.bool_)
        begins[[first for first, _ in pairs]] = True
        return cls(begins, np.array(pairs, np.int64))


def plain_names(texts: Texts, other: Other) -> tuple[Words, Which]:
    """The names as views into the texts' data, missing where a cell is left, and which are not."""
    count = len(texts)
    views, sure = np.empty((1, count, 2), np.uint64), np.zeros(count, np.bool_)
    _names(texts.data, texts.starts, texts.ends, texts.known, other.begins, other.words, views, sure)
    return views[0], sure


@njit(cache=True, nogil=True)
def _names(data, starts, ends, known, begins, words, views, sure):  # type: ignore[no-untyped-def] # numba infers the types
    for row in range(starts.shape[0]):
        start, end = starts[row], ends[row]
        length = end - start
        if known[row] and (length == 6 or length == 9 or length == 12) and _plain(data, start, end, begins, words):
            put(views, 0, row, data, start, length, 0)
            sure[row] = True
        else:
            put_missing(views, 0, row)


@njit(cache=True, nogil=True)
def _plain(data, at, end, begins, words):  # type: ignore[no-untyped-def]
    while at < end:
        one = han(data, at)
        if one < 0:
            return False
        if begins[one]:
            following = han(data, at + 3) if at + 3 < end else -1
            for which in range(words.shape[0]):
                second = words[which, 1]
                if words[which, 0] == one and (second == _ALONE or second == following):
                    return False
        at += 3
    return True


@njit(cache=True, nogil=True, forceinline=True)
def han(data, at):  # type: ignore[no-untyped-def]
    """The number of the Han character at ``at``, U+4E00 to U+9FFF; -1 for anything else."""
    lead = np.int64(data[at])
    if not 0xE4 <= lead <= 0xE9:
        return -1
    code = ((lead & 15) << 12) | ((np.int64(data[at + 1]) & 63) << 6) | (np.int64(data[at + 2]) & 63)
    return code if _FIRST <= code <= _LAST else -1
