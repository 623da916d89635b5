"""Texts of Han characters, letters, digits and common marks, which nothing has to be done to."""

from __future__ import annotations

import numpy as np
from numba import njit

from firebreak.engine.intake.kernels.names import han
from firebreak.engine.intake.kernels.texts import Texts, Which

_WORDS = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_FIRST, _REST = np.zeros(256, np.bool_), np.zeros(256, np.bool_)
_FIRST[np.frombuffer(_WORDS, np.uint8)] = True
_REST[np.frombuffer(_WORDS + b"_./:()#&+,;%@=-", np.uint8)] = True


def plain_texts(texts: Texts) -> Which:
    """Which cells are: a mark may stand anywhere but at the beginning."""
    sure = np.empty(len(texts), np.bool_)
    _plain(texts.data, texts.starts, texts.ends, texts.known, sure)
    return sure


@njit(cache=True, nogil=True)
def _plain(data, starts, ends, known, sure):  # type: ignore[no-untyped-def] # numba infers the types
    for row in range(starts.shape[0]):
        at, end = starts[row], ends[row]
        sure[row] = known[row] and (_FIRST[data[at]] or data[at] >= 0x80)
        while at < end and sure[row]:
            if data[at] < 0x80:
                sure[row] = _REST[data[at]]
                at += 1
            else:
                sure[row] = han(data, at) >= 0
                at += 3
