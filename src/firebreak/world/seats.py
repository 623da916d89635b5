"""The places of a formation as arrays, and the blocks of places that people who travel together take."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from firebreak.terms.formations import Coach, formations
from firebreak.world.draws import I64

I16 = np.ndarray[Any, np.dtype[np.int16]]
I8 = np.ndarray[Any, np.dtype[np.int8]]
LETTERS = ("", "A", "B", "C", "D", "E", "F", "G", "H", "J", "K", "L")
LEVELS = ("", "lower", "middle", "upper")
KINDS = ("", "second", "first", "business", "hard_seat", "hard_sleeper", "soft_sleeper", "cabin", "coach", "dining")


@dataclass(frozen=True, slots=True)
class Places:
    """One element a place; ``row``, ``letter``, ``seat_no`` and ``level`` are 0 where nothing of the kind is printed.

    ``block`` numbers the places side by side (the seats of a row on one side of an aisle, the two lower berths of a
    bay), ``in_block`` counts inside it, ``block_size`` is its size. ``coach_blocks`` lists the coaches themselves.
    """

    coach: I16
    row: I16
    letter: I8
    seat_no: I16
    level: I8
    kind: I8
    block: I64
    in_block: I64
    block_size: I64
    coaches: I64  # coach numbers that people may stand in

    def __len__(self) -> int:
        return len(self.coach)


def _lettered(coach: Coach) -> list[tuple[int, int, int, int, int]]:
    """(row, letter, seat_no, level, side) of each seat."""
    sides = coach.letters.split("|")
    return [
        (row, LETTERS.index(letter), 0, 0, row * 8 + side)
        for row in range(1, coach.rows + 1)
        for side, letters in enumerate(sides)
        for letter in letters
    ]


def _numbered(coach: Coach) -> list[tuple[int, int, int, int, int]]:
    return [(0, 0, number, 0, (number - 1) // 2) for number in range(1, coach.seats + 1)]


def _berths(coach: Coach) -> list[tuple[int, int, int, int, int]]:
    """A bay has two berth numbers, each at every level; two-level bays have no middle berth."""
    levels = (1, 2, 3) if coach.levels == 3 else (1, 3)
    return [
        (0, 0, number, level, (number - 1) // 2 * 4 + level)
        for number in range(1, coach.bays * 2 + 1)
        for level in levels
    ]


def _places(coach: Coach) -> list[tuple[int, int, int, int, int]]:
    if coach.letters:
        return _lettered(coach)
    return _numbered(coach) if coach.seats else _berths(coach) if coach.bays else []


@cache
def places_of(formation: str) -> Places:
    """All places of a formation, sorted by coach and block."""
    rows = sorted(
        (
            (coach.no, side, *place, KINDS.index(coach.kind))
            for coach in formations()[formation].coaches
            for *place, side in _places(coach)
        ),
        key=lambda row: (row[0], row[1]),
    )
    table = np.array(rows, dtype=np.int64)
    new = np.r_[True, (np.diff(table[:, 0]) != 0) | (np.diff(table[:, 1]) != 0)]
    block = np.cumsum(new) - 1
    starts = np.flatnonzero(new)
    size = np.diff(np.r_[starts, len(table)])
    standing = [coach.no for coach in formations()[formation].coaches if coach.kind in ("second", "hard_seat")]
    return Places(
        coach=table[:, 0].astype(np.int16),
        row=table[:, 2].astype(np.int16),
        letter=table[:, 3].astype(np.int8),
        seat_no=table[:, 4].astype(np.int16),
        level=table[:, 5].astype(np.int8),
        kind=table[:, 6].astype(np.int8),
        block=block,
        in_block=np.arange(len(table)) - starts[block],
        block_size=size[block],
        coaches=np.array(standing, dtype=np.int64),
    )
