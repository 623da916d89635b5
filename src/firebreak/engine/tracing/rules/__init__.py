"""Contact rules as dated data: one TOML file a rule, with its version, validity, jurisdiction and source."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from firebreak.terms.errors import OrderError, SpecError

_KEYS = {
    "": {
        "id",
        "version",
        "valid_from",
        "valid_to",
        "jurisdiction",
        "zh",
        "en",
        "source",
        "window",
        "seat",
        "crew",
        "companions",
    },
    "window": {"before_onset_days", "before_report_days"},
    "seat": {"rows", "bays", "same_seat_later", "whole_coach", "unplaced"},
    "crew": {"listed", "scope"},
    "companions": {"listed"},
}
_REQUIRED = {"id", "version", "valid_from", "jurisdiction", "zh", "en", "source", "window", "seat"}


@dataclass(frozen=True, slots=True)
class ContactRule:
    """Who on the same run counts as a contact of a case.

    ``rows``: rows each way in the case's coach; ``bays``: berth bays each way; ``whole_coach``: everybody in the coach;
    ``unplaced``: standing passengers and those whose seat is not known, at coach level; ``same_seat_later``: whoever
    sat in the case's seat after the case had left; ``crew``: ``coach`` (in charge of the case's coach, or of an unknown
    one), ``set`` (of all coaches one can walk to), or ``none``; ``companions``: people on the same order, in any coach.
    ``before_onset_days`` and ``before_report_days`` open the infectious window.
    """

    id: str
    version: int
    valid_from: date
    valid_to: date | None
    jurisdiction: str
    zh: str
    en: str
    source: str
    before_onset_days: int
    before_report_days: int
    rows: int
    bays: int
    same_seat_later: bool
    whole_coach: bool
    unplaced: bool
    crew: str
    companions: bool

    @property
    def cite(self) -> str:
        """How a finding names this rule: ``id@version``."""
        return f"{self.id}@{self.version}"

    def in_force(self, day: date) -> bool:
        """Is the rule in force on that day?"""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


def load_rule(path: Path) -> ContactRule:
    """One rule file. Raises SpecError that names file, key and remedy."""
    try:
        raw = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SpecError("FB-RULE-1", f"{path.name}: {error}", "A rule is one TOML file.", "Mend the file.") from None
    return _rule(raw, path.name)


def _rule(raw: dict[str, Any], file: str) -> ContactRule:
    _check_keys(raw, file)
    seat, window = raw["seat"], raw["window"]
    try:
        return ContactRule(
            **{key: raw[key] for key in ("id", "version", "valid_from", "jurisdiction", "zh", "en", "source")},
            valid_to=raw.get("valid_to"),
            before_onset_days=int(window["before_onset_days"]),
            before_report_days=int(window.get("before_report_days", window["before_onset_days"])),
            rows=int(seat["rows"]),
            bays=int(seat.get("bays", 0)),
            same_seat_later=bool(seat.get("same_seat_later", False)),
            whole_coach=bool(seat.get("whole_coach", False)),
            unplaced=bool(seat.get("unplaced", True)),
            crew=_crew(raw.get("crew", {}), file),
            companions=bool(raw.get("companions", {}).get("listed", True)),
        )
    except KeyError as missing:
        raise SpecError("FB-RULE-2", f"{file}: {missing} is missing", "A rule says it.", "Add the key.") from None


def _crew(raw: dict[str, Any], file: str) -> str:
    scope = str(raw.get("scope", "coach")) if raw.get("listed", True) else "none"
    if scope not in ("coach", "set", "none"):
        raise SpecError("FB-RULE-5", f"{file}: crew.scope", "Crew is listed by coach or by set.", "Use coach or set.")
    return scope


def _check_keys(raw: dict[str, Any], file: str) -> None:
    unknown = {*raw} - _KEYS[""]
    for section in {*_KEYS} & {*raw}:
        unknown |= {f"{section}.{key}" for key in {*raw[section]} - _KEYS[section]}
    if unknown:
        what = f"{file}: {', '.join(sorted(unknown))}"
        raise SpecError("FB-RULE-3", what, "A rule has the documented keys only.", "Remove or rename the key.")
    if missing := _REQUIRED - {*raw}:
        what = f"{file}: {', '.join(sorted(missing))} missing"
        raise SpecError("FB-RULE-2", what, "Every rule is dated, placed and sourced.", "Add the key.")


@cache
def shipped_rules() -> dict[str, ContactRule]:
    """The rules that come with the project, by id; of several versions of one id, the newest."""
    folder = Path(str(files("firebreak.engine.tracing.rules")))
    return _newest(load_rule(path) for path in sorted(folder.glob("*.toml")))


def _newest(rules: Iterable[ContactRule]) -> dict[str, ContactRule]:
    found: dict[str, ContactRule] = {}
    for rule in rules:
        if rule.id not in found or found[rule.id].version < rule.version:
            found[rule.id] = rule
    return found


def rule_named(name: str) -> ContactRule:
    """A shipped rule by its id. Raises OrderError that lists the known ones."""
    known = shipped_rules()
    if name not in known:
        raise OrderError(
            "FB-RULE-4", f"no rule is named {name}", "Rules are named by id.", f"Known: {', '.join(known)}."
        )
    return known[name]
