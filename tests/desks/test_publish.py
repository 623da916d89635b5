"""From the lake to the desks: everybody once, only what changed, and old ids that lead on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.desks.lake import derived, join, merged, three_people, with_reviews
from tests.desks.people import SUZHOU, actor
from tests.identity_lake import deliver, person

from firebreak.bridge.publish import BRIDGE, publish
from firebreak.ops.base.actor import Actor
from firebreak.ops.base.scope import acting_as, everywhere
from firebreak.ops.ledger.models import Entry
from firebreak.ops.persons import actions, selectors
from firebreak.ops.persons.models import Person
from firebreak.ops.vault import actions as vault
from firebreak.terms.errors import FirebreakError
from firebreak.terms.offices import Office


def ids(by: Actor) -> set[int]:
    with acting_as(by):
        return {row.person_id for row in selectors.persons(by=by)}


def test_everybody_is_published_where_they_live_and_found_by_number_phone_and_name(tmp_path: Path) -> None:
    lake, (wang, li, shan) = three_people(tmp_path / "lake")
    done = publish(lake)
    assert (done.persons, done.written, done.dropped) == (3, 3, 0)
    officer = actor(Office.OFFICER)
    assert ids(officer) == {wang, shan}
    assert ids(actor(Office.OFFICER, SUZHOU)) == {li}
    assert ids(actor(Office.GRID_WORKER)) == {wang, shan}
    for field, typed, found in (
        ("doc_number", "320213 19900101 0011", [wang]), ("phone", "139 0000 0003", [shan]), ("name", "王伟", [wang]),
        ("name", "Wang Wei", [wang]), ("name", "shanxiaoming", [shan]), ("name", "dan xiaoming", [shan]),
        ("name", "单小*", [shan]), ("name", "李静", []), ("name", "王", []),
    ):  # fmt: skip
        assert vault.search(kind="person", field=field, value=typed, by=officer) == found, typed


@pytest.mark.parametrize("typed", ["*", "王*", "王小明*", "a", " "])
def test_what_would_find_half_a_city_is_not_looked_for(typed: str) -> None:
    with pytest.raises(FirebreakError) as refused:
        vault.search(kind="person", field="name", value=typed, by=actor(Office.OFFICER))
    assert refused.value.code == "FB-VAULT-SHORT"


def test_publishing_again_writes_nothing_and_a_change_writes_whom_it_concerns(tmp_path: Path) -> None:
    lake, (wang, *_) = three_people(tmp_path / "lake")
    publish(lake)
    assert publish(lake).written == 0
    deliver(lake, "two", [person("320213199001010011", "王伟", "+8613911111111")])
    done = publish(derived(lake))
    assert (done.persons, done.written) == (3, 1)
    assert vault.search(kind="person", field="phone", value="13911111111", by=actor(Office.OFFICER)) == [wang]
    with acting_as(BRIDGE):
        assert everywhere(Person, because="test").get(person_id=wang).rivals == 1


def test_a_run_that_was_killed_is_run_again_and_ends_the_same(tmp_path: Path, monkeypatch: Any) -> None:
    lake, _ = three_people(tmp_path / "lake")
    monkeypatch.setattr(actions, "CHUNK", 1)
    monkeypatch.setattr("firebreak.bridge.publish.SLICE", 2)
    published, told = actions.publish, []

    def dying(**given: Any) -> None:
        told.append(1)
        if len(told) == 2:
            raise KeyboardInterrupt
        published(**given)

    monkeypatch.setattr(actions, "publish", dying)
    with pytest.raises(KeyboardInterrupt):
        publish(lake)
    assert publish(lake).written == 2
    assert publish(lake).written == 0


def test_merged_persons_leave_and_their_old_ids_lead_on(tmp_path: Path) -> None:
    lake, (one, other) = merged(tmp_path / "lake")
    publish(lake)
    officer = actor(Office.OFFICER)
    assert ids(officer) == {one, other}
    done = publish(join(lake))
    kept, gone = min(one, other), max(one, other)
    assert ids(officer) == {kept}
    assert (done.dropped, done.aliases) == (1, 1)
    with acting_as(officer):
        assert selectors.living(person_id=gone, by=officer) == kept
        assert selectors.aliases(person_id=kept, by=officer) == [gone]
    with acting_as(BRIDGE):
        assert {entry.event for entry in everywhere(Entry, because="test")} >= {"persons.published", "persons.dropped"}


def test_some_persons_are_published_alone_and_nobody_else_is_touched(tmp_path: Path) -> None:
    lake, (wang, li, shan) = three_people(tmp_path / "lake")
    assert publish(lake, only={wang}).written == 1
    assert ids(actor(Office.OFFICER)) == {wang}
    assert publish(lake, only={shan, li}).written == 2
    assert ids(actor(Office.OFFICER)) == {wang, shan}
    assert publish(lake, only={7}).dropped == 0


def test_a_pair_belongs_to_whoever_answers_for_both_its_people(tmp_path: Path) -> None:
    lake, (wang, li, shan) = three_people(tmp_path / "lake")
    publish(with_reviews(lake, [(wang, li), (wang, shan)]))
    seen = {}
    for name, place in (("county", "320213"), ("prefecture", "3202"), ("other", SUZHOU), ("province", "32")):
        by = actor(Office.STEWARD, place)
        with acting_as(by):
            seen[name] = {(row.left_person_id, row.right_person_id) for row in selectors.reviews(by=by)}
    near, far = (wang, shan), (wang, li)
    assert seen == {"county": {near}, "prefecture": {near}, "other": set(), "province": {near, far}}
    assert publish(with_reviews(lake, [(wang, li)])).reviews == 1  # the other one is gone
    assert publish(lake).reviews == 0
