"""Two rival lists joined without the bulletin they cite, and scored against it."""

from __future__ import annotations

import polars as pl
from tests.acceptance.typed_lists import rides


def _train_rides(channel: str) -> pl.DataFrame:
    one = rides(channel).filter(pl.col("mode") == "train").unique("record_id", keep="first", maintain_order=True)
    return one.select("record_id", "board_date", "coach", "source_url", number="numbers").explode("number")


def test_the_lists_are_joined_without_the_bulletin_and_scored_against_it():
    """595 pairs are published for the number as written; reading double numbers finds 608. One train carries several
    patients, so day and train alone are right half the time: a candidate, not a merge."""
    both = _train_rides("trips-nosugar").join(_train_rides("trips-sogou"), on=["board_date", "number"])
    both = both.unique(["record_id", "record_id_right"])
    same = pl.col("source_url") == pl.col("source_url_right")
    truth = both.filter(same).height
    assert truth == 608
    coach = both.filter(pl.col("coach").eq_missing(pl.col("coach_right")))
    right = coach.filter(same).height
    assert right / truth > 0.95
    assert right / coach.height > truth / both.height > 0.45


def test_agreement_is_counted_by_bulletins_not_by_sites():
    both = _train_rides("trips-nosugar").join(_train_rides("trips-sogou"), on=["board_date", "number"])
    both = both.unique(["record_id", "record_id_right"]).filter(pl.col("source_url") == pl.col("source_url_right"))
    assert both.select("source_url", "source_url_right").unique().height < both.height
