"""Do the parts of a count agree with the whole, and if not, are they merely late?

Counts of cities and of their province come from different hands. Where the cities of a day add up to the province of an
earlier day, the feed of the cities is late by so many days: that is named. Two feeds that disagree are never averaged.
"""

from __future__ import annotations

import polars as pl

LONGEST = 3
"""Days a feed is looked for. Beyond, equal numbers prove little."""


def part_lags(counts: pl.DataFrame, measure: str = "confirmed") -> pl.DataFrame:
    """For each day and province that has both: ``whole`` (the province's own count), ``parts`` (the sum of its cities),
    ``lag`` (the fewest days, 0–3, by which an earlier ``whole`` equals ``parts``; null where none does) and ``sure``
    (no other lag explains the sum as well: a count that stands still tells nothing).

    ``counts`` are typed rows of the counts table of one channel; cumulative counts are supposed.
    """
    rows = counts.filter(
        (pl.col("measure") == measure) & pl.col("province").is_not_null() & pl.col("value").is_not_null()
    )
    keys = ("province", "counted_on")
    whole = rows.filter(pl.col("city").is_null()).group_by(keys).agg(pl.col("value").max().alias("whole"))
    parts = rows.filter(pl.col("city").is_not_null()).group_by(keys).agg(pl.col("value").sum().alias("parts"))
    both = whole.join(parts, on=keys)
    for lag in range(LONGEST + 1):
        earlier = whole.select(
            "province", pl.col("counted_on") + pl.duration(days=lag), pl.col("whole").alias(f"w{lag}")
        )
        both = both.join(earlier, on=keys, how="left")
    fits = [(pl.col(f"w{lag}") == pl.col("parts")).fill_null(False) for lag in range(LONGEST + 1)]
    found = pl.coalesce([pl.when(fit).then(pl.lit(lag, dtype=pl.Int8)) for lag, fit in enumerate(fits)])
    return both.select(*keys, "whole", "parts", found.alias("lag"), (pl.sum_horizontal(fits) == 1).alias("sure")).sort(
        keys
    )
