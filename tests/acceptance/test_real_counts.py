"""Counts by city: Jiangsu, the late feed, bulletins in prose."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest
from tests.acceptance.typed_lists import typed_list

from firebreak.engine.intake.lag import part_lags

JIANGSU = {
    **{
        "南京市": 93,
        "苏州市": 87,
        "徐州市": 79,
        "淮安市": 66,
        "无锡市": 55,
        "常州市": 51,
        "连云港市": 48,
        "南通市": 40,
    },
    **{"泰州市": 37, "盐城市": 27, "扬州市": 23, "宿迁市": 13, "镇江市": 12},
}


def _february(found) -> bool:
    return "2020-01-29.csv" <= found.base_name <= "2020-02-29.csv"


def test_jiangsu_at_the_end_of_february_by_city():
    counts = typed_list("counts-daily", _february).facts.filter(
        pl.col("province") == "江苏省", pl.col("counted_on") == date(2020, 2, 29), pl.col("measure") == "confirmed"
    )
    assert dict(counts.drop_nulls("city").select("city", "value").iter_rows()) == JIANGSU
    assert counts.filter(pl.col("city").is_null())["value"].to_list() == [631]
    assert sum(JIANGSU.values()) == 631


def test_the_city_feed_is_one_day_late_from_the_seventh_of_february():
    lags = part_lags(typed_list("counts-daily", _february).facts.filter(pl.col("country") == "中国"))
    jiangsu = lags.filter(pl.col("province") == "江苏省", pl.col("sure"))
    named = dict(jiangsu.select("counted_on", "lag").iter_rows())
    assert {day: lag for day, lag in named.items() if day >= date(2020, 2, 7)} == {
        date(2020, 2, 7) + timedelta(days=number): 1 for number in range(12)
    }
    assert named[date(2020, 2, 6)] == named[date(2020, 2, 3)] == 0
    late = lags.filter(pl.col("counted_on") == date(2020, 2, 10), pl.col("sure"))["lag"].value_counts()
    assert dict(late.iter_rows())[1] > 15


def _jiangsu_bulletins(found) -> bool:
    return found.base_name.endswith("江苏省.yaml")


def _check_bulletins(facts: pl.DataFrame, files: int) -> tuple[int, int]:
    """How many bulletins state both a total and cities that may be added up, and in how many they agree."""
    confirmed = facts.filter(
        pl.col("measure") == "confirmed", pl.col("country") == "中国", pl.col("province").is_not_null()
    )
    by_file = confirmed.with_columns(file=pl.col("record_id") // 2**32)
    whole = by_file.filter(pl.col("city").is_null()).group_by("file").agg(pl.col("value").max().alias("whole"))
    parts = by_file.drop_nulls("city").group_by("file").agg(pl.col("value").sum().alias("parts"))
    both = whole.join(parts, on="file")
    assert both.height <= files
    return both.height, both.filter(pl.col("whole") == pl.col("parts")).height


def test_bulletins_in_prose_add_up_to_their_own_totals():
    bulletins = typed_list("counts-bulletins", _jiangsu_bulletins)
    assert bulletins.rows == bulletins.kept == bulletins.files
    assert bulletins.rejects.is_empty()
    compared, agreeing = _check_bulletins(bulletins.facts, bulletins.files)
    assert compared >= 10
    assert agreeing == compared
    day = bulletins.facts.filter(pl.col("counted_on") == date(2020, 1, 30), pl.col("measure") == "confirmed")
    assert day.filter(pl.col("city").is_null())["value"].to_list() == [168]
    assert day.drop_nulls("city").height == 13


@pytest.mark.long
def test_all_519_bulletins_are_typed_and_all_but_22_add_up_to_their_own_totals():
    """Of the 22, most list some of the places only (吉林, 甘肃, 贵州, 陕西); 山东 of 01-27 and 河南 of 01-29 list more
    than their total. That is how they were published: no count is mended."""
    bulletins = typed_list("counts-bulletins")
    assert (bulletins.files, bulletins.rows, bulletins.kept, bulletins.rejects.height) == (519, 519, 519, 0)
    compared, agreeing = _check_bulletins(bulletins.facts, bulletins.files)
    assert (compared, compared - agreeing) == (481, 22)


@pytest.mark.long
def test_all_122_days_of_counts_are_typed():
    counts = typed_list("counts-daily")
    assert (counts.files, counts.rows, counts.kept, counts.rejects.height) == (122, 39427, 39427, 0)
    assert counts.facts.height == 4 * 39427
