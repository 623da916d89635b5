"""What a list could not find, and what would find it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from firebreak.bridge.report import FIELDS, CoachView, Contact, Gap, Ride
from firebreak.bridge.session import Session
from firebreak.engine.intake.spec import ChannelSpec

TOLD_BY = {"name": "name", "doc_number": "document", "phone": "phone", "address": "address", "grid_code": "grid_code"}
"""Which canonical field of a channel spec fills a person's field."""


def gaps_of(
    session: Session,
    specs: Sequence[ChannelSpec],
    rides: Sequence[Ride],
    contacts: Sequence[Contact],
    rows: int | None,
    coachless: Mapping[int, int],
) -> tuple[Gap, ...]:
    """Everything missing. ``coachless`` counts, by index of ``rides``, ride records without a coach."""
    found = [*_no_ride(session, specs, rides), *_fields(session, specs, contacts)]
    for index, ride in enumerate(rides):
        if not ride.listed:
            found.append(Gap("timetable", {"service": ride.service_no}))
        if coachless.get(index):
            found.append(Gap("no_coach", {"count": str(coachless[index])}))
        for view in ride.coaches:
            found += _unplaced(view)
            found += _empty(ride, view, rows)
    return (*found, *_rejects(session))


def _no_ride(session: Session, specs: Sequence[ChannelSpec], rides: Sequence[Ride]) -> Iterable[Gap]:
    """A list without a ride is empty for want of a ride, not for want of contacts."""
    if not rides:
        able = {spec.id for spec in specs if spec.category == "journey" and spec.simulated == _simulated(session)}
        yield Gap("no_ride", {}, (), *_delivered_or_not(session, able))


def _simulated(session: Session) -> bool:
    return any(batch.simulated for batch in session.batches.values())


def _delivered_or_not(session: Session, able: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Of channels that can tell, those delivered and those that can still be asked for."""
    delivered = {batch.channel for batch in session.batches.values()}
    able = sorted(able)
    return tuple(one for one in able if one in delivered), tuple(one for one in able if one not in delivered)


def _fields(session: Session, specs: Sequence[ChannelSpec], contacts: Sequence[Contact]) -> Iterable[Gap]:
    simulated = _simulated(session)
    for field in FIELDS:
        ranks = tuple(contact.rank for contact in contacts if field not in contact.person.values)
        if ranks:
            able = {spec.id for spec in specs if spec.simulated == simulated and tells(spec, TOLD_BY[field])}
            yield Gap("field", {"field": field}, ranks, *_delivered_or_not(session, able))


def tells(spec: ChannelSpec, field: str) -> bool:
    """Can files of this channel hold that canonical field of the row's own person?"""
    columns = [*spec.columns, *(column for each in spec.several for column in each.columns)]
    return any(column.field == field for column in columns) or any(one.field == field for one in spec.combine)


def _unplaced(view: CoachView) -> Iterable[Gap]:
    passengers = [one for one in view.sittings if one.role == "passenger" and not one.seat and one.relation != "case"]
    for kind, wanted in (("standing", True), ("unplaced", False)):
        count = len({one.person_id for one in passengers if (one.place == "standing") is wanted})
        if count:
            yield Gap(kind, {"coach": str(view.layout.no), "count": str(count)})


def _empty(ride: Ride, view: CoachView, rows: int | None) -> Iterable[Gap]:
    """Seats within the rule that nobody is known to have had for a part of the case's ride."""
    case_rows = [one.row for one in view.sittings if one.relation == "case" and one.row is not None]
    if not case_rows or rows is None or view.assumed or not view.layout.letters:
        return
    wanted = range(max(min(case_rows) - rows, 1), min(max(case_rows) + rows, view.layout.rows) + 1)
    seats = [(row, letter) for row in wanted for letter in view.layout.letters.replace("|", "")]
    empty = [f"{row}{letter}" for row, letter in seats if not _covered(ride, view, row, letter)]
    if empty:
        places = " ".join(empty)
        yield Gap("empty", {"coach": str(view.layout.no), "count": str(len(empty)), "places": places})


def _covered(ride: Ride, view: CoachView, row: int, letter: str) -> bool:
    spans = [(one.board_seq, one.alight_seq) for one in view.sittings if (one.row, one.letter) == (row, letter)]
    return all(any(start <= seq < end for start, end in spans) for seq in range(ride.from_seq, ride.to_seq))


def _rejects(session: Session) -> Iterable[Gap]:
    journeys = {batch.batch_id for batch in session.batches.values() if batch.category == "journey"}
    lost = sum(session.batches[batch].rows_rejected for batch in journeys)
    if lost:
        channels = tuple(sorted({session.batches[b].channel for b in journeys if session.batches[b].rows_rejected}))
        yield Gap("rejects", {"count": str(lost)}, (), channels)
