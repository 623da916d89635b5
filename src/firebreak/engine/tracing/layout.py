"""What a formation says about a seat, as small tables: who sits beside it, which berths share its bay, where one walks.

Attached to the few rides of the cases, never to the many rides they are compared with.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import pyarrow as pa

from firebreak.terms.formations import Coach, Formation, formations

PLACES_A_BAY = {"hard_sleeper": 2, "soft_sleeper": 2}
"""Berth numbers in one bay: one number a side, printed with its level (hard 11 bays × 2 × 3 = 66, soft 8 × 2 × 2 = 32,
facts §7)."""

DEFAULT_LETTERS = {"train": ("ABC|DF",), "flight": ("ABC|JKL", "ABC|DEG|HJK")}
"""Layouts taken where no formation is known: letters are stable by convention (A and F at the window, C and D at the
aisle; J, K, L right of the aisle)."""

NEIGHBOURS = pa.schema(
    [("formation", pa.string()), ("coach", pa.int16()), ("letter", pa.string()), ("beside", pa.string())]
)
BAYS = pa.schema([("formation", pa.string()), ("coach", pa.int16()), ("places_a_bay", pa.int16())])
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


def bays() -> pa.Table:
    """``formation, coach, places_a_bay`` of the coaches with berths."""
    found = [
        (formation.key, coach.no, PLACES_A_BAY[coach.kind])
        for formation, coach in _coaches()
        if coach.kind in PLACES_A_BAY
    ]
    return _table(found, BAYS)


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
