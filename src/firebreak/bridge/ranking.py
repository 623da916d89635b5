"""Who comes first in the list: nearest first, then the longest time together.

Source of the order: Hu et al., CID 2021;72(4):604-610 (attack rates: adjacent 3.5 %, same row 1.5 %, other rows within
three 0.14 %, same seat later 0.075 %). People who travel together (odds ratio 7.06), then those of one household (6.27)
before all: Bi et al., Shenzhen, Lancet ID 2020, doi 10.1016/S1473-3099(20)30287-5 (facts §1.2).
"""

from __future__ import annotations

_NEAREST_FIRST = (
    "case", "same_order", "joint_trip", "household", "same_seat", "adjacent", "same_bay", "same_cell", "classmate",
    "same_row",
)  # fmt: skip
_FAR = {
    "same_seat_later": 20, "same_cell_later": 21, "same_place_later": 22, "crew": 30, "coach": 31, "same_place": 32,
    "colleague": 33, "same_school": 34,
}  # fmt: skip


def longest_first(minutes: int | None) -> tuple[bool, int]:
    """Sorts minutes together: the longest first, unknown ones last."""
    return minutes is None, -(minutes or 0)


def closeness(relation: str | None) -> tuple[int, int]:
    """Sorts relations: the case, the nearest, … , the coach; people outside the rule (None) last."""
    if relation in _NEAREST_FIRST:
        return _NEAREST_FIRST.index(relation), 0
    if relation is not None and relation.startswith(("rows_", "bays_")):
        return 10, int(relation[5:])
    return _FAR.get(relation or "", 99), 0
