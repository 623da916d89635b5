"""Minutes together added up within so many hours: the sliding window of the US CDC's rule (15 minutes in 24 hours)."""

from __future__ import annotations

import ibis

from firebreak.engine.backends.base import Expr

_PAIR = ("c_case_id", "c_person_id", "person_id", "c_hours")


def within_hours(pairs: Expr) -> Expr:
    """``judged`` pairs with ``cumulative_minutes``: of all windows of the rule's hours that touch the meeting, the one
    in which the two were together longest; null where the rule counts no such minutes or they were never together.

    Meetings inside the reach at any places whose rules count within the same hours are added; minutes that several
    records tell count once. A window's sum is greatest where it begins with a meeting or ends with one, so only those
    windows are looked at.
    """
    counted = pairs.filter(pairs.c_most.notnull() & pairs.inside & ~pairs.later)
    met = counted.select(*_PAIR, lo=_seconds(counted.begin), hi=_seconds(counted.end)).distinct()
    once = merged(met)
    windows = ibis.union(
        once.select(*_PAIR, since=once.lo), once.select(*_PAIR, since=(once.hi - once.c_hours * 3600).cast("int64"))
    ).distinct()
    spent = _touching(windows, once)
    spent = spent.mutate(
        seconds=ibis.least(spent.hi, spent.since + spent.c_hours * 3600) - ibis.greatest(spent.lo, spent.since)
    )
    sums = spent.group_by(*_PAIR, "since").agg(seconds=spent.seconds.sum())
    best = _touching(sums, met)
    best = best.group_by(*_PAIR, "lo", "hi").agg(cumulative_minutes=(best.seconds.max() // 60).cast("int32"))
    keyed = pairs.mutate(
        lo=ibis.ifelse(pairs.inside & ~pairs.later, _seconds(pairs.begin), ibis.null("int64")),
        hi=_seconds(pairs.end),
    )
    return keyed.left_join(best, [*_PAIR, "lo", "hi"], rname="{name}_b")


def _seconds(moment: Expr) -> Expr:
    return moment.epoch_seconds().cast("int64")


def _touching(windows: Expr, meetings: Expr) -> Expr:
    """Windows beside the meetings of the same two people that they share any time with."""
    both = windows.join(meetings, list(_PAIR), rname="{name}_m")
    return both.filter((both.hi > both.since) & (both.lo < both.since + both.c_hours * 3600))


def merged(meetings: Expr, pair: tuple[str, ...] = _PAIR) -> Expr:
    """Meetings (``lo``, ``hi``, seconds) of one ``pair`` of people as stretches that neither overlap nor touch."""
    order = [meetings.lo, meetings.hi]
    reached = meetings.hi.max().over(ibis.window(group_by=pair, order_by=order, preceding=(None, 1)))
    seen = meetings.mutate(begins=ibis.ifelse(ibis.coalesce(reached >= meetings.lo, False), 0, 1))
    order = [seen.lo, seen.hi]
    numbered = seen.mutate(
        stretch=seen.begins.sum().over(ibis.window(group_by=pair, order_by=order, preceding=(None, 0)))
    )
    return numbered.group_by(*pair, "stretch").agg(lo=numbered.lo.min(), hi=numbered.hi.max()).drop("stretch")
