"""The line of stations: who was on board between which stops."""

from __future__ import annotations

from dataclasses import dataclass

from firebreak.bridge.ranking import closeness
from firebreak.bridge.report import Contact, Person, Ride, Sitting
from firebreak.terms.masking import mask
from firebreak.web.report.seatmap import index_of, tone
from firebreak.web.report.words import clock


@dataclass(frozen=True, slots=True)
class Station:
    """One stop. ``boarding``/``leaving`` count people of the list; ``aboard``/``in_coach`` those after departure."""

    index: int
    name: str
    arrive: str
    depart: str
    boarding: int
    leaving: int
    aboard: int
    in_coach: int
    of_case: bool


@dataclass(frozen=True, slots=True)
class Bar:
    """A person's time on board between the stops ``first`` and ``last``."""

    first: int
    last: int
    tone: str
    seat: str


@dataclass(frozen=True, slots=True)
class Lane:
    """One person's line. ``rank`` is 0 for the case."""

    rank: int
    plain: str
    masked: str
    tone: str
    bars: tuple[Bar, ...]


def stations(ride: Ride) -> tuple[Station, ...]:
    """Every stop of the ride with its counts: people of the list, and everybody known in the coaches shown."""
    seqs = [stop.seq for stop in ride.stops]
    everybody = _spans(ride, seqs, listed_only=False)
    listed = _spans(ride, seqs, listed_only=True)
    first, last = index_of(seqs, ride.from_seq), index_of(seqs, ride.to_seq)
    return tuple(
        Station(
            index,
            stop.station,
            clock(stop.arrive_at),
            clock(stop.depart_at),
            sum(1 for spans in listed.values() if min(spans)[0] == index),
            sum(1 for spans in listed.values() if max(end for _, end in spans) == index),
            _aboard(listed, index),
            _aboard(everybody, index),
            first <= index < last,
        )
        for index, stop in enumerate(ride.stops)
    )


def _spans(ride: Ride, seqs: list[int], listed_only: bool) -> dict[int, list[tuple[int, int]]]:
    spans: dict[int, list[tuple[int, int]]] = {}
    for sitting in _sittings(ride):
        if listed_only and sitting.relation in (None, "case"):
            continue
        span = (index_of(seqs, sitting.board_seq), index_of(seqs, sitting.alight_seq))
        spans.setdefault(sitting.person_id, []).append(span)
    return spans


def _aboard(spans: dict[int, list[tuple[int, int]]], index: int) -> int:
    return sum(1 for own in spans.values() if any(first <= index < last for first, last in own))


def _sittings(ride: Ride) -> list[Sitting]:
    return [sitting for coach in ride.coaches for sitting in coach.sittings]


def lanes(ride: Ride, contacts: tuple[Contact, ...], case: Person | None) -> tuple[Lane, ...]:
    """The case's lane, then the list's people in the order of their rank."""
    seqs = [stop.seq for stop in ride.stops]
    own: dict[int, list[Sitting]] = {}
    for sitting in _sittings(ride):
        if sitting.relation is not None:
            own.setdefault(sitting.person_id, []).append(sitting)
    people = [(0, case)] if case else []
    people += [(contact.rank, contact.person) for contact in contacts]
    return tuple(_lane(rank, person, own[person.person_id], seqs) for rank, person in people if person.person_id in own)


def _lane(rank: int, person: Person, sittings: list[Sitting], seqs: list[int]) -> Lane:
    sittings = sorted(sittings, key=lambda one: (one.board_seq, one.alight_seq))
    bars = [
        Bar(index_of(seqs, one.board_seq), index_of(seqs, one.alight_seq), tone(one.relation), one.seat)
        for one in sittings
    ]
    name = person.text("name")
    nearest = min((one.relation for one in sittings), key=closeness)
    return Lane(rank, name, mask("name", name), tone(nearest), tuple(bars))
