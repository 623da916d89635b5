"""From facts to one row a person: what each column of the vocabulary is on the day of assessment."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from functools import reduce
from typing import Any

import ibis

from firebreak.engine.backends.base import Expr
from firebreak.engine.risk.vocabulary import CASE_STATES, CODES, FACTS, QUARANTINE_STATES, Fact, Kind

LOOK_BACK = 14
"""Days of ``highest_temperature`` and ``venues``: the incubation the plans count with."""

_STATES = {"case_state": CASE_STATES, "quarantine": QUARANTINE_STATES}
_CODE_ROOM = 64
_DAY_ROOM = 1 << 24
_MANY = (Kind.TEMPERATURE, Kind.VENUE, Kind.NEGATIVE, Kind.DECLARED, Kind.RESIDENT)
"""Kinds of which most people have facts. Each is gone through by itself: an aggregate costs a step for every row that
passes it, whether it is of its kind or not."""


def known_facts(facts: Expr, as_of: date) -> Expr:
    """The facts of days up to ``as_of`` that were known by then: what a replay of that day may see."""
    day = ibis.date(as_of.isoformat())
    return facts.filter((facts.on <= day) & (facts.known_on <= day))


def columns_of(facts: Expr, as_of: date, names: Iterable[str]) -> Expr:
    """``person_id`` and the named columns of the vocabulary, one row for each person with a fact of their kinds.

    ``facts``: ``person_id, kind, on, known_on, value``. Days count from a fact's day to ``as_of``; a state is that of
    the newest fact of its kinds (of one day the one known last, then the later word of the list); counts are of days.
    """
    wanted = [FACTS[name] for name in sorted(set(names))]
    known = known_facts(facts, as_of)
    parts = [_aggregated(known, part, as_of) for part in _apart([fact for fact in wanted if fact.of is None])]
    parts += [_since(known, fact) for fact in wanted if fact.of is not None]
    rows = reduce(_beside, parts)
    rows = rows.mutate(**{name: _word(rows[name], kinds) for name, kinds in _STATES.items() if name in rows})
    return rows.mutate(**{fact.name: _days(rows[fact.name], as_of) for fact in wanted if fact.type == "days"})


def _apart(wanted: Sequence[Fact]) -> list[list[Fact]]:
    """The columns by what is gone through together: kinds with many facts each alone, all others in one."""
    parts: dict[Kind | None, list[Fact]] = {}
    for fact in wanted:
        parts.setdefault(fact.kind if fact.kind in _MANY else None, []).append(fact)
    return list(parts.values())


def _aggregated(known: Expr, wanted: Sequence[Fact], as_of: date) -> Expr:
    kinds = sorted({CODES[kind] for fact in wanted for kind in _kinds(fact)})
    own = known.filter(known.kind.isin(kinds))
    return own.group_by("person_id").agg(**{fact.name: _aggregate(own, fact, as_of) for fact in wanted})


def _kinds(fact: Fact) -> tuple[Kind, ...]:
    if fact.name in _STATES:
        return _STATES[fact.name]
    return tuple(kind for kind in (fact.kind, fact.of) if kind is not None)


def _aggregate(known: Expr, fact: Fact, as_of: date) -> Any:
    if fact.name in _STATES:
        return _newest(known, _STATES[fact.name])
    assert fact.kind is not None
    here = known.kind == CODES[fact.kind]
    recent = here & (known.on > ibis.date((as_of - timedelta(days=LOOK_BACK)).isoformat()))
    if fact.type == "degrees":
        # to the hundredth: 37.3 is stored in 32 bits, and executors differ on whether that is below 37.3 in 64
        return _where(recent, known.value).max().cast("float64").round(2)
    if fact.type == "count":
        return _where(recent, known.on).nunique().nullif(0).cast("int32")
    return _where(here, known.on).max()


def _newest(known: Expr, kinds: tuple[Kind, ...]) -> Any:
    """Day, day it was known and place in the list of the newest fact, in one number."""
    order = ibis.cases(*((known.kind == CODES[kind], rank) for rank, kind in enumerate(kinds)), else_=0)
    day = known.on.epoch_days().cast("int64")
    late = ibis.greatest(day, known.known_on.epoch_days().cast("int64"))
    here = known.kind.isin([CODES[kind] for kind in kinds])
    return _where(here, (day * _DAY_ROOM + late) * _CODE_ROOM + order).max()


def _where(here: Any, value: Any) -> Any:
    """The value on some rows, null on others: worked out for those alone, which an aggregate's own filter is not."""
    return ibis.ifelse(here, value, ibis.null(value.type()))


def _word(packed: Any, kinds: tuple[Kind, ...]) -> Any:
    return ibis.cases(*((packed % _CODE_ROOM == rank, str(kind)) for rank, kind in enumerate(kinds)))


def _days(last: Any, as_of: date) -> Any:
    return (ibis.literal((as_of - date(1970, 1, 1)).days, "int32") - last.epoch_days().cast("int32")).cast("int32")


def _since(known: Expr, fact: Fact) -> Expr:
    """``person_id`` and the days with a fact of ``fact.kind`` after the last one of ``fact.of``; zero where none."""
    assert fact.kind is not None
    assert fact.of is not None
    last = known.filter(known.kind == CODES[fact.of]).group_by("person_id").agg(after=lambda t: t.on.max())
    counted = known.filter(known.kind == CODES[fact.kind]).select("person_id", "on").distinct()
    pairs = last.left_join(counted, ["person_id", counted.on > last.after])
    return pairs.group_by("person_id").agg(**{fact.name: pairs.on.count().cast("int32")})


def _beside(rows: Expr, more: Expr) -> Expr:
    """Both, for everybody who is in one of them."""
    other = more.rename(person_id_too="person_id")
    both = rows.outer_join(other, rows.person_id == other.person_id_too).select(
        *rows.columns, *more.drop("person_id").columns, "person_id_too"
    )
    return both.mutate(person_id=ibis.coalesce(both.person_id, both.person_id_too)).drop("person_id_too")
