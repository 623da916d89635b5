"""Whatever the seed, a drill is a world that could be: plain loops over its written truth say so.

``pytest -m long`` takes twenty seeds more.
"""

from __future__ import annotations

import json
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from stdnum.cn import ric, uscc
from stdnum.exceptions import InvalidComponent

from firebreak.world.generate import generate

SEEDS = (1, 20200123, 2**61 + 5)
PEOPLE, DAYS, START = 4000, 6, date(2020, 1, 19)
Row = dict[str, Any]


def truth_of(seed: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        generate(PEOPLE, DAYS, seed, Path(folder), START, seed_share=0.2)
        truth = Path(folder) / "truth"
        tables: dict[str, Any] = {"orders": json.loads((truth / "orders.json").read_text("utf-8"))}
        for path in sorted(truth.iterdir()):
            if path.is_dir() or path.suffix == ".parquet":
                tables[path.stem] = pq.read_table(path, partitioning=None).to_pylist()
        return tables


MORE = [pytest.param(seed, marks=pytest.mark.long) for seed in range(100, 120)]


@pytest.fixture(scope="module", params=[*SEEDS, *MORE])
def world(request: pytest.FixtureRequest) -> dict[str, Any]:
    return truth_of(request.param)


def on_board(world: dict[str, Any]) -> list[Row]:
    return [ride for ride in world["rides"] if ride["ticket_state"] == "valid"]


def test_no_place_is_taken_twice_on_one_stretch(world: dict[str, Any]) -> None:
    taken: set[tuple[Any, ...]] = set()
    for ride in on_board(world):
        if ride["row"] is None and ride["seat_no"] is None:
            continue
        place = [ride[name] for name in ("run_date", "service_key", "coach", "row", "letter", "seat_no", "berth_level")]
        for stretch in range(ride["board_seq"], ride["alight_seq"]):
            assert (*place, stretch) not in taken
            taken.add((*place, stretch))


def test_everybody_boards_before_leaving_where_and_when_the_service_calls(world: dict[str, Any]) -> None:
    stops = {(stop["service_key"], stop["stop_seq"]): stop for stop in world["stops"]}
    for ride in world["rides"]:
        board, alight = (stops[ride["service_key"], ride[name]] for name in ("board_seq", "alight_seq"))
        assert ride["board_seq"] < ride["alight_seq"]
        assert (board["station"], alight["station"]) == (ride["from_station"], ride["to_station"])
        midnight = datetime.fromisoformat(f"{ride['run_date']}T00:00+08:00")
        assert ride["board_at"] == midnight + timedelta(minutes=board["depart_min"])
        assert ride["alight_at"] == midnight + timedelta(minutes=alight["arrive_min"])


def spans(world: dict[str, Any]) -> Iterator[tuple[int, datetime, datetime]]:
    for ride in on_board(world):
        yield ride["person"], ride["board_at"], ride["alight_at"]
    for stay in world["stays"]:
        yield stay["person"], stay["start_at"], stay["end_at"]


def test_nobody_is_at_two_places_at_once(world: dict[str, Any]) -> None:
    where = defaultdict(list)
    for person, start, end in spans(world):
        where[person].append((start, end))
    for times in where.values():
        times.sort()
        assert all(before[1] <= after[0] for before, after in pairwise(times))
    rides = defaultdict(list)
    for ride in on_board(world):
        rides[ride["person"]].append((ride["board_at"], ride["alight_at"]))
    for row in [*world["events"], *world["tests"]]:
        at = row["at"] if "at" in row else row["sampled_at"]
        assert not any(start < at < end for start, end in rides[row["person"]])


def test_the_tables_number_people_and_tickets_once(world: dict[str, Any]) -> None:
    assert [row["person"] for row in world["people"]] == list(range(PEOPLE))
    for column in ("doc_number", "plate"):
        values = [row[column] for row in world["people"] if row[column] is not None]
        assert len(values) == len(set(values))
    tickets = [ride["ticket_no"] for ride in world["rides"] if ride["role"] == "passenger"]
    assert len(tickets) == len(set(tickets))
    own = {ride["ticket_no"] for ride in world["rides"]}
    assert all(ride["changed_from"] in own for ride in world["rides"] if ride["changed_from"])


def test_documents_are_valid_by_python_stdnum(world: dict[str, Any]) -> None:
    for row in world["people"]:
        if row["doc_type"] == "resident":
            number = row["doc_number"]
            assert ric.calc_check_digit(number) == number[-1]
            assert ric.get_birth_date(number) == row["birth_date"]
            assert int(number[16]) % 2 == (row["sex"] == "male")
            if row["birth_date"].year >= 1985:  # the library dates codes from their first list on
                assert_known_place(number)
    assert all(uscc.is_valid(row["code"]) for row in world["workplaces"])


def assert_known_place(number: str) -> None:
    """The library knows the code in the year of birth, or in one next to it: lists differ by the day of a change."""
    year = int(number[6:10])
    for near in (year, year - 1, year + 1):
        try:
            assert ric.get_birth_place(f"{number[:6]}{near}0601{number[14:]}")
        except InvalidComponent:
            continue
        return
    pytest.fail(f"division {number[:6]} was not in force in {year}")


def test_an_infector_had_it_first_and_symptoms_come_after_infection(world: dict[str, Any]) -> None:
    cases = {case["person"]: case for case in world["cases"]}
    people = world["people"]
    for case in cases.values():
        source = cases.get(case["infector"])
        if source is not None:
            assert source["infected_at"] < case["infected_at"]
            assert source["isolated_at"] is None or case["infected_at"] <= source["isolated_at"]
            assert close(world, case, people[source["person"]], people[case["person"]])
        else:
            assert case["infected_how"] == "wuhan"
        if case["onset_on"] is not None:
            assert case["onset_on"] >= (case["infected_at"] + timedelta(hours=8)).date()
        if case["reported_on"] is not None:
            assert case["reported_on"] >= (case["isolated_at"] + timedelta(hours=8)).date()
            assert case["sampled_at"] >= case["isolated_at"]


def close(world: dict[str, Any], case: Row, source: Row, other: Row) -> bool:
    """Were they together in the way the table says?"""
    if case["infected_how"] == "household":
        return bool(source["household"] == other["household"])
    if case["infected_how"] in ("workplace", "school"):
        return (source["workplace"], source["school"]) == (other["workplace"], other["school"])
    rides = [r for r in on_board(world) if r["board_at"] <= case["infected_at"] <= r["alight_at"]]
    place = ("run_date", "service_key", "coach")
    seats = [{tuple(r[n] for n in place) for r in rides if r["person"] == who["person"]} for who in (source, other)]
    return bool(seats[0] & seats[1])


def test_nobody_sets_out_after_being_isolated(world: dict[str, Any]) -> None:
    isolated = {case["person"]: case["isolated_at"] for case in world["cases"] if case["isolated_at"]}
    assert all(ride["alight_at"] <= isolated[ride["person"]] for ride in on_board(world) if ride["person"] in isolated)


def test_tickets_of_one_order_belong_to_one_person_household_or_firm(world: dict[str, Any]) -> None:
    orders = defaultdict(set)
    for ride in on_board(world):
        if ride["order_no"] is not None:
            orders[ride["order_no"]].add(ride["person"])
    groups = [[world["people"][person] for person in people] for people in orders.values()]
    for people in groups:
        firms = {person["workplace"] for person in people}
        assert len({person["household"] for person in people}) == 1 or (len(firms) == 1 and None not in firms)
    assert max(map(len, groups)) > 1


def test_a_transfer_leaves_from_the_station_of_arrival_in_time(world: dict[str, Any]) -> None:
    legs = defaultdict(list)
    for ride in on_board(world):
        legs[ride["order_no"], ride["person"]].append(ride)
    for rides in legs.values():
        second = min((ride for ride in rides if ride["leg"] == 1), key=lambda ride: ride["board_at"], default=None)
        if second is not None:
            first = max((ride for ride in rides if ride["leg"] == 0), key=lambda ride: ride["alight_at"])
            assert first["to_station"] == second["from_station"]
            assert first["alight_at"] + timedelta(minutes=15) <= second["board_at"]


def test_the_crew_is_on_duty_from_end_to_end_and_never_travels_otherwise(world: dict[str, Any]) -> None:
    crew = {row["person"] for row in world["people"] if row["crew_depot"]}
    assert all((ride["role"] == "crew") == (ride["person"] in crew) for ride in world["rides"])
    on_duty = {(ride["run_date"], ride["service_key"]) for ride in world["rides"] if ride["role"] == "crew"}
    assert on_duty == {(ride["run_date"], ride["service_key"]) for ride in world["rides"]}


def test_the_wuxi_order_is_there_and_its_list_is_everybody_near(world: dict[str, Any]) -> None:
    (order,) = world["orders"]
    assert order["case_no"] == "WX-2020-0001"
    patient = world["people"][order["person"]]
    assert (patient["city"], patient["doc_type"]) == ("无锡市", "resident")
    assert patient["phone"]
    assert [case["person"] for case in world["cases"] if case["case_no"] == "WX-2020-0001"] == [order["person"]]
    assert (order["run_date"], order["from"], order["to"], order["coach"]) == ("2020-01-23", "汉口", "无锡", 3)
    stops = [stop["station"] for stop in world["stops"] if stop["service_key"] == order["service_key"]]
    assert stops[stops.index("汉口") : stops.index("无锡") + 1] == [
        *("汉口", "麻城北", "金寨", "六安", "合肥南", "全椒", "南京南", "常州", "无锡")
    ]
    seen: dict[tuple[int, int], set[int]] = defaultdict(set)  # who sits in which row on which stretch
    for ride in on_board(world):
        key = (str(ride["run_date"]), ride["service_key"], ride["coach"])
        if key == (order["run_date"], order["service_key"], order["coach"]) and ride["row"]:
            for stretch in range(ride["board_seq"], ride["alight_seq"]):
                seen[ride["row"], stretch].add(ride["person"])
    near = {
        person
        for (row, stretch), people in seen.items()
        if abs(row - order["row"]) <= order["rows"] and stops.index("汉口") <= stretch < stops.index("无锡")
        for person in people - {order["person"]}
    }
    assert {contact["person"] for contact in order["contacts"]} == near
    assert len(near) > 20
