"""Whose rules apply to whom: the rules in force where he lives, else those of the place that assesses."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import ibis

from firebreak.engine.backends.base import Expr
from firebreak.engine.risk.rule_set import RuleSet
from firebreak.terms.errors import OrderError


def in_force(sets: Sequence[RuleSet], as_of: date) -> list[RuleSet]:
    """The sets in force on a day, the narrowest jurisdiction first."""
    return sorted((one for one in sets if one.in_force(as_of)), key=lambda one: (-len(one.jurisdiction), one.id))


def narrowest(sets: Sequence[RuleSet]) -> list[RuleSet]:
    """One set a jurisdiction: of several, the one that came into force last."""
    newest: dict[str, RuleSet] = {}
    for one in sorted(sets, key=lambda one: (one.valid_from, one.id)):
        newest[one.jurisdiction] = one
    return sorted(newest.values(), key=lambda one: (-len(one.jurisdiction), one.id))


def set_of(division: str | None, sets: Sequence[RuleSet], here: str) -> RuleSet:
    """Whose rules a person known here is assessed by: ``sets`` as ``narrowest`` gives them.

    The set of the longest prefix of the person's division. Where that is unknown, under no set, or under a set for the
    whole country only, the set of ``here``: a visitor is subject to the rules of the place he is in, and nobody is left
    out. OrderError where ``here`` has none.
    """
    own = [one for one in sets if one.jurisdiction and (division or here).startswith(one.jurisdiction)]
    return own[0] if own else sets[_home(sets, here)]


def people_under(persons: Expr, sets: Sequence[RuleSet], here: str) -> Expr:
    """``person_id, set_no`` of everybody: the place in ``sets`` of the set that ``set_of`` names."""
    division = ibis.coalesce(persons.division_code.nullif(""), here)
    branches: list[tuple[Any, int]] = [
        (division.startswith(one.jurisdiction), number) for number, one in enumerate(sets) if one.jurisdiction
    ]
    home = ibis.literal(_home(sets, here), "int16")
    number = ibis.cases(*branches, else_=home) if branches else home
    return persons.select("person_id", set_no=number.cast("int16"))


def _home(sets: Sequence[RuleSet], here: str) -> int:
    found = [number for number, one in enumerate(sets) if here.startswith(one.jurisdiction)]
    if found:
        return found[0]
    raise OrderError(
        "FB-RISK-NO-SET",
        f"no rule set in force rules in division {here}",
        "Whoever lives under no set is assessed by the set of the place that assesses.",
        f"Known: {', '.join(f'{one.cite} ({one.jurisdiction})' for one in sets) or '–'}.",
    )
