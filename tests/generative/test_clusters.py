"""Clusters and corrections against their plain meaning, on generated inputs."""

from __future__ import annotations

import numpy as np
import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from firebreak.engine.identity.cluster import JOINED, cluster
from firebreak.engine.identity.corrections import corrections
from firebreak.engine.identity.oracle_numbers import corrections_of

NODES = 8
nodes = st.integers(0, NODES - 1)
pairs = st.lists(st.tuples(nodes, nodes), max_size=14)
anchors = st.lists(st.integers(-1, 2), min_size=NODES, max_size=NODES)
years = st.lists(st.sampled_from([0, 0, 1960, 1961, 1990]), min_size=NODES, max_size=NODES)
apart = st.lists(st.tuples(nodes, nodes).filter(lambda pair: pair[0] != pair[1]), max_size=3)


def plainly(
    tried: list[tuple[int, int]],
    kinds: list[list[int]],
    born: list[int],
    kept: list[tuple[int, int]],
    ruled: int,
) -> tuple[set[frozenset[int]], list[bool]]:
    """Sets of nodes, joined one pair after the other where the whole of both sets allows it."""
    sets = [{node} for node in range(NODES)]
    outcome = []
    for nth, (one, other) in enumerate(tried):
        here = next(each for each in sets if one in each)
        there = next(each for each in sets if other in each)
        both = here | there
        allowed = here is there or not any({a, b} <= both and ({a} <= here) != ({b} <= here) for a, b in kept)
        if nth >= ruled and here is not there:
            # a value that a ruling put beside another counts as the larger of the two
            values = [[max((kind[node] for node in each), default=-1) for each in (here, there)] for kind in kinds]
            known = [born[node] for node in both if born[node]]
            allowed = (
                allowed
                and all(a < 0 or b < 0 or a == b for a, b in values)
                and (not known or max(known) - min(known) <= 1)
            )
        outcome.append(allowed)
        if allowed and here is not there:
            sets = [each for each in sets if each is not here and each is not there] + [both]
    return {frozenset(each) for each in sets}, outcome


@given(pairs, st.lists(anchors, max_size=2), years, apart, st.integers(0, 2))
def test_a_pair_joins_only_where_nothing_in_both_clusters_forbids_it(
    tried: list[tuple[int, int]],
    kinds: list[list[int]],
    born: list[int],
    kept: list[tuple[int, int]],
    ruled: int,
) -> None:
    ruled = min(ruled, len(tried))
    ends = np.array(tried, dtype=np.int64).reshape(-1, 2)
    roots, outcome = cluster(
        NODES,
        ends[:, 0].copy(),
        ends[:, 1].copy(),
        np.array(kinds, dtype=np.int64).reshape(len(kinds), NODES),
        np.array(born, dtype=np.int64),
        np.array(kept, dtype=np.int64).reshape(-1, 2),
        ruled,
    )
    found: dict[int, set[int]] = {}
    for node, root in enumerate(roots.tolist()):
        found.setdefault(root, set()).add(node)
    expected, allowed = plainly(tried, kinds, born, kept, ruled)
    assert {frozenset(each) for each in found.values()} == expected
    assert (outcome == JOINED).tolist() == allowed
    assert all(root == min(each) for root, each in found.items())


digits = st.text("0123456789", min_size=17, max_size=17)


@given(st.lists(st.one_of(digits.flatmap(lambda d: st.sampled_from("0123456789X").map(lambda c: d + c))), max_size=6))
def test_corrections_are_the_slips_whose_check_digit_fits(numbers: list[str]) -> None:
    found = corrections(pl.Series(numbers, dtype=pl.String))
    expected = {(number, right) for number in numbers for right in corrections_of(number)}
    assert set(found.iter_rows()) == expected


@given(st.text("0123456789", min_size=15, max_size=15))
def test_an_old_number_is_corrected_into_eighteen_places(number: str) -> None:
    assert set(corrections(pl.Series([number]))["corrected"]) == corrections_of(number)


def test_numbers_of_another_shape_have_no_correction() -> None:
    assert corrections(pl.Series(["E12345678", "", "3202", None], dtype=pl.String)).is_empty()
