"""The list as rows of plain cells, for the table and the workbook."""

from __future__ import annotations

from collections.abc import Iterator

from firebreak.bridge.report import FIELDS, Exposure, Person, TraceReport
from firebreak.terms.masking import shown
from firebreak.web.report import words
from firebreak.web.report.meeting_rows import met_cells


def headings(lang: str) -> list[str]:
    """The names of the columns of ``contact_rows``."""
    text = words.texts().text
    own = [text(f"people.{key}", lang) for key in ("rank", "relation")]
    own += [text("summary.train", lang), text("summary.date", lang)]
    own += [text(f"people.{key}", lang) for key in ("seat", "segment")]
    own += [text("people.minutes", lang), text("people.expected", lang)]
    for field in FIELDS:
        own += [text(f"field.{field}", lang), f"{text(f'field.{field}', lang)}·{text('people.source', lang)}"]
    return [*own, text("people.known_of", lang, n=len(FIELDS)), text("sources.record", lang)]


def contact_rows(report: TraceReport, lang: str) -> Iterator[list[str]]:
    """One row a person, as text; ``headings`` names the columns."""
    for contact in report.contacts:
        near, ride = contact.nearest, report.rides[contact.nearest.ride]
        row = [
            str(contact.rank),
            words.relation(near.relation, lang),
            ride.service_no,
            ride.run_date.isoformat(),
            place(near, lang),
            f"{ride.station(near.from_seq)} → {ride.station(near.to_seq)}",
            words.minutes(near.minutes),
            words.expected_line(near.expected, lang),
        ]
        yield [*row, *_person(report, contact.person, lang), str(near.record_id)]
    for met, cells in met_cells(report, lang):
        yield [*cells, "", *_person(report, met.person, lang), str(met.nearest.record_id)]  # no rate off the rides


def _person(report: TraceReport, person: Person, lang: str) -> list[str]:
    """Every field with its source, and how many there are."""
    cells = [cell for field in FIELDS for cell in _value(report, person, field, lang)]
    return [*cells, str(len(FIELDS) - len(person.missing))]


def place(exposure: Exposure, lang: str) -> str:
    """Coach and seat in words: ``5-7`` would become a date in a spreadsheet."""
    text = words.texts().text
    if not exposure.coach:
        return exposure.seat
    if not exposure.seat:
        return text("summary.coach_only", lang, coach=exposure.coach)
    return text("summary.coach_seat", lang, coach=exposure.coach, seat=exposure.seat)


def _value(report: TraceReport, person: Person, field: str, lang: str) -> list[str]:
    value = person.values.get(field)
    if value is None:
        return ["", words.texts().text("people.missing", lang)]
    channel = report.channels.get(value.channel)
    name = channel.name(lang) if channel else value.channel
    mark = f"{words.texts().text('people.completed', lang)}: " if value.completed else ""
    return [shown(field, value.text), f"{mark}{name} {words.day(value.seen_on)} ({value.confidence:.2f})"]
