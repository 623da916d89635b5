"""Why a rule lists somebody, or does not: each exposure of everybody on board, judged in words.

The engine decides who is listed; this only names the reason, and never says the opposite (a test compares them).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from firebreak.engine.tracing.reach import RIDE_SETTINGS, rows_reached
from firebreak.engine.tracing.rules import RulePack, SettingRule
from firebreak.engine.tracing.rules.model import Window
from firebreak.terms.enums import Scope, Setting

Row = Mapping[str, Any]
_SEATS = ("adjacent", "same_row", "same_seat")
_FARTHEST = 50


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a rule says of somebody: ``level`` as in ``contact_level``, None where it does not list them.

    ``reason`` is the key of its text, which ``values`` fill.
    """

    level: str | None
    reason: str
    values: Mapping[str, str] = field(default_factory=dict)


def everybody() -> RulePack:
    """A rule that lists everybody on the same run, with the rows, bays and metres between: the universe of a replay."""
    settings = tuple(
        SettingRule(setting, Scope.VEHICLE, rows=_FARTHEST, bays=_FARTHEST, crew="vehicle", same_seat_later=True)
        for setting in RIDE_SETTINGS
    )
    window = Window(0, None, 0)
    return RulePack("everybody", 1, date(1900, 1, 1), None, "-", "同车全体", "everybody on board", "-", "", "", window,
                    settings=settings)  # fmt: skip


def verdict(row: Row, pack: RulePack, level: str | None) -> Verdict:
    """The reason for what the engine found (``level``) of an exposure of the rule ``everybody``."""
    if row["relation"] == "same_order":
        return Verdict(level, "companion" if level else "companion_not")
    rule = pack.on(Setting(row["setting"]))
    if rule is None:
        return Verdict(level, "no_setting")
    if row["relation"] == "crew":
        return Verdict(level, f"crew_{rule.crew}" if level else "crew_not")
    return _listed(row, rule, level) if level else _left_out(row, rule)


def _listed(row: Row, rule: SettingRule, level: str) -> Verdict:
    if row["relation"] == "same_seat_later":
        return Verdict(level, "later")
    if rule.otherwise == level and rule.contact_level != level:
        return Verdict(level, "rest")
    if rule.scope in (Scope.COACH, Scope.SET, Scope.VEHICLE, Scope.PLACE):
        return Verdict(level, f"whole_{rule.scope}")
    if not _place_known(row, rule):
        return Verdict(level, "unplaced")
    return Verdict(level, *_reach(row, rule))


def _reach(row: Row, rule: SettingRule) -> tuple[str, dict[str, str]]:
    minutes = str(rule.minutes or rule.cumulative_minutes or 0)
    if row["row_gap"] is None:
        return ("bays" if rule.bays else "compartment"), {"n": str(rule.bays)}
    if rule.distance_m is not None:
        return "metres", {"n": f"{rule.distance_m:g}", "minutes": minutes}
    if rule.seats is not None:
        return "seats", {"n": str(rule.seats)}
    return "rows", {"n": str(rule.rows)}


def _left_out(row: Row, rule: SettingRule) -> Verdict:
    if row["relation"] == "same_seat_later":
        return Verdict(None, "later_not")
    if rule.scope == Scope.NONE:
        return Verdict(None, "passengers_not")
    if row["relation"] == "vehicle" and rule.scope != Scope.VEHICLE:
        return Verdict(None, "other_coach")
    if _beyond(row, rule):
        return Verdict(None, *_limit(row, rule))
    needed = rule.minutes or rule.cumulative_minutes
    if needed is not None and row["minutes"] is not None and row["minutes"] < needed:
        return Verdict(None, "short", {"n": str(needed)})
    return Verdict(None, "unplaced_not" if not _place_known(row, rule) else "seats_beyond", {"n": str(rule.seats or 0)})


def _beyond(row: Row, rule: SettingRule) -> bool:
    """Farther than the rule's rows, metres or bays; seats are not in an exposure."""
    rows = rows_reached(rule)
    if row["row_gap"] is not None and rows is not None:
        metres = rule.distance_m if row["distance"] is not None else None
        return bool(row["row_gap"] > rows or (metres is not None and row["distance"] > metres + 1e-4))
    bays = _bays(row)
    return (
        bays is not None and rule.scope in (Scope.ROWS, Scope.BAYS, Scope.COMPARTMENT, Scope.CELL) and bays > rule.bays
    )


def _limit(row: Row, rule: SettingRule) -> tuple[str, dict[str, str]]:
    if row["row_gap"] is None:
        return "bays_beyond", {"n": str(rule.bays)}
    if rule.distance_m is not None:
        return "metres_beyond", {"n": f"{rule.distance_m:g}"}
    return "rows_beyond", {"n": str(rule.rows)}


def _bays(row: Row) -> int | None:
    if row["relation"] == "same_bay":
        return 0
    return int(row["relation"][5:]) if row["relation"].startswith("bays_") else None


def _place_known(row: Row, rule: SettingRule) -> bool:
    rows = row["row_gap"] is not None and rows_reached(rule) is not None
    return rows or _bays(row) is not None or row["relation"] == "same_seat"
