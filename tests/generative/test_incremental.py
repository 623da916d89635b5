"""Linking batch by batch against linking everything at once; rulings against any resolver."""

from __future__ import annotations

import tempfile
from itertools import combinations
from pathlib import Path
from random import Random

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.identity_lake import Mention, Row, deliver, made_lake, people_of, person, table

from firebreak.bridge.linking import link_new, link_whole
from firebreak.engine.identity.obey import obey
from firebreak.engine.identity.resolution import GROUPS, RULINGS
from firebreak.engine.identity.ties import TIES

PEOPLE = {"11": ("王伟", "+8613900000001"), "22": ("王玮", "+8613900000002"), "33": ("李静", "+8613900000003")}
"""Number → the name and the phone of its bearer: no phone is two people's, no number has two names."""
names = st.sampled_from(["王伟", "王玮", "李静", None])
phones = st.sampled_from([*(phone for _, phone in PEOPLE.values()), None])
known = st.sampled_from(sorted(PEOPLE)).flatmap(
    lambda number: st.builds(person, st.just(number), *(st.sampled_from([said, None]) for said in PEOPLE[number]))
)
rows = st.one_of(known, st.builds(person, st.none(), names, phones))
batches = st.lists(st.lists(rows, min_size=1, max_size=4), min_size=2, max_size=3)


def partition(lake: object) -> set[frozenset[Mention]]:
    return {frozenset(group) for group in people_of(lake).values()}  # type: ignore[arg-type]


@settings(max_examples=3)
@given(batches, st.randoms(use_true_random=False))
def test_new_batches_in_any_order_give_the_people_of_one_whole_run(
    given_batches: list[list[Row]], random: Random
) -> None:
    """Of people of whom nobody shares a phone with another; see below for those who do."""
    named = [(f"b{nth}", batch) for nth, batch in enumerate(given_batches)]
    with tempfile.TemporaryDirectory() as folder:
        lake, whole = made_lake(Path(folder) / "lake"), made_lake(Path(folder) / "whole")
        for name, batch in named:
            deliver(whole, name, batch)
        link_whole(whole)
        random.shuffle(named)
        for name, batch in named:
            deliver(lake, name, batch)
            before = people_of(lake)
            outcome = link_new(lake)
            after = people_of(lake)
            assert outcome.counts.records == len(batch)
            aliases = dict(table(lake, "aliases").select("alias_id", "person_id").iter_rows())
            assert all(person in after or aliases.get(person) in after for person in before)
        assert partition(lake) == partition(whole)
        ids = people_of(lake)
        link_whole(lake)
        assert people_of(lake) == ids


def test_who_joined_the_only_one_he_could_stays_with_him_until_the_next_whole_run(tmp_path: Path) -> None:
    """The difference that docs/explanation/incremental.md tells: a later batch shows that two people share the phone,
    which no group with a new record holds."""
    lake, phone = made_lake(tmp_path / "lake"), "+8613900000001"
    first = deliver(lake, "one", [person("11", "王伟", phone), person(None, "王伟", phone)])
    link_new(lake)
    joined = {frozenset({(first[0], 0), (first[1], 0)})}
    assert partition(lake) == joined
    (second,) = deliver(lake, "two", [person("22", "王伟", phone)])
    link_new(lake)
    assert partition(lake) == joined | {frozenset({(second, 0)})}
    link_whole(lake)
    assert partition(lake) == {frozenset({(one, 0)}) for one in (*first, second)}


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
