"""The path of an exposure: case record → ride or place → rule → the contact's record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from firebreak.bridge.coaches import seat_text
from firebreak.bridge.compare import key_of
from firebreak.bridge.exposures import Traced, aboard, expose, rule_of, window_of
from firebreak.bridge.meet import meet
from firebreak.bridge.meetings import meetings_of
from firebreak.bridge.orders import Order, Target, resolve
from firebreak.bridge.report import Meeting
from firebreak.bridge.rulings import stands_for
from firebreak.bridge.session import Session
from firebreak.bridge.timetable import local, service_of, stops_of, stops_told
from firebreak.bridge.trace import is_drill
from firebreak.engine.tracing.attack import Expected, expected
from firebreak.engine.tracing.rules import RulePack
from firebreak.engine.tracing.why import Verdict, verdict
from firebreak.terms.errors import OrderError
from firebreak.terms.ids import split_record_id

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Source:
    """A record as evidence: where it was delivered. ``channel`` is empty where its batch is not known."""

    record_id: int
    part: int
    channel: str
    file: str
    row: int


@dataclass(frozen=True, slots=True)
class Segment:
    """One of the two on the run: the place on board and the stretch, with the record that proves it."""

    person_id: int
    coach: int | None
    seat: str
    board_seq: int
    alight_seq: int
    source: Source


@dataclass(frozen=True, slots=True)
class Step:
    """One exposure: the run, both segments, the overlap, and what the rule says of it."""

    service_no: str
    run_date: date
    stations: dict[int, str]
    case: Segment
    contact: Segment
    from_seq: int
    to_seq: int
    from_at: datetime | None
    to_at: datetime | None
    minutes: int | None
    distance: float | None
    relation: str
    setting: str
    contact_level: str
    why: Verdict
    expected: Expected | None


@dataclass(frozen=True, slots=True)
class Encounter:
    """One exposure off the rides: the meeting, and the records that put each of the two there. Of a second degree
    ``case`` puts the contact between there."""

    meeting: Meeting
    case: Source
    contact: Source


@dataclass(frozen=True, slots=True)
class Path:
    """Everything between a case and one contact under one rule. ``steps`` in order of the rides, ``encounters`` off
    them, the nearest first."""

    case_no: str
    case_person_id: int
    case_record: Source | None
    onset_on: date | None
    reported_on: date | None
    window: tuple[datetime, datetime] | None
    person_id: int
    pack: RulePack
    cite: str
    in_force: bool
    simulated: bool
    steps: tuple[Step, ...]
    encounters: tuple[Encounter, ...] = ()


def path_between(session: Session, order: Order, person: int, *, rule: str, as_of: date) -> Path:
    """The path from an order's case to a person. OrderError where the rule does not list the person."""
    target, person = resolve(session, order), stands_for(session, person)
    pack, cite = rule_of(rule, None, as_of)
    traced = expose(session, target, as_of, cite, None, pack)
    rows = [row for row in traced.exposures if row["person_id"] == person]
    found = meet(session, target, as_of, cite, None, traced.exposures)
    met = [row for row in found.exposures if row["person_id"] == person]
    if not rows and not met:
        what = f"{cite} lists no exposure of person {person} to this case"
        rule_said, remedy = "A path leads to somebody the rule lists.", "Take the id from that list, or another rule."
        raise OrderError("FB-EXPLAIN-PATH", what, rule_said, remedy)
    reasons = {key_of(row): row for row in aboard(session, traced.case_rides).exposures}
    steps = sorted(
        (_step(session, traced, row, pack, reasons) for row in rows), key=lambda step: (step.run_date, step.from_seq)
    )
    encounters = [
        Encounter(one, _source(session, one.case_record_id, one.case_part), _source(session, one.record_id, one.part))
        for one in meetings_of(session, met)
    ]
    simulated = is_drill(session, (*traced.exposures, *met))
    return _path(session, target, person, pack, cite, as_of, simulated, steps, encounters)


def _path(
    session: Session, target: Target, person: int, pack: RulePack, cite: str, as_of: date, simulated: bool,
    steps: Sequence[Step], encounters: Sequence[Encounter],
) -> Path:  # fmt: skip
    case = target.case or {}
    return Path(
        case_no=target.case_no, case_person_id=target.person_id,
        case_record=_source(session, case["record_id"], case["part"] or 0) if case else None,
        onset_on=case.get("onset_on"), reported_on=case.get("reported_on"),
        window=window_of(session, target, pack, as_of), person_id=person, pack=pack, cite=cite,
        in_force=pack.in_force(as_of), simulated=simulated, steps=tuple(steps),
        encounters=tuple(encounters),
    )  # fmt: skip


def _step(
    session: Session,
    traced: Traced,
    row: dict[str, Any],
    pack: RulePack,
    reasons: dict[tuple[Any, ...], dict[str, Any]],
) -> Step:
    key = (row["run_date"], row["service_id"])
    service = service_of(session, key[1], key[0]) or {}
    rides = [ride for ride in traced.rides if (ride["run_date"], ride["service_id"]) == key]
    stops = (stops_of(session, service, key[0]) if service else ()) or stops_told(session, rides)
    return Step(
        service_no=service.get("service_no") or service.get("service_key") or "", run_date=row["run_date"],
        stations={stop.seq: stop.station for stop in stops},
        case=_segment(session, rides, row["case_person_id"], row["case_record_id"], row["case_part"]),
        contact=_segment(session, rides, row["person_id"], row["record_id"], row["part"]),
        from_seq=row["from_seq"], to_seq=row["to_seq"], from_at=local(row["from_at"]), to_at=local(row["to_at"]),
        minutes=row["minutes"], distance=row["distance"], relation=row["relation"], setting=row["setting"],
        contact_level=row["contact_level"],
        why=verdict(reasons.get(key_of(row), row), pack, row["contact_level"]),
        expected=expected(row["relation"], row["minutes"], row["setting"]),
    )  # fmt: skip


def _segment(session: Session, rides: list[dict[str, Any]], person: int, record: int, part: int | None) -> Segment:
    own = [ride for ride in rides if ride["person_id"] == person and ride["record_id"] == record]
    ride = next((one for one in own if (one["part"] or 0) == (part or 0)), own[0])
    return Segment(person, ride["coach"], seat_text(ride), ride["board_seq"], ride["alight_seq"],
                   _source(session, record, part or 0))  # fmt: skip


def _source(session: Session, record: int, part: int) -> Source:
    batch = session.batch_of(record)
    name = " › ".join(word for word in (batch.file_name, batch.member) if word) if batch else ""
    return Source(record, part, batch.channel if batch else "", name, split_record_id(record)[1])
