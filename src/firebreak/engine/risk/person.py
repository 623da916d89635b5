"""One person's assessment in plain Python: the meaning every executor must equal, and the answer where one is asked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from firebreak.engine.risk.columns import LOOK_BACK
from firebreak.engine.risk.nodes import Value
from firebreak.engine.risk.rule_set import SEVERITY, Colour, Rule, RuleSet
from firebreak.engine.risk.vocabulary import CASE_STATES, CODES, FACTS, QUARANTINE_STATES, Kind
from firebreak.terms.tables import COLOURS


@dataclass(frozen=True, slots=True)
class Told:
    """One fact of one person."""

    kind: Kind
    on: date
    known_on: date
    value: float | None = None
    record_id: int = 0
    part: int = 0


@dataclass(frozen=True, slots=True)
class Found:
    """One finding of one person, with the fact it starts from."""

    rule: Rule
    fact: Told
    until: date | None


def row_of(facts: Iterable[Told], as_of: date) -> dict[str, Value]:
    """Every column of the vocabulary for one person on one day."""
    known = [fact for fact in facts if fact.on <= as_of and fact.known_on <= as_of]
    row: dict[str, Value] = {
        "case_state": _state(known, CASE_STATES),
        "quarantine": _state(known, QUARANTINE_STATES),
    }
    for fact in FACTS.values():
        if fact.type == "days" and fact.kind is not None:
            days = [one.on for one in known if one.kind is fact.kind]
            row[fact.name] = (as_of - max(days)).days if days else None
    recent = [fact for fact in known if fact.on > as_of - timedelta(days=LOOK_BACK)]
    degrees = [one.value for one in recent if one.kind is Kind.TEMPERATURE and one.value is not None]
    row["highest_temperature"] = round(max(degrees), 2) if degrees else None
    row["venues"] = len({one.on for one in recent if one.kind is Kind.VENUE}) or None
    row["negatives_since_close"] = _negatives(known)
    return row


def _state(known: Sequence[Told], kinds: tuple[Kind, ...]) -> str | None:
    own = [fact for fact in known if fact.kind in kinds]
    if not own:
        return None
    newest = max(own, key=lambda fact: (fact.on, max(fact.on, fact.known_on), kinds.index(fact.kind)))
    return str(newest.kind)


def _negatives(known: Sequence[Told]) -> int | None:
    close = [fact.on for fact in known if fact.kind is Kind.CLOSE]
    if not close:
        return None
    return len({fact.on for fact in known if fact.kind is Kind.NEGATIVE and fact.on > max(close)})


def findings_of(facts: Sequence[Told], rule_set: RuleSet, as_of: date) -> list[Found]:
    """The rules that hold for one person, in the order of the file."""
    row = row_of(facts, as_of)
    found = []
    for rule in rule_set.rules:
        if rule.fires(row):
            own = [fact for fact in facts if fact.kind in rule.since and max(fact.on, fact.known_on) <= as_of]
            newest = max(own, key=lambda fact: (fact.on, -list(Kind).index(fact.kind), -fact.record_id, -fact.part))
            until = None if rule.days is None else newest.on + timedelta(days=rule.days)
            found.append(Found(rule, newest, until))
    return found


def decisive(found: Sequence[Found]) -> Found | None:
    """The finding that gives the colour; None where the set's default (green) stands."""
    if not found:
        return None
    return max(found, key=lambda one: (SEVERITY[one.rule.colour], one.until or date.max, -one.rule.number))


def colour_of(facts: Sequence[Told], rule_set: RuleSet, as_of: date) -> Colour:
    """Exactly one colour for any facts."""
    best = decisive(findings_of(facts, rule_set, as_of))
    return best.rule.colour if best else Colour.GREEN


@dataclass(frozen=True, slots=True)
class OnePerson:
    """One person's rows of ``findings``, in the order of the file, and of ``colours`` (None: green by default)."""

    findings: tuple[dict[str, Any], ...]
    colour: dict[str, Any] | None


def assess_one(person_id: int, facts: Sequence[Told], rule_set: RuleSet, as_of: date) -> OnePerson:
    """The rows that ``assess`` gives of one person, without an executor: what is asked while somebody waits."""
    found = findings_of(facts, rule_set, as_of)
    best = decisive(found)
    rows = {one.rule.id: _row(person_id, one, rule_set, as_of) for one in found}
    colour = None
    if best is not None:
        own = rows[best.rule.id]
        colour = {name: own.get(name, rule_set.jurisdiction) for name in COLOURS.names}
    return OnePerson(tuple(rows.values()), colour)


def _row(person_id: int, one: Found, rule_set: RuleSet, as_of: date) -> dict[str, Any]:
    return {
        "person_id": person_id,
        "as_of": as_of,
        "rule": f"{rule_set.cite}/{one.rule.id}",
        "level": one.rule.level,
        "colour": str(one.rule.colour),
        "kind": CODES[one.fact.kind],
        "since": one.fact.on,
        "until": one.until,
        "record_id": one.fact.record_id,
        "part": one.fact.part,
    }
