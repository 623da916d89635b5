"""Connected components over many millions of edges: union–find, compiled.

Rem's union–find with splicing (Patwary, Blair, Manne 2010, "Experiments on union-find algorithms for the disjoint-set
data structure"): one pass over the edges, no second array of ranks. Parents always point to smaller nodes, so that the
root of a component is its smallest node.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

Ints = NDArray[np.int64]


def components(nodes: int, left: Ints, right: Ints) -> Ints:
    """The smallest node of each node's component.

    ``left`` and ``right`` are the ends of the edges, shape (edges,), values in ``range(nodes)``.
    """
    parent = np.arange(nodes, dtype=np.int32 if nodes < 2**31 else np.int64)
    _join_all(parent, left, right)
    _flatten(parent)
    return parent.astype(np.int64)


@njit(cache=True, nogil=True)
def _join_all(parent, left, right):  # type: ignore[no-untyped-def] # numba infers the types
    for edge in range(left.shape[0]):
        one, other = left[edge], right[edge]
        while parent[one] != parent[other]:
            if parent[one] < parent[other]:
                one, other = other, one
            if parent[one] == one:
                parent[one] = parent[other]
                break
            above = parent[one]
            parent[one] = parent[other]
            one = above


@njit(cache=True, nogil=True)
def _flatten(parent):  # type: ignore[no-untyped-def]
    """Parents are smaller than their children, so one pass upwards leaves every node at its root."""
    for node in range(parent.shape[0]):
        parent[node] = parent[parent[node]]
