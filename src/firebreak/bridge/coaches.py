"""Who sat where in a coach on one run, everybody known, the case and people outside the rule included."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from firebreak.bridge.ranking import closeness
from firebreak.bridge.report import CoachView, Exposure, Sitting, seat_label
from firebreak.bridge.session import Row
from firebreak.terms.formations import Coach, formations

_COMMON = {
    "train": Coach(0, "second", "ABC|DF", 17),
    "flight": Coach(1, "cabin", "ABC|JKL", 30),
    "coach": Coach(1, "coach", seats=45),
}
"""The layout drawn where the formation was not delivered; the report says so."""


def layout_of(formation: str | None, mode: str, coach: int, rides: Iterable[Row]) -> tuple[Coach, bool]:
    """The coach's layout, and whether it is an assumption."""
    known = formations().get(formation or "")
    found = known.coach(coach) if known else None
    if found is not None:
        return found, False
    numbered = [ride["seat_no"] for ride in rides if ride["row"] is None and ride["seat_no"] is not None]
    lettered = any(ride["row"] is not None for ride in rides)
    common = _COMMON.get(mode, _COMMON["train"])
    if mode == "train" and numbered and not lettered:
        common = Coach(coach, "hard_seat", seats=max(118, *numbered))
    return Coach(coach, common.kind, common.letters, common.rows, common.seats, common.bays, common.levels), True


def sittings_of(rides: Iterable[Row], case: int, exposures: Mapping[int, list[Exposure]]) -> list[Sitting]:
    """Each person's places on one run, once each however many records tell it.

    A record without a seat says nothing new of a person whose seat another record gives for that time.
    """
    by_person: dict[int, list[Row]] = defaultdict(list)
    for ride in rides:
        by_person[ride["person_id"]].append(ride)
    found = []
    for person, own in by_person.items():
        for ride in _distinct(own):
            relation = "case" if person == case else _relation(ride, exposures.get(person, []))
            found.append(_sitting(ride, relation))
    return found


def _distinct(rides: list[Row]) -> list[Row]:
    kept: list[Row] = []
    for ride in sorted(rides, key=lambda one: (not _placed(one), one["coach"] is None, one["record_id"], one["part"])):
        if not any(_says_no_more(ride, other) for other in kept):
            kept.append(ride)
    return kept


def _placed(ride: Row) -> bool:
    return ride["row"] is not None or ride["seat_no"] is not None


def _says_no_more(ride: Row, other: Row) -> bool:
    if ride["alight_seq"] <= other["board_seq"] or other["alight_seq"] <= ride["board_seq"]:
        return False
    place = ("coach", "row", "letter", "seat_no")
    return not _placed(ride) or all(ride[key] == other[key] for key in place)


def _relation(ride: Row, exposures: list[Exposure]) -> str | None:
    proved = [one for one in exposures if (one.record_id, one.part) == (ride["record_id"], ride["part"])]
    near = proved or [one for one in exposures if one.coach == ride["coach"] and one.seat == seat_text(ride)]
    return min((one.relation for one in near), key=closeness, default=None)


def seat_text(ride: Row) -> str:
    """The place of a row of ``rides``, as printed."""
    return seat_label(ride["row"], ride["letter"], ride["seat_no"])


def _sitting(ride: Row, relation: str | None) -> Sitting:
    return Sitting(
        person_id=ride["person_id"],
        coach=ride["coach"] or 0,
        row=ride["row"],
        letter=ride["letter"],
        seat_no=ride["seat_no"],
        place=ride["place"] or "unknown",
        role=ride["role"] or "passenger",
        board_seq=ride["board_seq"],
        alight_seq=ride["alight_seq"],
        record_id=ride["record_id"],
        part=ride["part"] or 0,
        relation=relation,
    )


def views_of(
    sittings: Iterable[Sitting], formation: str | None, mode: str, rides: Sequence[Row]
) -> tuple[CoachView, ...]:
    """The coaches the case sat in, with everybody in them."""
    sittings = list(sittings)
    numbers = sorted({one.coach for one in sittings if one.relation == "case" and one.coach})
    views = []
    for number in numbers:
        layout, assumed = layout_of(formation, mode, number, [ride for ride in rides if ride["coach"] == number])
        views.append(CoachView(layout, assumed, tuple(one for one in sittings if one.coach == number)))
    return tuple(views)
