"""Where a place lies in a coach: from what is printed on the ticket to a cell, and from a cell to a drawing.

A cell is ``(along, across)``: ``along`` counts rows (or bays) from end 1, from 0; ``across`` counts columns from one
window, from 0, each aisle being a column of its own. Layouts of numbered coaches: facts §7 (endings 0, 4, 5, 9 at the
window of the 118-seat coach, three abreast on the side of 0; hard berths numbered two a bay, soft ones four).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from firebreak.terms.formations import Coach

_HARD_SEAT = "012|34"
_BUS = "12|34"
_BERTHS = {"hard_sleeper": "12|", "soft_sleeper": "1234|"}


@dataclass(frozen=True, slots=True)
class Grid:
    """``columns`` across the coach (``""`` = aisle), ``rows`` along it. ``numbered``: how numbers fall into cells."""

    columns: tuple[str, ...]
    rows: int
    numbered: str = ""

    def cell(self, row: int | None, letter: str | None, seat_no: int | None) -> tuple[int, int] | None:
        """The cell of a place, or None where the layout has none (standing, unknown letter, number out of range)."""
        if self.numbered:
            return self._cell_of_number(seat_no if seat_no is not None else row)
        if row is None or letter not in self.columns or not 1 <= row <= self.rows:
            return None
        return row - 1, self.columns.index(letter)

    def _cell_of_number(self, number: int | None) -> tuple[int, int] | None:
        if number is None or number < 1:
            return None
        seats = [index for index, column in enumerate(self.columns) if column]
        count = number if self.numbered == "from_zero" else number - 1
        along, across = divmod(count, len(seats))
        return (along, seats[across]) if along < self.rows else None

    def places(self) -> Iterable[tuple[int, int, int | None, str | None, int | None]]:
        """Every place as ``along, across, row, letter, seat_no``."""
        for along in range(self.rows):
            for index, across in enumerate([i for i, column in enumerate(self.columns) if column]):
                if not self.numbered:
                    yield along, across, along + 1, self.columns[across], None
                    continue
                width = len([column for column in self.columns if column])
                number = along * width + index + (0 if self.numbered == "from_zero" else 1)
                yield along, across, None, None, number

    def is_window(self, across: int) -> bool:
        return across in (0, len(self.columns) - 1)


def grid_of(coach: Coach, letters_seen: Iterable[str] = (), last_row: int = 0) -> Grid:
    """The grid of a coach; letters and rows that were seen but are not in the layout are added, so nobody is lost."""
    if coach.kind == "hard_seat":
        return Grid(_columns(_HARD_SEAT), max(coach.seats // 5 + 1, last_row), "from_zero")
    if coach.bays:
        return Grid(_columns(_BERTHS.get(coach.kind, "12|")), coach.bays, "from_one")
    if not coach.letters and coach.seats:
        return Grid(_columns(_BUS), -(-coach.seats // 4), "from_one")
    columns = _columns(coach.letters or "ABC|DF")
    extra = tuple(sorted({letter for letter in letters_seen if letter} - set(columns)))
    return Grid(columns + extra, max(coach.rows, last_row, 1))


def _columns(letters: str) -> tuple[str, ...]:
    return tuple("" if letter == "|" else letter for letter in letters)


@dataclass(frozen=True, slots=True)
class Drawing:
    """A grid drawn lying (rows from left to right) or standing (rows from top to bottom). All numbers are SVG units."""

    grid: Grid
    lying: bool
    seat_width: int = 64
    seat_height: int = 58
    aisle: int = 26
    gap: int = 5
    nose: int = 34
    edge: int = 12

    def _along(self, along: int) -> int:
        pitch = (self.seat_width if self.lying else self.seat_height) + self.gap
        return self.nose + self.edge + along * pitch

    def _across(self, across: int) -> int:
        size = (self.seat_height if self.lying else self.seat_width) + self.gap
        before = self.grid.columns[:across]
        aisles = sum(1 for column in before if not column)
        return self.edge + (len(before) - aisles) * size + aisles * self.aisle

    def at(self, along: int, across: int) -> tuple[int, int]:
        """The x, y of a seat's upper left corner."""
        x, y = self._along(along), self._across(across)
        return (x, y) if self.lying else (y, x)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the whole coach."""
        length = self._along(self.grid.rows) - self.gap + self.edge + self.nose
        breadth = self._across(len(self.grid.columns)) - self.gap + self.edge
        return (length, breadth) if self.lying else (breadth, length)
