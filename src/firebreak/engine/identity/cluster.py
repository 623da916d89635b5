"""Joining of groups by scored pairs, the strongest first, as long as nothing forbids it.

A threshold on pairs alone cannot keep two people apart: A–X and X–B may both be strong, where A and B are father and
son. So it is asked of the two clusters that a pair would join, not of the pair: two different numbers of one kind,
years of birth more than one apart, or a ruling, anywhere in them, forbid it.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

Ints = NDArray[np.int64]

JOINED, FORBIDDEN = 1, 2


def cluster(
    nodes: int, left: Ints, right: Ints, anchors: Ints, years: Ints, apart: Ints, ruled_pairs: int = 0
) -> tuple[Ints, NDArray[np.int8]]:
    """The smallest node of each node's cluster, and of each pair whether it ``JOINED`` or is ``FORBIDDEN``.

    ``left``, ``right``: the pairs in the order they are tried, shape (pairs,), values in ``range(nodes)``. ``anchors``:
    shape (kinds, nodes), a number for the value of each node that a cluster may have only one of, −1 where unknown.
    ``years``: shape (nodes,), years that may lie at most one apart in a cluster, 0 where unknown. ``apart``: shape
    (rulings, 2), nodes that must not meet. The first ``ruled_pairs`` pairs are rulings to join, which only a ruling to
    keep apart forbids; what they join counts as one value of each anchor from then on. A pair inside
    one cluster counts as joined.
    """
    parent = np.arange(nodes, dtype=np.int64)
    low, high = np.where(years > 0, years, np.iinfo(np.int64).max), years.astype(np.int64).copy()
    ruled = np.zeros(nodes, dtype=np.bool_)
    ruled[apart.ravel()] = True
    outcome = _greedy(parent, left, right, anchors.copy(), low, high, ruled, apart, ruled_pairs)
    _flatten(parent)
    return parent, outcome


@njit(cache=True, nogil=True)
def _root(parent, node):  # type: ignore[no-untyped-def] # numba infers the types
    while parent[node] != node:
        parent[node] = parent[parent[node]]
        node = parent[node]
    return node


@njit(cache=True, nogil=True)
def _greedy(parent, left, right, anchors, low, high, ruled, apart, ruled_pairs):  # type: ignore[no-untyped-def]
    outcome = np.zeros(left.shape[0], dtype=np.int8)
    for pair in range(left.shape[0]):
        one, other = _root(parent, left[pair]), _root(parent, right[pair])
        if one == other:
            outcome[pair] = JOINED
            continue
        one, other = min(one, other), max(one, other)
        forbidden = _kept_apart(parent, one, other, ruled, apart)
        if pair >= ruled_pairs:
            forbidden = forbidden or _contradicts(one, other, anchors, low, high)
        if forbidden:
            outcome[pair] = FORBIDDEN
            continue
        _merge(parent, one, other, anchors, low, high, ruled)
        outcome[pair] = JOINED
    return outcome


@njit(cache=True, nogil=True)
def _contradicts(one, other, anchors, low, high):  # type: ignore[no-untyped-def]
    for kind in range(anchors.shape[0]):
        here, there = anchors[kind, one], anchors[kind, other]
        if here >= 0 and there >= 0 and here != there:
            return True
    return max(high[one], high[other]) - min(low[one], low[other]) > 1


@njit(cache=True, nogil=True)
def _kept_apart(parent, one, other, ruled, apart):  # type: ignore[no-untyped-def]
    if ruled[one] and ruled[other]:
        for ruling in range(apart.shape[0]):
            a, b = _root(parent, apart[ruling, 0]), _root(parent, apart[ruling, 1])
            if (a == one and b == other) or (a == other and b == one):
                return True
    return False


@njit(cache=True, nogil=True)
def _merge(parent, one, other, anchors, low, high, ruled):  # type: ignore[no-untyped-def]
    parent[other] = one
    for kind in range(anchors.shape[0]):
        anchors[kind, one] = max(anchors[kind, one], anchors[kind, other])
    low[one] = min(low[one], low[other])
    high[one] = max(high[one], high[other])
    ruled[one] = ruled[one] or ruled[other]


@njit(cache=True, nogil=True)
def _flatten(parent):  # type: ignore[no-untyped-def]
    for node in range(parent.shape[0]):
        parent[node] = parent[parent[node]]
