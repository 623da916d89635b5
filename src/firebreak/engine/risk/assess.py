"""Facts and a rule set in; findings and one colour for each person out. Nothing here changes anybody's freedom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import ibis

from firebreak.engine.backends.base import Executor, Expr
from firebreak.engine.risk.columns import columns_of, known_facts
from firebreak.engine.risk.rule_set import SEVERITY, Rule, RuleSet
from firebreak.engine.risk.vocabulary import CODES, Kind
from firebreak.terms.tables import COLOURS, FINDINGS

_BACK, _KIND, _RULE, _END = 20, 7, 11, 22
"""Bits of a told finding: days since its fact, the fact's kind, its rule, the day it ends. See ``_told``."""

_AFTER_END = _RULE + _KIND + _BACK
_LAST_RULE = (1 << _RULE) - 1
_NEVER = (1 << _END) - 1


@dataclass(frozen=True, slots=True)
class Assessed:
    """Expressions in the columns of ``findings`` and of ``colours``; colours hold only people with a finding.

    Everybody else is green by the set's default: a colour of a whole population is a left join away.
    """

    findings: Expr
    colours: Expr


def assess(executor: Executor, facts: Expr, rule_set: RuleSet, as_of: date) -> Assessed:
    """What a rule set says on ``as_of`` of everybody with a fact.

    A finding is a rule that holds for a person, with the last fact of each kind the rule starts from. The colour is
    that of the gravest finding; of several with one colour the one that ends last, then the first in the file.
    """
    if not rule_set.rules:
        empty = executor.put("r_none", FINDINGS.schema.empty_table())
        return Assessed(empty, executor.put("r_no_colour", COLOURS.schema.empty_table()))
    # kept, for a rule is built of many columns and each of them would be worked out again wherever it is used
    rows = executor.keep("r_rows", columns_of(facts, as_of, rule_set.columns))
    fired = executor.keep("r_fired", _fired(rows, rule_set, as_of))
    proved = executor.keep("r_proved", _proved(fired, _evidence(facts, rule_set, as_of)))
    findings = _findings(proved, rule_set, as_of)
    colours = findings.filter(findings.decides).mutate(jurisdiction=ibis.literal(rule_set.jurisdiction))
    return Assessed(findings.select(FINDINGS.names), colours.select(COLOURS.names))


def _fired(rows: Expr, rule_set: RuleSet, as_of: date) -> Expr:
    """``person_id, told, kind, on``: every rule that holds, from one look at each person, and the fact it starts from.

    ``told``: see ``_told``; its lowest bit says that it decides the colour.
    """
    each = [_told(rule, rows, as_of) for rule in rule_set.rules]
    best = ibis.greatest(*each) if len(each) > 1 else each[0]
    hit = rows.select("person_id", best=best, each=ibis.array(each)).filter(lambda t: t.best.notnull())
    one = hit.select("person_id", "best", told=hit.each.unnest()).filter(lambda t: t.told.notnull())
    return one.select(
        "person_id",
        told=one.told * 2 + (one.told == one.best).cast("int64"),
        kind=_bits(one.told, _BACK, _KIND).cast("int8"),
        on=_day(as_of, -_bits(one.told, 0, _BACK)),
    )


def _told(rule: Rule, rows: Expr, as_of: date) -> Any:
    """A finding in one number, null where the rule does not hold: of a person's findings the highest decides.

    From the highest bits: severity, the day it ends (all ones: by itself never), the rule (the first in the file
    highest), the kind of the newest fact it starts from, and how many days ago that was.
    """
    days = [rows[f"days_since_{kind}"] for kind in rule.since]
    newest = ibis.least(*(ibis.coalesce(day, (1 << _BACK) - 1) for day in days)) if len(days) > 1 else days[0]
    in_order = sorted(zip(rule.since, days, strict=True), key=lambda one: CODES[one[0]])
    kind = ibis.cases(*((day == newest, CODES[kind]) for kind, day in in_order), else_=0)
    back, fixed = newest.cast("int64"), _fixed(rule, as_of)
    shorter = 0 if rule.days is None else 1 << _AFTER_END  # each day that has passed since brings the end nearer
    whole = back * (1 - shorter) + kind.cast("int64") * (1 << _BACK) + ibis.literal(fixed, "int64")
    return ibis.ifelse(_holds(rule, rows), whole, ibis.null("int64"))


def _fixed(rule: Rule, as_of: date) -> int:
    """The part of ``_told`` that is the same for everybody."""
    end = _NEVER if rule.days is None else as_of.toordinal() + rule.days
    return (SEVERITY[rule.colour] << _END | end) << _AFTER_END | (_LAST_RULE - rule.number) << (_KIND + _BACK)


def _holds(rule: Rule, rows: Expr) -> Any:
    days = [rows[f"days_since_{kind}"] for kind in rule.since]
    started = [(day < rule.days) if rule.days is not None else day.notnull() for day in days]
    any_started = ibis.coalesce(started[0], False)
    for one in started[1:]:
        any_started = any_started | ibis.coalesce(one, False)
    return ibis.coalesce(rule.when.ibis(rows), False) & any_started


def _bits(number: Any, shift: int, width: int) -> Any:
    return (number >> shift if shift else number) & ((1 << width) - 1)


def _day(as_of: date, days: Any) -> Any:
    return (ibis.date(as_of.isoformat()) + days.as_interval("D")).cast("date")


def _evidence(facts: Expr, rule_set: RuleSet, as_of: date) -> Expr:
    """The facts that a finding can start from: of the kinds of the set, as far back as its rules reach.

    A part for each reach: it reads no more of the files than its kinds and days.
    """
    known = known_facts(facts, as_of).select("person_id", "kind", "on", "record_id", "part")
    kinds: dict[int | None, list[int]] = {}
    for kind, days in _reach(rule_set).items():
        kinds.setdefault(days, []).append(CODES[kind])
    parts = []
    for days, own in kinds.items():
        part = known.filter(known.kind.isin(sorted(own)))
        first = None if days is None else as_of - timedelta(days=days - 1)
        parts.append(part if first is None else part.filter(part.on >= ibis.date(first.isoformat())))
    return ibis.union(*parts) if len(parts) > 1 else parts[0]


def _reach(rule_set: RuleSet) -> dict[Kind, int | None]:
    """The longest of a kind's rules, in days; None where one of them does not end by itself."""
    found: dict[Kind, int | None] = {}
    for rule in rule_set.rules:
        for kind in rule.since:
            known = found.get(kind, 0)
            found[kind] = None if known is None or rule.days is None else max(known, rule.days)
    return found


def _proved(fired: Expr, facts: Expr) -> Expr:
    """Each finding with the record that proves it: of several of that day the first, and its first part."""
    pairs = fired.join(
        facts, [fired.person_id == facts.person_id, fired.kind == facts.kind, fired.on == facts.on]
    ).select("person_id", "told", "record_id", "part")
    parts = pairs.group_by("person_id", "told", "record_id").agg(part=pairs.part.min())
    return parts.group_by("person_id", "told").agg(
        part=parts.part.argmin(parts.record_id), record_id=parts.record_id.min()
    )


def _findings(proved: Expr, rule_set: RuleSet, as_of: date) -> Expr:
    told = proved.told >> 1
    number = _LAST_RULE - _bits(told, _BACK + _KIND, _RULE)
    back = _bits(told, 0, _BACK)
    days = {rule.number: rule.days for rule in rule_set.rules if rule.days is not None}
    until = _day(as_of, _by_number(number, days) - back) if days else ibis.null("date")
    return proved.select(
        "person_id",
        "record_id",
        "part",
        kind=_bits(told, _BACK, _KIND).cast("int8"),
        since=_day(as_of, -back),
        as_of=ibis.date(as_of.isoformat()),
        rule=_by_number(number, {rule.number: f"{rule_set.cite}/{rule.id}" for rule in rule_set.rules}),
        level=_by_number(number, {rule.number: rule.level for rule in rule_set.rules}),
        colour=_by_number(number, {rule.number: str(rule.colour) for rule in rule_set.rules}),
        until=until,
        decides=(proved.told & 1) == 1,
    )


def _by_number(column: Any, words: dict[int, Any]) -> Any:
    return ibis.cases(*((column == number, word) for number, word in words.items()))
