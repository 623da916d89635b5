"""What DuckDB says of the contact rules equals their plain-Python meaning, on generated rides."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pyarrow as pa
from hypothesis import strategies as st
from tests.executors import generated
from tests.generative.travel import DAY, Row, arrow, instant, rides, services

from firebreak.engine.backends.base import Executor, Expr
from firebreak.engine.tracing import oracle
from firebreak.engine.tracing.cases import NAMED_RIDES, WINDOWS, rides_in_windows, rides_named, windows
from firebreak.engine.tracing.rules import RulePack, rule_named, shipped_rules
from firebreak.engine.tracing.rules.model import Companions
from firebreak.engine.tracing.trace import contacts, place_cases
from firebreak.terms.enums import ContactLevel, Scope

FIRST_LIST = rule_named("jiangsu-first-list")


def altered(companions: Companions | None = None, **settings: object) -> RulePack:
    """The first list with other values in every setting."""
    changed = tuple(replace(rule, **settings) for rule in FIRST_LIST.settings)
    return replace(FIRST_LIST, settings=changed, companions=companions or FIRST_LIST.companions)


RULES = [
    FIRST_LIST,
    rule_named("nhc-coach"),
    altered(rows=1, bays=0, unplaced=False, same_seat_later=False, crew="none", companions=Companions(listed=False)),
    altered(rows=0, crew="set"),
    altered(rows=1, otherwise=ContactLevel.GENERAL, minutes=90),
    altered(scope=Scope.SET),
    altered(scope=Scope.VEHICLE, minutes=61),
    altered(scope=Scope.NONE),
    altered(seats=1, rows=2, cumulative_minutes=150, within_hours=24, otherwise=ContactLevel.GENERAL),
    altered(scope=Scope.CELL, distance_m=1.2, cumulative_minutes=150, within_hours=3),
    *(pack for versions in shipped_rules().values() for pack in versions),
]
QUESTIONS: dict[RulePack, Expr] = {}
"""Built once a rule: the tables they ask are put anew each time, under the same names."""


def found(executor: Executor, travelled: list[Row], timetable: list[Row], case: int, rule: RulePack) -> list[Row]:
    everybody = executor.put("rides", arrow("rides", travelled))
    executor.put("services", arrow("services", timetable))
    placed = place_cases(executor, everybody.filter(everybody.person_id == case))
    if rule not in QUESTIONS:
        QUESTIONS[rule] = contacts(everybody, placed, rule)
    return executor.run(QUESTIONS[rule]).to_pylist()


def found_plain(executor: Executor, travelled: list[Row], timetable: list[Row], case: int, rule: RulePack) -> list[Row]:
    """As ``found``, metres to the centimetre."""
    return [in_centimetres(row) for row in found(executor, travelled, timetable, case, rule)]


def in_centimetres(row: Row) -> Row:
    return {**row, "distance": None if row["distance"] is None else round(row["distance"], 2)}


def in_order(exposures: list[Row]) -> list[tuple[object, ...]]:
    return sorted((tuple(row.values()) for row in exposures), key=repr)


@generated(examples=60, travelled=rides(), timetable=services(), rule=st.sampled_from(RULES))
def test_contacts_equal_a_loop_over_all_pairs(
    executor: Executor, travelled: list[Row], timetable: list[Row], rule: RulePack
) -> None:
    case_rides = [ride for ride in travelled if ride["person_id"] == 1]
    expected = [in_centimetres(row) for row in oracle.contacts(travelled, case_rides, timetable, rule)]
    assert in_order(found_plain(executor, travelled, timetable, 1, rule)) == in_order(expected)


@generated(examples=25, travelled=rides(), timetable=services(), data=st.data())
def test_changing_one_passenger_changes_only_exposures_with_that_passenger(
    executor: Executor, travelled: list[Row], timetable: list[Row], data: st.DataObject
) -> None:
    index = data.draw(st.integers(0, len(travelled) - 1))
    moved = [dict(ride) for ride in travelled]
    moved[index]["coach"] = 2
    person = travelled[index]["person_id"]
    before, after = (found(executor, version, timetable, 1, FIRST_LIST) for version in (travelled, moved))
    if person != 1:
        others = [[row for row in rows if row["person_id"] != person] for rows in (before, after)]
        assert in_order(others[0]) == in_order(others[1])


@st.composite
def case_records(draw: st.DrawFn) -> list[Row]:
    days = st.one_of(st.none(), st.integers(-5, 5).map(lambda shift: DAY + timedelta(days=shift)))
    return [
        {
            "record_id": record, "part": 0, "person_id": draw(st.integers(1, 2)),
            "state": draw(st.sampled_from(["suspected", "confirmed", "excluded"])), "onset_on": draw(days),
            "reported_on": DAY + timedelta(days=record),
            "isolated_at": draw(st.sampled_from([None, instant(DAY, 600), instant(DAY, 6 * 1440)])),
        }
        for record in range(draw(st.integers(1, 4)))
    ]  # fmt: skip


@generated(examples=25, records=case_records(), shift=st.integers(0, 5))
def test_the_infectious_window_equals_its_meaning(executor: Executor, records: list[Row], shift: int) -> None:
    as_of = DAY + timedelta(days=shift)
    cases, links = executor.put("cases", arrow("cases", records)), executor.put("links", arrow("links", records))
    got = {row["person_id"]: (row["window_from"], row["window_to"])
           for row in executor.run(windows(cases, links, FIRST_LIST, as_of)).to_pylist()}  # fmt: skip
    expected = {
        person: window
        for person in (1, 2)
        if (window := oracle.window([row for row in records if row["person_id"] == person], FIRST_LIST, as_of))
    }
    assert got == expected


def test_a_window_does_not_reach_past_the_day_of_the_list(executor: Executor) -> None:
    record = {"record_id": 1, "part": 0, "person_id": 1, "state": "confirmed", "onset_on": DAY, "reported_on": DAY,
              "isolated_at": instant(DAY, 5 * 1440)}  # fmt: skip
    cases, links = executor.put("cases", arrow("cases", [record])), executor.put("links", arrow("links", [record]))
    found = executor.run(windows(cases, links, FIRST_LIST, DAY)).to_pylist()
    assert [row["window_to"] for row in found] == [instant(DAY, 1440)]


def test_only_rides_that_touch_the_window_count_and_a_named_ride_counts_whole(executor: Executor) -> None:
    base: Row = {"run_date": DAY, "service_id": 11, "coach": 1, "role": "passenger", "place": "seat", "board_seq": 0,
                 "alight_seq": 1, "person_id": 1, "part": 0}  # fmt: skip
    spans = {1: (0, 60), 2: (30, 90), 3: (200, 300), 4: (None, None)}
    rows = [
        {**base, "record_id": record, "board_at": start and instant(DAY, start), "alight_at": end and instant(DAY, end)}
        for record, (start, end) in spans.items()
    ]
    rows[0]["board_at"] = instant(DAY, 0)
    travelled = executor.put("rides", arrow("rides", rows))
    window = executor.put(
        "w",
        pa.Table.from_pylist(
            [{"person_id": 1, "window_from": instant(DAY, 60), "window_to": instant(DAY, 200)}], schema=WINDOWS
        ),
    )
    inside = executor.run(rides_in_windows(travelled, window))["record_id"].to_pylist()
    assert sorted(inside) == [2, 4]  # a ride without times may have been inside
    shifts = {5: -4, 6: -3, 7: 0, 8: 1}
    dayless = [{**base, "record_id": record, "run_date": DAY + timedelta(days=days)} for record, days in shifts.items()]
    late = {**dayless[-1], "record_id": 9, "alight_at": instant(DAY + timedelta(days=1), 60)}
    untimed = executor.put("untimed", arrow("rides", [*dayless, late]))
    inside = executor.run(rides_in_windows(untimed, window))["record_id"].to_pylist()
    assert sorted(inside) == [6, 7]  # one whose run began long before or begins after the window was not
    named = executor.put(
        "n", pa.Table.from_pylist([{"person_id": 1, "run_date": DAY, "service_id": 11}], schema=NAMED_RIDES)
    )
    assert sorted(executor.run(rides_named(travelled, named))["record_id"].to_pylist()) == [1, 2, 3, 4]


def test_every_shipped_rule_says_where_it_comes_from_and_when_it_is_in_force() -> None:
    assert FIRST_LIST.cite == "jiangsu-first-list@1"
    assert FIRST_LIST.in_force(date(2020, 1, 23))
    assert not FIRST_LIST.in_force(date(2020, 1, 1))
    assert all(rule.source for rule in RULES)


def test_a_case_in_the_crew_of_unknown_coach_met_the_passengers_of_every_coach(executor: Executor) -> None:
    base: Row = {"run_date": DAY, "service_id": 11, "place": "seat", "role": "passenger", "board_seq": 0,
                 "alight_seq": 2, "part": 0}  # fmt: skip
    crew = base | {"person_id": 1, "record_id": 1, "role": "crew", "coach": None}
    travelled = [crew, *(base | {"person_id": coach, "record_id": coach, "coach": coach} for coach in (2, 3))]
    timetable = [{"service_id": 11, "mode": "train", "service_key": "k", "valid_from": date(2000, 1, 1),
                  "valid_to": date(2100, 1, 1)}]  # fmt: skip
    met = {row["person_id"] for row in found(executor, travelled, timetable, 1, FIRST_LIST) if row["level"] == "crew"}
    assert met == {2, 3}
    travelled[0] = crew | {"coach": 3}
    met = {row["person_id"] for row in found(executor, travelled, timetable, 1, FIRST_LIST) if row["level"] == "crew"}
    assert met == {3}


def test_minutes_that_two_records_tell_are_added_once(executor: Executor) -> None:
    base: Row = {"run_date": DAY, "service_id": 11, "coach": 1, "row": 3, "place": "seat", "role": "passenger",
                 "part": 0, "order_id": None, "seat_no": None, "board_seq": 0,
                 "alight_seq": 3, "person_id": 2, "letter": "B"}  # fmt: skip
    case = base | {"person_id": 1, "record_id": 1, "letter": "A"}
    case |= {"board_at": instant(DAY, 600), "alight_at": instant(DAY, 720)}
    told = [(600, 680, 2), (620, 700, 3), (710, 720, 4)]
    travelled = [case]
    for first, last, record in told:
        times = {"board_at": instant(DAY, first), "alight_at": instant(DAY, last)}
        travelled.append(base | times | {"record_id": record})
    timetable = [{"service_id": 11, "mode": "train", "service_key": "k", "valid_from": date(2000, 1, 1),
                  "valid_to": date(2100, 1, 1)}]  # fmt: skip
    for minutes, listed in ((110, {110}), (111, set())):
        rule = altered(cumulative_minutes=minutes, within_hours=24, otherwise=None, crew="none")
        rows = found_plain(executor, travelled, timetable, 1, rule)
        assert {row["cumulative_minutes"] for row in rows} == listed
        expected = [in_centimetres(row) for row in oracle.contacts(travelled, [case], timetable, rule)]
        assert in_order(rows) == in_order(expected)
