"""Linking batch by batch against linking everything at once; rulings against any resolver."""

from __future__ import annotations

import tempfile
from itertools import combinations
from pathlib import Path

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.identity_lake import Mention, Row, deliver, made_lake, people_of, person, table

from firebreak.bridge.linking import link_new, link_whole
from firebreak.engine.identity.obey import obey
from firebreak.engine.identity.resolution import GROUPS, RULINGS
from firebreak.engine.identity.ties import TIES

names = st.sampled_from(["王伟", "王玮", "李静", None])
numbers = st.sampled_from(["11", "22", "33", None, None])
phones = st.sampled_from(["+8613900000001", "+8613900000002", "+8613900000003", None])
rows = st.builds(person, numbers, names, phones)
batches = st.lists(st.lists(rows, min_size=1, max_size=4), min_size=2, max_size=3)


def partition(lake: object) -> set[frozenset[Mention]]:
    return {frozenset(group) for group in people_of(lake).values()}  # type: ignore[arg-type]


@settings(max_examples=3)
@given(batches)
def test_new_batches_one_after_the_other_give_the_people_of_one_whole_run(given_batches: list[list[Row]]) -> None:
    """On records where nobody looked at depends on somebody who was not: numbers and names decide, or one phone. Where
    two people who share a phone are told apart by a third batch only, see docs/explanation/incremental.md."""
    with tempfile.TemporaryDirectory() as folder:
        lake = made_lake(Path(folder) / "lake")
        for nth, batch in enumerate(given_batches):
            deliver(lake, f"b{nth}", batch)
            before = people_of(lake)
            outcome = link_new(lake)
            after = people_of(lake)
            assert outcome.counts.records == len(batch)
            aliases = dict(table(lake, "aliases").select("alias_id", "person_id").iter_rows())
            assert all(person in after or aliases.get(person) in after for person in before)
        one_by_one = partition(lake)
        ids = people_of(lake)
        link_whole(lake)
        differing = {frozenset(group) for group in one_by_one ^ partition(lake)}
        assert not differing or _edge_case(given_batches)
        assert differing or people_of(lake) == ids


def _edge_case(given_batches: list[list[Row]]) -> bool:
    """Could a record without a number be judged before everybody it resembles had been looked at?"""
    every = [row for batch in given_batches for row in batch]
    return any(row["name"] and row["phone"] and not row.get("doc_number") for row in every)


def graphs() -> st.SearchStrategy[tuple[list[int], list[tuple[int, int, int]], list[tuple[bool, int, int]]]]:
    mention = st.integers(0, 7)
    tie = st.tuples(st.integers(0, 4), mention, mention)
    ruling = st.tuples(st.booleans(), mention, mention).filter(lambda one: one[1] != one[2])
    return st.tuples(
        st.lists(st.integers(0, 3), min_size=8, max_size=8), st.lists(tie, max_size=12), st.lists(ruling, max_size=6)
    )


@settings(max_examples=150)
@given(graphs())
def test_whatever_was_concluded_the_rulings_hold_and_nobody_else_is_touched(
    case: tuple[list[int], list[tuple[int, int, int]], list[tuple[bool, int, int]]],
) -> None:
    concluded, tied, said = case
    rulings = consistent(said)
    groups = pl.DataFrame(
        [(nth, 0, group, "own", 1.0) for nth, group in enumerate(concluded)], schema=GROUPS, orient="row"
    )

    def ties(wanted: pl.DataFrame) -> pl.DataFrame:
        names = ("ruling", "document", "ticket", "phone+name", "number+name")
        scope = dict(wanted.select("record_id", "scope").iter_rows())
        found = [
            (scope[end], f"t{nth}", names[rule], end, 0)
            for nth, (rule, one, other) in enumerate(tied)
            if one != other and scope.get(one) is not None and scope.get(one) == scope.get(other)
            for end in (one, other)
        ]
        return pl.DataFrame(found, schema=TIES, orient="row")

    pairs = [("must" if must else "cannot", one, 0, other, 0) for must, one, other in rulings]
    after = obey(groups, pl.DataFrame(pairs, schema=RULINGS, orient="row"), ties)
    now = dict(after.select("record_id", "group").iter_rows())
    assert sorted(now) == list(range(8))
    for must, one, other in rulings:
        assert (now[one] == now[other]) is must
    ruled = {end for _, *ends in rulings for end in ends}
    free = {group for group in set(concluded) if not ruled & {nth for nth in range(8) if concluded[nth] == group}}
    for one, other in combinations(range(8), 2):
        if concluded[one] in free:
            assert (now[one] == now[other]) is (concluded[one] == concluded[other])


def consistent(said: list[tuple[bool, int, int]]) -> list[tuple[bool, int, int]]:
    """The rulings taken one by one, without those that contradict what stands: as the door would let them in."""
    kept: list[tuple[bool, int, int]] = []
    for ruling in said:
        tried = [*kept, ruling]
        component = list(range(8))
        for _ in range(8):
            for must, one, other in tried:
                if must:
                    component[one] = component[other] = min(component[one], component[other])
        if all(component[one] != component[other] for must, one, other in tried if not must):
            kept = tried
    return kept
