"""From an order to its list: the case, its rides, everybody near under a rule, completed, with what is missing."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from time import perf_counter
from typing import Any, TypeVar

from firebreak.bridge.coaches import seat_text, sittings_of, views_of
from firebreak.bridge.exposures import Traced, expose, rule_of
from firebreak.bridge.gaps import gaps_of
from firebreak.bridge.meet import Encounters, meet
from firebreak.bridge.meetings import met_people, place_views
from firebreak.bridge.orders import Order, Target, resolve
from firebreak.bridge.people import completeness_of, people_of
from firebreak.bridge.ranking import call_first, longest_first
from firebreak.bridge.report import (
    Case,
    ChannelName,
    Contact,
    Evidence,
    Exposure,
    Meeting,
    Met,
    Person,
    Ride,
    Timing,
    TraceReport,
    minutes_of,
)
from firebreak.bridge.session import Session
from firebreak.bridge.timetable import local, service_of, stops_of, stops_told
from firebreak.engine.intake.spec import ChannelSpec
from firebreak.terms.enums import Setting
from firebreak.terms.ids import split_record_id

Done = TypeVar("Done")
Progress = Callable[[str], None]
RunKey = tuple[date, int]


@dataclass(slots=True)
class Stages:
    """Times the stages of one order and tells the progress display which one runs."""

    progress: Progress
    timings: list[Timing] = field(default_factory=list)

    def run(self, key: str, step: Callable[[], Done]) -> Done:
        """Run one stage."""
        self.progress(key)
        start = perf_counter()
        found = step()
        self.timings.append(Timing(key, perf_counter() - start))
        return found


def trace(
    session: Session,
    order: Order,
    *,
    as_of: date,
    by: str,
    specs: Sequence[ChannelSpec],
    rule: str = "",
    rows: int | None = None,
    progress: Progress = lambda _: None,
) -> TraceReport:
    """The list of one order. OrderError where the order leads to nobody or to several people."""
    stages = Stages(progress)
    stages.timings.append(Timing("open", session.seconds))
    target = stages.run("find", lambda: resolve(session, order))
    traced = stages.run("expose", lambda: expose(session, target, as_of, rule, rows))
    rides, exposures = stages.run("assemble", lambda: _rides(session, target, traced))
    found = stages.run("meet", lambda: meet(session, target, as_of, rule, rows, traced.exposures))
    proofs = _proofs(exposures, found)
    people = stages.run("complete", lambda: people_of(session, {target.person_id, *proofs}, proofs))
    contacts = _ranked(people, exposures)
    met = met_people(session, found, people, contacts)
    coachless = {index: _coachless(traced, ride) for index, ride in enumerate(rides)}
    gaps = stages.run("gaps", lambda: gaps_of(session, specs, rides, contacts, traced.rows, coachless))
    return TraceReport(
        case=_case(target, people[target.person_id]),
        rules=(traced.rule,),
        rows=traced.rows,
        as_of=as_of,
        actor=by,
        simulated=is_drill(session, (*traced.exposures, *found.exposures)),
        rides=rides,
        contacts=contacts,
        completeness=completeness_of(contacts),
        gaps=gaps,
        channels=channel_names(specs, session),
        evidence=_evidence(session, contacts, met),
        timings=tuple(stages.timings),
        met=met,
        places=place_views(session, found, target.person_id),
        in_force=rule_of(rule, rows, as_of)[0].in_force(as_of),
    )


def _proofs(exposures: dict[int, list[Exposure]], found: Encounters) -> dict[int, set[int]]:
    """The records that make each person of the list a contact."""
    proofs = {person: {one.record_id for one in own} for person, own in exposures.items()}
    for row in found.exposures:
        proofs.setdefault(row["person_id"], set()).add(row["record_id"])
    return proofs


def _rides(session: Session, target: Target, traced: Traced) -> tuple[tuple[Ride, ...], dict[int, list[Exposure]]]:
    """The runs the case was on, in order, and each contact's exposures, the nearest first."""
    keys: list[RunKey] = sorted({(ride["run_date"], ride["service_id"]) for ride in traced.case_rides})
    exposures: dict[int, list[Exposure]] = defaultdict(list)
    seats = {(ride["record_id"], ride["part"]): seat_text(ride) for ride in traced.rides}
    for row in traced.exposures:
        index = keys.index((row["run_date"], row["service_id"]))
        exposures[row["person_id"]].append(_exposure(row, index, seats.get((row["record_id"], row["part"]), "")))
    for own in exposures.values():
        own.sort(key=lambda one: (_call(one), one.ride, one.record_id))
    return tuple(_ride(session, target, traced, key, index, exposures) for index, key in enumerate(keys)), exposures


def _exposure(row: dict[str, Any], ride: int, seat: str) -> Exposure:
    return Exposure(
        ride=ride,
        rule=row["rule"],
        level=row["level"],
        relation=row["relation"],
        coach=row["coach"] or 0,
        seat=seat,
        row_gap=row["row_gap"],
        from_seq=row["from_seq"],
        to_seq=row["to_seq"],
        from_at=local(row["from_at"]),
        to_at=local(row["to_at"]),
        minutes=row["minutes"],
        case_record_id=row["case_record_id"],
        record_id=row["record_id"],
        part=row["part"] or 0,
        setting=row["setting"],
        contact_level=row["contact_level"],
        distance=row["distance"],
    )


def _ride(
    session: Session, target: Target, traced: Traced, key: RunKey, index: int, exposures: dict[int, list[Exposure]]
) -> Ride:
    run_date, service_id = key
    service = service_of(session, service_id, run_date) or {}
    own = [ride for ride in traced.case_rides if (ride["run_date"], ride["service_id"]) == key]
    rows = [ride for ride in traced.rides if (ride["run_date"], ride["service_id"]) == key]
    here = {person: [one for one in found if one.ride == index] for person, found in exposures.items()}
    stops = stops_of(session, service, run_date) if service else ()
    formation, mode = service.get("formation"), service.get("mode") or "train"
    return Ride(
        service_id=service_id,
        service_no=service.get("service_no") or service.get("service_key") or "",
        service_key=service.get("service_key") or "",
        mode=mode,
        run_date=run_date,
        formation=formation,
        stops=stops or stops_told(session, rows),
        coaches=views_of(sittings_of(rows, target.person_id, here), formation, mode, rows),
        from_seq=min(ride["board_seq"] for ride in own),
        to_seq=max(ride["alight_seq"] for ride in own),
        listed=bool(stops),
    )


def _call(one: Exposure) -> tuple[float, ...]:
    return call_first(one.relation, one.minutes, one.setting or Setting.TRAIN_SEALED)


def _ranked(people: dict[int, Person], exposures: dict[int, list[Exposure]]) -> tuple[Contact, ...]:
    def near_first(person: int) -> tuple[Any, ...]:
        nearest = exposures[person][0]
        longest = longest_first(minutes_of(exposures[person]))
        return _call(nearest), longest, nearest.coach, nearest.seat, person

    ordered = sorted(exposures, key=near_first)
    return tuple(Contact(rank, people[one], tuple(exposures[one])) for rank, one in enumerate(ordered, start=1))


def _coachless(traced: Traced, ride: Ride) -> int:
    """People on the run of whom no record says the coach."""
    key = (ride.run_date, ride.service_id)
    rows = [row for row in traced.rides if (row["run_date"], row["service_id"]) == key]
    known = {row["person_id"] for row in rows if row["coach"] is not None}
    return len({row["person_id"] for row in rows if row["role"] != "crew"} - known)


def _case(target: Target, person: Person) -> Case:
    row = target.case or {}
    return Case(target.case_no, row.get("state"), row.get("onset_on"), row.get("reported_on"), person)


def is_drill(session: Session, exposures: Iterable[dict[str, Any]]) -> bool:
    """A list is a drill's as soon as one record behind it is; a lake made without files is a drill's too."""
    if any(batch.simulated for batch in session.batches.values()):
        return True
    return not session.batches or any(session.batch_of(row["record_id"]) is None for row in exposures)


def channel_names(specs: Sequence[ChannelSpec], session: Session) -> dict[str, ChannelName]:
    """The channels' names for people; a channel that no spec knows any more keeps its id."""
    found = {spec.id: ChannelName(spec.id, spec.zh, spec.en, spec.simulated) for spec in specs}
    for batch in session.batches.values():
        found.setdefault(batch.channel, ChannelName(batch.channel, batch.channel, batch.channel, batch.simulated))
    return found


def _evidence(session: Session, contacts: Iterable[Contact], met: Iterable[Met]) -> tuple[Evidence, ...]:
    """Every record the list stands on: those that put people on board or at places, and those that gave values."""
    used: Counter[int] = Counter()
    everybody: list[Contact | Met] = [*contacts, *met]
    for one in everybody:
        shown: Sequence[Exposure | Meeting] = one.exposures if isinstance(one, Contact) else one.meetings
        used.update(exposure.record_id for exposure in shown)
        used.update(exposure.case_record_id for exposure in shown)
    for person in {one.person.person_id: one.person for one in everybody}.values():
        used.update(value.record_id for value in person.values.values())
    found = []
    for record, times in sorted(used.items()):
        batch = session.batch_of(record)
        name = "/".join(part for part in (batch.file_name, batch.member) if part) if batch else ""
        found.append(Evidence(record, batch.channel if batch else "", name, split_record_id(record)[1], times))
    return tuple(found)
