"""A traced list on the terminal: summary, the coach, the people, what is missing, seconds."""

from __future__ import annotations

from rich.console import Console
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from firebreak.bridge.ranking import closeness
from firebreak.bridge.report import FIELDS, CoachView, Contact, Exposure, Ride, TraceReport
from firebreak.cli.show_met import show_met
from firebreak.terms.masking import mask, shown
from firebreak.web.report import words
from firebreak.web.report.rows import place
from firebreak.web.report.seatmap import by_cell, grid_for, tone

_STYLES = {
    "case": "bold white on red3", "same_order": "bold white on dark_magenta", "adjacent": "white on dark_orange3",
    "same_row": "black on orange1", "rows_1": "black on light_goldenrod2", "rows_2": "black on khaki1",
    "rows_n": "black on cornsilk1", "same_seat_later": "red3 on misty_rose1", "wide": "black on light_steel_blue1",
    "out": "bright_black", "free": "bright_black",
}  # fmt: skip


_WIDE = 118


def _minutes(value: int | None) -> str:
    return words.minutes(value) + ("" if value is None else "'")


class Shower:
    """Prints one report. ``names`` shows people's values in full; else they are masked."""

    def __init__(self, console: Console, report: TraceReport, lang: str, names: bool) -> None:
        self.console, self.report, self.lang, self.names = console, report, lang, names

    def text(self, key: str, **values: object) -> str:
        return words.texts().text(key, self.lang, **values)

    def value(self, field: str, text: str) -> str:
        return shown(field, text) if self.names else mask(field, text)

    def show(self) -> None:
        """Everything, in the order an officer needs it."""
        if self.report.simulated:
            self.console.print(Text(f" {self.text('page.drill')} ", style="bold black on yellow"))
        self._summary()
        for ride in self.report.rides:
            for view in ride.coaches:
                self._coach(ride, view)
        self._people()
        show_met(self.console, self.report, self.lang, self.value)
        self._completeness()
        self._gaps()
        self._timings()

    def _summary(self) -> None:
        case = self.report.case
        lines = [f"{self.text('summary.case')}  {self._case_name()} {case.case_no}"]
        if case.state:
            lines[0] += f" · {self.text(f'state.{case.state}')}"
        for ride in self.report.rides:
            seats = " ".join(
                self.text("summary.coach_seat", coach=one.coach, seat=one.seat)
                for view in ride.coaches
                for one in view.sittings
                if one.relation == "case"
            )
            segment = f"{ride.station(ride.from_seq)} → {ride.station(ride.to_seq)}"
            lines.append(f"{self.text('summary.train')}  {ride.service_no} · {ride.run_date} · {seats} · {segment}")
        notice = "" if self.report.in_force else f"  ⚠ {self.text('summary.not_in_force')}"
        lines.append(f"{self.text('summary.rule')}  {' '.join(self.report.rules)}{notice}")
        more = f" + {self.report.met_elsewhere}" if self.report.met else ""
        counts = f"{len(self.report.contacts)}{more} · {self.text('summary.complete')} {self.report.complete}"
        lines.append(f"{self.text('summary.people')}  {counts} · {self.report.seconds:.2f} s")
        self.console.print(Panel(Text("\n".join(lines)), title=self.text("page.title"), title_align="left"))

    def _case_name(self) -> str:
        person = self.report.case.person
        return self.value("name", person.text("name")) if person else ""

    def _coach(self, ride: Ride, view: CoachView) -> None:
        """The rows around the case, lying: one line a letter, one column a row; ranks, or how many people."""
        grid, ranks = grid_for(view), {one.person.person_id: one.rank for one in self.report.contacts}
        cells = by_cell(view, grid)
        near = [cell[0] for cell, group in cells.items() if cell and any(one.relation for one in group)]
        if not near:
            return
        shown_rows = range(max(min(near) - 1, 0), min(max(near) + 2, grid.rows))
        table = Table(box=None, padding=(0, 0), title_justify="left")
        table.title = (
            f"{self.text('map.title')} {ride.service_no} {self.text('summary.coach_only', coach=view.layout.no)}"
        )
        table.add_column("")
        for along in shown_rows:
            table.add_column(str(along + 1), justify="center", min_width=5)
        for across, column in enumerate(grid.columns):
            cells_of = [self._cell(cells.get((along, across), []), ranks) for along in shown_rows] if column else []
            table.add_row(f"{column} ", *cells_of)
        self.console.print(table)

    def _cell(self, group: list, ranks: dict[int, int]) -> Text:  # type: ignore[type-arg]
        if not group:
            return Text("  ·  ", style=_STYLES["free"])
        relation = min((one.relation for one in group), key=closeness)
        listed = [ranks[one.person_id] for one in group if one.relation and one.person_id in ranks]
        mark = "★" if relation == "case" else "×" if relation is None else ",".join(map(str, listed))
        if len(listed) > 1 and relation != "case":
            mark = f"{listed[0]}+{len(listed) - 1}"
        return Text(f"{mark:^5}", style=_STYLES[tone(relation)])

    def _people(self) -> None:
        if not self.report.contacts:
            self.console.print(self.text("people.empty"))
            return
        if self.console.width < _WIDE:
            self._people_narrow()
            return
        table = Table(title=f"{self.text('people.title')} {len(self.report.contacts)}", title_justify="left")
        for key in ("people.rank", "people.relation", "people.seat", "people.segment"):
            table.add_column(self.text(key), no_wrap=key == "people.rank")
        for field in FIELDS:
            table.add_column(self.text(f"field.{field}"), overflow="fold")
        for contact in self.report.contacts:
            table.add_row(*self._person(contact))
        self.console.print(table)

    def _people_narrow(self) -> None:
        """Two lines a person, where a table would break every cell."""
        self.console.print(Text(f"{self.text('people.title')} {len(self.report.contacts)}", style="italic"))
        for contact in self.report.contacts:
            rank, relation, seat, segment, name, document, phone, address, grid = self._person(contact)
            first = Text.assemble(
                f"{rank.plain:>3} ", relation, " ", (seat.plain, "bold"), " ", name, " ", document, " ", phone
            )
            self.console.print(first)
            self.console.print(Text.assemble("    ", segment, " ", address, " ", grid, style="bright_black"))

    def _person(self, contact: Contact) -> list[Text]:
        near, ride = contact.nearest, self.report.rides[contact.nearest.ride]
        cells = [
            Text(str(contact.rank)),
            Text(words.relation(near.relation, self.lang), style=_STYLES[tone(near.relation)]),
            Text(place(near, self.lang)),
            Text(
                f"{ride.station(near.from_seq)}→{ride.station(near.to_seq)} {_minutes(near.minutes)}{self._rate(near)}"
            ),
        ]
        for field in FIELDS:
            value = contact.person.values.get(field)
            cells.append(Text(self.value(field, value.text)) if value else Text("✕", style="bold red"))
        return cells

    def _rate(self, one: Exposure) -> str:
        return f" {words.expected_line(one.expected, self.lang)}" if one.expected else ""

    def _completeness(self) -> None:
        table = Table(title=self.text("completeness.title"), title_justify="left", box=None, show_header=False)
        for one in self.report.completeness:
            share = f"{100 * one.known / one.total:.0f} %" if one.total else "—"
            line = self.text("completeness.line", known=one.known, total=one.total, completed=one.completed)
            table.add_row(self.text(f"field.{one.field}"), share, line)
        self.console.print(table)

    def _gaps(self) -> None:
        self.console.print(Text(self.text("gap.title"), style="italic"))
        for gap in self.report.gaps:
            ask = [self.report.channels[one].name(self.lang) if one in self.report.channels else one for one in gap.ask]
            remedy = words.remedy_line(gap, self.lang) or f"{self.text('gap.ask')}：{'、'.join(ask)}"
            self.console.print(Text(f" ✕ {words.gap_line(gap, self.lang)}\n   → {remedy}"))
        if not self.report.gaps:
            self.console.print(Text(f" {self.text('gap.none')}"))

    def _timings(self) -> None:
        parts = [f"{words.stage_line(one.key, self.lang)} {one.seconds:.3f}" for one in self.report.timings]
        parts.append(f"{self.text('method.total')} {self.report.seconds:.3f}")
        self.console.print(Text(f"{self.text('method.timings')}  " + " · ".join(parts), style="bright_black"))
