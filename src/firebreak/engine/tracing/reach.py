"""How far a pack reaches from each case ride: the rule of its setting, worked out once a case and not once a pair."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any

import ibis

from firebreak.engine.backends.base import Expr
from firebreak.engine.tracing.layout import SETTING_OF_MODE
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

_WIDE = (Scope.COACH, Scope.SET, Scope.VEHICLE)
_BERTHS = {Scope.ROWS, Scope.BAYS, Scope.COMPARTMENT}


def reach(case_rides: Expr, pack: RulePack) -> Expr:
    """``placed`` case rides with what the pack says of their setting.

    ``c_row_low``, ``c_row_high``, ``c_berth_low``, ``c_berth_high``: within the rule; null where rows or berths do not
    decide. ``c_all``: the whole coach. ``c_unplaced``, ``c_later``, ``c_crew``; ``c_level``: what a contact is called;
    ``c_rest``: what everybody else in the coach is (null: not listed); ``c_least``: minutes needed (null: any).
    """

    def say(of: Callable[[SettingRule], Any], kind: str, none: Any = None) -> Expr:
        return _by_setting(case_rides.c_setting, pack, of, kind, none)

    rows = say(lambda rule: rule.rows if rule.scope == Scope.ROWS else None, "int16")
    bays = say(lambda rule: rule.bays if rule.scope in _BERTHS else None, "int16")
    bay = (case_rides.c_seat_no - 1) // case_rides.c_bay
    return case_rides.mutate(
        c_row_low=case_rides.c_row - rows,
        c_row_high=case_rides.c_row + rows,
        c_berth_low=(bay - bays) * case_rides.c_bay + 1,
        c_berth_high=(bay + bays + 1) * case_rides.c_bay,
        c_all=say(lambda rule: rule.scope in _WIDE, "boolean", False),
        c_unplaced=say(lambda rule: rule.unplaced and rule.scope != Scope.NONE, "boolean", False),
        c_later=say(lambda rule: rule.same_seat_later, "boolean", False),
        c_crew=say(lambda rule: rule.crew, "string", "none"),
        c_level=say(lambda rule: rule.contact_level.value, "string", "close"),
        c_rest=say(lambda rule: rule.otherwise.value if rule.otherwise else None, "string"),
        c_least=say(lambda rule: rule.minutes, "int32"),
    )


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
