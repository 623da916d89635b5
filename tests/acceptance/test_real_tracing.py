"""The case seats near one another, found by the engine's own tracing: from the two files to exposures."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from tests.acceptance.typed_lists import AS_OF, FILES
from tests.shared_data import shared

from firebreak.engine.backends.duckdb import Duck
from firebreak.engine.intake.ingest import ingest
from firebreak.engine.intake.spec import SHIPPED, load_specs
from firebreak.engine.tracing.rides import board
from firebreak.engine.tracing.rules import rule_named
from firebreak.engine.tracing.trace import contacts, place_cases
from firebreak.lake import Lake

LISTS = ("trips-nosugar", "trips-sogou")


@pytest.fixture(scope="module")
def traced(tmp_path_factory) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
    """Train rides of the two lists, each record its own person (nothing in them names anybody), and all exposures
    among them under the rule of three rows. No timetable: number and day stand for the run."""
    paths = [shared(FILES[channel]) for channel in LISTS]
    lake = Lake.open(Path(tmp_path_factory.mktemp("real")) / "lake", create=True)
    ingest(paths, lake, load_specs([SHIPPED]), AS_OF, "test")
    with Duck({"journeys": lake.files("journeys", undated=True)}) as duck:
        journeys = pl.DataFrame(duck.run(duck.table("journeys").select("record_id", "part")))
        links = journeys.with_row_index("person_id").select("record_id", "part", pl.col("person_id").cast(pl.Int64))
        duck.put("links", links.with_columns(rule=pl.lit("each its own"), confidence=pl.lit(1.0)).to_arrow())
        boarded = board(duck)
        services, rides = duck.keep("services", boarded.services), duck.keep("rides", boarded.rides)
        trains = rides.semi_join(services.filter(services.mode == "train"), "service_id")
        placed = place_cases(duck, trains)
        exposures = duck.run(contacts(trains, placed, rule_named("jiangsu-first-list")))
        yield pl.DataFrame(duck.run(trains)), pl.DataFrame(exposures)


def _pairs(rides: pl.DataFrame, exposures: pl.DataFrame) -> pl.DataFrame:
    """Distinct pairs of different seats with row and letter, and whether one record names both."""
    seat = rides.select("record_id", "part", "coach", "row", "letter").drop_nulls()
    near = exposures.filter(pl.col("level") == "seat").select(
        "run_date", "service_id", "coach", "record_id", "part", "case_record_id", "case_part"
    )
    both = near.join(seat, on=["record_id", "part", "coach"]).join(
        seat, left_on=["case_record_id", "case_part", "coach"], right_on=["record_id", "part", "coach"], suffix="_case"
    )
    above = (pl.col("row") < pl.col("row_case")) | (
        (pl.col("row") == pl.col("row_case")) & (pl.col("letter") < pl.col("letter_case"))
    )
    where = ["run_date", "service_id", "coach", "row", "letter", "row_case", "letter_case"]
    return both.filter(above).group_by(where).agg(together=(pl.col("record_id") == pl.col("case_record_id")).any())


def test_tracing_finds_the_42_pairs_that_typing_shows_within_three_rows(traced):
    pairs = _pairs(*traced)
    assert pairs.height == 42
    assert pairs.filter(~pl.col("together")).height == 9


def test_tracing_names_the_records_that_prove_each_pair(traced):
    rides, exposures = traced
    known = set(rides.select("record_id", "part").iter_rows())
    assert set(exposures.select("record_id", "part").iter_rows()) <= known
    assert set(exposures.select("case_record_id", "case_part").iter_rows()) <= known


def test_the_three_of_the_published_example_are_adjacent_or_a_row_apart(traced):
    rides, exposures = traced
    there = rides.filter(pl.col("run_date") == date(2020, 1, 18), pl.col("coach") == 5, pl.col("row").is_in([7, 8]))
    seats = {f"{row}{letter}" for row, letter in there.select("row", "letter").drop_nulls().iter_rows()}
    assert {"7A", "7B", "8B"} <= seats
    own = exposures.join(there.select("record_id", "part"), on=["record_id", "part"], how="semi")
    assert {"adjacent", "rows_1"} <= set(own["relation"])
