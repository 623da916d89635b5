"""A feed that is late is named by its days."""

from datetime import date, timedelta

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from firebreak.engine.intake.lag import LONGEST, part_lags

FIRST = date(2020, 2, 1)


def _counts(wholes: list[int], parts: list[int]) -> pl.DataFrame:
    rows = [(FIRST + timedelta(days=day), "甲省", None, "confirmed", value) for day, value in enumerate(wholes)]
    for day, value in enumerate(parts):
        cut = value // 3
        rows.append((FIRST + timedelta(days=day), "甲省", "乙市", "confirmed", cut))
        rows.append((FIRST + timedelta(days=day), "甲省", "丙市", "confirmed", value - cut))
    schema = {"counted_on": pl.Date, "province": pl.String, "city": pl.String, "measure": pl.String, "value": pl.Int64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def test_cities_that_state_yesterdays_province_are_one_day_late():
    lags = part_lags(_counts([10, 20, 30, 40], [10, 20, 20, 30]))
    assert lags["lag"].to_list() == [0, 0, 1, 1]
    assert lags["sure"].to_list() == [True, True, True, True]


def test_a_count_that_stands_still_proves_no_lag():
    lags = part_lags(_counts([10, 10, 10], [10, 10, 10]))
    assert lags["lag"].to_list() == [0, 0, 0]
    assert lags["sure"].to_list() == [True, False, False]


def test_parts_that_fit_no_day_have_no_lag_and_nothing_is_averaged():
    lags = part_lags(_counts([10, 20], [10, 14]))
    assert lags["lag"].to_list() == [0, None]
    assert lags.columns == ["province", "counted_on", "whole", "parts", "lag", "sure"]
    assert lags["parts"].to_list() == [10, 14]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=8))
def test_the_lag_equals_looking_back_day_by_day(pairs):
    wholes, parts = [list(each) for each in zip(*pairs, strict=True)]
    told = []
    for day, part in enumerate(parts):
        fits = [lag for lag in range(LONGEST + 1) if day - lag >= 0 and wholes[day - lag] == part]
        told.append((min(fits, default=None), len(fits) == 1))
    assert part_lags(_counts(wholes, parts)).select("lag", "sure").rows() == told
