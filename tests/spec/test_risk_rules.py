"""What each rule set says: the examples in the rule files are the manual, and this test."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from firebreak.engine.risk.person import Told, decisive, findings_of
from firebreak.engine.risk.rule_set import Colour, Example, RuleSet, shipped_sets

CASES = [(one, example) for one in shipped_sets() for example in one.examples]


@pytest.mark.parametrize(("rules", "example"), CASES, ids=lambda one: getattr(one, "cite", None) or one.en)
def test_the_manual_is_so(rules: RuleSet, example: Example) -> None:
    day = rules.valid_from + timedelta(days=5)
    facts = [Told(kind, day - timedelta(days=ago), day - timedelta(days=ago)) for kind, ago in example.facts]
    best = decisive(findings_of(facts, rules, day))
    assert (best.rule.colour if best else Colour.GREEN, best.rule.id if best else "") == (example.colour, example.rule)


@pytest.mark.parametrize("rules", shipped_sets(), ids=lambda one: one.cite)
def test_every_rule_decides_some_example(rules: RuleSet) -> None:
    assert {rule.id for rule in rules.rules} <= {example.rule for example in rules.examples}


@pytest.mark.parametrize("rules", shipped_sets(), ids=lambda one: one.cite)
def test_every_text_can_be_filled(rules: RuleSet) -> None:
    told = {"since": date(2020, 3, 1), "until": "2020-03-15", "days": 14}
    for rule in rules.rules:
        for text in (*rule.why, *rule.do):
            assert "{" not in text.format_map(told)
