"""The public lists as the engine types them, each once a run: from the file to facts, mentions and rejects."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache

import polars as pl
from tests.shared_data import shared

from firebreak.engine.intake.readers.archive import tables_in
from firebreak.engine.intake.readers.found import Found
from firebreak.engine.intake.readers.read import read
from firebreak.engine.intake.spec import SHIPPED, load_spec
from firebreak.engine.intake.typing import type_chunk

AS_OF = date(2020, 3, 31)
FILES = {
    "trips-nosugar": "ncov-trips/nosugar_trips.csv.gz",
    "trips-sogou": "ncov-trips/sogou_trips.csv.gz",
    "hk-chp-flights": "hk-chp/flights_trains_list_eng.2020-03.csv",
    "hk-chp-cases": "hk-chp/enhanced_sur_pneumonia_wuhan_eng.2020-03.csv",
    "hk-chp-buildings": "hk-chp/building_list_eng.2020-03.csv",
    "counts-daily": "wuhan-2019-ncov/daily_csv_2019-12_2020-03.tar.gz",
    "counts-bulletins": "wuhan-2019-ncov/nhc_reports_yaml.tar.gz",
    "timetable-stations": "rail-12306/cnrail_stations_gbk.tar.gz",
    "timetable-trains": "rail-12306/cnrail_schedulers.json.gz",
}
"""Where each channel's file lies below the shared data."""


@dataclass(frozen=True)
class TypedList:
    """All of one list: the cells as read, and what they became. ``record_id >> 32`` counts the files from 1."""

    cells: pl.DataFrame
    facts: pl.DataFrame
    mentions: pl.DataFrame
    rejects: pl.DataFrame
    files: int
    rows: int
    kept: int
    rejected: int


def _all(_found: Found) -> bool:
    return True


@cache
def typed_list(channel: str, wanted: Callable[[Found], bool] = _all) -> TypedList:
    """Type the files of a public list, or those ``wanted``. Skips the test where the shared data is absent."""
    spec = load_spec(SHIPPED / "public" / f"{channel}.toml")
    cells, typed, files = [], [], 0
    for found in tables_in(shared(FILES[channel])):
        if not wanted(found):
            continue
        files += 1
        for chunk in read(found, spec):
            cells.append(chunk.frame)
            typed.append(type_chunk(chunk, spec, files, AS_OF))
    return TypedList(
        pl.concat(cells, how="diagonal_relaxed"),
        *(pl.concat([getattr(each, name) for each in typed]) for name in ("facts", "mentions", "rejects")),
        files,
        *(sum(getattr(each, name) for each in typed) for name in ("rows_in", "rows_kept", "rows_rejected")),
    )


def rides(channel: str) -> pl.DataFrame:
    """One row a record of a list of journeys, with local times and ``numbers``, the service's public numbers."""
    local = [pl.col(name).dt.convert_time_zone("Asia/Shanghai") for name in ("board_at", "alight_at")]
    return typed_list(channel).facts.with_columns(*local, numbers=pl.col("service_no").str.split("/"))
