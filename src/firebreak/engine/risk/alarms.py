"""Alarms on colours far above their own past: a place, an operator or a rule that suddenly turns people red.

The test is the modified z-score of Iglewicz and Hoaglin (1993): 0.6745 · (x − median) / MAD over the series' own past
days, an alarm from 3.5. A series that hardly varies has a MAD near zero, so the scale is never taken below what chance
gives a count: the square root of its median (Poisson), and never below one; and a jump of a few people is no alarm.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import polars as pl

THRESHOLD = 3.5
CONSTANT = 0.6745
PAST_DAYS = 28
LEAST_PAST = 3
"""Fewer days of past than this say nothing: no alarm is possible yet, and whoever asks must be told so."""

LEAST = 10
"""An alarm speaks of at least this many people more than the median day."""


def enough_past(days: Sequence[date], day: date) -> bool:
    """Are there enough assessed days before ``day`` to know what is usual?"""
    return len(_past_days(days, day)) >= LEAST_PAST


def alarms(counts: pl.DataFrame, days: Sequence[date], day: date) -> pl.DataFrame:
    """Series of which ``day`` is far above their past: ``series, key, count, median, score``, the highest first.

    ``counts``: ``series`` (what is watched: rule, place, operator), ``key``, ``day``, ``count`` of people newly turned
    red; ``days``: the days that were assessed, on which no row means zero. A key never seen before is judged against
    zeros. Empty where the past is too short (``enough_past``).
    """
    past_days = _past_days(days, day)
    today = counts.filter(pl.col("day") == day).select("series", "key", "count")
    if len(past_days) < LEAST_PAST:
        past_days, today = [day], today.clear()
    past = counts.filter(pl.col("day").is_in(past_days))
    grid = today.select("series", "key").join(pl.DataFrame({"day": past_days}), how="cross")
    filled = grid.join(past, on=["series", "key", "day"], how="left").with_columns(pl.col("count").fill_null(0))
    middle = filled.with_columns(median=pl.col("count").median().over("series", "key"))
    spread = middle.group_by("series", "key").agg(
        pl.col("median").first(), mad=(pl.col("count") - pl.col("median")).abs().median()
    )
    floor = CONSTANT * pl.max_horizontal(pl.col("median").sqrt(), pl.lit(1.0))
    above = pl.col("count") - pl.col("median")
    scored = today.join(spread, on=["series", "key"]).with_columns(
        score=CONSTANT * above / pl.max_horizontal(pl.col("mad"), floor)
    )
    rung = scored.filter((pl.col("score") >= THRESHOLD) & (above >= LEAST))
    order = ["score", "series", "key"]
    return rung.select("series", "key", "count", "median", "score").sort(order, descending=[True, False, False])


def _past_days(days: Sequence[date], day: date) -> list[date]:
    return sorted({one for one in days if day - timedelta(days=PAST_DAYS) <= one < day})
