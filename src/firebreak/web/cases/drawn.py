"""A list's rides drawn again from what the desk keeps of them: seat maps, the stations line, everybody's lane.

The drawings are those of ``web.report``; names come masked from the vault, of whom the reader may see.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from firebreak.bridge.report import CoachView, Contact, Person, Ride, Sitting, Stop, Value
from firebreak.terms.formations import Coach
from firebreak.web.cases.words import relation
from firebreak.web.persons.words import lang, word
from firebreak.web.report.line import Lane, Station, lanes, stations
from firebreak.web.report.seatmap import Map, by_cell, draw, grid_for, tone

LANE, LEFT, STEP = 24, 150, 110
"""Height of a lane, width of its name, width between two stops, in SVG units."""
MOST_LANES = 60


@dataclass(frozen=True, slots=True)
class Strip:
    """A person's stretch as a rectangle of the stations line."""

    x: int
    width: int
    tone: str
    seat: str


@dataclass(frozen=True, slots=True)
class Line:
    """A person's lane: the number on the list (0: the case), the masked name, its stretches."""

    rank: int
    name: str
    y: int
    strips: tuple[Strip, ...]


@dataclass(frozen=True, slots=True)
class Drawn:
    """One ride. ``maps``: each coach lying and standing, with who has no seat; ``size``: of the stations line."""

    ride: Ride
    title: str
    coaches: tuple[dict[str, Any], ...]
    stations: tuple[Station, ...]
    ticks: tuple[tuple[int, str], ...]
    lines: tuple[Line, ...]
    more: int
    size: tuple[int, int]


def rides_of(drawing: Mapping[str, Any], ranks: Mapping[int, int], names: Mapping[int, str]) -> list[Drawn]:
    """The rides of a list. ``ranks``: person → number on it; ``names``: person → masked name, of whom may be seen."""
    people = {person: _person(person, names) for person in {*ranks, drawing.get("case", 0)}}
    contacts = tuple(Contact(rank, people[one], ()) for one, rank in sorted(ranks.items(), key=lambda pair: pair[1]))
    case = people.get(drawing.get("case", 0))
    return [_drawn(_ride(one), contacts, case) for one in drawing.get("rides", ())]


def _person(person: int, names: Mapping[int, str]) -> Person:
    name = names.get(person)
    return Person(person, {"name": Value(name, "", None, 0.0, 1, 0, 0)} if name else {})


def _ride(raw: Mapping[str, Any]) -> Ride:
    stops = tuple(Stop(seq, station, _at(arrive), _at(depart)) for seq, station, arrive, depart in raw["stops"])
    coaches = tuple(
        CoachView(Coach(**one["layout"]), one["assumed"], tuple(Sitting(**sitting) for sitting in one["sittings"]))
        for one in raw["coaches"]
    )
    return Ride(raw["service_id"], raw["service_no"], raw["service_key"], raw["mode"],
                date.fromisoformat(raw["run_date"]), raw["formation"], stops, coaches, raw["from_seq"], raw["to_seq"],
                raw["listed"])  # fmt: skip


def _at(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _drawn(ride: Ride, contacts: tuple[Contact, ...], case: Person | None) -> Drawn:
    own = lanes(ride, contacts, case)
    shown = own[:MOST_LANES]
    title = f"{word('mode', ride.mode)} {ride.service_no} · {ride.run_date.isoformat()}"
    width = LEFT + STEP * max(len(ride.stops) - 1, 1) + 40
    return Drawn(
        ride, title, tuple(_coach(ride, view, contacts, case) for view in ride.coaches), stations(ride),
        tuple((LEFT + STEP * n, stop.station) for n, stop in enumerate(ride.stops)),
        tuple(_line(lane, n) for n, lane in enumerate(shown)), len(own) - len(shown),
        (width, 34 + LANE * len(shown)),
    )  # fmt: skip


def _line(lane: Lane, nth: int) -> Line:
    strips = tuple(
        Strip(LEFT + STEP * bar.first, max(STEP * (bar.last - bar.first), 20), bar.tone, bar.seat) for bar in lane.bars
    )
    return Line(lane.rank, lane.plain, 30 + LANE * nth, strips)


def _coach(ride: Ride, view: CoachView, contacts: tuple[Contact, ...], case: Person | None) -> dict[str, Any]:
    ranks = {one.person.person_id: one.rank for one in contacts}
    standing = by_cell(view, grid_for(view)).get(None, [])
    maps: list[Map] = [draw(ride, view, contacts, case, lying) for lying in (True, False)]
    return {
        "no": view.layout.no,
        "assumed": view.assumed,
        "maps": [
            {"drawn": one, "way": way, "seats": _seats(one)}
            for one, way in zip(maps, ("lying", "upright"), strict=True)
        ],
        "standing": sum(one.relation is not None for one in standing),
        "standing_ranks": sorted(ranks[one.person_id] for one in standing if one.person_id in ranks),
        "legend": _legend(view),
    }  # fmt: skip


def _seats(drawn: Map) -> list[dict[str, Any]]:
    """Each seat with what is written into it: who of the list sat there, by number and masked name."""
    width, height = drawn.drawing.seat_width, drawn.drawing.seat_height
    rows = []
    for seat in drawn.seats:
        listed = [strip for strip in seat.strips if strip.rank >= 0]
        who = "★" if any(one.rank == 0 for one in listed) else "、".join(f"{one.rank}" for one in listed[:2])
        names = "；".join(dict.fromkeys(one.plain for one in listed if one.plain))
        rows.append({
            "label": seat.label, "x": seat.x, "y": seat.y, "w": width, "h": height, "tone": seat.tone, "who": who,
            "name": names, "mid": seat.x + width // 2, "strips": [
                {"x": seat.x + strip.x, "w": strip.width, "tone": strip.tone} for strip in seat.strips
            ],
        })  # fmt: skip
    return rows


def _legend(view: CoachView) -> list[tuple[str, str]]:
    found = dict.fromkeys(tone(one.relation) for one in view.sittings)
    named = {tone(one.relation): relation(one.relation or "") for one in view.sittings if one.relation}
    outside = "不在规则范围内" if lang() == "zh" else "outside the rule"
    return [(one, named.get(one, outside)) for one in found]
