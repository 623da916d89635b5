"""People met off the rides as plain cells, in the columns of the list."""

from __future__ import annotations

from collections.abc import Iterator

from firebreak.bridge.report import Meeting, Met, TraceReport
from firebreak.web.report import words


def met_cells(report: TraceReport, lang: str) -> Iterator[tuple[Met, list[str]]]:
    """Each person met, and the cells for rank, relation, place, date, room or contact between, time, minutes."""
    ranks = ranks_of(report)
    for met in report.met:
        near = met.nearest
        day = near.from_at.date().isoformat() if near.from_at else ""
        cells = [str(met.rank), relation_text(near, lang), place_text(near, lang), day, via_text(near, ranks, lang)]
        yield met, [*cells, span_text(near), words.minutes(near.minutes)]


def ranks_of(report: TraceReport) -> dict[int, int]:
    """The rank of everybody listed."""
    ranks = {contact.person.person_id: contact.rank for contact in report.contacts}
    return ranks | {met.person.person_id: met.rank for met in report.met}


def relation_text(meeting: Meeting, lang: str) -> str:
    """The relation, and what the rule calls the contact."""
    level = words.texts().text(f"contact_level.{meeting.contact_level}", lang)
    return f"{words.relation(meeting.relation, lang)} ({level})"


def place_text(meeting: Meeting, lang: str) -> str:
    """Where: the place's name; homes have none."""
    return meeting.place or (words.texts().text("met.at_home", lang) if meeting.setting == "household" else "")


def via_text(meeting: Meeting, ranks: dict[int, int], lang: str) -> str:
    """Through whom a contact of a contact was met."""
    if meeting.via_person_id is None:
        return ""
    return words.texts().text("met.via", lang, rank=ranks.get(meeting.via_person_id, "?"))


def span_text(meeting: Meeting) -> str:
    """From when to when, with the days where they differ."""
    if meeting.from_at is None or meeting.to_at is None:
        return ""
    end = "%H:%M" if meeting.from_at.date() == meeting.to_at.date() else "%m-%d %H:%M"
    return f"{meeting.from_at:%m-%d %H:%M} – {meeting.to_at:{end}}"
