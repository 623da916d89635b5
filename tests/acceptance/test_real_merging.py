"""Two rival lists joined without the bulletin they cite, and scored against it."""

from __future__ import annotations

import polars as pl
from tests.acceptance.typed_lists import rides

LISTS = ("trips-nosugar", "trips-sogou")


def _train_rides(channel: str) -> pl.DataFrame:
    """One row a record and number."""
    one = rides(channel).filter(pl.col("mode") == "train").unique("record_id", keep="first", maintain_order=True)
    return one.select("record_id", "board_date", "coach", "source_url", number="numbers").explode("number")


def _candidates() -> pl.DataFrame:
    """Pairs of records of the two lists that share a day and a number. The bulletin is not looked at."""
    one, other = (_train_rides(channel) for channel in LISTS)
    return one.join(other, on=["board_date", "number"]).unique(["record_id", "record_id_right"])


def test_the_lists_are_joined_without_the_bulletin_and_scored_against_it():
    """Published: 595 pairs of one day, train and bulletin. One normalised number gives 593 of them, any number of a
    double one (K446/K447) 608. A train carries several patients: day and train alone are right half the time, so they
    make a candidate, not a merge."""
    whole = [_train_rides(channel).group_by("record_id").agg(pl.col("number").str.join("/")) for channel in LISTS]
    keys = ["record_id", "board_date", "coach", "source_url"]
    one, other = (
        _train_rides(channel).select(keys).unique("record_id").join(numbers, on="record_id")
        for channel, numbers in zip(LISTS, whole, strict=True)
    )
    same = pl.col("source_url") == pl.col("source_url_right")
    assert one.join(other, on=["board_date", "number"]).filter(same).height == 593
    both = _candidates()
    truth = both.filter(same).height
    assert truth == 608
    coach = both.filter(pl.col("coach").eq_missing(pl.col("coach_right")))
    right = coach.filter(same).height
    assert right / truth > 0.95
    assert right / coach.height > truth / both.height > 0.45


def test_agreement_is_counted_by_bulletins_not_by_sites():
    """The sites copied one another: every pair that cites one bulletin is one witness, not two."""
    same = _candidates().filter(pl.col("source_url") == pl.col("source_url_right"))
    sites = 2 * same.height
    assert same.select("source_url").n_unique() < sites / 2
