"""A waterfall starts where the one before ended, and ends at the sum."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firebreak.web.identity.waterfall import WIDTH, level_bars, waterfall

bits = st.integers(-6000, 6000).map(lambda hundredths: hundredths / 100)


@given(bits, st.lists(bits, max_size=8))
def test_bars_hang_together_lie_inside_and_are_as_long_as_their_weights(prior: float, weights: list[float]) -> None:
    bars = waterfall(prior, weights)
    ends = [0.0, prior]
    for weight in weights:
        ends.append(ends[-1] + weight)
    low, high = min(ends), max(ends)
    scale = (WIDTH - 30) / ((high - low) or 1.0)
    assert len(bars) == len(weights) + 2
    assert all(bar.x >= 0 and bar.x + bar.width <= WIDTH for bar in bars)
    for bar, (start, end) in zip(bars, pairwise(ends), strict=False):
        assert bar.kind == ("for" if end - start >= 0 else "against")
        assert bar.x == pytest.approx(15 + (min(start, end) - low) * scale, abs=0.06)
        assert bar.width == pytest.approx(max(abs(end - start) * scale, 3.0), abs=0.06)
    assert bars[-1].kind == "sumbar"
    assert bars[-1].width == pytest.approx(max(abs(ends[-1]) * scale, 3.0), abs=0.06)


@given(st.lists(bits, min_size=1, max_size=12))
def test_levels_share_one_scale(weights: list[float]) -> None:
    bars = level_bars(weights)
    assert len({bar.zero for bar in bars}) == 1
    longest = max(range(len(weights)), key=lambda at: abs(weights[at]))
    assert all(bar.width <= bars[longest].width + 0.1 for bar in bars)
