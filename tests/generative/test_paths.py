"""Contacts of contacts and repeated trips: equal to their plain meaning; a path never goes back in time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from hypothesis import strategies as st
from tests.executors import generated
from tests.generative.staying import CASE, CONTACT, memberships, moment, pack, presences
from tests.generative.test_stays import in_order
from tests.generative.travel import Row, arrow, rides

from firebreak.engine.backends.base import Executor
from firebreak.engine.tracing import oracle_paths
from firebreak.engine.tracing.joint_trips import joint_trip_contacts
from firebreak.engine.tracing.places import places
from firebreak.engine.tracing.rules.model import Companions, SecondDegree, SettingRule
from firebreak.engine.tracing.second_degree import second_degree
from firebreak.engine.tracing.trace import place_cases
from firebreak.terms.enums import ContactLevel, Scope, Setting

AS_OF = date(2020, 1, 22)
PACK = replace(
    pack(
        SettingRule(Setting.ANY, Scope.CELL, minutes=15, otherwise=ContactLevel.GENERAL),
        SettingRule(Setting.HOUSEHOLD, Scope.CELL),
    ),
    second_degree=SecondDegree(
        listed=True,
        settings=(Setting.HOUSEHOLD, Setting.WORKPLACE, Setting.CLASS, Setting.VENUE, Setting.WARD, Setting.HOTEL),
    ),
)


@st.composite
def first_contacts(draw: st.DrawFn) -> list[Row]:
    """Exposures of the first degree: who met the case, at which moment, at which level."""
    return [
        {
            "case_person_id": CASE, "person_id": draw(st.integers(2, 4)), "degree": 1, "record_id": 500 + nth,
            "contact_level": draw(st.sampled_from(["close", "close", "general"])), "run_date": date(2020, 1, 20),
            "from_at": draw(st.one_of(st.none(), st.integers(0, 2500).map(moment))),
        }
        for nth in range(draw(st.integers(1, 3)))
    ]  # fmt: skip


ISOLATED = st.tuples(st.integers(2, 5), st.integers(0, 3000).map(moment))


def asked(executor: Executor, first: list[Row], there: list[Row], belong: list[Row], isolated: list[Row]) -> list[Row]:
    executor.put("presences", arrow("presences", there))
    executor.put("memberships", arrow("memberships", belong))
    executor.put("cases", arrow("cases", isolated))
    executor.put("links", arrow("links", [row | {"person_id": row["record_id"]} for row in isolated]))
    known = executor.put("first", arrow("exposures", first))
    return executor.run(second_degree(executor, known, PACK, places(), AS_OF)).to_pylist()


@generated(
    on_spark=2,
    first=first_contacts(),
    there=presences(),
    belong=memberships(),
    isolated=st.lists(ISOLATED, max_size=2, unique_by=lambda pair: pair[0]),
)
def test_contacts_of_contacts_equal_a_loop_and_never_go_back_in_time(
    executor: Executor, first: list[Row], there: list[Row], belong: list[Row], isolated: list[tuple[int, object]]
) -> None:
    told = [{"record_id": person, "part": 0, "isolated_at": at} for person, at in isolated]
    found = asked(executor, first, there, belong, told)
    expected = oracle_paths.second_degree(first, there, belong, isolated, PACK, places(), AS_OF)
    assert in_order(found) == in_order(list(expected))
    spans = {row["person_id"]: row for row in oracle_paths.contact_spans(first, isolated, AS_OF)}
    for row in found:
        assert row["degree"] == 2
        assert row["contact_level"] == "secondary"
        assert row["person_id"] != row["case_person_id"]
        assert row["from_at"] >= spans[row["via_person_id"]]["window_from"]
        assert row["to_at"] > row["from_at"]


def test_who_met_the_contact_before_it_was_exposed_is_no_contact_of_a_contact(executor: Executor) -> None:
    def at_table(person: int, start: int, end: int) -> Row:
        row = {"person_id": person, "place_id": 1, "cell_id": 11, "place_kind": "restaurant", "record_id": person}
        return row | {"part": 0, "start_at": moment(start), "end_at": moment(end)}

    first = [{"case_person_id": CASE, "person_id": CONTACT, "degree": 1, "contact_level": "close",
              "from_at": moment(600), "record_id": 50, "part": 0}]  # fmt: skip
    before, after = at_table(3, 400, 500), at_table(4, 700, 760)
    there = [at_table(CONTACT, 400, 520), before, at_table(CONTACT, 690, 800) | {"record_id": 9}, after]
    found = asked(executor, first, there, [], [])
    assert [(row["person_id"], row["via_person_id"], row["case_record_id"]) for row in found] == [(4, CONTACT, 9)]
    isolated = [{"record_id": CONTACT, "part": 0, "isolated_at": moment(705)}]
    assert asked(executor, first, there, [], isolated) == []  # five minutes at one table are too short


@generated(on_spark=2, travelled=rides(), least=st.integers(2, 3), days=st.integers(1, 2))
def test_repeated_trips_equal_a_loop_over_all_pairs(
    executor: Executor, travelled: list[Row], least: int, days: int
) -> None:
    rule = replace(PACK, companions=Companions(joint_trips=least, within_days=days))
    everybody = executor.put("rides", arrow("rides", travelled))
    executor.put("services", arrow("services", []))
    case = travelled[0]["person_id"]
    placed = place_cases(executor, everybody.filter(everybody.person_id == case))
    found = executor.run(joint_trip_contacts(executor, everybody, placed, placed, rule)).to_pylist()
    told = {(row["person_id"], row["case_record_id"], row["record_id"]) for row in found}
    assert told == oracle_paths.joint_trips(_full(travelled), case, rule)
    assert {row["level"] for row in found} <= {"joint_trip"}


def _full(travelled: list[Row]) -> list[Row]:
    return arrow("rides", travelled).to_pylist()


def test_two_trips_side_by_side_within_a_week_make_companions(executor: Executor) -> None:
    def ride(person: int, day: int, row: int, record: int) -> Row:
        return {"person_id": person, "run_date": date(2020, 1, day), "service_id": 11, "coach": 3, "row": row,
                "letter": "A", "place": "seat", "role": "passenger", "board_seq": 0, "alight_seq": 3,
                "record_id": record, "part": 0}  # fmt: skip

    friend = [ride(2, 10, 5, 1), ride(2, 14, 9, 2)]
    stranger = [ride(3, 10, 6, 3), ride(3, 14, 2, 4)]
    travelled = [ride(CASE, 10, 5, 5), ride(CASE, 14, 8, 6), *friend, *stranger]
    everybody = executor.put("rides", arrow("rides", travelled))
    placed = place_cases(executor, everybody.filter(everybody.person_id == CASE))

    def companions(days: int) -> set[int]:
        rule = replace(PACK, companions=Companions(joint_trips=2, within_days=days))
        return set(
            executor.run(joint_trip_contacts(executor, everybody, placed, placed, rule))["person_id"].to_pylist()
        )

    assert companions(7) == {2}
    assert companions(4) == set()
