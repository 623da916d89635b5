"""The meaning of the seat rules inside one coach, in plain Python, pair by pair."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from firebreak.engine.tracing.layout import DEFAULT_LETTERS, PLACES_A_BAY, pitch_of, rows_within, seat_width
from firebreak.engine.tracing.rules import SettingRule
from firebreak.terms.formations import Coach, formations

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Pair:
    """A contact's ride, a case's ride on the same run, and the service (empty where no timetable knows it)."""

    ride: Row
    case: Row
    service: Row

    @property
    def coach(self) -> Coach | None:
        """The case's coach, where its formation is known."""
        formation = formations().get(self.service.get("formation") or "")
        return formation.coach(self.case["coach"]) if formation and self.case["coach"] is not None else None

    @property
    def rows(self) -> int | None:
        """Rows between, where both are known."""
        known = self.ride["row"] is not None and self.case["row"] is not None
        return abs(self.ride["row"] - self.case["row"]) if known else None

    @property
    def bays(self) -> int | None:
        """Bays between two numbered berths."""
        size = PLACES_A_BAY.get(self.coach.kind) if self.coach else None
        if size is None or self.ride["seat_no"] is None or self.case["seat_no"] is None:
            return None
        own, other = (int(one["seat_no"] - 1) // size for one in (self.ride, self.case))
        return abs(own - other)

    @property
    def layouts(self) -> tuple[str, ...]:
        """How the letters of a row may lie: the coach's own, the mode's where no formation was delivered."""
        if self.service.get("formation"):
            return (self.coach.letters,) if self.coach else ()
        return DEFAULT_LETTERS.get(self.service.get("mode") or "train", ())

    def across(self, aisles: bool) -> int | None:
        """Seats from one letter to the other, an aisle counted as one or not at all."""
        if len(self.layouts) != 1:
            return None
        letters = self.layouts[0] if aisles else self.layouts[0].replace("|", "")
        both = (self.ride["letter"], self.case["letter"])
        if any(letter is None or letter not in letters for letter in both):
            return None
        return abs(letters.index(both[0]) - letters.index(both[1]))

    @property
    def metres(self) -> float | None:
        """From seat to seat, middle to middle."""
        known = {"train": "second", "flight": "cabin"}.get(self.service.get("mode") or "train", "")
        kind = (self.coach.kind if self.coach else "") if self.service.get("formation") else known
        pitch, across = pitch_of(kind), self.across(aisles=True)
        if pitch is None or across is None or self.rows is None:
            return None
        return math.sqrt((across * seat_width()) ** 2 + (self.rows * pitch) ** 2)


def in_coach(pair: Pair, rule: SettingRule, together: bool, named: tuple[int, int]) -> Iterator[Row]:
    """What two passengers of one coach are to one another; nothing where the rule lists nothing."""
    same = _same_seat(pair.ride, pair.case)
    found = {"level": "seat", "row_gap": pair.rows, "distance": pair.metres}
    if not together:
        if rule.same_seat_later and same and pair.ride["board_seq"] >= pair.case["alight_seq"]:
            yield found | {"relation": "same_seat_later", "contact_level": "general"}
        return
    called = rule.contact_level if same or _inside(pair, rule) else rule.otherwise
    if called:
        relation = _relation(pair, same, named)
        yield found | {"relation": relation, "contact_level": called,
                       "level": "coach" if relation == "coach" else "seat"}  # fmt: skip


def _same_seat(ride: Row, case: Row) -> bool:
    if ride["row"] is None and case["row"] is None:
        return ride["place"] == "seat" and ride["seat_no"] is not None and ride["seat_no"] == case["seat_no"]
    return ride["row"] is not None and ride["letter"] is not None and (ride["row"], ride["letter"]) == (
        case["row"], case["letter"])  # fmt: skip


def _inside(pair: Pair, rule: SettingRule) -> bool:
    if rule.scope in ("coach", "set", "vehicle", "place"):
        return True
    rows = {"rows": rule.rows, "cell": rows_within(rule.distance_m) if rule.distance_m else 0}.get(rule.scope)
    known = False
    if rows is not None and pair.rows is not None:
        known = True
        if pair.rows <= rows and _near_enough(pair, rule):
            return True
    if pair.bays is not None:
        return pair.bays <= rule.bays
    return rule.unplaced and not known


def _near_enough(pair: Pair, rule: SettingRule) -> bool:
    seats = pair.across(aisles=False)
    if rule.seats is not None and seats is not None and seats > rule.seats:
        return False
    return rule.distance_m is None or pair.metres is None or pair.metres <= rule.distance_m + 1e-9


def _relation(pair: Pair, same: bool, named: tuple[int, int]) -> str:
    if same:
        return "same_seat"
    if pair.rows == 0:
        return "adjacent" if _beside(pair) else "same_row"
    if pair.rows is not None and pair.rows <= named[0]:
        return f"rows_{pair.rows}"
    if pair.bays is not None and pair.bays <= named[1]:
        return f"bays_{pair.bays}" if pair.bays else "same_bay"
    return "coach"


def _beside(pair: Pair) -> bool:
    own, other = pair.ride["letter"], pair.case["letter"]
    pairs = {two for layout in pair.layouts for two in pairwise(layout)}
    return own is not None and other is not None and ((own, other) in pairs or (other, own) in pairs)
