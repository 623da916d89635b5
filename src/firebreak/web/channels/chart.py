"""Rows a day as bars, drawn on the server: no script, no inline style, readable by its title and by a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

WIDTH, HEIGHT, GAP = 720, 180, 2
SMALL_WIDTH, SMALL_HEIGHT, SMALL_DAYS = 120, 28, 30
LOW, HIGH = 50, 200
"""Percent of the usual day: below and above, a day is marked."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One day: where its bar stands, in the drawing's units, and how it compares (``low``, ``high``, ``usual``)."""

    day: str
    rows: int
    x: float
    y: float
    width: float
    height: float
    kind: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars of consecutive days, the usual day's height, and the words for its ends."""

    bars: tuple[Bar, ...]
    width: int
    height: int
    usual: int
    usual_y: float
    first: str
    last: str
    most: int


def chart(volume: Sequence[Sequence[object]], width: int = WIDTH, height: int = HEIGHT) -> Chart | None:
    """The chart of ``[day, rows]``; days without rows stand as gaps. None where there is nothing."""
    if not volume:
        return None
    told = [(date.fromisoformat(str(day)), int(str(rows))) for day, rows in volume]
    first, days = told[0][0], (told[-1][0] - told[0][0]).days + 1
    most, usual = max(rows for _, rows in told), median(rows for _, rows in told)
    step = width / days
    bars = tuple(
        Bar(
            day.isoformat(), rows, round((day - first).days * step, 2), round(height * (1 - rows / most), 2),
            round(max(step - GAP, step / 2), 2), round(max(height * rows / most, 1), 2), _kind(rows, usual),
        )
        for day, rows in told
    )  # fmt: skip
    usual_y = round(height * (1 - usual / most), 2)
    return Chart(bars, width, height, int(usual), usual_y, told[0][0].isoformat(), told[-1][0].isoformat(), most)


def spark(volume: Sequence[Sequence[object]]) -> Chart | None:
    """The same, small, of the last thirty days with rows."""
    return chart(volume[-SMALL_DAYS:], SMALL_WIDTH, SMALL_HEIGHT)


def _kind(rows: int, usual: float) -> str:
    share = 100 * rows / usual if usual else 100
    return "low" if share < LOW else "high" if share > HIGH else "usual"
