"""Small made-up trains for generated tests: stop lists, journeys, rides. Everything is simulated."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pyarrow as pa
from hypothesis import strategies as st

from firebreak.terms.ride_keys import with_keys
from firebreak.terms.tables import TABLES

Row = dict[str, Any]
DAY = date(2020, 1, 22)
STATIONS = ("甲", "乙", "丙", "丁", "戊")


def arrow(table: str, rows: list[Row]) -> pa.Table:
    """Rows as an Arrow table of the lake's schema; columns not given are null."""
    schema = TABLES[table].schema
    rows = [with_keys(row) for row in rows] if table == "rides" else rows
    return pa.Table.from_pylist([{name: row.get(name) for name in schema.names} for row in rows], schema=schema)


def instant(day: date, minutes: int) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(hours=-8, minutes=minutes)


SEATS = st.one_of(
    st.fixed_dictionaries(
        {"row": st.integers(1, 6), "letter": st.sampled_from("ABCDF"), "seat_no": st.none(), "place": st.just("seat")}
    ),
    st.fixed_dictionaries(
        {
            "row": st.none(),
            "letter": st.none(),
            "seat_no": st.integers(1, 8),
            "place": st.sampled_from(["seat", "berth"]),
        }
    ),
    st.fixed_dictionaries(
        {"row": st.none(), "letter": st.none(), "seat_no": st.none(), "place": st.sampled_from(["standing", "unknown"])}
    ),
)


@st.composite
def rides(draw: st.DrawFn, formation_coaches: tuple[int, ...] = (1, 2, 8, 9)) -> list[Row]:
    """Rides of a few people on two services and two days, several to a person."""
    found: list[Row] = []
    for index in range(draw(st.integers(1, 9))):
        board = draw(st.integers(0, 3))
        alight = draw(st.integers(board + 1, 4))
        day = DAY + timedelta(days=draw(st.integers(0, 1)))
        timed = draw(st.booleans()) or draw(st.booleans())
        found.append(
            {
                **draw(SEATS),
                "run_date": day,
                "service_id": draw(st.sampled_from([11, 12])),
                "coach": draw(st.sampled_from([*formation_coaches, None])),
                "role": draw(st.sampled_from(["passenger", "passenger", "passenger", "crew"])),
                "board_seq": board,
                "alight_seq": alight,
                "board_at": instant(day, 1300 + 60 * board) if timed else None,
                "alight_at": instant(day, 1300 + 60 * alight) if timed else None,
                "person_id": draw(st.integers(1, 4)),
                "record_id": 100 + index,
                "part": 0,
                "order_id": draw(st.sampled_from([None, 7, 8])),
            }
        )
    return found


FORMATIONS = st.sampled_from(["cr400af-8x2", "crh380a-8", "25t-18", "a320", "coach-45", None, None])
MODES = st.sampled_from(["train", "train", "flight", "coach", "ship", "taxi", "other"])


@st.composite
def services(draw: st.DrawFn) -> list[Row]:
    """Service 11 with one formation, then another from the second day on; service 12 with one."""
    second = DAY + timedelta(days=1)
    first, last = date(1900, 1, 1), date(9999, 12, 31)
    plan = [(11, first, DAY), (11, second, last), (12, first, last)]
    return [
        {"service_id": service, "mode": draw(MODES), "service_key": f"k{service}",
         "service_no": f"G{service}", "formation": draw(FORMATIONS), "valid_from": start, "valid_to": end}
        for service, start, end in plan
    ]  # fmt: skip


def _stop(service: str, number: str | None, seq: int, station: str, minutes: int, record: int, **more: object) -> Row:
    return {"mode": "train", "service_key": service, "service_no": number, "stop_seq": seq, "station": station,
            "arrive_min": minutes if seq else None, "depart_min": minutes + 2, "record_id": record, "part": 0,
            **more}  # fmt: skip


@st.composite
def stops(draw: st.DrawFn) -> list[Row]:
    """Two or three stop lists that share a number; one runs overnight, one is delivered twice or changes by date."""
    found: list[Row] = []
    for index, (key, numbers) in enumerate((("k1", "K446/K447"), ("k2", "K447"), ("k3", None))):
        start = draw(st.sampled_from([400, 1300]))
        count = draw(st.integers(2, 5))
        change = draw(st.sampled_from([None, DAY]))
        for batch in range(draw(st.integers(1, 2))):
            dates = {"valid_from": change, "valid_to": None} if batch else {"valid_from": None, "valid_to": change}
            found += [
                _stop(
                    key,
                    numbers,
                    seq,
                    STATIONS[seq],
                    start + 90 * seq + batch,
                    (batch << 32) + 10 * index + seq,
                    **dates,
                )
                for seq in range(count)
            ]
    return found


@st.composite
def journeys(draw: st.DrawFn) -> list[Row]:
    """Records of a few people: by key or by number, with and without dates, stations, times, seats; refunds; ranges."""
    maybe_day = st.one_of(st.none(), st.integers(0, 1).map(lambda shift: DAY + timedelta(days=shift)))
    place = st.one_of(st.none(), st.sampled_from(STATIONS))
    found: list[Row] = []
    for index in range(draw(st.integers(1, 8))):
        day = draw(maybe_day)
        found.append(
            {
                **draw(SEATS),
                "record_id": 1000 + index // 2,
                "part": index % 2,
                "mode": draw(st.sampled_from(["train", "train", "taxi", "flight", None])),
                "service_key": draw(st.sampled_from([None, None, "k1", "k3", "k9"])),
                "service_no": draw(st.sampled_from([None, "K446", "K447", "K447/K448", "Z1"])),
                "run_date": draw(st.sampled_from([None, None, DAY])),
                "board_date": day,
                "board_at": draw(st.sampled_from([None, instant(DAY, 500), instant(DAY, 1400)])),
                "alight_at": draw(st.sampled_from([None, instant(DAY, 1500)])),
                "from_place": draw(place),
                "to_place": draw(place),
                "coach": draw(st.sampled_from([None, 1, 1, 2])),
                "coach_last": draw(st.sampled_from([None, None, None, 3])),
                "ticket_no": draw(st.sampled_from([None, None, None, "T1", "T2"])),
                "order_no": draw(st.sampled_from([None, "O1"])),
                "ticket_state": draw(st.sampled_from([None, "valid", "valid", "valid", "refunded", "changed"])),
                "role": draw(st.sampled_from([None, "passenger", "crew"])),
            }
        )
    return found


def linked(draw_people: list[int], records: list[Row]) -> list[Row]:
    """Links of records to people; person 0 is nobody."""
    pairs = zip(records, draw_people, strict=False)
    return [
        {
            "record_id": record["record_id"],
            "part": record["part"],
            "person_id": person,
            "rule": "drill",
            "confidence": 1.0,
        }
        for record, person in pairs
        if person
    ]
