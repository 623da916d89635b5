"""Flights and cases of Hong Kong: one register of case numbers."""

from __future__ import annotations

import polars as pl
from tests.acceptance.typed_lists import typed_list


def test_all_case_numbers_of_the_flights_are_in_the_line_list():
    flown = set(typed_list("hk-chp-flights").mentions["doc_number"].drop_nulls())
    listed = set(typed_list("hk-chp-cases").mentions["doc_number"].drop_nulls())
    assert (len(flown), len(listed)) == (150, 411)
    assert flown <= listed


def test_cases_that_share_a_row_of_a_flight_sit_where_it_says():
    flights = typed_list("hk-chp-flights").facts
    assert flights.filter(pl.col("mode") == "flight")["service_no"].str.contains(r"^[A-Z]{2}[1-9]\d*$").all()
    assert flights.filter(pl.col("part") == 0, pl.col("mode") == "flight").height == 177
    assert flights["row"].is_not_null().sum() > 170
