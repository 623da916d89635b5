"""Alarms: far above one's own past rings, ordinary days do not; people whose only link is a venue's code stay green."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

from firebreak.engine.risk.alarms import alarms, enough_past
from firebreak.engine.risk.person import Told, colour_of
from firebreak.engine.risk.rule_set import Colour, shipped_sets
from firebreak.engine.risk.vocabulary import Kind

DAY = date(2020, 3, 20)
PAST = [DAY - timedelta(days=back) for back in range(1, 15)]


def counts(key: str, past: list[int], today: int) -> pl.DataFrame:
    days = [*PAST[: len(past)], DAY]
    return pl.DataFrame(
        {"series": ["operator"] * len(days), "key": [key] * len(days), "day": days, "count": [*past, today]}
    )


def test_an_ordinary_day_is_quiet() -> None:
    assert alarms(counts("desk-3", [8, 12, 9, 10, 11, 7, 13, 10, 9, 10, 12, 8, 11, 10], 15), PAST, DAY).is_empty()


def test_a_day_far_above_its_past_rings() -> None:
    rung = alarms(counts("desk-3", [8, 12, 9, 10, 11, 7, 13, 10, 9, 10, 12, 8, 11, 10], 60), PAST, DAY)
    assert rung["key"].to_list() == ["desk-3"]
    assert rung["median"].to_list() == [10.0]


def test_a_series_that_never_varied_does_not_ring_for_a_few_more() -> None:
    assert alarms(counts("desk-3", [10] * 14, 17), PAST, DAY).is_empty()


def test_somebody_never_seen_before_rings_with_many() -> None:
    assert alarms(counts("new", [], 871), PAST, DAY)["count"].to_list() == [871]
    assert alarms(counts("new", [], 5), PAST, DAY).is_empty()


def test_without_a_past_nothing_rings_and_that_is_known() -> None:
    few = PAST[:2]
    assert alarms(counts("new", [], 871), few, DAY).is_empty()
    assert not enough_past(few, DAY)
    assert enough_past(PAST, DAY)


def test_days_that_were_not_assessed_are_no_zeros() -> None:
    days = PAST[::4]
    table = pl.DataFrame({"series": "rule", "key": "r", "day": [*days, DAY], "count": [40, 44, 38, 41, 45]})
    assert alarms(table, days, DAY).is_empty()


def test_a_venue_scan_alone_leaves_everybody_green_under_every_set() -> None:
    """The 1,317 of June 2022: 871 were linked to the city by nothing but a venue's code, scanned far away."""
    for rules in shipped_sets():
        facts = [Told(Kind.VENUE, DAY - timedelta(days=back), DAY - timedelta(days=back)) for back in range(14)]
        assert colour_of([*facts, Told(Kind.RESIDENT, PAST[-1], PAST[-1])], rules, DAY) is Colour.GREEN
