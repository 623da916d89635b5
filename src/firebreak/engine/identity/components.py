"""Connected components over a few million edges, in numpy."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


def components(nodes: int, left: Ints, right: Ints) -> Ints:
    """The smallest node of each node's component.

    ``left`` and ``right`` are the ends of the edges, shape (edges,), values in ``range(nodes)``. Hooks the larger root
    under the smaller and halves the paths until nothing changes; O((nodes + edges) · log nodes).
    """
    root = np.arange(nodes, dtype=np.int64)
    while True:
        a, b = root[left], root[right]
        open_edges = a != b
        if not open_edges.any():
            return root
        low, high = np.minimum(a, b)[open_edges], np.maximum(a, b)[open_edges]
        np.minimum.at(root, high, low)
        while True:
            shorter = root[root]
            if np.array_equal(shorter, root):
                break
            root = shorter
