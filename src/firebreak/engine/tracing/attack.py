"""How likely a contact was infected, by where it sat and how long: Hu et al. 2021 (``attack_rates.toml``).

Measured are the cells of that paper: averages over rides of 0–8 hours. Everything between them is modelled:

- the rest of the row, so that with the adjacent seats it comes to the measured 1.5 % (a row of five has on average 1.2
  seats beside the case and 2.8 others);
- rows 1–3 away in the proportion the press tells, so that together they come to the measured 0.14 %;
- hours: in proportion to them, through the measured points an hour of the adjacent seat (1.3) and of the whole zone
  (0.15, which against its average of 0.32 % means 2.1 hours); at most the highest measured seat, 10.3 %;
- berths, other vehicles, the rest of a coach: the nearest measured cell in its place;
- companions: the adjacent seat's odds times 7.06.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from firebreak.terms.enums import Setting

_BESIDE, _REST = 1.2, 2.8
_ROW_1_2, _ROW_3 = 20, 10


@dataclass(frozen=True, slots=True)
class Expected:
    """``rate``: share infected, 0–1. ``measured``: a published cell as it stands; else modelled."""

    rate: float
    measured: bool


@cache
def cells() -> dict[str, Any]:
    """The published cells and slopes."""
    return tomllib.loads(files("firebreak.engine.tracing").joinpath("attack_rates.toml").read_text("utf-8"))


def average(relation: str) -> float | None:
    """The attack rate of a relation over rides of all lengths; None where nothing comes near to telling it.

    >>> average("adjacent"), round(average("same_row"), 5)
    (0.035, 0.00643)
    """
    cell = {name: entry["rate"] for name, entry in cells()["cell"].items()}
    scale = cell["other_rows"] * (_ROW_1_2 + _ROW_3) / (_ROW_1_2 * cell["rows_1_2"] + _ROW_3 * cell["rows_3"])
    rest = ((_BESIDE + _REST) * cell["same_row"] - _BESIDE * cell["adjacent"]) / _REST
    odds = cells()["companion"]["odds_ratio"] * cell["adjacent"] / (1 - cell["adjacent"])
    known = {
        "adjacent": cell["adjacent"],
        "same_seat": cell["adjacent"],
        "same_row": rest,
        "same_bay": rest,
        "rows_1": scale * cell["rows_1_2"],
        "rows_2": scale * cell["rows_1_2"],
        "bays_1": scale * cell["rows_1_2"],
        "rows_3": scale * cell["rows_3"],
        "coach": scale * cell["rows_3"],
        "same_seat_later": cell["same_seat_later"],
        "same_order": odds / (1 + odds),
    }
    further = scale * cell["rows_3"] if relation.startswith(("rows_", "bays_")) else None
    return float(found) if (found := known.get(relation, further)) is not None else None


def expected(relation: str, minutes: int | None, setting: str = Setting.TRAIN_SEALED) -> Expected | None:
    """What is to be expected of one contact; None where nothing comes near to telling it (crew, places).

    Without minutes the average of the relation, which is measured for an adjacent seat and for the same seat later on a
    sealed train; with minutes, or elsewhere, modelled.
    """
    mean = average(relation)
    if mean is None:
        return None
    published = relation in ("adjacent", "same_seat_later") and setting == Setting.TRAIN_SEALED
    if relation == "same_seat_later" or minutes is None:
        return Expected(mean, published)
    if relation == "same_order":
        return Expected(mean, measured=False)
    return Expected(min(mean * minutes / 60 / _usual_hours(relation), _highest()), measured=False)


def _usual_hours(relation: str) -> float:
    """Hours together at which the average holds: the average over the measured points an hour."""
    cell, hourly = cells()["cell"], cells()["hourly"]
    if relation in ("adjacent", "same_seat"):
        return float(cell["adjacent"]["rate"] / hourly["adjacent"])
    return float(cell["zone"]["rate"] / hourly["zone"])


def _highest() -> float:
    return float(cells()["cell"]["highest"]["rate"])
