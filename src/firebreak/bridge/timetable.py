"""The stops of one run, as moments in Asia/Shanghai."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from firebreak.bridge.report import Stop
from firebreak.bridge.session import Row, Session
from firebreak.terms.ids import split_record_id

SHANGHAI = ZoneInfo("Asia/Shanghai")
Told = TypeVar("Told")


def local(moment: datetime | None) -> datetime | None:
    """A UTC instant in Asia/Shanghai."""
    return moment.astimezone(SHANGHAI) if moment else None


def service_of(session: Session, service_id: int, run_date: date) -> dict[str, Any] | None:
    """The service's row in force on that day; the newest where several are."""
    rows = session.rows("services", service_id=service_id)
    rows.sort(key=lambda row: (_valid(row, run_date), row["valid_from"] or date.min))
    return rows[-1] if rows else None


def stops_of(session: Session, service: Row, run_date: date) -> tuple[Stop, ...]:
    """The stops of that run: the timetable in force on that day, as the engine takes it."""
    rows = session.rows("stops", service_key=service["service_key"], mode=service["mode"])
    tables: dict[tuple[Any, ...], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        key = (_valid(row, run_date), row["valid_from"] or date.min, split_record_id(row["record_id"])[0])
        tables[key].append(row)
    if not tables:
        return ()
    best = max(tables, key=lambda key: (key[0], key[1], -key[2]))  # of two deliveries of one list the smaller batch
    by_seq = {row["stop_seq"]: row for row in tables[best] if row["stop_seq"] is not None}
    return tuple(
        Stop(seq, row["station"] or "", _moment(run_date, row["arrive_min"]), _moment(run_date, row["depart_min"]))
        for seq, row in sorted(by_seq.items())
    )


def stops_told(session: Session, rides: Iterable[Row]) -> tuple[Stop, ...]:
    """The stops of a run that no timetable lists, as its rides tell them: a station or a time on which not all agree
    is unknown (``—``, None)."""
    rides = list(rides)
    journeys = {
        (row["record_id"], row["part"]): row
        for row in session.rows("journeys", record_id={ride["record_id"] for ride in rides})
    }
    stations: dict[int, set[str]] = defaultdict(set)
    times: dict[tuple[str, int], set[datetime]] = defaultdict(set)
    for ride in rides:
        journey = journeys.get((ride["record_id"], ride["part"]), {})
        for end, place in (("board", "from_place"), ("alight", "to_place")):
            seq = ride[f"{end}_seq"]
            stations[seq] |= {name for name in (journey.get(place),) if name}
            times[end, seq] |= {ride[f"{end}_at"]} - {None}
    return tuple(
        Stop(
            seq,
            _agreed(stations[seq]) or "—",
            local(_agreed(times["alight", seq])),
            local(_agreed(times["board", seq])),
        )
        for seq in range(max(stations, default=-1) + 1)
    )


def _agreed(values: set[Told]) -> Told | None:
    return next(iter(values)) if len(values) == 1 else None


def _valid(row: Row, day: date) -> bool:
    starts = row["valid_from"] is None or row["valid_from"] <= day
    return bool(starts and (row["valid_to"] is None or day <= row["valid_to"]))


def _moment(run_date: date, minutes: int | None) -> datetime | None:
    if minutes is None:
        return None
    return datetime.combine(run_date, time(), SHANGHAI) + timedelta(minutes=minutes)


def seq_of(stops: Sequence[Stop], station: str) -> int | None:
    """The stop of that name."""
    return next((stop.seq for stop in stops if stop.station == station), None)
