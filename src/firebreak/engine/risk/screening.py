"""Case finding (排摸): whom to verify first, by the chance that he is infected, from every fact of the last days."""

from __future__ import annotations

import tomllib
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

import ibis

from firebreak.engine.backends.base import Executor, Expr
from firebreak.engine.risk.columns import known_facts
from firebreak.engine.risk.vocabulary import CODES, Kind

CASES = (Kind.CONFIRMED, Kind.SUSPECTED, Kind.ASYMPTOMATIC)
"""Whoever has such a fact is known already: the list is of people to be found."""


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads(files("firebreak.engine.risk.data").joinpath("screening.toml").read_text("utf-8"))


BACK = int(_data()["days"]["back"])
"""Days that count."""


@cache
def weights() -> dict[Kind, float]:
    """The chance of infection by kind of fact, 0–1."""
    return {Kind(one["kind"]): float(one["value"]) for one in _data()["weight"]}


def expected_risk(executor: Executor, facts: Expr, as_of: date) -> Expr:
    """``person_id, risk, kinds, last``: everybody with a weighty fact, except known cases, the highest risk first.

    Risk is 1 − ∏ (1 − w) over the distinct kinds of facts of the last days (facts of one kind are not independent);
    ``kinds`` how many, ``last`` the day of the newest. Written as logarithms, which both executors sum.
    """
    known = known_facts(facts, as_of)
    cases = known.filter(known.kind.isin([CODES[kind] for kind in CASES])).select("person_id").distinct()
    first = ibis.date((as_of - timedelta(days=int(_data()["days"]["back"]))).isoformat())
    recent = known.filter((known.on > first) & known.kind.isin([CODES[kind] for kind in weights()]))
    told = recent.group_by("person_id", "kind").agg(last=recent.on.max())
    weight = ibis.cases(*((told.kind == CODES[kind], value) for kind, value in weights().items()), else_=0.0)
    told = told.mutate(log_no=(1 - weight).ln())
    person = told.group_by("person_id").agg(
        log_no=told.log_no.sum(), kinds=told.kind.count().cast("int16"), last=told["last"].max()
    )
    person = person.anti_join(cases, "person_id")
    ranked = person.select("person_id", "kinds", "last", risk=1 - person.log_no.exp())
    return ranked.order_by(ibis.desc("risk"), ibis.desc("last"), "person_id")
