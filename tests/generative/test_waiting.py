"""Waiting at a transfer station equals a loop over all pairs of rides, on generated rides."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.generative.travel import DAY, STATIONS, Row, arrow, instant

from firebreak.engine.backends.duckdb import Duck
from firebreak.engine.tracing.waiting import LONGEST_WAIT_HOURS, station_stops, waits
from firebreak.terms.ids import place_id


@pytest.fixture(scope="module")
def duck() -> Iterator[Duck]:
    with Duck(threads=1) as executor:
        yield executor


SERVICES = [
    {"service_id": 11, "mode": "train", "service_key": "k1", "valid_from": date(1900, 1, 1), "valid_to": DAY},
    {"service_id": 11, "mode": "train", "service_key": "k1", "valid_from": DAY + timedelta(days=1),
     "valid_to": date(9999, 12, 31)},
    {"service_id": 12, "mode": "train", "service_key": "k2", "valid_from": date(1900, 1, 1),
     "valid_to": date(9999, 12, 31)},
]  # fmt: skip
LISTS = {
    (11, date(1900, 1, 1)): STATIONS,
    (11, DAY + timedelta(days=1)): STATIONS[::-1],
    (12, date(1900, 1, 1)): STATIONS,
}
STOPS = [
    {"service_key": {11: "k1", 12: "k2"}[service], "mode": "train" if service == 11 else None,
     "valid_from": None if start.year == 1900 else start, "stop_seq": seq, "station": name, "record_id": seq, "part": 0}
    for (service, start), names in LISTS.items() for seq, name in enumerate(names)
]  # fmt: skip


@st.composite
def trips(draw: st.DrawFn) -> list[Row]:
    found: list[Row] = []
    for index in range(draw(st.integers(1, 7))):
        board = draw(st.integers(0, 3))
        alight = draw(st.integers(board + 1, 4))
        day = DAY + timedelta(days=draw(st.integers(0, 1)))
        start = draw(st.integers(0, 20)) * 60
        known = draw(st.integers(0, 5)) > 0
        found.append(
            {"run_date": day, "service_id": draw(st.sampled_from([11, 12, 13])), "coach": 1, "place": "seat",
             "role": draw(st.sampled_from(["passenger", "passenger", "passenger", "crew"])), "board_seq": board,
             "alight_seq": alight, "board_at": instant(day, start) if known else None,
             "alight_at": instant(day, start + 60 * (alight - board)) if known else None,
             "person_id": draw(st.integers(1, 2)), "record_id": index, "part": 0}
        )  # fmt: skip
    return found


def _station(ride: Row, seq: int) -> str | None:
    lists = [(start, names) for (service, start), names in LISTS.items() if service == ride["service_id"]]
    in_force = [names for start, names in sorted(lists) if start <= ride["run_date"]]
    return in_force[-1][seq] if in_force else None


def _looped(travelled: list[Row]) -> set[tuple[object, ...]]:
    found = set()
    for one in travelled:
        here = _station(one, one["alight_seq"])
        if one["alight_at"] is None or one["role"] == "crew" or here is None:
            continue
        ends = [
            other["board_at"]
            for other in travelled
            if other["person_id"] == one["person_id"] and other["board_at"] and other["role"] != "crew"
            and _station(other, other["board_seq"]) == here
            and timedelta() < other["board_at"] - one["alight_at"] <= timedelta(hours=LONGEST_WAIT_HOURS)
        ]  # fmt: skip
        if ends:
            place = place_id("waiting", "", f"name:{here}")
            found.add((one["person_id"], place, one["alight_at"], min(ends), one["record_id"]))
    return found


@settings(max_examples=100, deadline=None)
@given(travelled=trips())
def test_waits_equal_a_loop_over_all_pairs_of_rides(duck: Duck, travelled: list[Row]) -> None:
    rides = duck.put("rides", arrow("rides", travelled))
    stations = station_stops(
        duck.put("services", arrow("services", SERVICES)), duck.put("stops", arrow("stops", STOPS))
    )
    rows = duck.run(waits(duck, rides, stations)).to_pylist()
    keys = ("person_id", "place_id", "start_at", "end_at", "record_id")
    assert {tuple(row[key] for key in keys) for row in rows} == _looped(travelled)
    assert len(rows) == len(_looped(travelled))
