"""Who comes first in the list: nearest first, then the longest time together.

Source of the order: Hu et al., CID 2021;72(4):604-610 (attack rates: adjacent 3.5 %, same row 1.5 %, other rows within
three 0.14 %, same seat later 0.075 %); people travelling together: Shenzhen, odds ratio 7 (facts §1.2), so before all.
"""

from __future__ import annotations

_NEAREST_FIRST = ("case", "same_order", "same_seat", "adjacent", "same_bay", "same_row")
_FAR = {"same_seat_later": 20, "crew": 30, "coach": 31}


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
