"""Small made-up trains for generated tests: stop lists, journeys, rides. Everything is simulated."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pyarrow as pa
from hypothesis import strategies as st

from firebreak.terms.tables import TABLES

Row = dict[str, Any]
DAY = date(2020, 1, 22)
STATIONS = ("甲", "乙", "丙", "丁", "戊")


def arrow(table: str, rows: list[Row]) -> pa.Table:
    """Rows as an Arrow table of the lake's schema; columns not given are null."""
    schema = TABLES[table].schema
    return pa.Table.from_pylist([{name: row.get(name) for name in schema.names} for row in rows], schema=schema)


def instant(day: date, minutes: int) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(hours=-8, minutes=minutes)


SEATS = st.one_of(
    st.fixed_dictionaries(
        {"row": st.integers(1, 6), "letter": st.sampled_from("ABCDF"), "seat_no": st.none(), "place": st.just("seat")}
    ),
    st.fixed_dictionaries(
        {"row": st.none(), "letter": st.none(), "seat_no": st.integers(1, 8), "place": st.sampled_from(["seat", "berth"])}
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


FORMATIONS = st.sampled_from(["cr400af-8x2", "crh380a-8", "25t-18", None])


@st.composite
def services(draw: st.DrawFn) -> list[Row]:
    """Service 11 with one formation, then another from the second day on; service 12 with one."""
    second = DAY + timedelta(days=1)
    first, last = date(1900, 1, 1), date(9999, 12, 31)
    plan = [(11, first, DAY), (11, second, last), (12, first, last)]
    return [
        {"service_id": service, "mode": draw(st.sampled_from(["train", "flight"])), "service_key": f"k{service}",
         "service_no": f"G{service}", "formation": draw(FORMATIONS), "valid_from": start, "valid_to": end}
        for service, start, end in plan
    ]  # fmt: skip
