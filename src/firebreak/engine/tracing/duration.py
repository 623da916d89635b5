"""Was it long enough? Minutes together at a stretch, and in all within so many hours."""

from __future__ import annotations

import ibis

from firebreak.engine.backends.base import Expr
from firebreak.engine.tracing.cumulative import merged
from firebreak.engine.tracing.reach import on_board
from firebreak.engine.tracing.rules import RulePack

_PAIR = ("case_person_id", "person_id")


def long_enough(found: Expr, pack: RulePack) -> Expr:
    """Exposures with what they are called after their minutes; those that are then nothing are left out.

    Minutes that nobody knows are enough. Expects ``timed``, ``c_rest``, ``c_least``, ``c_cumulative``, ``c_hours``.
    """
    if any(rule.cumulative_minutes is not None for rule in on_board(pack)):
        found = _counted(found)
    elif all(rule.minutes is None for rule in on_board(pack)):
        return found
    known = found.timed & found.minutes.notnull()
    short = known & ibis.coalesce(
        (found.minutes < found.c_least) | (found.cumulative_minutes < found.c_cumulative), False
    )
    found = found.mutate(contact_level=ibis.ifelse(short, found.c_rest, found.contact_level))
    return found.filter(found.contact_level.notnull())


def _counted(found: Expr) -> Expr:
    """``cumulative_minutes``: the most minutes the two were together within some ``c_hours`` that hold the exposure.

    Such hours begin where some time together of the two begins; a time together that outlasts them counts up to their
    end. Times that overlap, as several records tell them, count once.
    """
    found = found.mutate(
        begin=found.from_at.epoch_seconds().cast("int64"), end=found.to_at.epoch_seconds().cast("int64")
    )
    known = found.filter(found.timed & found.minutes.notnull() & found.c_hours.notnull())
    spans = merged(known.select(*_PAIR, lo="begin", hi="end").distinct(), _PAIR)
    starts = known.select(*_PAIR, start="begin", stop=known.begin + known.c_hours * 3600).distinct()
    inside = starts.join(spans, list(_PAIR))
    inside = inside.filter((inside.hi > inside.start) & (inside.lo < inside.stop))
    total = inside.group_by(*_PAIR, "start", "stop").agg(
        seconds=(ibis.least(inside.hi, inside.stop) - ibis.greatest(inside.lo, inside.start)).sum()
    )
    each = total.join(known.select(*_PAIR, "begin").distinct(), list(_PAIR))
    each = each.filter((each.begin >= each.start) & (each.begin < each.stop))
    most = each.group_by(*_PAIR, "begin").agg(most=(each.seconds.max() // 60).cast("int32"))
    joined = found.left_join(most, [*_PAIR, "begin"])
    counted = ibis.ifelse(joined.timed & joined.c_hours.notnull(), joined.most, ibis.null("int32"))
    return joined.mutate(cumulative_minutes=counted).select(found.columns)
