"""One TOML file → one rule pack. Whatever is wrong is refused with the file, the key and the remedy."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, NoReturn

from firebreak.engine.tracing.rules.model import (
    Companions,
    Management,
    RulePack,
    SecondDegree,
    SettingRule,
    Window,
)
from firebreak.terms.enums import ContactLevel, Scope, Setting
from firebreak.terms.errors import SpecError

Check = Callable[[Any], Any]
"""Returns the value as it is kept; raises ValueError with the rule it breaks."""


@dataclass(frozen=True, slots=True)
class _Keys:
    """The keys of one section: which must be there, and how each is read."""

    checks: Mapping[str, Check]
    required: tuple[str, ...] = ()


def _whole(low: int, high: int) -> Check:
    def check(value: Any) -> int:
        if type(value) is not int or not low <= value <= high:
            raise ValueError(f"a whole number from {low} to {high}")
        return int(value)

    return check


def _metres(value: Any) -> float:
    if type(value) not in (int, float) or not 0 < value <= 100:
        raise ValueError("metres, above 0, at most 100")
    return float(value)


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("words, not empty")
    return value


def _flag(value: Any) -> bool:
    if type(value) is not bool:
        raise ValueError("true or false")
    return value


def _day(value: Any) -> date:
    if not isinstance(value, date) or isinstance(value, datetime):
        raise ValueError("a day as 2020-01-22, without quotes")
    return value


def _word(words: type[StrEnum], *more: str) -> Check:
    def check(value: Any) -> Any:
        if value in more:
            return None if value == "none" else value
        if not isinstance(value, str) or value not in {*words}:
            raise ValueError("one of " + ", ".join([*words, *more]))
        return words(value)

    return check


def _crew(value: Any) -> str:
    if value not in ("none", "coach", "set", "vehicle"):
        raise ValueError("one of none, coach, set, vehicle")
    return str(value)


def _several(one: Check) -> Check:
    def check(value: Any) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise ValueError("a list")
        return tuple(one(entry) for entry in value)

    return check


def _one_or_more(one: Check) -> Check:
    return lambda value: _several(one)(value) if isinstance(value, list) else (one(value),)


_DAYS = _whole(0, 60)
_PACK = _Keys(
    {"id": _text, "version": _whole(1, 999), "valid_from": _day, "valid_to": _day, "jurisdiction": _text, "zh": _text,
     "en": _text, "source": _text, "weak": _text, "weak_zh": _text, "settings_of": _text,
     "window": dict, "companions": dict, "second_degree": dict,
     "management": dict, "setting": list},
    ("id", "version", "valid_from", "jurisdiction", "zh", "en", "source", "window", "setting"),
)  # fmt: skip
_WINDOW = _Keys(
    dict.fromkeys(("before_onset_days", "before_sample_days", "before_report_days", "after_onset_days"), _DAYS),
    ("before_onset_days",),
)
_COMPANIONS = _Keys({"listed": _flag, "joint_trips": _whole(2, 99), "within_days": _whole(1, 60)})
_SECOND = _Keys({"listed": _flag, "settings": _several(_word(Setting))})
_MANAGEMENT = _Keys(
    {"central_days": _DAYS, "home_days": _DAYS, "test_days": _several(_whole(0, 60)), "secondary_central_days": _DAYS,
     "secondary_home_days": _DAYS}
)  # fmt: skip
_SETTING = _Keys(
    {"setting": _one_or_more(_word(Setting)), "scope": _word(Scope), "rows": _whole(0, 50), "bays": _whole(0, 20),
     "seats": _whole(0, 20), "minutes": _whole(1, 1440), "cumulative_minutes": _whole(1, 10_080),
     "within_hours": _whole(1, 168), "lag_minutes": _whole(1, 1440), "distance_m": _metres, "crew": _crew,
     "contact_level": _word(ContactLevel), "otherwise": _word(ContactLevel, "none"), "unplaced": _flag,
     "same_seat_later": _flag},
    ("setting", "scope"),
)  # fmt: skip


def load_rule(path: Path) -> RulePack:
    """One rule file. Raises SpecError that names file, key and remedy."""
    try:
        raw = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SpecError("FB-RULE-1", f"{path.name}: {error}", "A rule is one TOML file.", "Mend the file.") from None
    return _pack(raw, path.name)


def _pack(raw: dict[str, Any], file: str) -> RulePack:
    top = _section(raw, _PACK, file, "")
    window = _window(_section(top["window"], _WINDOW, file, "window."))
    head = {key: top[key] for key in ("id", "version", "valid_from", "jurisdiction", "zh", "en", "source")}
    if top.get("valid_to") and top["valid_to"] < top["valid_from"]:
        _refuse(file, "valid_to", "not before valid_from")
    if ("weak" in top) != ("weak_zh" in top):
        _refuse(file, "weak_zh", "said in both languages, weak and weak_zh, or in neither")
    return RulePack(
        **head,
        valid_to=top.get("valid_to"),
        weak=top.get("weak", ""),
        weak_zh=top.get("weak_zh", ""),
        settings_of=top.get("settings_of", ""),
        window=window,
        companions=Companions(**_section(top.get("companions", {}), _COMPANIONS, file, "companions.")),
        second_degree=SecondDegree(**_section(top.get("second_degree", {}), _SECOND, file, "second_degree.")),
        management=Management(**_section(top.get("management", {}), _MANAGEMENT, file, "management.")),
        settings=_settings(top["setting"], file),
    )


def _window(read: dict[str, Any]) -> Window:
    days = read["before_onset_days"]
    return Window(days, read.get("before_sample_days"), read.get("before_report_days", days),
                  read.get("after_onset_days"))  # fmt: skip


def _settings(raw: list[Any], file: str) -> tuple[SettingRule, ...]:
    found: list[SettingRule] = []
    for number, entry in enumerate(raw, start=1):
        where = f"setting {number}: "
        if not isinstance(entry, dict):
            _refuse(file, f"setting {number}", "a [[setting]] table")
        read = _section(entry, _SETTING, file, where)
        _agree(read, file, where)
        for setting in read.pop("setting"):
            if any(one.setting == setting for one in found):
                _refuse(file, f"{where}setting", f"each setting once; {setting} is there twice")
            found.append(SettingRule(setting=setting, **read))
    return tuple(found)


def _agree(read: dict[str, Any], file: str, where: str) -> None:
    """Keys that mean something only together, or only in one scope."""
    if ("cumulative_minutes" in read) != ("within_hours" in read):
        _refuse(file, f"{where}cumulative_minutes", "cumulative_minutes and within_hours come together")
    if "rows" in read and read["scope"] != Scope.ROWS:
        _refuse(file, f"{where}rows", "rows are counted where the scope is rows")
    if "seats" in read and read["scope"] != Scope.ROWS:
        _refuse(file, f"{where}seats", "seats are counted where the scope is rows")
    if "bays" in read and read["scope"] not in (Scope.ROWS, Scope.BAYS):
        _refuse(file, f"{where}bays", "bays are counted where the scope is rows or bays")


def _section(raw: Any, keys: _Keys, file: str, where: str) -> dict[str, Any]:
    """The keys of a section as they are kept. SpecError for a key unknown, missing, or of a wrong value."""
    if not isinstance(raw, dict):
        _refuse(file, where.rstrip("."), f"a section, [{where.rstrip('.')}]")
    if unknown := sorted({*raw} - {*keys.checks}):
        what = f"{file}: {', '.join(where + key for key in unknown)}"
        raise SpecError("FB-RULE-3", what, "A rule has the documented keys only.", "Remove or rename the key.")
    if missing := [where + key for key in keys.required if key not in raw]:
        what = f"{file}: {', '.join(missing)} missing"
        raise SpecError("FB-RULE-2", what, "Every rule is dated, placed and sourced.", "Add the key.")
    return {key: _value(keys.checks[key], value, file, where + key) for key, value in raw.items()}


def _value(check: Check, value: Any, file: str, key: str) -> Any:
    if check in (dict, list):
        if not isinstance(value, check):
            _refuse(file, key, f"a section, [{key}]" if check is dict else f"sections, [[{key}]]")
        return value
    try:
        return check(value)
    except ValueError as error:
        _refuse(file, key, str(error))


def _refuse(file: str, key: str, rule: str) -> NoReturn:
    raise SpecError("FB-RULE-5", f"{file}: {key}", f"It is {rule}.", "Mend the value.")
