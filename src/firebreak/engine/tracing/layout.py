"""What a formation says about a seat, as small tables: who sits beside it, in which setting of the contact rules it is,
which berths share its bay, where one walks.

Attached to the few rides of the cases, never to the many rides they are compared with.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Any

import pyarrow as pa

from firebreak.terms.enums import Setting
from firebreak.terms.formations import Coach, Formation, formations

PLACES_A_BAY = {"hard_sleeper": 2, "soft_sleeper": 2}
"""Berth numbers in one bay: one number a side, printed with its level (hard 11 bays × 2 × 3 = 66, soft 8 × 2 × 2 = 32,
facts §7)."""

DEFAULT_LETTERS = {"train": ("ABC|DF",), "flight": ("ABC|JKL", "ABC|DEG|HJK")}
"""Layouts taken where no formation is known: letters are stable by convention (A and F at the window, C and D at the
aisle; J, K, L right of the aisle)."""

SETTING_OF_MODE: dict[str, Setting] = {
    "train": Setting.TRAIN_SEALED,
    "flight": Setting.AIRCRAFT_NO_HEPA,
    "coach": Setting.COACH_SEALED,
    "bus": Setting.BUS,
    "metro": Setting.METRO,
    "ship": Setting.SHIP,
    "taxi": Setting.TAXI,
    "car": Setting.CAR,
    "other": Setting.COACH_SEALED,
}
"""Where no formation is known: of the settings the vehicle may be, the one that lists more people."""

ONE_ROOM = ("flight", "coach", "bus", "ship", "taxi", "car")
"""Vehicles without coaches: whoever is on board is in coach 1 where no record says more."""

NEIGHBOURS = pa.schema(
    [("formation", pa.string()), ("coach", pa.int16()), ("letter", pa.string()), ("beside", pa.string())]
)
COACHES = pa.schema(
    [
        ("formation", pa.string()),
        ("coach", pa.int16()),
        ("setting", pa.string()),
        ("letters", pa.string()),
        ("pitch", pa.float64()),
        ("places_a_bay", pa.int16()),
    ]
)
WALKS = pa.schema([("formation", pa.string()), ("first", pa.int16()), ("last", pa.int16())])


def unknown_formation(mode: str) -> str:
    """The key under which the default layout of a mode is found."""
    return f"?{mode}"


def neighbours() -> pa.Table:
    """``formation, coach, letter, beside``: ``beside`` holds the letters next to ``letter`` with no aisle between.

    Rows with a null coach are the default layouts, under ``unknown_formation(mode)``.
    """
    rows: list[tuple[str, int | None, str, str]] = []
    for formation, coach in _coaches():
        rows += [(formation.key, coach.no, *pair) for pair in _beside((coach.letters,))]
    for mode, layouts in DEFAULT_LETTERS.items():
        rows += [(unknown_formation(mode), None, *pair) for pair in _beside(layouts)]
    return _table(rows, NEIGHBOURS)


def coaches() -> pa.Table:
    """``formation, coach, setting, letters, pitch, places_a_bay`` of every coach; a null coach: the mode's own.

    ``letters`` is the layout with ``|`` at each aisle, null where the coach has none or the mode has several; ``pitch``
    the metres from row to row.
    """
    found: list[tuple[object, ...]] = [
        (formation.key, coach.no, setting_of(formation, coach).value, coach.letters or None,
         pitch_of(coach.kind), PLACES_A_BAY.get(coach.kind))
        for formation, coach in _coaches()
    ]  # fmt: skip
    for mode, setting in SETTING_OF_MODE.items():
        layouts = DEFAULT_LETTERS.get(mode, ())
        letters = layouts[0] if len(layouts) == 1 else None
        kind = {"train": "second", "flight": "cabin"}.get(mode, "")
        found.append((unknown_formation(mode), None, setting.value, letters, pitch_of(kind), None))
    return _table(found, COACHES)


@cache
def _geometry() -> dict[str, Any]:
    return tomllib.loads(files("firebreak.terms.codes").joinpath("geometry.toml").read_text("utf-8"))


def pitch_of(kind: str) -> float | None:
    """Metres from row to row in a kind of coach, where anybody knows (``codes/geometry.toml``: modelled)."""
    found = _geometry()["row_pitch_m"].get(kind)
    return None if found is None else float(found)


def seat_width() -> float:
    """Metres from seat to seat in a row; an aisle counts as one seat (``codes/geometry.toml``: modelled)."""
    return float(_geometry()["seat_width_m"])


def rows_within(metres: float) -> int:
    """So many rows each way can lie within a distance, in the narrowest kind of coach."""
    return int(metres / min(_geometry()["row_pitch_m"].values()))


def setting_of(formation: Formation, coach: Coach) -> Setting:
    """The setting of a coach. Where nobody says what the air is, the one that lists more people is taken."""
    if coach.kind == "cabin":
        return Setting.AIRCRAFT_HEPA if formation.air == "hepa" else Setting.AIRCRAFT_NO_HEPA
    if coach.kind == "coach":
        return Setting.COACH_VENTILATED if formation.air == "ventilated" else Setting.COACH_SEALED
    if coach.kind == "soft_sleeper":
        return Setting.SLEEPER_SOFT
    if formation.air == "open":
        return Setting.TRAIN_UNSEALED
    return Setting.SLEEPER_HARD if coach.kind == "hard_sleeper" else Setting.TRAIN_SEALED


def walks() -> pa.Table:
    """``formation, first, last``: coaches between which one can walk; nobody passes from one set to the other."""
    found = [(formation.key, first, last) for formation in formations().values() for first, last in formation.through]
    return _table(found, WALKS)


def _coaches() -> Iterator[tuple[Formation, Coach]]:
    for formation in formations().values():
        for coach in formation.coaches:
            yield formation, coach


def _beside(layouts: tuple[str, ...]) -> list[tuple[str, str]]:
    beside: dict[str, set[str]] = {}
    for layout in layouts:
        for block in layout.split("|"):
            for left, right in pairwise(block):
                beside.setdefault(left, set()).add(right)
                beside.setdefault(right, set()).add(left)
    return [(letter, "".join(sorted(others))) for letter, others in sorted(beside.items())]


def _table(rows: Sequence[tuple[object, ...]], schema: pa.Schema) -> pa.Table:
    columns = [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _ in schema]
    return pa.table(
        [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)], schema=schema
    )
