"""Times of the real lists: over midnight, unknown, contradicting."""

from __future__ import annotations

from datetime import time, timedelta

import polars as pl
from tests.acceptance.typed_lists import rides, typed_list


def _nosugar_times() -> pl.DataFrame:
    """The written times beside the typed ones, one row a line."""
    whole = typed_list("trips-nosugar")
    written = [
        pl.col("t_date").str.to_date().alias("day"),
        pl.col("t_start").str.to_datetime("%Y/%m/%d %H:%M:%S").alias("start"),
        pl.col("t_end").str.to_datetime("%Y/%m/%d %H:%M:%S").alias("end"),
    ]
    typed = rides("trips-nosugar").filter(pl.col("part") == 0).select("service_no", "board_at", "alight_at")
    return pl.concat([whole.cells.select(written), typed], how="horizontal")


def test_rides_that_end_before_they_start_roll_over_midnight_or_are_refused():
    early = _nosugar_times().filter(pl.col("end") < pl.col("start"))
    assert early.height == 105
    kept = early.filter(pl.col("board_at").is_not_null() & pl.col("alight_at").is_not_null())
    assert (kept["alight_at"] > kept["board_at"]).all()
    assert kept.select(pl.col("alight_at") - pl.col("board_at") <= timedelta(days=1)).to_series().all()
    refused = early.height - kept.height
    assert (kept.height, refused) == (95, 10)
    whole = typed_list("trips-nosugar").facts
    assert whole.filter(pl.col("alight_at") < pl.col("board_at")).is_empty()


def test_the_night_train_of_the_published_example_arrives_the_next_morning():
    night = _nosugar_times().filter(pl.col("service_no") == "K287", pl.col("board_at").dt.time() == time(22, 58))
    assert night.height == 1
    assert night["alight_at"].dt.time().to_list() == [time(3, 31)]
    assert (night["alight_at"].dt.date() - night["board_at"].dt.date()).to_list() == [timedelta(days=1)]


def test_the_whole_day_means_that_no_time_is_known():
    times = _nosugar_times()
    unknown = times.filter(pl.col("start").dt.time() == time(0), pl.col("end").dt.time() == time(23, 59, 59))
    assert unknown.height == 590
    assert unknown.select(pl.all_horizontal(pl.col("board_at", "alight_at").is_null())).to_series().all()
    rejected = typed_list("trips-nosugar").rejects
    assert rejected.filter(pl.col("code") == "journey.date_disagrees").height == 21


def test_dates_that_disagree_are_refused_in_the_field_and_the_rows_are_kept():
    times = _nosugar_times().with_row_index("line", offset=1)
    apart = times.filter(pl.col("day") != pl.col("start").dt.date())
    assert apart.height == 21
    refused = typed_list("trips-nosugar").rejects.filter(pl.col("code") == "journey.date_disagrees")
    assert set(refused["line"]) == set(apart["line"])
    assert apart["board_at"].is_null().all()
