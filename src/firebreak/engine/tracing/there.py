"""Who can have been at the place of a case's stay at all, found in the files before any rule is asked.

Of each file of presences only the rows of places that a case was at while the file's people were there are read, place
by place; of these, those whose time meets that of any stay at the place. Few rows, which the rule (``stays.met``) then
compares in full. ``tests/generative/test_there.py`` holds both ways equal.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from firebreak.lake.among import each_file, rows_among
from firebreak.lake.errors import damaged_file

Array = npt.NDArray[Any]
NAMES = ("person_id", "place_id", "cell_id", "start_at", "end_at", "record_id", "part")
"""The columns of ``presences`` that the rule reads of whoever is there."""

_PLACES = 256
"""Places that are read at once."""


@dataclass(frozen=True, slots=True)
class Visited:
    """Stays of cases, one entry each, in order of the place: from when to when somebody there can have met the case
    (microseconds)."""

    place_id: Array
    since: Array
    until: Array


def visited(stays: pa.Table) -> Visited:
    """From columns ``place_id``, ``c_start_at``, ``c_until`` of the cases' stays."""
    order = np.argsort(stays["place_id"].to_numpy(), kind="stable")
    since, until = (stays[name].cast(pa.int64()).to_numpy()[order] for name in ("c_start_at", "c_until"))
    return Visited(stays["place_id"].to_numpy()[order], since, until)


def who_was_there(files: Sequence[Path | str], cases: Visited, threads: int = 2) -> Iterator[pl.DataFrame]:
    """Of each file the presences (``NAMES``) that can meet a stay, each once."""
    return each_file(files, partial(_of_file, cases=cases), threads)


def _of_file(file: Path | str, cases: Visited) -> pl.DataFrame:
    """Places are asked for so many at a time that a day of them does not lie in memory."""
    first, last = _times(file)
    then = np.flatnonzero((cases.until > first) & (cases.since < last))
    places, starts = np.unique(cases.place_id[then], return_index=True)
    if not len(places):
        return rows_among(file, "presences", "place_id", places, NAMES)
    since = np.minimum.reduceat(cases.since[then], starts)
    until = np.maximum.reduceat(cases.until[then], starts)
    spans = [slice(at, at + _PLACES) for at in range(0, len(places), _PLACES)]
    return pl.concat([_at_places(file, places[one], since[one], until[one]) for one in spans])


def _at_places(file: Path | str, places: Array, since: Array, until: Array) -> pl.DataFrame:
    """Who was at one of the places at any time between the place's ``since`` and ``until``."""
    there = rows_among(file, "presences", "place_id", places, NAMES)
    at = np.searchsorted(places, there["place_id"].to_numpy())
    begin, end = (there[name].to_physical().to_numpy() for name in ("start_at", "end_at"))
    return there.filter(pl.Series((begin < until[at]) & (end > since[at])))


def _times(file: Path | str) -> tuple[int, int]:
    """(first start, last end) of a file's rows in microseconds, by its footer; always and ever where it tells none."""
    try:
        footer = pq.read_metadata(file)
    except (OSError, pa.ArrowException):
        raise damaged_file(file) from None
    names = {footer.schema.column(number).name: number for number in range(footer.num_columns)}
    groups = [footer.row_group(number) for number in range(footer.num_row_groups)]
    told = [[group.column(names[name]).statistics for group in groups] for name in ("start_at", "end_at")]
    if any(one is None or not one.has_min_max for column in told for one in column):
        return -(2**63), 2**63 - 1
    starts, ends = told
    return min((_micro(one.min) for one in starts), default=0), max((_micro(one.max) for one in ends), default=0)


def _micro(moment: datetime) -> int:
    return int(np.datetime64(moment.replace(tzinfo=None), "us").astype(np.int64))
