"""Who comes first in the list: whoever is most likely infected, by seat and hours (``engine.tracing.attack``).

Colours and legends are ordered by nearness alone. People who travel together (odds ratio 7.06), then those of one
household (6.27), before all: Bi et al., Shenzhen, Lancet ID 2020, doi 10.1016/S1473-3099(20)30287-5 (facts §1.2).
"""

from __future__ import annotations

from firebreak.engine.tracing.attack import expected
from firebreak.terms.enums import Setting

_NEAREST_FIRST = (
    "case", "same_order", "joint_trip", "household", "same_seat", "adjacent", "same_bay", "same_cell", "classmate",
    "same_row",
)  # fmt: skip
_FAR = {
    "same_seat_later": 20, "same_cell_later": 21, "same_place_later": 22, "crew": 30, "coach": 31, "vehicle": 32,
    "same_place": 33, "colleague": 34, "same_school": 35,
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


def call_first(relation: str, minutes: int | None, setting: str = Setting.TRAIN_SEALED) -> tuple[float, ...]:
    """Sorts contacts for the telephone: the highest expected attack rate first, then the nearest, then the longest.

    Unknown minutes count as the average ride. Those of whom nobody knows the rate (crew) come last.
    """
    found = expected(relation, minutes, setting)
    return (-found.rate if found else 0.0, *closeness(relation), *longest_first(minutes))
