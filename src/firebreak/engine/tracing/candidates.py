"""Which rides can be an exposure of a case at all, found in the files themselves before any rule is asked.

The rule (``trace.contacts``) is asked of any table of rides; of a province's it would decode every column of every
run. Here only the runs that cases were on are read, and of those only the rides are kept that a seek of ``nearby``
finds, or the crew, the order or the whole run where the rule asks for them: few rows, of which the rule is then asked.
Too many is no fault, since the rule compares in full. Too few would be one: ``tests/generative/test_candidates.py``
holds both ways equal.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from firebreak.engine.tracing.nearby import SEEK
from firebreak.lake.among import each_file, is_among, rows_among
from firebreak.lake.layout import day_of
from firebreak.terms.ride_keys import CREW, DAY_SHIFT
from firebreak.terms.tables import RIDES

Array = npt.NDArray[Any]
_EPOCH = date(1970, 1, 1)
_SEAT = ("coach_key", "seat_key", "board_seq", "alight_seq", "person_id")
_RUNS = 256
"""Runs that are read at once: on a busy day a quarter of a million rides."""

_MANY = 20_000
"""From so many seeks on the loop is compiled: loading the compiler takes half a second."""


@dataclass(frozen=True, slots=True)
class Sought:
    """What is looked for. ``coach_key`` and the arrays up to ``person_id``: one entry a seek, in order of the key.

    ``runs``, ``whole_runs``, ``crew_runs``: (day number, service id) of the runs that cases were on, of those of which
    everybody is asked for, and the crew; ``orders``: (day number, order id); each in ascending order.
    """

    coach_key: Array
    low: Array
    high: Array
    board_from: Array
    board_before: Array
    alight_after: Array
    person_id: Array
    runs: Array
    whole_runs: Array
    crew_runs: Array
    orders: Array


def sought(seeks: pa.Table, needs: pa.Table) -> Sought:
    """From the rows of ``nearby.seeks`` and of ``nearby.needs``."""
    order = np.argsort(_numbers(seeks, "c_coach_key"), kind="stable")
    arrays = [_numbers(seeks, name)[order] for name in SEEK]
    whole, crew, bought = (_numbers(needs, name).astype(bool) for name in ("n_whole", "n_crew", "n_order"))
    days = _numbers(needs, "c_run_date").astype(np.int64)
    runs = np.stack([days, _numbers(needs, "c_service_id")], axis=1)
    orders = np.stack([days, _numbers(needs, "c_order_id")], axis=1)
    return Sought(*arrays, *map(_distinct, (runs, runs[whole], runs[crew & ~whole], orders[bought])))


def _numbers(table: pa.Table, name: str) -> Array:
    column = table[name].combine_chunks()
    narrow = pa.int8() if pa.types.is_boolean(column.type) else pa.int32() if pa.types.is_date(column.type) else None
    column = column if narrow is None else column.cast(narrow)
    numbers: Array = column.fill_null(0).to_numpy(zero_copy_only=False)
    return numbers


def _distinct(pairs: Array) -> Array:
    """The pairs in ascending order, each once."""
    return pl.DataFrame(pairs, schema=["day", "number"], orient="row").unique().sort("day", "number").to_numpy()


def candidates(files: Sequence[Path | str], wanted: Sought, threads: int = 2) -> Iterator[pl.DataFrame]:
    """The rides of each file that can be an exposure, in the columns of ``rides``, each once."""
    return each_file(files, partial(_rides_of, wanted=wanted), threads)


def near(files: Sequence[Path | str], wanted: Sought, threads: int = 2) -> int:
    """How many pairs of a ride and a seek there are."""
    return sum(each_file(files, partial(_pairs_of, wanted=wanted), threads))


def _pairs_of(file: Path | str, wanted: Sought) -> int:
    keys, day = wanted.coach_key, _day(file)
    if day is not None:
        first, last = np.searchsorted(keys, [day << DAY_SHIFT, (day + 1) << DAY_SHIFT])
        keys = keys[first:last]
    return _near(rows_among(file, "rides", "coach_key", np.unique(keys), _SEAT), wanted)[1]


def _rides_of(file: Path | str, wanted: Sought) -> pl.DataFrame:
    """Runs are read so many at a time that a day when everything is asked for does not lie in memory."""
    day = _day(file)
    runs = _on(wanted.runs, day)
    parts = [_of_runs(file, runs[first : first + _RUNS], day, wanted) for first in range(0, max(len(runs), 1), _RUNS)]
    return pl.concat(parts)


def _of_runs(file: Path | str, runs: Array, day: int | None, wanted: Sought) -> pl.DataFrame:
    rides = rows_among(file, "rides", "service_id", runs, RIDES.names)
    kept, _ = _near(rides, wanted)
    services, orders = rides["service_id"].to_numpy(), rides["order_id"]
    whole, crew = _on(wanted.whole_runs, day), np.flatnonzero(rides["seat_key"].to_numpy() == CREW)
    if len(whole):
        kept |= is_among(services, whole)
    kept[crew[is_among(services[crew], _on(wanted.crew_runs, day))]] = True
    bought, named = np.flatnonzero(orders.is_not_null().to_numpy()), orders.drop_nulls().to_numpy()
    kept[bought[is_among(named, _on(wanted.orders, day))]] = True
    return rides.filter(pl.Series(kept))


def _near(rides: pl.DataFrame, wanted: Sought) -> tuple[Array, int]:
    """(which rides a seek finds, how many pairs of a ride and a seek there are)."""
    marked = np.zeros(rides.height, bool)
    if not rides.height or not len(wanted.coach_key):
        return marked, 0
    columns = [rides[name].fill_null(-1).to_numpy() for name in _SEAT]
    seeks = [wanted.coach_key, wanted.low, wanted.high, wanted.board_from, wanted.board_before, wanted.alight_after,
             wanted.person_id]  # fmt: skip
    if len(wanted.coach_key) < _MANY:
        found = _pairs(*columns, *seeks)
        marked[found] = True
        return marked, len(found)
    from firebreak.engine.tracing.seek_loop import mark

    compiled: Any = mark
    return marked, int(compiled(*columns, *seeks, marked))


def _pairs(
    coach: Array, seat: Array, board: Array, alight: Array, person: Array, key: Array, low: Array, high: Array,
    since: Array, before: Array, after: Array, own: Array,
) -> Array:  # fmt: skip
    """Positions of rides that a seek finds, once for each seek that does; as ``seek_loop.mark``, in whole arrays."""
    starts = np.concatenate([[0], np.flatnonzero(coach[1:] != coach[:-1]) + 1])
    first, last = (np.searchsorted(key, coach[starts], side) for side in ("left", "right"))
    hit = np.flatnonzero(last > first)
    seeks = last[hit] - first[hit]
    stretch, each = np.repeat(hit, seeks), _ranges(first[hit], seeks)
    length = (np.append(starts[1:], len(coach)) - starts)[stretch]
    row, seek = _ranges(starts[stretch], length), np.repeat(each, length)
    near = np.flatnonzero((seat[row] >= low[seek]) & (seat[row] <= high[seek]))
    row, seek = row[near], seek[near]
    aboard = (board[row] < before[seek]) & (board[row] >= since[seek]) & (alight[row] > after[seek])
    found: Array = row[aboard & (person[row] != own[seek])]
    return found


def _day(file: Path | str) -> int | None:
    day = day_of(file)
    return None if day is None else (day - _EPOCH).days


def _on(pairs: Array, day: int | None) -> Array:
    """The numbers that stand beside a day, or (None) beside any, ascending."""
    if day is None:
        return np.unique(pairs[:, 1])
    first, last = np.searchsorted(pairs[:, 0], [day, day + 1])
    return pairs[first:last, 1]


def _ranges(first: Array, length: Array) -> Array:
    """``first[0], first[0] + 1, … , first[1], …``: so many numbers from each first one on."""
    before = np.cumsum(length) - length
    return np.repeat(first - before, length) + np.arange(int(length.sum()))
