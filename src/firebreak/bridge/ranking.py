"""Who comes first in the list: whoever is most likely infected, by seat and hours (``engine.tracing.attack``).

Colours and legends are ordered by nearness alone. People travelling together: Shenzhen, odds ratio 7 (facts §1.2), so
before all.
"""

from __future__ import annotations

from firebreak.engine.tracing.attack import expected
from firebreak.terms.enums import Setting

_NEAREST_FIRST = ("case", "same_order", "same_seat", "adjacent", "same_bay", "same_row")
_FAR = {"same_seat_later": 20, "crew": 30, "coach": 31, "vehicle": 32}


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
