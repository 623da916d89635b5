"""Ids through any history of batches, merges, splits and reruns, against a plain account of it."""

from __future__ import annotations

from functools import cache

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from firebreak.engine.identity import aliases as changes
from firebreak.engine.identity.person_ids import Aliases, minted, no_aliases, person_ids

Mention = tuple[int, int]
Partition = list[frozenset[Mention]]


class Plain:
    """The rule said slowly: an id is at home with its first mention, or, when that is gone, with the smallest of its
    own that are left; living before alias, smaller before larger."""

    def __init__(self) -> None:
        self.people: dict[int, frozenset[Mention]] = {}
        self.aliases: dict[int, int] = {}
        self.homes: dict[int, Mention] = {}
        self.own: dict[int, frozenset[Mention]] = {}

    def run(self, partition: Partition) -> None:
        there = {mention for group in partition for mention in group}
        home = {old: self._home(old, there) for old in {*self.people, *self.aliases}}
        now: dict[int, frozenset[Mention]] = {}
        for group in partition:
            living = [old for old in self.people if home[old] in group]
            back = [old for old in self.aliases if home[old] in group]
            now[min(living or back or [mint(min(group))])] = group
        self.homes |= {old: mention for old, mention in home.items() if mention is not None}
        self.own |= self.people
        before, self.people = {*self.people}, now
        stands_for = {old: self._stands_for(home[old]) for old in home if old not in now}
        lost = {old: stands_for.get(target, target) for old, target in self.aliases.items() if home[old] is None}
        stands_for |= {old: person if person in now else None for old, person in lost.items() if old not in before}
        self.aliases = {old: person for old, person in stands_for.items() if person is not None}

    def _home(self, old: int, there: set[Mention]) -> Mention | None:
        mention = self.homes.get(old)
        if mint_of(old, there) is not None:
            return mint_of(old, there)
        if mention in there:
            return mention
        return min(self.people.get(old, self.own.get(old, frozenset())) & there, default=None)

    def _stands_for(self, mention: Mention | None) -> int | None:
        return next((person for person, group in self.people.items() if mention in group), None)


def mint_of(old: int, there: set[Mention]) -> Mention | None:
    return next((mention for mention in there if mint(mention) == old), None)


@cache
def mint(mention: Mention) -> int:
    return int(minted(pl.Series([mention[0]], dtype=pl.Int64), pl.Series([mention[1]], dtype=pl.Int16)).item())


class Ledger:
    """The same history through the functions of the house."""

    def __init__(self) -> None:
        self.links = frame([], "person_id")
        self.aliases = no_aliases()
        self.merged: list[tuple[int, int]] = []
        self.split: set[tuple[int, int]] = set()
        self.members = pl.DataFrame()

    def run(self, partition: Partition) -> None:
        groups = frame([(*mention, nth) for nth, group in enumerate(partition) for mention in sorted(group)], "group")
        ids = person_ids(groups, self.links, self.aliases)
        moved = changes.moved(groups, ids, self.links, self.aliases)
        homes = changes.homes_elsewhere(groups, self.links, self.aliases)
        links = groups.join(ids, on="group").select("record_id", "part", "person_id")
        merges = changes.merges(moved)
        self.merged = list(merges.select("person_id", "absorbed_id").iter_rows())
        self.members = changes.members(merges, links, self.links)
        self.split = set(changes.splits(links, self.links, moved).select("person_id", "split_id").iter_rows())
        own = self.members.filter("absorbed").select("record_id", "part", alias_id="absorbed_id")
        older = self.aliases.members.join(own, on="alias_id", how="anti")
        members = pl.concat([older, own.select(older.columns)])
        self.links, self.aliases = links, Aliases(moved.select("person_id", alias_id="id"), members, homes)

    @property
    def people(self) -> dict[int, frozenset[Mention]]:
        found: dict[int, set[Mention]] = {}
        for record, part, person in self.links.iter_rows():
            found.setdefault(person, set()).add((record, part))
        return {person: frozenset(group) for person, group in found.items()}

    @property
    def stands_for(self) -> dict[int, int]:
        return dict(self.aliases.ids.select("alias_id", "person_id").iter_rows())


def frame(rows: list[tuple[int, ...]], last: str) -> pl.DataFrame:
    return pl.DataFrame(rows, schema={"record_id": pl.Int64, "part": pl.Int16, last: pl.Int64}, orient="row")


@st.composite
def histories(draw: st.DrawFn) -> list[Partition]:
    """Each step delivers some mentions for the first time, and joins and parts whatever is there at will."""
    mentions: list[Mention] = draw(
        st.lists(st.tuples(st.integers(1, 6), st.integers(0, 1)), min_size=1, max_size=9, unique=True)
    )
    arrival = {mention: draw(st.integers(0, 3)) for mention in mentions}
    gone = {mention: draw(st.sampled_from([9, 9, 9, 9, 2, 3])) for mention in mentions}
    steps = []
    for step in range(5):
        groups: dict[int, set[Mention]] = {}
        for mention in mentions:
            if arrival[mention] <= step < gone[mention]:
                groups.setdefault(draw(st.integers(0, 4)), set()).add(mention)
        steps.append([frozenset(group) for group in groups.values()])
    return steps


@settings(max_examples=40)
@given(histories())
def test_ids_and_aliases_are_those_of_the_plain_account_whatever_happens(steps: list[Partition]) -> None:
    plain, ledger = Plain(), Ledger()
    for partition in steps:
        plain.run(partition)
        ledger.run(partition)
        assert ledger.people == plain.people
        assert ledger.stands_for == plain.aliases


@settings(max_examples=20)
@given(histories())
def test_every_id_that_was_given_leads_to_one_living_person_while_a_record_of_it_is_left(
    steps: list[Partition],
) -> None:
    ledger, before = Ledger(), {}
    for partition in steps:
        before = ledger.people
        ledger.run(partition)
        there = {mention for group in partition for mention in group}
        assert not set(ledger.stands_for) & set(ledger.people)
        assert set(ledger.stands_for.values()) <= set(ledger.people)
        for old, group in before.items():
            assert old in ledger.people or old in ledger.stands_for or not group & there


@settings(max_examples=20)
@given(histories(), st.data())
def test_a_new_batch_renames_nobody_and_a_rerun_changes_nothing(steps: list[Partition], data: st.DataObject) -> None:
    """Mentions may join people who are there; nobody is merged or split: every id stays."""
    ledger = Ledger()
    for partition in steps:
        ledger.run(partition)
    before, aliases = ledger.people, ledger.stands_for
    grown: dict[int, set[Mention]] = {person: set(group) for person, group in before.items()}
    for record in range(data.draw(st.integers(0, 3))):
        mention = (-record, 0)
        grown.setdefault(data.draw(st.sampled_from([*before, -1])), set()).add(mention)
    ledger.run([frozenset(group) for group in grown.values()])
    after = ledger.people
    assert all(before[person] <= after[person] for person in before)
    assert ledger.stands_for == aliases
    assert ledger.merged == []
    assert ledger.split == set()
    ledger.run(list(after.values()))
    assert ledger.people == after


@settings(max_examples=20)
@given(histories(), st.data())
def test_undoing_every_merge_gives_back_exactly_who_was_there(steps: list[Partition], data: st.DataObject) -> None:
    ledger = Ledger()
    for partition in steps:
        ledger.run(partition)
    before, aliases = ledger.people, ledger.stands_for
    joined: dict[int, set[Mention]] = {}
    for group in before.values():
        joined.setdefault(data.draw(st.integers(0, 2)), set()).update(group)
    ledger.run([frozenset(group) for group in joined.values()])
    kept = {min(person for person, group in before.items() if group <= whole) for whole in ledger.people.values()}
    assert set(ledger.people) == kept
    assert {absorbed for _, absorbed in ledger.merged} == set(before) - kept
    for person, absorbed in ledger.merged:
        rows = ledger.members.filter(pl.col("absorbed_id") == absorbed)
        sides = {
            side: frozenset(rows.filter(pl.col("absorbed") == side).select("record_id", "part").iter_rows())
            for side in (True, False)
        }
        assert sides[True] == before[absorbed]
        assert sides[False] == ledger.people[person] - before[absorbed]
    ledger.run(list(before.values()))
    assert ledger.people == before
    assert ledger.stands_for == aliases


def test_a_person_who_is_divided_is_named_in_the_splits_and_the_other_half_gets_its_old_id_back() -> None:
    ledger = Ledger()
    ledger.run([frozenset({(5, 0), (7, 0)}), frozenset({(3, 0)})])
    ledger.run([frozenset({(5, 0), (7, 0), (3, 0)})])
    assert ledger.stands_for == {5: 3}
    ledger.run([frozenset({(5, 0)}), frozenset({(7, 0)}), frozenset({(3, 0)})])
    assert ledger.people == {3: {(3, 0)}, 5: {(5, 0)}, 7: {(7, 0)}}
    assert ledger.split == {(3, 5), (3, 7)}
