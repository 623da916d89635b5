"""Facts and a rule set in; findings and one colour for each person out. Nothing here changes anybody's freedom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import ibis
import pyarrow as pa

from firebreak.engine.backends.base import Executor, Expr
from firebreak.engine.risk.columns import columns_of, known_facts
from firebreak.engine.risk.rule_set import SEVERITY, Rule, RuleSet
from firebreak.engine.risk.vocabulary import CODES
from firebreak.terms.tables import COLOURS, FINDINGS, I8, I16, I32

_EPOCH = date(1970, 1, 1)
NEVER = date(9999, 12, 31)
"""Stands for “no day known” where ends are compared; stored as null."""

RULES = pa.schema([("rule_no", I16), ("severity", I8), ("days", I32)])

_KINDS = 128
_KIND = 1 << 20
_RULE = _KIND * _KINDS


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
    rows = columns_of(facts, as_of, rule_set.columns)
    fired = executor.keep("r_fired", _fired(rows, rule_set))
    rules = executor.put("r_rules", _rules(rule_set))
    evidence = executor.keep("r_findings", _findings(fired, rules, known_facts(facts, as_of), rule_set, as_of))
    return Assessed(evidence.select(FINDINGS.names), _colours(evidence, rule_set).select(COLOURS.names))


def _fired(rows: Expr, rule_set: RuleSet) -> Expr:
    """``person_id, rule_no, kind, back``: every rule that holds, from one look at each person.

    ``kind`` is the kind of the newest fact the rule starts from, ``back`` how many days ago it was.
    """
    packed = [_packed(rule, rows) for rule in rule_set.rules]
    any_of = ibis.coalesce(*packed) if len(packed) > 1 else packed[0]
    hit = rows.mutate(fired=ibis.array(packed)).filter(any_of.notnull())
    each = hit.select("person_id", packed=hit.fired.unnest())
    each = each.filter(each.packed.notnull())
    return each.select(
        "person_id",
        rule_no=(each.packed // _RULE).cast("int16"),
        kind=(each.packed // _KIND % _KINDS).cast("int8"),
        back=(each.packed % _KIND).cast("int32"),
    )


def _packed(rule: Rule, rows: Expr) -> Any:
    """Rule, kind and days in one number; null where the rule does not hold."""
    days = [rows[f"days_since_{kind}"] for kind in rule.since]
    newest = ibis.least(*(ibis.coalesce(day, _KIND - 1) for day in days)) if len(days) > 1 else days[0]
    in_order = sorted(zip(rule.since, days, strict=True), key=lambda one: CODES[one[0]])
    kind = ibis.cases(*((day == newest, CODES[kind]) for kind, day in in_order), else_=0)
    number = ibis.literal(rule.number, "int64") * _RULE + kind.cast("int64") * _KIND + newest.cast("int64")
    return ibis.ifelse(_holds(rule, rows), number, ibis.null("int64"))


def _holds(rule: Rule, rows: Expr) -> Any:
    days = [rows[f"days_since_{kind}"] for kind in rule.since]
    started = [(day < rule.days) if rule.days is not None else day.notnull() for day in days]
    any_started = ibis.coalesce(started[0], False)
    for one in started[1:]:
        any_started = any_started | ibis.coalesce(one, False)
    return ibis.coalesce(rule.when.ibis(rows), False) & any_started


def _rules(rule_set: RuleSet) -> pa.Table:
    rows = [{"rule_no": one.number, "severity": SEVERITY[one.colour], "days": one.days} for one in rule_set.rules]
    return pa.Table.from_pylist(rows, schema=RULES)


def _findings(fired: Expr, rules: Expr, known: Expr, rule_set: RuleSet, as_of: date) -> Expr:
    """Each finding with the newest fact it starts from, as evidence, and the day it ends by itself."""
    wanted = fired.join(rules, "rule_no")
    wanted = wanted.mutate(since=_day((as_of - _EPOCH).days - wanted.back))
    facts = known.select("person_id", "kind", "on", "record_id", "part")
    pairs = wanted.join(
        facts,
        [wanted.person_id == facts.person_id, wanted.kind == facts.kind, wanted.since == facts.on],
    )
    first = ibis.row_number().over(group_by=["person_id", "rule_no"], order_by=[pairs.record_id, pairs.part])
    best = pairs.mutate(place=first)
    best = best.filter(best.place == 0)
    end = (best.since.epoch_days().cast("int32") + best.days).cast("int32")
    told = {rule.number: f"{rule_set.cite}/{rule.id}" for rule in rule_set.rules}
    levels = {rule.number: rule.level for rule in rule_set.rules}
    return best.select(
        "person_id",
        "severity",
        "rule_no",
        "record_id",
        "part",
        "kind",
        "since",
        as_of=ibis.date(as_of.isoformat()),
        rule=_by_number(best.rule_no, told),
        level=_by_number(best.rule_no, levels),
        colour=_by_number(best.severity, {number: str(colour) for colour, number in SEVERITY.items()}),
        until=_day(end),
        end=ibis.coalesce(end, (NEVER - _EPOCH).days),
    )


def _by_number(column: Any, words: dict[int, str]) -> Any:
    return ibis.cases(*((column == number, word) for number, word in words.items()))


def _day(days: Any) -> Any:
    return (ibis.date(_EPOCH.isoformat()) + days.as_interval("D")).cast("date")


def _colours(findings: Expr, rule_set: RuleSet) -> Expr:
    place = ibis.row_number().over(
        group_by="person_id",
        order_by=[ibis.desc(findings.severity), ibis.desc(findings.end), findings.rule_no],
    )
    ranked = findings.mutate(place=place)
    best = ranked.filter(ranked.place == 0)
    return best.mutate(jurisdiction=ibis.literal(rule_set.jurisdiction))
