"""Facts and a rule set in; findings and one colour for each person out. Nothing here changes anybody's freedom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import ibis
import pyarrow as pa

from firebreak.engine.backends.base import Executor, Expr
from firebreak.engine.risk.persons import columns_of, known_facts
from firebreak.engine.risk.rule_set import SEVERITY, Rule, RuleSet
from firebreak.engine.risk.vocabulary import CODES
from firebreak.terms.tables import COLOURS, FINDINGS, I8, I16, I32

_EPOCH = date(1970, 1, 1)
NEVER = date(9999, 12, 31)
"""Stands for “no day known” where ends are compared; stored as null."""

RULES = pa.schema([("rule_no", I16), ("kind", I8), ("severity", I8), ("days", I32)])


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
    """``person_id, rule_no``: every rule that holds, from one look at each person."""
    numbers = [ibis.ifelse(_holds(rule, rows), rule.number, ibis.null("int16")) for rule in rule_set.rules]
    any_of = ibis.coalesce(*numbers) if len(numbers) > 1 else numbers[0]
    hit = rows.mutate(fired=ibis.array([number.cast("int16") for number in numbers])).filter(any_of.notnull())
    each = hit.select("person_id", rule_no=hit.fired.unnest())
    return each.filter(each.rule_no.notnull())


def _holds(rule: Rule, rows: Expr) -> Any:
    days = [rows[f"days_since_{kind}"] for kind in rule.since]
    started = [(day < rule.days) if rule.days is not None else day.notnull() for day in days]
    any_started = ibis.coalesce(started[0], False)
    for one in started[1:]:
        any_started = any_started | ibis.coalesce(one, False)
    return ibis.coalesce(rule.when.ibis(rows), False) & any_started


def _rules(rule_set: RuleSet) -> pa.Table:
    rows = [
        {"rule_no": rule.number, "kind": CODES[kind], "severity": SEVERITY[rule.colour], "days": rule.days}
        for rule in rule_set.rules
        for kind in rule.since
    ]
    return pa.Table.from_pylist(rows, schema=RULES)


def _findings(fired: Expr, rules: Expr, known: Expr, rule_set: RuleSet, as_of: date) -> Expr:
    """Each finding with the newest fact it starts from, as evidence, and the day it ends by itself."""
    wanted = fired.join(rules, "rule_no")
    facts = known.select("person_id", "kind", "on", "record_id", "part")
    pairs = wanted.join(facts, ["person_id", "kind"])
    newest = ibis.row_number().over(
        group_by=["person_id", "rule_no"],
        order_by=[ibis.desc(pairs.on), pairs.kind, pairs.record_id, pairs.part],
    )
    best = pairs.mutate(place=newest)
    best = best.filter(best.place == 0)
    end = (best.on.epoch_days().cast("int32") + best.days).cast("int32")
    told = {rule.number: f"{rule_set.cite}/{rule.id}" for rule in rule_set.rules}
    levels = {rule.number: rule.level for rule in rule_set.rules}
    return best.select(
        "person_id",
        "severity",
        "rule_no",
        "record_id",
        "part",
        as_of=ibis.date(as_of.isoformat()),
        rule=_by_number(best.rule_no, told),
        level=_by_number(best.rule_no, levels),
        colour=_by_number(best.severity, {number: str(colour) for colour, number in SEVERITY.items()}),
        kind=best.kind,
        since=best.on,
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


