"""Whose rules apply to whom: each person is assessed by the rules in force where he lives."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import ibis

from firebreak.engine.backends.base import Expr
from firebreak.engine.risk.rule_set import RuleSet


def in_force(sets: Sequence[RuleSet], as_of: date) -> list[RuleSet]:
    """The sets in force on a day, the narrowest jurisdiction first."""
    return sorted((one for one in sets if one.in_force(as_of)), key=lambda one: (-len(one.jurisdiction), one.id))


def narrowest(sets: Sequence[RuleSet]) -> list[RuleSet]:
    """One set a jurisdiction: of several, the one that came into force last."""
    newest: dict[str, RuleSet] = {}
    for one in sorted(sets, key=lambda one: (one.valid_from, one.id)):
        newest[one.jurisdiction] = one
    return sorted(newest.values(), key=lambda one: (-len(one.jurisdiction), one.id))


def people_under(persons: Expr, sets: Sequence[RuleSet], here: str) -> Expr:
    """``person_id, set_no``: the set of the longest prefix of the person's division; ``here`` where none is known."""
    division = ibis.coalesce(persons.division_code, here)
    branches: list[tuple[Any, int]] = [
        (division.startswith(one.jurisdiction) if one.jurisdiction else ibis.literal(True), number)
        for number, one in enumerate(sets)
    ]
    number = ibis.cases(*branches, else_=-1)
    return persons.select("person_id", set_no=number.cast("int16"))
