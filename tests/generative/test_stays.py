"""What DuckDB says of stays and belonging equals their plain-Python meaning, on generated worlds."""

from __future__ import annotations

import pyarrow as pa
from hypothesis import strategies as st
from tests.executors import generated
from tests.generative.staying import CASE, PACKS, memberships, moment, pack, presences, spans
from tests.generative.travel import Row, arrow

from firebreak.engine.backends.base import Executor
from firebreak.engine.tracing import oracle_stays
from firebreak.engine.tracing.belonging import member_contacts, place_members
from firebreak.engine.tracing.places import places
from firebreak.engine.tracing.rules import RulePack, rule_named
from firebreak.engine.tracing.rules.model import SettingRule
from firebreak.engine.tracing.stays import SPANS, place_stays, stay_contacts
from firebreak.terms.enums import Scope, Setting


def at_places(executor: Executor, there: list[Row], whose: list[Row], rule: RulePack) -> list[Row]:
    everybody = executor.put("presences", arrow("presences", there))
    spans_ = executor.put("spans", pa.Table.from_pylist(whose, schema=SPANS))
    stays = place_stays(executor, everybody, spans_, rule, places())
    return executor.run(stay_contacts(executor, everybody, stays, rule)).to_pylist()


def by_belonging(executor: Executor, belong: list[Row], whose: list[Row], rule: RulePack) -> list[Row]:
    everybody = executor.put("memberships", arrow("memberships", belong))
    spans_ = executor.put("spans", pa.Table.from_pylist(whose, schema=SPANS))
    cases = place_members(executor, everybody, spans_, rule, places())
    return executor.run(member_contacts(everybody, cases, rule)).to_pylist()


def in_order(rows: list[Row]) -> list[tuple[tuple[str, object], ...]]:
    """Rows as sorted tuples of what they say; columns that places leave empty are left out."""
    empty = {"run_date", "service_id", "coach", "row_gap", "distance", "from_seq", "to_seq"}
    return sorted((tuple(sorted((k, v) for k, v in row.items() if k not in empty)) for row in rows), key=repr)


@generated(examples=70, there=presences(), whose=spans(), rule=st.sampled_from(PACKS))
def test_contacts_at_places_equal_a_loop_over_all_pairs(
    executor: Executor, there: list[Row], whose: list[Row], rule: RulePack
) -> None:
    expected = list(oracle_stays.stay_contacts(there, whose, rule, places()))
    assert in_order(at_places(executor, there, whose, rule)) == in_order(expected)


@generated(examples=50, belong=memberships(), whose=spans(), rule=st.sampled_from(PACKS))
def test_contacts_by_belonging_equal_a_loop_over_all_pairs(
    executor: Executor, belong: list[Row], whose: list[Row], rule: RulePack
) -> None:
    expected = list(oracle_stays.member_contacts(belong, whose, rule, places()))
    assert in_order(by_belonging(executor, belong, whose, rule)) == in_order(expected)


@generated(examples=20, there=presences(), more=presences(), whose=spans(), rule=st.sampled_from(PACKS))
def test_one_person_more_changes_only_that_persons_contacts(
    executor: Executor, there: list[Row], more: list[Row], whose: list[Row], rule: RulePack
) -> None:
    stranger = 9
    extra = [row | {"person_id": stranger, "record_id": row["record_id"] + 100} for row in more]
    before = at_places(executor, there, whose, rule)
    after = [row for row in at_places(executor, [*there, *extra], whose, rule) if row["person_id"] != stranger]
    assert in_order(before) == in_order(after)


def test_minutes_of_three_meetings_within_a_day_add_up(executor: Executor) -> None:
    def there(person: int, start: int, end: int, place: int) -> Row:
        row = {"person_id": person, "place_id": place, "cell_id": place, "place_kind": "shop"}
        return row | {"start_at": moment(start), "end_at": moment(end), "record_id": start * 9 + person, "part": 0}

    day = 24 * 60
    seen = [
        row
        for place, start in enumerate((100, 500, 100 + day), start=1)
        for row in (there(CASE, start, start + 7, place), there(2, start + 1, start + 7, place))
    ]
    whose = [{"case_person_id": CASE, "person_id": CASE, "window_from": moment(0), "window_to": moment(9000)}]
    rule = SettingRule(Setting.VENUE, Scope.CELL, cumulative_minutes=12, within_hours=24)
    found = at_places(executor, seen, whose, pack(rule))
    assert {(row["minutes"], row["cumulative_minutes"]) for row in found} == {(6, 12)}
    assert len(found) == 3
    rule = SettingRule(Setting.VENUE, Scope.CELL, cumulative_minutes=15, within_hours=24)
    assert at_places(executor, seen, whose, pack(rule)) == []


def test_the_waiting_hall_rule_lists_who_waited_and_nobody_who_passed_a_gate(executor: Executor) -> None:
    wait: Row = {"place_id": 4, "cell_id": None, "place_kind": "waiting", "start_at": moment(0), "end_at": moment(90)}
    gate = wait | {"place_id": 5, "place_kind": "station"}
    there = [
        one | {"person_id": person, "record_id": 10 * number + person, "part": 0}
        for number, one in enumerate((wait, gate))
        for person in (CASE, 2 + number)
    ]
    whose = [{"case_person_id": CASE, "person_id": CASE, "window_from": moment(0), "window_to": moment(9000)}]
    for strangers in ("who@1", "ecdc@1", "us-cdc@1", "us-cdc@2"):
        assert at_places(executor, there, whose, rule_named(strangers)) == []
    found = at_places(executor, there, whose, rule_named("nhc@5"))
    assert [(row["person_id"], row["setting"], row["contact_level"], row["minutes"]) for row in found] == [
        (2, "waiting_hall", "general", 90)
    ]
