"""From an order's words to the person it is about and the rides it asks for.

An order names a case by its number, or a seat on a train by what the ticket says.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NoReturn

from firebreak.bridge.coaches import seat_text
from firebreak.bridge.report import seat_label
from firebreak.bridge.session import Session
from firebreak.bridge.timetable import local, seq_of, service_of, stops_of, stops_told
from firebreak.engine.intake.normalise.base import CannotTypeError, Context
from firebreak.engine.intake.normalise.registry import normalisers
from firebreak.engine.tracing.cases import LONGEST_RUN
from firebreak.terms.errors import OrderError

_TRACED = ("confirmed", "suspected", "asymptomatic", None)


@dataclass(frozen=True, slots=True)
class Order:
    """Either ``case_no``, or ``service_no``, ``day`` (of boarding or of the run), ``coach`` and ``seat`` as written."""

    case_no: str = ""
    service_no: str = ""
    day: date | None = None
    coach: str = ""
    seat: str = ""
    from_place: str = ""
    to_place: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """Whom an order is about. ``case`` is the newest row of ``cases`` that speaks of the person, if any does.

    ``rides`` are the rows of ``rides`` the order names; None where it names a case: then its infectious window decides.
    """

    person_id: int
    case_no: str
    case: dict[str, Any] | None
    rides: tuple[dict[str, Any], ...] | None


def resolve(session: Session, order: Order) -> Target:
    """Find the person. OrderError where nobody or several people fit; it never names them."""
    return _by_case(session, order.case_no) if order.case_no else _by_seat(session, order)


def _by_case(session: Session, case_no: str) -> Target:
    rows = session.rows("cases", case_no=case_no)
    if not rows:
        _fail("FB-ORDER-CASE", f"no case has the number {case_no}", "An order names a case that was delivered.",
              "Check the number, or ingest the case list.")  # fmt: skip
    people = people_behind(session, rows)
    if len(people) != 1:
        what = f"case {case_no} leads to {len(people)} people"
        _fail("FB-ORDER-CASE-MANY", what, "A case is one person.", "Run link, or name the seat instead.")
    newest = max(rows, key=lambda row: (row["reported_on"] or date.min, row["record_id"]))
    return Target(people.pop(), case_no, newest, None)


def cases_to_trace(session: Session) -> list[str]:
    """Numbers of the cases reported as confirmed, suspected or asymptomatic, not excluded since, who rode anything."""
    known = session.executor.table("cases").join(session.executor.table("links"), ["record_id", "part"])
    aboard = known.semi_join(session.executor.table("rides"), "person_id").select("case_no").distinct()
    riders = set(session.executor.run(aboard, "cases with rides")["case_no"].to_pylist())
    newest: dict[str, dict[str, Any]] = {}
    for row in sorted(session.rows("cases"), key=lambda row: (row["reported_on"] or date.min, row["record_id"])):
        if row["case_no"] in riders - {None}:
            newest[row["case_no"]] = row
    return sorted(number for number, row in newest.items() if row["state"] in _TRACED)


def people_behind(session: Session, rows: Sequence[dict[str, Any]]) -> set[int]:
    """The people that records speak of."""
    wanted = {(row["record_id"], row["part"]) for row in rows}
    links = session.rows("links", record_id={record for record, _ in wanted})
    return {link["person_id"] for link in links if (link["record_id"], link["part"]) in wanted}


def _by_seat(session: Session, order: Order) -> Target:
    missing = [name for name in ("service_no", "day", "coach", "seat") if not getattr(order, name)]
    if missing:
        _fail("FB-ORDER-SEAT", f"missing: {', '.join(missing)}",
              "An order by seat names train, date, coach and seat.", "Add what is missing, or use --case.")  # fmt: skip
    rides = _rides_named(session, order)
    people = {ride["person_id"] for ride in rides}
    if not people:
        _fail("FB-ORDER-NOBODY", "no record puts anybody on that seat",
              "The seat, the date and the segment must be those of a delivered record.",
              "Check train, date, coach and seat; the ticket may be in a channel not delivered yet.")  # fmt: skip
    if len(people) > 1:
        spans = "; ".join(sorted({f"{ride['board_seq']}–{ride['alight_seq']}" for ride in rides}))
        _fail("FB-ORDER-MANY", f"{len(people)} people had that seat (stops {spans})",
              "An order is about one person.", "Add --from and --to.")  # fmt: skip
    (person,) = people
    rows = _cases_of(session, person)
    newest = max(rows, key=lambda row: (row["reported_on"] or date.min, row["record_id"]), default=None)
    return Target(person, (newest or {}).get("case_no") or "", newest, tuple(rides))


def _cases_of(session: Session, person: int) -> list[dict[str, Any]]:
    """Rows of ``cases`` that speak of a person: from the few cases to their links, not through everybody's links."""
    cases = session.duck.table("cases")
    known = cases.join(session.duck.table("links"), ["record_id", "part"])
    mine = known.filter(known.person_id == person).select(cases.columns)
    found: list[dict[str, Any]] = session.duck.run(mine, "cases of a person").to_pylist()
    return found


def _rides_named(session: Session, order: Order) -> list[dict[str, Any]]:
    day = order.day
    assert day is not None
    number = _typed("service_no", order.service_no, day)["service_no"]
    place = _typed("seat", order.seat, day)
    coach = _typed("coach", order.coach, day)["coach"]
    services = [
        row for row in session.rows("services") if set((row["service_no"] or "").split("/")) & set(number.split("/"))
    ]
    if not services:
        _fail("FB-ORDER-TRAIN", f"no service is known as {number}", "The train must be in a delivered timetable.",
              "Check the number, or ingest the timetable.")  # fmt: skip
    first = day - LONGEST_RUN
    session.only_days("rides", [first, day])
    rides = session.rows("rides", service_id={row["service_id"] for row in services}, coach=coach)
    on_day = [ride for ride in rides if day in (ride["run_date"], _boarding_day(ride))]
    seat = seat_label(place.get("row"), place.get("letter"), place.get("seat_no"))
    return [ride for ride in on_day if seat and seat_text(ride) == seat and _on_segment(session, ride, order)]


def _boarding_day(ride: dict[str, Any]) -> date | None:
    boarding = local(ride["board_at"])
    return boarding.date() if boarding else None


def _on_segment(session: Session, ride: dict[str, Any], order: Order) -> bool:
    """Is the ride's segment the one the order names, as far as it names one?"""
    if not (order.from_place or order.to_place):
        return True
    service = service_of(session, ride["service_id"], ride["run_date"])
    stops = (stops_of(session, service, ride["run_date"]) if service else ()) or stops_told(session, [ride])
    for place, seq in ((order.from_place, ride["board_seq"]), (order.to_place, ride["alight_seq"])):
        if place and seq_of(stops, _typed("station", place, ride["run_date"])["station"]) != seq:
            return False
    return True


def _typed(normaliser: str, text: str, day: date) -> dict[str, Any]:
    """What a word of the order means, read as the channels' own words are."""
    try:
        found = normalisers()[normaliser].one(text, Context(day))
    except CannotTypeError as error:
        raise OrderError(
            "FB-ORDER-WORD", f"{normaliser}: {error.issue.code}", error.issue.rule, error.issue.remedy
        ) from None
    return found[0] if isinstance(found, list) else found


def _fail(code: str, what: str, rule: str, remedy: str) -> NoReturn:
    raise OrderError(code, what, rule, remedy)
