"""A drill's list against the truth: who was missed, who is false, which values are right, what is missing and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from firebreak.bridge.gaps import TOLD_BY, tells
from firebreak.bridge.report import FIELDS, Contact, TraceReport
from firebreak.bridge.session import Session
from firebreak.bridge.truth import Truth
from firebreak.engine.intake.normalise.base import CannotTypeError, Context
from firebreak.engine.intake.normalise.registry import normalisers
from firebreak.engine.intake.spec import ChannelSpec

_COACH_LEVEL = ("coach", "crew", "same_order", "same_seat_later")


@dataclass(frozen=True, slots=True)
class FieldGrade:
    """One field over the people of the true list that were found. ``wrong`` differ from the truth; of the ``missing``,
    ``untold`` are in no channel's undamaged rows, ``overlooked`` are in some."""

    field: str
    total: int
    right: int
    wrong: int
    untold: int
    overlooked: int
    has_none: int

    @property
    def known(self) -> int:
        return self.right + self.wrong


@dataclass(frozen=True, slots=True)
class Grade:
    """Numbers of people. ``expected`` are the true contacts within the rows whom some channel puts on board; ``absent``
    the true contacts in no channel's data; ``seatless`` expected ones of whom no channel has the seat undamaged."""

    case_no: str
    true: int
    absent: int
    expected: int
    seatless: int
    found: int
    missed: int
    false: int
    beyond: int
    unresolved: int
    fields: tuple[FieldGrade, ...]
    seconds: float

    @property
    def recall(self) -> float:
        return self.found / self.expected if self.expected else 1.0

    @property
    def precision(self) -> float:
        listed = self.found + self.false
        return self.found / listed if listed else 1.0


def grade(
    session: Session, truth: Truth, order: dict[str, Any], report: TraceReport, specs: Sequence[ChannelSpec]
) -> Grade:
    """Compare one order's report with its truth.

    People listed at coach level, as crew or as companions are ``beyond`` the seat list where the truth has them in the
    coach, and ``false`` where it has not. A contact whose true person cannot be told is ``unresolved``, and false.
    """
    run = date.fromisoformat(order["run_date"])
    true = {contact["person"] for contact in order["contacts"]} - {order["person"]}
    reached = truth.reached(order["service_key"], run)
    expected = true & set(reached)
    who = _true_persons(session, truth, report.contacts)
    listed = {who[one.rank] for one in report.contacts if one.rank in who}
    wider = truth.in_coach(order["service_key"], run, order["coach"]) | set(order["companions"])
    false = [one for one in report.contacts if who.get(one.rank) not in true and not _beyond(one, who, wider)]
    found = listed & expected
    return Grade(
        case_no=order["case_no"] or "",
        true=len(true),
        absent=len(true - set(reached)),
        expected=len(expected),
        seatless=sum(1 for person in expected if not reached[person]),
        found=len(found),
        missed=len(expected - found),
        false=len(false),
        beyond=sum(1 for one in report.contacts if who.get(one.rank) not in true) - len(false),
        unresolved=sum(1 for one in report.contacts if one.rank not in who),
        fields=_fields(truth, report.contacts, who, found, specs),
        seconds=report.seconds,
    )


def _beyond(contact: Contact, who: dict[int, int], wider: set[int]) -> bool:
    return contact.nearest.relation in _COACH_LEVEL and who.get(contact.rank) in wider


def _true_persons(session: Session, truth: Truth, contacts: Sequence[Contact]) -> dict[int, int]:
    """The true person of each contact by rank: whom the record that lists the contact is really about."""
    proofs = {one.rank: (one.nearest.record_id, one.nearest.part) for one in contacts}
    about = truth.persons_of(session, proofs.values())
    return {rank: about[proof] for rank, proof in proofs.items() if proof in about}


def _fields(
    truth: Truth, contacts: Sequence[Contact], who: dict[int, int], found: set[int], specs: Sequence[ChannelSpec]
) -> tuple[FieldGrade, ...]:
    right_ones = [one for one in contacts if who.get(one.rank) in found]
    people = truth.people(found)
    return tuple(_field(truth, field, right_ones, who, people, specs) for field in FIELDS)


def _field(
    truth: Truth,
    field: str,
    contacts: Sequence[Contact],
    who: dict[int, int],
    people: dict[int, dict[str, Any]],
    specs: Sequence[ChannelSpec],
) -> FieldGrade:
    channels = [spec.id for spec in specs if tells(spec, TOLD_BY[field])]
    missing = {who[one.rank] for one in contacts if field not in one.person.values}
    has_none = {person for person in missing if not people[person][field]}
    told = truth.told(missing - has_none, TOLD_BY[field], channels)
    known = [one for one in contacts if field in one.person.values]
    right = sum(1 for one in known if same(field, one.person.text(field), people[who[one.rank]][field]))
    overlooked = len((missing - has_none) & told)
    untold = len(missing) - len(has_none) - overlooked
    return FieldGrade(field, len(contacts), right, len(known) - right, untold, overlooked, len(has_none))


def same(field: str, value: str, true: str | None) -> bool:
    """Is a value of the lake the true one? Both are compared as the normalisers write them."""
    if true is None:
        return False
    normaliser = normalisers().get({"phone": "phone", "address": "address", "name": "name"}.get(field, ""))
    if normaliser is None:
        return value == true
    try:
        typed = normaliser.one(true, Context(date(2020, 1, 1)))
    except CannotTypeError:
        return value == true
    first = typed[0] if isinstance(typed, list) else typed
    return value in (first.get(field), true)
