"""Randomness by counter: a draw is a hash of (seed, purpose, ids), so it depends on nothing else.

Two runs with one seed agree to the byte, and a change to one entity leaves the draws of every other as they were.
The hash is the finaliser of SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014).
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
from numpy.typing import ArrayLike, NDArray

U64 = NDArray[np.uint64]
F64 = NDArray[np.float64]
I64 = NDArray[np.int64]

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)


def mix(values: U64) -> U64:
    """The SplitMix64 finaliser, element by element: a bijection of 64 bits."""
    with np.errstate(over="ignore"):
        z = values + _GOLDEN
        z = (z ^ (z >> np.uint64(30))) * _MIX_1
        z = (z ^ (z >> np.uint64(27))) * _MIX_2
    out: U64 = z ^ (z >> np.uint64(31))
    return out


def as_uniform(bits: U64) -> F64:
    """The upper 53 bits as a number in [0, 1)."""
    out: F64 = (bits >> np.uint64(11)).astype(np.float64) * 2.0**-53
    return out


def _as_u64(ids: ArrayLike) -> U64:
    array = np.asarray(ids)
    return array if array.dtype == np.uint64 else array.astype(np.int64, copy=False).view(np.uint64)


@dataclass(frozen=True, slots=True)
class Draws:
    """The draws of one seed. ``ids`` are integers or arrays that broadcast together."""

    seed: int

    def key(self, purpose: str) -> np.uint64:
        """64 bits for a purpose: different purposes have independent draws."""
        digest = blake2b(f"{self.seed}\x1f{purpose}".encode(), digest_size=8).digest()
        return np.uint64(int.from_bytes(digest, "little"))

    def bits(self, purpose: str, *ids: ArrayLike) -> U64:
        """64 random bits for each id."""
        state: U64 = np.atleast_1d(self.key(purpose))
        for part in ids:
            state = mix(state ^ mix(np.atleast_1d(_as_u64(part))))
        return state

    def uniform(self, purpose: str, *ids: ArrayLike) -> F64:
        """In [0, 1), 53 bits."""
        return as_uniform(self.bits(purpose, *ids))

    def below(self, n: ArrayLike, purpose: str, *ids: ArrayLike) -> I64:
        """An integer in [0, n); ``n`` may be an array."""
        out: I64 = np.floor(self.uniform(purpose, *ids) * np.asarray(n)).astype(np.int64)
        return out

    def pick(self, weights: ArrayLike, purpose: str, *ids: ArrayLike) -> I64:
        """An index, drawn in proportion to ``weights``."""
        edges = np.cumsum(np.asarray(weights, dtype=np.float64))
        out: I64 = np.searchsorted(edges, self.uniform(purpose, *ids) * edges[-1], side="right").astype(np.int64)
        return out

    def normal(self, purpose: str, *ids: ArrayLike) -> F64:
        """Standard normal (Box–Muller, two draws an id)."""
        first = self.uniform(f"{purpose}/1", *ids)
        second = self.uniform(f"{purpose}/2", *ids)
        out: F64 = np.sqrt(-2.0 * np.log(1.0 - first)) * np.cos(2.0 * np.pi * second)
        return out
