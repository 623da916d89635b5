"""A place as lanes in time: the case's stay as a band, each person's stays as bars."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from firebreak.bridge.report import Person, PlaceView, Presence
from firebreak.terms.masking import mask
from firebreak.web.report.line import Bar, Lane
from firebreak.web.report.seatmap import tone

STEPS = 96
"""Columns of a timeline; a bar begins and ends at the nearest."""

_AROUND = 0.08
_TICKS = 4


@dataclass(frozen=True, slots=True)
class Tick:
    """A moment written above the lanes, from column ``first`` to ``last``."""

    first: int
    last: int
    text: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """One stay of the case. ``band``: the columns of its stay, then to the end of the air it left."""

    view: PlaceView
    ticks: tuple[Tick, ...]
    band: tuple[int, int, int]
    lanes: tuple[Lane, ...]
    assumed: frozenset[int]


def timeline(view: PlaceView, people: dict[int, tuple[int, Person]]) -> Timeline:
    """The lanes of one place; ``people`` gives rank and person, the case with rank 0."""
    around = max((view.until - view.from_at) * _AROUND, timedelta(minutes=10))
    start, end = view.from_at - around, view.until + around

    def column(moment: datetime) -> int:
        share = (min(max(moment, start), end) - start) / (end - start)
        return round(share * STEPS)

    own: dict[int, list[Presence]] = {}
    for presence in view.presences:
        own.setdefault(presence.person_id, []).append(presence)
    lanes = [_lane(people[person], found, column) for person, found in own.items() if person in people]
    assumed = {people[one.person_id][0] for one in view.presences if one.assumed and one.person_id in people}
    band = (column(view.from_at), column(view.to_at), column(view.until))
    return Timeline(view, tuple(_ticks(start, end)), band, tuple(lanes), frozenset(assumed))


def _lane(known: tuple[int, Person], presences: list[Presence], column) -> Lane:  # type: ignore[no-untyped-def]
    rank, person = known
    bars = []
    for one in sorted(presences, key=lambda presence: presence.from_at):
        first, last = column(one.from_at), column(one.to_at)
        bars.append(Bar(min(first, STEPS - 1), max(last, min(first, STEPS - 1) + 1), tone(one.relation), one.cell))
    name = person.text("name")
    return Lane(rank, name, mask("name", name), bars[0].tone, tuple(bars))


def _ticks(start: datetime, end: datetime) -> list[Tick]:
    step, ticks = STEPS // _TICKS, []
    shape = "%H:%M" if start.date() == end.date() else "%m-%d %H:%M"
    for nth in range(_TICKS):
        moment = start + (end - start) * (nth / _TICKS)
        ticks.append(Tick(nth * step, (nth + 1) * step, f"{moment:{shape}}"))
    return ticks
