"""Assessment equals its meaning in plain Python, on any facts and every shipped rule set; and what holds of all."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta
from math import prod

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.executors import generated

from firebreak.engine.backends.base import Executor
from firebreak.engine.risk.allow_list import RefusedError
from firebreak.engine.risk.assess import assess
from firebreak.engine.risk.columns import columns_of
from firebreak.engine.risk.condition import parse
from firebreak.engine.risk.person import Told, assess_one, colour_of, decisive, findings_of, row_of
from firebreak.engine.risk.rule_set import SEVERITY, Colour, RuleSet, shipped_sets
from firebreak.engine.risk.screening import BACK, CASES, expected_risk, weights
from firebreak.engine.risk.vocabulary import CODES, FACTS, Kind
from firebreak.terms.tables import RISK_FACTS

DAY = date(2020, 3, 10)
days = st.integers(-20, 2).map(lambda back: DAY + timedelta(days=back))
told = st.builds(
    lambda kind, on, late, tenths, record: Told(
        kind, on, on + timedelta(days=late), tenths / 10 if kind is Kind.TEMPERATURE else None, record
    ),
    st.sampled_from(list(Kind)),
    days,
    st.sampled_from([0, 0, 0, 1, 3]),
    st.integers(360, 390),
    st.integers(1, 6),
)
people = st.lists(st.lists(told, max_size=8), min_size=1, max_size=6)
sets = st.sampled_from(shipped_sets())


def table(world: list[list[Told]]) -> pa.Table:
    rows = [
        {
            "person_id": person,
            "kind": CODES[fact.kind],
            "on": fact.on,
            "known_on": fact.known_on,
            "value": fact.value,
            "place": None,
            "record_id": fact.record_id,
            "part": fact.part,
        }
        for person, facts in enumerate(world, start=1)
        for fact in facts
    ]
    return pa.Table.from_pylist(rows, schema=RISK_FACTS.schema)


@generated(examples=60, world=people, rule_set=sets)
def test_every_set_equals_the_oracle(executor: Executor, world: list[list[Told]], rule_set: RuleSet) -> None:
    """The oracle is what one person alone is told, and told it at once: ``assess_one``, in plain Python."""
    done = assess(executor, executor.put("world", table(world)), rule_set, DAY)
    findings, colours = executor.run(done.findings).to_pylist(), executor.run(done.colours).to_pylist()
    alone = [assess_one(person, facts, rule_set, DAY) for person, facts in enumerate(world, start=1)]
    assert sorted(map(str, findings)) == sorted(str(row) for one in alone for row in one.findings)
    assert sorted(map(str, colours)) == sorted(str(one.colour) for one in alone if one.colour is not None)


@generated(examples=25, world=people)
def test_every_column_of_the_vocabulary_equals_the_oracle(executor: Executor, world: list[list[Told]]) -> None:
    rows = executor.run(columns_of(executor.put("world", table(world)), DAY, FACTS)).to_pylist()
    found = {row.pop("person_id"): row for row in rows}
    assert len(found) == len(rows)
    for person, facts in enumerate(world, start=1):
        wanted = row_of(facts, DAY)
        own = found.get(person, dict.fromkeys(wanted))
        for name, value in wanted.items():
            assert own[name] == (pytest.approx(value, abs=1e-4) if isinstance(value, float) else value), name


@generated(examples=25, world=people)
def test_the_expected_risk_equals_a_product_over_kinds(executor: Executor, world: list[list[Told]]) -> None:
    ranked = executor.run(expected_risk(executor, executor.put("world", table(world)), DAY)).to_pylist()
    wanted = {}
    for person, facts in enumerate(world, start=1):
        known = [fact for fact in facts if max(fact.on, fact.known_on) <= DAY]
        recent = [fact for fact in known if fact.on > DAY - timedelta(days=BACK) and fact.kind in weights()]
        if recent and not any(fact.kind in CASES for fact in known):
            kinds = {fact.kind for fact in recent}
            risk = 1 - prod(1 - weights()[kind] for kind in kinds)
            wanted[person] = (len(kinds), max(fact.on for fact in recent), pytest.approx(risk, abs=1e-9))
    assert {row["person_id"]: (row["kinds"], row["last"], row["risk"]) for row in ranked} == wanted
    assert [row["risk"] for row in ranked] == sorted((row["risk"] for row in ranked), reverse=True)


@given(st.lists(told, max_size=8), sets)
def test_any_facts_give_exactly_one_colour(facts: list[Told], rule_set: RuleSet) -> None:
    assert colour_of(facts, rule_set, DAY) in Colour


@given(
    st.lists(told, max_size=8),
    sets,
    st.sampled_from([Kind.CLOSE, Kind.GENERAL, Kind.SECONDARY, Kind.KEY_AREA, Kind.HIGH_AREA, Kind.MEDIUM_AREA]),
    st.integers(0, 13),
)
def test_one_more_exposure_never_lowers_the_colour(facts: list[Told], rule_set: RuleSet, kind: Kind, back: int) -> None:
    on = DAY - timedelta(days=back)
    more = [*facts, Told(kind, on, on)]
    before, after = colour_of(facts, rule_set, DAY), colour_of(more, rule_set, DAY)
    assert SEVERITY[after] >= SEVERITY[before]


@given(st.lists(told, max_size=8), sets, st.integers(0, 20))
def test_a_past_day_sees_only_what_was_known_then(facts: list[Told], rule_set: RuleSet, back: int) -> None:
    day = DAY - timedelta(days=back)
    then = [fact for fact in facts if fact.known_on <= day]
    assert findings_of(facts, rule_set, day) == findings_of(then, rule_set, day)


@given(st.lists(told, max_size=8), sets)
def test_a_colour_with_an_end_is_gone_on_that_day(facts: list[Told], rule_set: RuleSet) -> None:
    facts = [fact for fact in facts if max(fact.on, fact.known_on) <= DAY]
    best = decisive(findings_of(facts, rule_set, DAY))
    if best is not None and best.until is not None:
        later = findings_of(facts, rule_set, best.until)
        assert best.rule.id not in [one.rule.id for one in later]


columns = st.sampled_from(sorted(name for name, fact in FACTS.items() if fact.type != "word"))
numbers = st.integers(-1, 20).map(str)
compared = st.builds(
    lambda left, sign, right: f"{left} {sign} {right}",
    columns,
    st.sampled_from(["=", "<>", "<", "<=", ">", ">="]),
    st.one_of(numbers, columns),
)
simple = st.one_of(
    compared,
    st.builds("{} IS NULL".format, columns),
    st.builds("{} BETWEEN {} AND {}".format, columns, numbers, numbers),
    st.builds("{} IN ({}, {})".format, columns, numbers, numbers),
    st.builds(
        lambda sign, tenths: f"highest_temperature {sign} {tenths / 10}",
        st.sampled_from(["=", "<>", "<", "<=", ">", ">="]),
        st.integers(360, 390),
    ),
    st.sampled_from(["case_state = 'confirmed'", "quarantine <> 'released'", "case_state IN ('died', 'recovered')"]),
)
conditions = st.recursive(
    simple,
    lambda inner: st.one_of(
        st.builds("({}) AND ({})".format, inner, inner),
        st.builds("({}) OR ({})".format, inner, inner),
        st.builds("NOT ({})".format, inner),
    ),
    max_leaves=4,
)


@generated(examples=20, on_spark=2, text=conditions, world=people)
def test_a_condition_means_the_same_to_the_executor_and_in_python(
    executor: Executor, text: str, world: list[list[Told]]
) -> None:
    condition = parse(text)
    rows = columns_of(executor.put("world", table(world)), DAY, FACTS)
    found = executor.run(rows.filter(condition.ibis(rows)).select("person_id"))["person_id"].to_pylist()
    wanted = [person for person, facts in enumerate(world, start=1) if facts and condition.holds(row_of(facts, DAY))]
    known = [one for one in wanted if any(max(fact.on, fact.known_on) <= DAY for fact in world[one - 1])]
    assert sorted(found) == known


@given(conditions, st.lists(told, max_size=8))
def test_a_condition_that_holds_for_somebody_is_never_refused_as_impossible(text: str, facts: list[Told]) -> None:
    condition = parse(text)
    if condition.holds(row_of(facts, DAY)):
        with suppress(RefusedError):  # FB-RISK-COMPLEX, the only refusal that is left once a condition is parsed
            assert condition.can_fire()
