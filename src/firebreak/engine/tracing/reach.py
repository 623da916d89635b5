"""How far a pack reaches from each case ride: the rule of its setting, worked out once a case and not once a pair."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any

import ibis

from firebreak.engine.backends.base import Expr
from firebreak.engine.tracing.layout import SETTING_OF_MODE, rows_within
from firebreak.engine.tracing.rules import RulePack, SettingRule
from firebreak.terms.enums import Scope, Setting

RIDE_SETTINGS: tuple[Setting, ...] = (
    *dict.fromkeys(SETTING_OF_MODE.values()),
    Setting.AIRCRAFT_HEPA,
    Setting.TRAIN_UNSEALED,
    Setting.SLEEPER_HARD,
    Setting.SLEEPER_SOFT,
    Setting.COACH_VENTILATED,
)
"""Settings that a ride can be in."""

NAMED_ROWS, NAMED_BAYS = 3, 1
"""So many rows and bays apart are named under every rule: the attack rate is known for them, or nearly (Hu et al.)."""

_WIDE = (Scope.COACH, Scope.SET, Scope.VEHICLE, Scope.PLACE)
_BERTHS = {Scope.ROWS, Scope.BAYS, Scope.COMPARTMENT, Scope.CELL}


def reach(case_rides: Expr, pack: RulePack) -> Expr:
    """``placed`` case rides with what the pack says of their setting.

    ``c_row_low``, ``c_row_high``, ``c_berth_low``, ``c_berth_high``: within the rule; null where rows or berths do not
    decide. ``c_passengers``: it lists passengers at all. ``c_all``: the whole coach. ``c_unplaced``, ``c_later``,
    ``c_crew``. ``c_level``: what a contact is called; ``c_rest``: what everybody else in the coach is (null: not
    listed). ``c_least``: minutes needed (null: any), and ``c_cumulative`` within ``c_hours``. ``c_seats``,
    ``c_metres``: at most so far within the rows. ``c_wide``: set or vehicle where the rule leaves the coach.
    """

    def say(of: Callable[[SettingRule], Any], kind: str, none: Any = None) -> Expr:
        return _by_setting(case_rides.c_setting, pack, of, kind, none)

    rows = say(rows_reached, "int16")
    bays = say(lambda rule: rule.bays if rule.scope in _BERTHS else None, "int16")
    bay = (case_rides.c_seat_no - 1) // case_rides.c_bay
    return case_rides.mutate(
        c_row_low=case_rides.c_row - rows,
        c_row_high=case_rides.c_row + rows,
        c_berth_low=(bay - bays) * case_rides.c_bay + 1,
        c_berth_high=(bay + bays + 1) * case_rides.c_bay,
        c_passengers=say(lambda rule: rule.scope != Scope.NONE, "boolean", False),
        c_all=say(lambda rule: rule.scope in _WIDE, "boolean", False),
        c_unplaced=say(lambda rule: rule.unplaced and rule.scope != Scope.NONE, "boolean", False),
        c_later=say(lambda rule: rule.same_seat_later, "boolean", False),
        c_crew=say(lambda rule: rule.crew, "string", "none"),
        c_level=say(lambda rule: rule.contact_level.value, "string", "close"),
        c_rest=say(lambda rule: rule.otherwise.value if rule.otherwise else None, "string"),
        c_least=say(lambda rule: rule.minutes, "int32"),
        c_cumulative=say(lambda rule: rule.cumulative_minutes, "int32"),
        c_hours=say(lambda rule: rule.within_hours, "int32"),
        c_seats=say(lambda rule: rule.seats, "int16"),
        c_metres=say(lambda rule: rule.distance_m, "float64"),
        c_wide=say(lambda rule: rule.scope.value if rule.scope in (Scope.SET, Scope.VEHICLE) else None, "string"),
    )


def rows_reached(rule: SettingRule) -> int | None:
    """Rows each way; None where rows do not decide. A cell on board is what lies within the rule's metres."""
    if rule.scope == Scope.ROWS:
        return rule.rows
    if rule.scope == Scope.CELL:
        return rows_within(rule.distance_m) if rule.distance_m is not None else 0
    return None


def on_board(pack: RulePack) -> tuple[SettingRule, ...]:
    """What the pack says of the settings that a ride can be in."""
    return tuple(rule for setting in RIDE_SETTINGS if (rule := pack.on(setting)) is not None)


def _by_setting(setting: Expr, pack: RulePack, of: Callable[[SettingRule], Any], kind: str, none: Any) -> Expr:
    """A value of the setting's rule, as one expression; ``none`` where the pack says nothing of the setting."""
    settings: dict[Any, list[str]] = defaultdict(list)
    for one in RIDE_SETTINGS:
        rule = pack.on(one)
        settings[of(rule) if rule else none].append(one.value)
    values = list(settings.items())
    if len(values) == 1:
        return _literal(values[0][0], kind)
    return ibis.cases(*((setting.isin(words), _literal(value, kind)) for value, words in values))


def _literal(value: Any, kind: str) -> Expr:
    return ibis.null(kind) if value is None else ibis.literal(value, kind)


def named(pack: RulePack) -> tuple[int, int]:
    """So many rows and bays apart are named as such: those whose attack rate is known, and those the pack counts."""
    rows = max((NAMED_ROWS, *(rule.rows for rule in on_board(pack))))
    return rows, max((NAMED_BAYS, *(rule.bays for rule in on_board(pack))))


def leaves_the_coach(pack: RulePack) -> bool:
    """Does the pack list people of other coaches, or of whom no coach is known?"""
    return any(rule.scope in (Scope.SET, Scope.VEHICLE) for rule in on_board(pack))
