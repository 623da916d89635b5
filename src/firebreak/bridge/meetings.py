"""Encounters off the rides as the report shows them: people by section, and each place with everybody's time there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from firebreak.bridge.meet import Encounters
from firebreak.bridge.ranking import closeness, longest_first
from firebreak.bridge.report import Contact, Meeting, Met, Person, PlaceView, Presence
from firebreak.bridge.session import Row, Session
from firebreak.bridge.timetable import local, service_of

SECTIONS = ("joint", "household", "place", "second")
"""The sections of the list, in its order."""

_BY_SETTING = {"household": "household", "workplace": "household", "class": "household"}
AROUND = timedelta(hours=1)
"""Shown before and after the case's stay."""


def met_people(
    session: Session, found: Encounters, people: Mapping[int, Person], contacts: Sequence[Contact]
) -> tuple[Met, ...]:
    """Everybody of ``found``, once in each section, the nearest first. Who is on the ride list keeps that rank."""
    names = _names(session, found)
    sections: dict[str, dict[int, list[Meeting]]] = {section: defaultdict(list) for section in SECTIONS}
    for row in found.exposures:
        meeting = _meeting(session, row, names)
        sections[meeting.section][row["person_id"]].append(meeting)
    ranks = {contact.person.person_id: contact.rank for contact in contacts}
    rows = []
    for section, own in sections.items():
        for meetings in own.values():
            meetings.sort(key=_near_first)
        for person in sorted(own, key=lambda one: (_near_first(own[one][0]), one)):
            rank = ranks.setdefault(person, len(ranks) + 1)
            rows.append(Met(rank, section, people[person], tuple(own[person])))
    return tuple(rows)


def meetings_of(session: Session, rows: Sequence[Row]) -> tuple[Meeting, ...]:
    """Exposures off the rides as meetings, the nearest first."""
    names = _names(session, Encounters(tuple(dict(row) for row in rows)))
    return tuple(sorted((_meeting(session, row, names) for row in rows), key=_near_first))


def _near_first(meeting: Meeting) -> tuple[Any, ...]:
    at = meeting.from_at.isoformat() if meeting.from_at else ""
    return closeness(meeting.relation), longest_first(meeting.minutes), at, meeting.record_id


def _section(row: Row) -> str:
    if row["degree"] == 2:
        return "second"
    if row["level"] == "joint_trip":
        return "joint"
    return _BY_SETTING.get(row["setting"], "place") if row["minutes"] is None else "place"


Names = Mapping[tuple[int, int | None], Row]


def _names(session: Session, found: Encounters) -> Names:
    """Rows of ``places`` by place and cell, of the places that occur."""
    wanted = {row["place_id"] for row in (*found.exposures, *found.stays)} - {None}
    return {(row["place_id"], row["cell_id"]): row for row in session.rows("places", place_id=wanted)}


def _meeting(session: Session, row: Row, names: Names) -> Meeting:
    place = names.get((row["place_id"], None)) if row["place_id"] is not None else None
    service = service_of(session, row["service_id"], row["run_date"]) if row["service_id"] is not None else None
    return Meeting(
        section=_section(row),
        rule=row["rule"],
        setting=row["setting"],
        contact_level=row["contact_level"],
        relation=row["relation"],
        place=((place or {}).get("place_name") or (service or {}).get("service_no") or ""),
        from_at=local(row["from_at"]),
        to_at=local(row["to_at"]),
        minutes=row["minutes"],
        cumulative_minutes=row["cumulative_minutes"],
        via_person_id=row["via_person_id"],
        case_record_id=row["case_record_id"],
        record_id=row["record_id"],
        part=row["part"] or 0,
        case_part=row["case_part"] or 0,
    )


def place_views(session: Session, found: Encounters, case: int) -> tuple[PlaceView, ...]:
    """Each stay of the case with who of the list was there around it, in the order of time."""
    names = _names(session, found)
    relations = {
        (row["place_id"], row["person_id"], row["record_id"], row["part"]): row["relation"]
        for row in sorted(found.exposures, key=lambda row: closeness(row["relation"]), reverse=True)
        if row["degree"] == 1 and row["place_id"] is not None
    }
    people = {row["person_id"] for row in found.exposures if row["degree"] == 1} | {case}
    places = {stay["place_id"] for stay in found.stays}
    there = session.rows("presences", place_id=places, person_id=people)
    stays = sorted(found.stays, key=lambda stay: (stay["c_start_at"], stay["place_id"]))
    return tuple(_view(stay, names, there, relations, case) for stay in stays)


def _view(
    stay: Row, names: Names, there: Sequence[Row], relations: Mapping[tuple[Any, ...], str], case: int
) -> PlaceView:
    place = names.get((stay["place_id"], None), {})
    first, last = stay["c_start_at"], max(stay["c_end_at"], stay["c_until"])
    shown = [
        row for row in there
        if row["place_id"] == stay["place_id"] and row["start_at"] < last + AROUND and row["end_at"] > first - AROUND
    ]  # fmt: skip
    presences = [_presence(row, names, relations, case) for row in shown]
    presences = [one for one in presences if one.relation is not None]
    presences.sort(key=lambda one: (one.relation != "case", closeness(one.relation), one.from_at, one.person_id))
    return PlaceView(
        place_id=stay["place_id"],
        kind=place.get("place_kind") or "",
        name=place.get("place_name") or "",
        from_at=_known(stay["c_start_at"]),
        to_at=_known(stay["c_end_at"]),
        until=_known(last),
        presences=tuple(presences),
    )


def _presence(row: Row, names: Names, relations: Mapping[tuple[Any, ...], str], case: int) -> Presence:
    cell = names.get((row["place_id"], row["cell_id"]), {}) if row["cell_id"] is not None else {}
    key = (row["place_id"], row["person_id"], row["record_id"], row["part"])
    return Presence(
        person_id=row["person_id"],
        cell=cell.get("cell") or "",
        from_at=_known(row["start_at"]),
        to_at=_known(row["end_at"]),
        assumed=bool(row["assumed"]),
        relation="case" if row["person_id"] == case else relations.get(key),
        record_id=row["record_id"],
    )


def _known(moment: datetime) -> datetime:
    shown = local(moment)
    assert shown is not None
    return shown
