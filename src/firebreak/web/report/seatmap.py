"""The coach as it is drawn: every seat with its place, its tone and the people who sat on it, segment by segment."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from firebreak.bridge.ranking import closeness
from firebreak.bridge.report import CoachView, Contact, Person, Ride, Sitting
from firebreak.terms.masking import mask
from firebreak.web.report.layout import Drawing, Grid, grid_of


def tone(relation: str | None) -> str:
    """The class that colours a relation: ``rows_3`` and beyond share one, coach and crew another."""
    if relation is None:
        return "out"
    if relation in ("coach", "crew"):
        return "wide"
    if relation.startswith(("rows_", "bays_")):
        return f"rows_{relation[5:]}" if relation[5:] in ("1", "2") else "rows_n"
    return _LIKE.get(relation, relation)


_LIKE = {
    "same_bay": "same_row", "same_seat": "adjacent", "joint_trip": "same_order", "household": "adjacent",
    "same_cell": "same_row", "classmate": "same_row", "same_place": "wide", "colleague": "wide", "same_school": "wide",
    "same_cell_later": "same_seat_later", "same_place_later": "same_seat_later",
}  # fmt: skip
"""Relations that share the tone of another."""


@dataclass(frozen=True, slots=True)
class Strip:
    """One sitting as a piece of the seat's journey line. ``rank`` is 0 for the case, -1 outside the rule."""

    x: float
    width: float
    tone: str
    first: int
    last: int
    rank: int
    plain: str
    masked: str


@dataclass(frozen=True, slots=True)
class Seat:
    """``tone`` and ``who`` are those of the whole journey; the page changes them as it steps through the stations."""

    key: str
    label: str
    x: int
    y: int
    window: bool
    tone: str
    strips: tuple[Strip, ...]


@dataclass(frozen=True, slots=True)
class Map:
    """One coach drawn one way. ``unplaced`` are sittings without a cell: standing, place unknown, crew."""

    drawing: Drawing
    seats: tuple[Seat, ...]
    row_labels: tuple[tuple[int, int, str], ...]


def _people(contacts: tuple[Contact, ...], case: Person | None) -> dict[int, tuple[int, Person]]:
    people = {contact.person.person_id: (contact.rank, contact.person) for contact in contacts}
    return people | ({case.person_id: (0, case)} if case else {})


def grid_for(view: CoachView) -> Grid:
    """The cells of a coach: as its layout says, and as far as somebody sits."""
    seated = [sitting for sitting in view.sittings if sitting.row is not None]
    last = max((sitting.row or 0 for sitting in seated), default=0)
    return grid_of(view.layout, [sitting.letter or "" for sitting in seated], last)


def by_cell(view: CoachView, grid: Grid) -> dict[tuple[int, int] | None, list[Sitting]]:
    """Sittings by cell, in the order of the journey; those that have no cell under None."""
    cells: dict[tuple[int, int] | None, list[Sitting]] = defaultdict(list)
    for sitting in sorted(view.sittings, key=lambda one: (one.board_seq, one.alight_seq, one.person_id)):
        cells[grid.cell(sitting.row, sitting.letter, sitting.seat_no)].append(sitting)
    return cells


def draw(ride: Ride, view: CoachView, contacts: tuple[Contact, ...], case: Person | None, lying: bool) -> Map:
    """The coach as a drawing."""
    grid = grid_for(view)
    drawing = Drawing(grid, lying) if lying else Drawing(grid, lying, seat_width=60, seat_height=52, nose=26)
    cells, people = by_cell(view, grid), _people(contacts, case)
    seats = []
    for along, across, row, letter, number in grid.places():
        sittings = cells.get((along, across), [])
        x, y = drawing.at(along, across)
        label = f"{row}{letter}" if row is not None else str(number)
        if number == 0:
            continue
        nearest = min(sittings, key=lambda one: closeness(one.relation), default=None)
        strips = tuple(_strip(one, ride, people, drawing.seat_width) for one in sittings)
        seats.append(
            Seat(
                f"{view.layout.no}-{label}",
                label,
                x,
                y,
                grid.is_window(across),
                tone(nearest.relation) if nearest else "free",
                strips,
            )
        )
    return Map(drawing, tuple(seats), tuple(_row_labels(drawing)))


def _row_labels(drawing: Drawing) -> list[tuple[int, int, str]]:
    """The row's number in the aisle, for those who look for a row."""
    aisles = [index for index, column in enumerate(drawing.grid.columns) if not column and index]
    if not aisles or drawing.grid.numbered or aisles[0] == len(drawing.grid.columns) - 1:
        return []
    labels = []
    for along in range(drawing.grid.rows):
        x, y = drawing.at(along, aisles[0])
        half = drawing.aisle // 2 - drawing.gap // 2
        dx, dy = (drawing.seat_width // 2, half + 4) if drawing.lying else (half, drawing.seat_height // 2 + 4)
        labels.append((x + dx, y + dy, str(along + 1)))
    return labels


def _strip(sitting: Sitting, ride: Ride, people: dict[int, tuple[int, Person]], width: int) -> Strip:
    seqs = [stop.seq for stop in ride.stops] or [sitting.board_seq, sitting.alight_seq]
    first, last = index_of(seqs, sitting.board_seq), index_of(seqs, sitting.alight_seq)
    unit = (width - 8) / max(len(seqs) - 1, 1)
    known = people.get(sitting.person_id) if sitting.relation is not None else None
    name = known[1].text("name") if known else ""
    return Strip(
        round(4 + first * unit, 1),
        round(max(last - first, 0.4) * unit - 1, 1),
        tone(sitting.relation),
        first,
        last,
        known[0] if known else -1,
        name,
        mask("name", name),
    )


def index_of(seqs: list[int], seq: int) -> int:
    """The position of a stop among the stops; a stop the timetable lacks stands at the end nearest to it."""
    if seq in seqs:
        return seqs.index(seq)
    return 0 if not seqs or seq < seqs[0] else len(seqs) - 1
