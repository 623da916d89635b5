"""Risk rules as dated data: one TOML file a rule set and version, checked whole before anything is assessed by it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Any, NoReturn

from firebreak.engine.risk.allow_list import RefusedError
from firebreak.engine.risk.condition import Condition, parse
from firebreak.engine.risk.nodes import Row
from firebreak.engine.risk.shapes import bad_placeholders, mistyped
from firebreak.engine.risk.vocabulary import Kind
from firebreak.terms.errors import OrderError, SpecError


class Colour(StrEnum):
    """What a code shows, the gravest first. ``pending``: too little is known to say green."""

    RED = "red"
    YELLOW = "yellow"
    PENDING = "pending"
    GREEN = "green"


SEVERITY: dict[Colour, int] = {Colour.GREEN: 0, Colour.PENDING: 1, Colour.YELLOW: 2, Colour.RED: 3}
COLOURS: dict[int, Colour] = {number: colour for colour, number in SEVERITY.items()}

LEVELS = (
    "case", "close", "secondary", "general", "area", "abroad", "symptom", "household", "discharged", "unknown", "none",
)  # fmt: skip
"""Why somebody has a colour, in one word: what the finding is about."""

_KEYS = {
    "id",
    "version",
    "valid_from",
    "valid_to",
    "jurisdiction",
    "zh",
    "en",
    "source",
    "weak",
    "default",
    "rule",
    "example",
}
_NEEDED = {"id", "version", "valid_from", "jurisdiction", "zh", "en", "source", "default"}
_RULE_KEYS = {
    "id", "zh", "en", "when", "level", "colour", "since", "days", "until_zh", "until_en", "why_zh", "why_en", "do_zh",
    "do_en",
}  # fmt: skip
_RULE_NEEDED = {"id", "zh", "en", "when", "level", "colour", "since", "why_zh", "why_en", "do_zh", "do_en"}

_TEXTS = ("zh", "en")
_TYPES: dict[str, type] = {
    **dict.fromkeys(("id", "jurisdiction", "zh", "en", "source", "weak"), str),
    **dict.fromkeys(("valid_from", "valid_to"), date),
    **dict.fromkeys(("rule", "example"), list),
    "version": int,
    "default": dict,
}
_RULE_TYPES: dict[str, type] = {**dict.fromkeys(_RULE_KEYS - {"since", "days"}, str), "days": int}
_EXAMPLE_TYPES: dict[str, type] = {**dict.fromkeys(("zh", "en", "colour", "rule"), str), "facts": dict}

_EXAMPLE_KEYS = {"zh", "en", "facts", "colour", "rule"}


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a set.

    Fires on a day when ``when`` is true and, where ``days`` is given, fewer than ``days`` days have passed since the
    last fact of a kind of ``since``; it then ends by itself ``days`` days after that fact. ``since`` also names the
    evidence. Without ``days`` it ends when ``until_zh``/``until_en`` says.
    """

    id: str
    number: int
    zh: str
    en: str
    when: Condition
    level: str
    colour: Colour
    since: tuple[Kind, ...]
    days: int | None
    until: tuple[str, str]
    why: tuple[str, str]
    do: tuple[str, str]

    @property
    def columns(self) -> frozenset[str]:
        """Every fact the rule needs."""
        return frozenset(self.when.columns) | {f"days_since_{kind}" for kind in self.since}

    def fires(self, row: Row) -> bool:
        """Does the rule hold for a person's facts? Plain Python; the executors' meaning of it is ``assess``."""
        return self.when.holds(row) and self._started(row)

    def _started(self, row: Row) -> bool:
        days = [row.get(f"days_since_{kind}") for kind in self.since]
        known = [int(day) for day in days if isinstance(day, int)]
        return bool(known) and (self.days is None or min(known) < self.days)


@dataclass(frozen=True, slots=True)
class Example:
    """A line of the manual that is also a test: facts as (kind, days ago), the colour and the rule that decides."""

    zh: str
    en: str
    facts: tuple[tuple[Kind, int], ...]
    colour: Colour
    rule: str


@dataclass(frozen=True, slots=True)
class RuleSet:
    """A version of the rules of one jurisdiction. ``rules`` in the order of the file, which breaks ties."""

    id: str
    version: int
    valid_from: date
    valid_to: date | None
    jurisdiction: str
    zh: str
    en: str
    source: str
    weak: str
    default: tuple[str, str]
    rules: tuple[Rule, ...]
    examples: tuple[Example, ...] = ()

    @property
    def cite(self) -> str:
        """How a finding names the set: ``id@version``."""
        return f"{self.id}@{self.version}"

    @property
    def columns(self) -> tuple[str, ...]:
        """Every fact the set needs, in order of name."""
        return tuple(sorted({name for rule in self.rules for name in rule.columns}))

    def in_force(self, day: date) -> bool:
        """Is the set in force on that day?"""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


def load_set(path: Path) -> RuleSet:
    """One rule file, checked. Raises SpecError that names file, line, rule and remedy."""
    try:
        text = path.read_text("utf-8")
        raw = tomllib.loads(text)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SpecError(
            "FB-RISK-FILE", f"{path.name}: {error}", "A rule set is one TOML file.", "Mend the file."
        ) from None
    return _Reader(path.name, text).read(raw)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads one file and knows where in it a mistake stands."""

    file: str
    text: str

    def read(self, raw: Mapping[str, Any]) -> RuleSet:
        self._keys(raw, _KEYS, _NEEDED, "")
        self._types(raw, _TYPES, "")
        self._keys(raw["default"], {*_TEXTS}, {*_TEXTS}, "default")
        self._types(raw["default"], dict.fromkeys(_TEXTS, str), "default")
        for key in ("rule", "example"):
            for one in raw.get(key, []):
                self._types({key: one}, {key: dict}, "")
        rules = tuple(self._rule(one, number) for number, one in enumerate(raw.get("rule", []), start=1))
        names = [rule.id for rule in rules]
        for name in {name for name in names if names.count(name) > 1}:
            self._fail("FB-RISK-TWICE", name, "Rules of one set have ids of their own.", "Rename one of them.", name)
        return RuleSet(
            **{key: raw[key] for key in ("id", "version", "valid_from", "jurisdiction", "zh", "en", "source")},
            valid_to=raw.get("valid_to"),
            weak=raw.get("weak", ""),
            default=(raw["default"]["zh"], raw["default"]["en"]),
            rules=rules,
            examples=tuple(self._example(one, names) for one in raw.get("example", [])),
        )

    def _example(self, raw: Mapping[str, Any], rules: list[str]) -> Example:
        name = str(raw.get("en", "example"))
        self._keys(raw, _EXAMPLE_KEYS, _EXAMPLE_KEYS - {"rule"}, name)
        self._types(raw, _EXAMPLE_TYPES, name)
        self._types(raw["facts"], dict.fromkeys(raw["facts"], int), name)
        self._word("FB-RISK-COLOUR", name, raw["colour"], [str(one) for one in Colour])
        self._word("FB-RISK-EXAMPLE", name, raw.get("rule", ""), ["", *rules])
        for kind in raw["facts"]:
            self._word("FB-RISK-SINCE", name, kind, [str(one) for one in Kind])
        facts = tuple((Kind(kind), int(days)) for kind, days in raw["facts"].items())
        return Example(raw["zh"], raw["en"], facts, Colour(raw["colour"]), raw.get("rule", ""))

    def _rule(self, raw: Mapping[str, Any], number: int) -> Rule:
        name = str(raw.get("id", f"rule {number}"))
        self._keys(raw, _RULE_KEYS, _RULE_NEEDED, name)
        self._types(raw, _RULE_TYPES, name)
        if not isinstance(raw["since"], str | list):
            self._types(raw, {"since": list}, name)
        self._word("FB-RISK-COLOUR", name, raw["colour"], [str(one) for one in Colour if one is not Colour.GREEN])
        self._word("FB-RISK-LEVEL", name, raw["level"], LEVELS)
        since = [raw["since"]] if isinstance(raw["since"], str) else list(raw["since"])
        for kind in since:
            self._word("FB-RISK-SINCE", name, kind, [str(one) for one in Kind])
        if ("days" in raw) == ("until_zh" in raw and "until_en" in raw):
            said = "A rule ends after a number of days or when its text says."
            self._fail("FB-RISK-END", name, said, "Give days, or until_zh and until_en.", name)
        self._placeholders(raw, name)
        rule = Rule(
            id=name,
            number=number,
            zh=raw["zh"],
            en=raw["en"],
            when=self._condition(name, str(raw["when"])),
            level=raw["level"],
            colour=Colour(raw["colour"]),
            since=tuple(Kind(kind) for kind in since),
            days=raw.get("days"),
            until=(raw.get("until_zh", ""), raw.get("until_en", "")),
            why=(raw["why_zh"], raw["why_en"]),
            do=(raw["do_zh"], raw["do_en"]),
        )
        self._fires(rule)
        return rule

    def _condition(self, name: str, text: str) -> Condition:
        try:
            return parse(text)
        except RefusedError as why:
            self._fail(why.code, name, why.rule, why.remedy, name)

    def _fires(self, rule: Rule) -> None:
        """Refuse a rule that no combination of facts can make true, its own window included."""
        window = " OR ".join(
            f"days_since_{kind} < {rule.days}" if rule.days is not None else f"days_since_{kind} IS NOT NULL"
            for kind in rule.since
        )
        whole = self._condition(rule.id, f"({rule.when.text}) AND ({window})")
        try:
            possible = whole.can_fire()
        except RefusedError as why:
            self._fail(why.code, rule.id, why.rule, why.remedy, rule.id)
        if not possible:
            said = "A rule can come true for some facts, within its days."
            self._fail("FB-RISK-NEVER", rule.id, said, "Mend the condition or the days, or remove the rule.", rule.id)

    def _types(self, raw: Mapping[str, Any], types: Mapping[str, type], name: str) -> None:
        for wrong in mistyped(raw, types):
            place = f"{name}: " if name else ""
            said = "Texts stand in quotes, days and numbers do not."
            self._fail("FB-RISK-TYPE", f"{place}{wrong}", said, "Mend the value.", name or wrong.partition(":")[0])

    def _placeholders(self, raw: Mapping[str, Any], name: str) -> None:
        known = {"since", "until", *(["days"] if "days" in raw else [])}
        for key in ("why_zh", "why_en", "do_zh", "do_en"):
            if bad_placeholders(raw[key], known):
                remedy = f"Use {', '.join(f'{{{one}}}' for one in sorted(known))}, or no braces."
                self._fail("FB-RISK-TEXT", f"{name}: {key}", "A text knows few placeholders.", remedy, name)

    def _keys(self, raw: Mapping[str, Any], known: set[str], needed: set[str], name: str) -> None:
        place = f"{name}: " if name else ""
        for key in sorted({*raw} - known):
            self._fail("FB-RISK-KEY", f"{place}{key}", "A rule set has the documented keys only.", "Remove it.", key)
        for key in sorted(needed - {*raw}):
            self._fail("FB-RISK-MISSING", f"{place}{key} is missing", "The key is required.", "Add it.", name)

    def _word(self, code: str, name: str, value: object, known: Iterable[str]) -> None:
        words = [*known]
        if value not in words:
            self._fail(code, name, "The word is one of its list.", f"Use one of: {', '.join(words)}.", name)

    def _fail(self, code: str, what: str, rule: str, remedy: str, near: str) -> NoReturn:
        raise SpecError(code, f"{self.file}:{self._line(near)}: {what}", rule, remedy)

    def _line(self, near: str) -> int:
        """The first line that speaks of it, from 1."""
        lines = self.text.splitlines()
        quoted = next((at for at, line in enumerate(lines, 1) if near and f'"{near}"' in line), None)
        return quoted or next((at for at, line in enumerate(lines, 1) if near and near in line), 1)


def checked_versions(sets: Iterable[RuleSet]) -> tuple[RuleSet, ...]:
    """The sets, if no two versions of one id are in force on one day. Raises SpecError."""
    ordered = sorted(sets, key=lambda one: (one.id, one.valid_from, one.version))
    for first, second in pairwise(ordered):
        if first.id == second.id and (first.valid_to is None or second.valid_from <= first.valid_to):
            raise SpecError(
                "FB-RISK-OVERLAP",
                f"{first.cite} and {second.cite} are both in force on {second.valid_from}",
                "On one day one version of a rule set is in force.",
                "Give the older version its valid_to.",
            )
    return tuple(ordered)


@cache
def shipped_sets() -> tuple[RuleSet, ...]:
    """Every rule set and version that comes with the project."""
    folder = Path(str(files("firebreak.engine.risk.rules")))
    return checked_versions(load_set(path) for path in sorted(folder.glob("*.toml")))


def set_named(name: str, day: date, sets: Iterable[RuleSet] | None = None) -> RuleSet:
    """The version of ``id`` in force on a day, or ``id@version``. Raises OrderError that lists the known."""
    known = shipped_sets() if sets is None else tuple(sets)
    identity, _, version = name.partition("@")
    found = [one for one in known if one.id == identity]
    if version:
        found = [one for one in found if str(one.version) == version]
    else:
        found = [one for one in found if one.in_force(day)]
    if found:
        return found[0]
    raise OrderError(
        "FB-RISK-NO-SET",
        f"no rule set {identity} in force on {day}" if not version else f"no rule set {name}",
        "A rule set is named by id, with the version where it is not the one in force.",
        f"Known: {', '.join(f'{one.cite} ({one.valid_from} – {one.valid_to or chr(0x2026)})' for one in known)}.",
    )
