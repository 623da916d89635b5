"""A trace as the case desk keeps it: ids, closed words and counts. Names stay in the vault, where the reader's reach
decides who is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from firebreak.bridge.report import FIELDS, CoachView, Contact, Met, PlaceView, Ride, Stop, TraceReport
from firebreak.engine.tracing.attack import expected

_PLACED = ("household",)
"""Settings whose place is somebody's home: it is not named."""
Places = Mapping[int, tuple[str, str]]
Row = dict[str, Any]


def people_rows(report: TraceReport, other: TraceReport | None, before: Mapping[int, str], places: Places) -> list[Row]:
    """One row a person of the list; then, with rank 0, those whom only the second rule lists.

    ``before``: person → relation on the list before. ``places``: person → division and grid as published.
    """
    case = report.case.person.person_id if report.case.person else 0
    known = {person: row for person, row in listed_rows(report, places).items() if person != case}
    rivals = listed_rows(other, places) if other else {}
    for person, row in known.items():
        row["other"] = other is None or person in rivals
        row["change"] = _change(before, person, row["relation"])
    rows = sorted(known.values(), key=lambda row: row["rank"])
    for rank, row in enumerate(rows, start=1):
        row["rank"] = rank
    only = [row | {"rank": 0, "change": ""} for person, row in rivals.items() if person not in known and person != case]
    return rows + only


def _change(before: Mapping[int, str], person: int, relation: str) -> str:
    if not before:
        return ""
    if person not in before:
        return "added"
    return "" if before[person] == relation else "changed"


def listed_rows(report: TraceReport, places: Places) -> dict[int, Row]:
    """Person → row of everybody on the list, fellow travellers by their ride, others by where they were met."""
    rows: dict[int, Row] = {}
    for met in report.met:
        rows.setdefault(met.person.person_id, _met(met, places))
    for contact in report.contacts:
        ways = rows[contact.person.person_id]["ways"] if contact.person.person_id in rows else 0
        rows[contact.person.person_id] = _rode(report, contact, places) | {"ways": len(contact.exposures) + ways}
    return rows


def _rode(report: TraceReport, contact: Contact, places: Places) -> Row:
    near = contact.nearest
    ride = report.rides[near.ride]
    return _whole(contact, places) | {
        "section": "ride", "setting": near.setting, "contact_level": near.contact_level, "relation": near.relation,
        "rule": near.rule, "place": f"{ride.service_no} {ride.run_date.isoformat()}"[:120],
        "seat": f"{near.coach}-{near.seat}"[:12] if near.coach else near.seat[:12], "met_at": near.from_at,
        "minutes": contact.minutes, "expected": near.expected.rate if near.expected else None,
        "record_id": near.record_id, "case_record_id": near.case_record_id,
    }  # fmt: skip


def _met(met: Met, places: Places) -> Row:
    near = met.nearest
    rate = expected(near.relation, near.minutes, near.setting)
    return _whole(met, places) | {
        "section": met.section, "setting": near.setting, "contact_level": near.contact_level,
        "relation": near.relation, "rule": near.rule, "place": "" if near.setting in _PLACED else near.place[:120],
        "seat": "", "met_at": near.from_at, "minutes": near.minutes, "ways": len(met.meetings),
        "expected": rate.rate if rate else None, "record_id": near.record_id, "case_record_id": near.case_record_id,
    }  # fmt: skip


def _whole(one: Contact | Met, places: Places) -> Row:
    division, grid = places.get(one.person.person_id, ("", ""))
    return {"rank": one.rank, "person_id": one.person.person_id, "home_code": division, "home_grid": grid,
            "known": len(FIELDS) - len(one.person.missing)}  # fmt: skip


def told(report: TraceReport, other: TraceReport | None) -> Row:
    """Completeness, gaps, times of the stages; of the second rule, how many it lists."""
    return {
        "completeness": [asdict(one) for one in report.completeness],
        "gaps": [
            {"kind": gap.kind, "values": dict(gap.values), "count": len(gap.ranks), "searched": gap.searched,
             "ask": gap.ask}
            for gap in report.gaps
        ],
        "channels": {key: [one.zh, one.en] for key, one in report.channels.items()},
        "timings": [[one.key, round(one.seconds, 4)] for one in report.timings],
        "rows": report.rows,
        "other": {"rule": other.rules[0], "listed": len(other.listed)} if other else None,
    }  # fmt: skip


def drawing(report: TraceReport) -> Row:
    """The rides and the stays with everybody's seat and time, by id; ``web.cases.drawn`` makes them again."""
    case = report.case.person.person_id if report.case.person else 0
    return {
        "case": case,
        "rides": [_ride(one) for one in report.rides],
        "places": [_place(one) for one in report.places],
    }


def _ride(ride: Ride) -> Row:
    return {
        "service_id": ride.service_id, "service_no": ride.service_no, "service_key": ride.service_key,
        "mode": ride.mode, "run_date": ride.run_date.isoformat(), "formation": ride.formation,
        "from_seq": ride.from_seq, "to_seq": ride.to_seq, "listed": ride.listed,
        "stops": [_stop(one) for one in ride.stops], "coaches": [_coach(one) for one in ride.coaches],
    }  # fmt: skip


def _stop(stop: Stop) -> list[Any]:
    return [stop.seq, stop.station, _at(stop.arrive_at), _at(stop.depart_at)]


def _coach(view: CoachView) -> Row:
    return {"layout": asdict(view.layout), "assumed": view.assumed, "sittings": [asdict(one) for one in view.sittings]}


def _place(view: PlaceView) -> Row:
    home = view.kind in _PLACED
    return {
        "place_id": view.place_id, "kind": view.kind, "name": "" if home else view.name, "from_at": _at(view.from_at),
        "to_at": _at(view.to_at), "until": _at(view.until),
        "presences": [
            asdict(one) | {"from_at": _at(one.from_at), "to_at": _at(one.to_at), "cell": "" if home else one.cell}
            for one in view.presences
        ],
    }  # fmt: skip


def _at(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
