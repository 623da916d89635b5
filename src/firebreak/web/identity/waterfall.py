"""A match weight as a waterfall: where it starts, what each comparison adds or takes away, where it ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from firebreak.bridge.pairs import Pair

WIDTH = 1000.0
"""Units of a bar's drawing from its left to its right end."""


@dataclass(frozen=True, slots=True)
class Bar:
    """``x`` and ``width`` in units of ``WIDTH``; ``kind``: for, against, sumbar. ``zero``: where no weight lies;
    ``link``: where the bar before ended."""

    x: float
    width: float
    kind: str
    zero: float
    link: float | None = None


def waterfall(prior: float, weights: Sequence[float]) -> list[Bar]:
    """A bar for the start, one a weight from where the one before ended, and one for the sum."""
    ends = [prior]
    for weight in weights:
        ends.append(ends[-1] + weight)
    low, high = min(0.0, *ends), max(0.0, *ends)
    span = (high - low) or 1.0

    def at(bits: float) -> float:
        return 15 + (bits - low) / span * (WIDTH - 30)

    def bar(start: float, end: float, kind: str, link: float | None = None) -> Bar:
        one, other = sorted((at(start), at(end)))
        return Bar(round(one, 1), round(max(other - one, 3.0), 1), kind, round(at(0.0), 1), link)

    bars = [bar(0.0, prior, _kind(prior))]
    for start, end in pairwise(ends):
        bars.append(bar(start, end, _kind(end - start), round(at(start), 1)))
    return [*bars, bar(0.0, ends[-1], "sumbar", round(at(ends[-1]), 1))]


def bars_of(pair: Pair) -> list[Bar]:
    """The waterfall of a pair; empty without a model."""
    if pair.prior is None:
        return []
    return waterfall(pair.prior, [step.weight or 0.0 for step in pair.steps])


def _kind(bits: float) -> str:
    return "for" if bits >= 0 else "against"


def level_bars(weights: Sequence[float]) -> list[Bar]:
    """One bar a level of a comparison, all on one scale, from nothing to its weight."""
    low, high = min(0.0, *weights), max(0.0, *weights)
    span = (high - low) or 1.0
    zero = 15 + -low / span * (WIDTH - 30)
    found = []
    for weight in weights:
        end = 15 + (weight - low) / span * (WIDTH - 30)
        one, other = sorted((zero, end))
        found.append(Bar(round(one, 1), round(max(other - one, 3.0), 1), _kind(weight), round(zero, 1)))
    return found
