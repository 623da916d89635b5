"""Alarms on colours far above their own past: a place, an operator or a rule that suddenly turns people red.

The test is the modified z-score of Iglewicz and Hoaglin (1993): 0.6745 · (x − median) / MAD over the series' own past
days, an alarm from 3.5. A series that hardly varies has a MAD near zero, so the scale is never taken below what chance
gives a count: the square root of its median (Poisson), and never below one; and a jump of a few people is no alarm.
"""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

THRESHOLD = 3.5
CONSTANT = 0.6745
PAST_DAYS = 28
LEAST = 10
"""An alarm speaks of at least this many people more than the median day."""


def alarms(counts: pl.DataFrame, day: date, past_days: int = PAST_DAYS) -> pl.DataFrame:
    """Series of which ``day`` is far above their past: ``series, key, count, median, score``, the highest first.

    ``counts``: ``series`` (what is watched: rule, place, operator), ``key``, ``day``, ``count`` of people newly turned
    red; a day without a row counts as zero. A key never seen before is judged against a past of zeros.
    """
    first = day - timedelta(days=past_days)
    today = counts.filter(pl.col("day") == day).select("series", "key", "count")
    past = counts.filter(pl.col("day").is_between(first, day, closed="left"))
    days = pl.DataFrame({"day": [first + timedelta(days=back) for back in range(past_days)]})
    grid = today.select("series", "key").join(days, how="cross")
    filled = grid.join(past, on=["series", "key", "day"], how="left").with_columns(pl.col("count").fill_null(0))
    middle = filled.group_by("series", "key").agg(median=pl.col("count").median(), _past=pl.col("count"))
    spread = middle.with_columns(
        mad=(pl.col("_past").list.eval((pl.element() - pl.element().median()).abs().median())).list.first()
    )
    floor = CONSTANT * pl.max_horizontal(pl.col("median").sqrt(), pl.lit(1.0))
    scored = today.join(spread, on=["series", "key"]).with_columns(
        score=CONSTANT * (pl.col("count") - pl.col("median")) / pl.max_horizontal(pl.col("mad"), floor)
    )
    rung = scored.filter((pl.col("score") >= THRESHOLD) & (pl.col("count") - pl.col("median") >= LEAST))
    return rung.select("series", "key", "count", "median", "score").sort(
        "score", "series", "key", descending=[True, False, False]
    )
