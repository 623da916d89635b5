"""People met off the rides on the terminal: a section each, two lines a person."""

from __future__ import annotations

from collections.abc import Callable

from rich.console import Console
from rich.text import Text

from firebreak.bridge.meetings import SECTIONS
from firebreak.bridge.report import FIELDS, PlaceView, TraceReport
from firebreak.web.report import words
from firebreak.web.report.meeting_rows import met_cells

_WIDTH = 48


def show_met(console: Console, report: TraceReport, lang: str, value: Callable[[str, str], str]) -> None:
    """Sections of people, then each place the case stayed at with everybody's time there; ``value`` masks a field."""
    text = words.texts().text
    people = list(met_cells(report, lang))
    for section in SECTIONS:
        rows = [(met, cells) for met, cells in people if met.section == section]
        if not rows:
            continue
        console.print(Text(f"{text(f'met.{section}', lang)} {len(rows)}", style="italic"))
        for met, (rank, relation, place, _, via, span, minutes) in rows:
            known = [value(field, met.person.text(field)) or "✕" for field in FIELDS]
            took = "" if minutes == "—" else f"{minutes}'"
            console.print(Text(f"{rank:>3} {relation} {place} {via} {' '.join(known[:3])}"))
            console.print(Text(f"    {span} {took} {' '.join(known[3:])}", style="bright_black"))
    ranks = {met.person.person_id: str(met.rank) for met, _ in people}
    for view in report.places:
        _place(console, view, ranks, lang)


def _place(console: Console, view: PlaceView, ranks: dict[int, str], lang: str) -> None:
    """The place in time: one line a person, a bar from first to last; the case's is full."""
    text = words.texts().text
    stay = text("stayed.stay", lang, start=f"{view.from_at:%m-%d %H:%M}", end=f"{view.to_at:%m-%d %H:%M}")
    console.print(Text(f"{view.name or text('met.at_home', lang)} · {stay}", style="italic"))
    length = view.until - view.from_at
    for one in view.presences:
        if length and one.from_at < view.until and one.to_at > view.from_at:
            first = int((max(one.from_at, view.from_at) - view.from_at) / length * _WIDTH)
            last = max(int((min(one.to_at, view.until) - view.from_at) / length * _WIDTH), first + 1)
            bar = " " * first + ("█" if one.relation == "case" else "▒") * (last - first)
            who = "★" if one.relation == "case" else ranks.get(one.person_id, "")
            guess = f" {text('stayed.assumed', lang)}" if one.assumed else ""
            console.print(Text(f"{who:>4} {bar:<{_WIDTH}} {one.cell}{guess}"))
