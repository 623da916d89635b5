"""The list as a workbook: contacts, the coach as coloured cells, stations, gaps, sources, method."""

from __future__ import annotations

import io
from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import xlsxwriter

from firebreak.bridge.ranking import closeness
from firebreak.bridge.report import CoachView, PlaceView, Presence, Ride, TraceReport
from firebreak.web.report import words
from firebreak.web.report.line import stations
from firebreak.web.report.rows import contact_rows, headings
from firebreak.web.report.seatmap import by_cell, grid_for, tone

_COLOURS = {
    "case": ("#b00020", "#ffffff"), "same_order": ("#6a1b9a", "#ffffff"), "adjacent": ("#c2410c", "#ffffff"),
    "same_row": ("#f59e0b", "#1b1600"), "rows_1": ("#fcc566", "#1b1600"), "rows_2": ("#fddd9f", "#1b1600"),
    "rows_n": ("#fdeccb", "#1b1600"), "same_seat_later": ("#f6d5dc", "#5a0010"), "wide": ("#cfe2f5", "#0f2a44"),
    "out": ("#dde1e6", "#4a5765"), "free": ("#ffffff", "#596673"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Book:
    """The workbook being written; every cell is written as a string, so nothing in it is ever a formula."""

    book: Any
    lang: str
    title: str
    bold: Any
    wrap: Any

    def text(self, key: str, **values: object) -> str:
        return words.texts().text(key, self.lang, **values)

    def sheet(self, name: str, widths: Sequence[int], heads: Sequence[str]) -> tuple[Any, int]:
        """A new sheet with its title and header row; returns it and the next free row."""
        sheet = self.book.add_worksheet(sheet_name(name, self.book.sheetnames))
        sheet.write_string(0, 0, self.title, self.bold)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        self.row(sheet, 2, heads, self.bold)
        sheet.freeze_panes(3, 0)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0, 2)
        return sheet, 3

    def row(self, sheet: Any, at: int, cells: Sequence[str], form: Any = None) -> None:
        for column, cell in enumerate(cells):
            sheet.write_string(at, column, cell, form or self.wrap)

    def rows(self, sheet: Any, first: int, rows: Iterable[Sequence[str]]) -> None:
        for at, row in enumerate(rows, start=first):
            self.row(sheet, at, row)


def sheet_name(name: str, taken: Container[str]) -> str:
    """A name Excel allows (31 characters, none of ``[]:*?/\\``) that no other sheet has."""
    plain = "".join("-" if letter in "[]:*?/\\'" else letter for letter in name)[:31]
    number, found = 1, plain
    while found in taken:
        number += 1
        found = f"{plain[:27]} {number}"
    return found


def render_xlsx(report: TraceReport, lang: str = "zh") -> bytes:
    """The whole file."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    title = _title(report, lang)
    book.set_properties({"title": title})
    pen = _Book(
        book, lang, title, book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    )
    parts: tuple[Callable[[_Book, TraceReport], None], ...] = (
        _contacts, _maps, _stations, _places, _gaps, _sources, _method,
    )  # fmt: skip
    for part in parts:
        part(pen, report)
    book.close()
    return out.getvalue()


def _title(report: TraceReport, lang: str) -> str:
    rides = " ".join(f"{ride.service_no} {ride.run_date}" for ride in report.rides)
    plain = f"{words.texts().text('page.title', lang)} {report.case.case_no} {rides}".strip()
    return f"{words.texts().text('page.drill', lang)} · {plain}" if report.simulated else plain


def _contacts(pen: _Book, report: TraceReport) -> None:
    widths = [5, 12, 9, 11, 9, 18, 7, 14, 10, 22, 21, 22, 14, 22, 40, 22, 17, 22, 8, 20]
    sheet, first = pen.sheet(pen.text("people.title"), widths, headings(pen.lang))
    pen.rows(sheet, first, contact_rows(report, pen.lang))
    sheet.autofilter(2, 0, first + max(len(report.contacts) + len(report.met), 1) - 1, len(widths) - 1)


def _maps(pen: _Book, report: TraceReport) -> None:
    names = {contact.person.person_id: contact for contact in report.contacts}
    forms = {
        key: pen.book.add_format(
            {"bg_color": back, "font_color": ink, "border": 1, "text_wrap": True, "align": "center", "valign": "top"}
        )
        for key, (back, ink) in _COLOURS.items()
    }
    for ride in report.rides:
        for view in ride.coaches:
            name = pen.text("summary.coach_only", coach=view.layout.no)
            sheet, at = pen.sheet(f"{pen.text('map.title')} {ride.service_no} {name}", [6], [])
            _seats(pen, sheet, at, ride, view, names, forms)


def _seats(
    pen: _Book, sheet: Any, top: int, ride: Ride, view: CoachView, names: dict[int, Any], forms: dict[str, Any]
) -> None:
    grid = grid_for(view)
    cells = by_cell(view, grid)
    for across, column in enumerate(grid.columns):
        sheet.set_column(across + 1, across + 1, 20 if column else 4)
        sheet.write_string(top - 1, across + 1, column, pen.bold)
    for along, across, row, letter, number in grid.places():
        sittings = cells.get((along, across), [])
        lines = [f"{row}{letter}" if row is not None else str(number)]
        for one in sittings:
            contact = names.get(one.person_id) if one.relation is not None else None
            who = (
                f"#{contact.rank} {contact.person.text('name')}" if contact else words.relation(one.relation, pen.lang)
            )
            lines.append(f"{ride.station(one.board_seq)}→{ride.station(one.alight_seq)} {who}")
        near = min(sittings, key=lambda one: closeness(one.relation), default=None)
        sheet.write_string(top + along, 0, str(along + 1), pen.bold)
        sheet.write_string(top + along, across + 1, "\n".join(lines), forms[tone(near.relation) if near else "free"])


def _stations(pen: _Book, report: TraceReport) -> None:
    keys = ("arrive", "depart", "boarding", "leaving", "aboard", "in_coach")
    heads = [pen.text("summary.train"), pen.text("map.step"), *(pen.text(f"line.{key}") for key in keys)]
    sheet, at = pen.sheet(pen.text("line.title"), [10, 14, 9, 9, 7, 7, 12, 12], heads)
    for ride in report.rides:
        for stop in stations(ride):
            numbers = (stop.boarding, stop.leaving, stop.aboard, stop.in_coach)
            pen.row(sheet, at, [ride.service_no, stop.name, stop.arrive, stop.depart, *map(str, numbers)])
            at += 1


def _places(pen: _Book, report: TraceReport) -> None:
    """Everybody's time at the places the case stayed at; one colour a relation, the hours as columns of a bar."""
    if not report.places:
        return
    keys = ("met.where", "people.rank", "people.relation", "field.name", "met.when")
    heads = [*(pen.text(key) for key in keys), *(f"{nth * 100 // _SLOTS} %" for nth in range(_SLOTS))]
    sheet, at = pen.sheet(pen.text("stayed.title"), [24, 6, 16, 12, 26, *([3] * _SLOTS)], heads)
    forms = {key: pen.book.add_format({"bg_color": back}) for key, (back, _) in _COLOURS.items()}
    known = report.listed
    for view in report.places:
        for one in view.presences:
            listed = known.get(one.person_id)
            person = listed.person if listed else report.case.person
            rank = str(listed.rank) if listed and one.relation != "case" else "★"
            span = f"{one.from_at:%m-%d %H:%M} – {one.to_at:%m-%d %H:%M}"
            span += f" ({pen.text('stayed.assumed')})" if one.assumed else ""
            name = person.text("name") if person else ""
            place = " ".join(part for part in (view.name or pen.text("met.at_home"), one.cell) if part)
            pen.row(sheet, at, [place, rank, words.relation(one.relation, pen.lang), name, span])
            for slot in _slots(view, one):
                sheet.write_blank(at, 5 + slot, None, forms[tone(one.relation)])
            at += 1


_SLOTS = 24


def _slots(view: PlaceView, presence: Presence) -> range:
    """The parts of the case's stay, and of the air it left, that somebody was there for."""
    length = view.until - view.from_at
    first = max(presence.from_at, view.from_at) - view.from_at
    last = min(presence.to_at, view.until) - view.from_at
    if not length or last <= first:
        return range(0)
    return range(int(first / length * _SLOTS), max(int(last / length * _SLOTS), int(first / length * _SLOTS) + 1))


def _gaps(pen: _Book, report: TraceReport) -> None:
    heads = [pen.text("gap.title"), pen.text("gap.who"), pen.text("gap.ask"), pen.text("gap.searched"), ""]
    sheet, first = pen.sheet(pen.text("gap.title"), [60, 30, 40, 40, 50], heads)
    for at, gap in enumerate(report.gaps, start=first):
        asked, searched = (
            "；".join(report.channels[one].name(pen.lang) if one in report.channels else one for one in group)
            for group in (gap.ask, gap.searched)
        )
        ranks = " ".join(str(rank) for rank in gap.ranks)
        remedy = words.remedy_line(gap, pen.lang)
        pen.row(sheet, at, [words.gap_line(gap, pen.lang), ranks, asked, searched, remedy])


def _sources(pen: _Book, report: TraceReport) -> None:
    heads = [pen.text(f"sources.{key}") for key in ("record", "channel", "file", "row")]
    sheet, first = pen.sheet(pen.text("sources.title"), [22, 34, 50, 10], heads)
    for at, one in enumerate(report.evidence, start=first):
        channel = report.channels.get(one.channel)
        name = channel.name(pen.lang) if channel else one.channel
        pen.row(sheet, at, [str(one.record_id), name, one.file, str(one.line)])


def _method(pen: _Book, report: TraceReport) -> None:
    sheet, first = pen.sheet(pen.text("method.title"), [60, 14], [])
    lines = [(words.rule_line(report, pen.lang), ""), (pen.text("method.limit"), "")]
    lines += [(words.stage_line(one.key, pen.lang), f"{one.seconds:.3f}") for one in report.timings]
    lines += [(pen.text("page.made", actor=report.actor, as_of=report.as_of), ""), (pen.text("page.keep"), "")]
    pen.rows(sheet, first, lines)
