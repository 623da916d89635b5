"""Which rides can be an exposure of a case at all, found in the files themselves before any rule is asked.

The rule (``trace.contacts``) is asked of any table of rides; of a province's it would decode every column of every
run. Here only the runs that cases were on are read, and of those only the rides are kept that a seek of ``nearby``
finds, or the crew, the order or the whole run where the rule asks for them: few rows, of which the rule is then asked.
Too many is no fault, since the rule compares in full. Too few would be one: ``tests/generative/test_candidates.py``
holds both ways equal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from firebreak.engine.tracing.nearby import SEEK
from firebreak.lake.errors import damaged_file
from firebreak.lake.layout import day_of
from firebreak.terms.ride_keys import CREW
from firebreak.terms.tables import RIDES

Array = npt.NDArray[Any]
Found = TypeVar("Found")
_EPOCH = date(1970, 1, 1)
_SEAT = ("coach_key", "seat_key", "board_seq", "alight_seq", "person_id")
_NONE: Array = np.empty(0, np.int64)


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
    return np.unique(pairs, axis=0) if len(pairs) else pairs


def candidates(files: Sequence[Path | str], wanted: Sought, threads: int = 2) -> Iterator[pl.DataFrame]:
    """The rides of each file that can be an exposure, in the columns of ``rides``, each once."""
    return _each(files, partial(_rides_of, wanted=wanted), threads)


def near(files: Sequence[Path | str], wanted: Sought, threads: int = 2) -> int:
    """How many pairs of a ride and a seek there are."""
    return sum(_each(files, partial(_pairs_of, wanted=wanted), threads))


def _each(files: Sequence[Path | str], ask: Callable[[Path | str], Found], threads: int) -> Iterator[Found]:
    """The answers of all files, in their order; so many at a time as there are threads, so that few are in memory."""
    if len(files) < 2:
        yield from map(ask, files)
        return
    with ThreadPoolExecutor(threads) as pool:
        for first in range(0, len(files), threads):
            yield from pool.map(ask, files[first : first + threads])


def _pairs_of(file: Path | str, wanted: Sought) -> int:
    keys = wanted.coach_key
    day = _day(file)
    if day is not None:
        first, last = np.searchsorted(keys, [day << 48, (day + 1) << 48])
        keys = keys[first:last]
    return 0 if not len(keys) else len(_near(_read(file, "coach_key", np.unique(keys), _SEAT), wanted))


def _rides_of(file: Path | str, wanted: Sought) -> pl.DataFrame:
    day = _day(file)
    rides = _read(file, "service_id", _on(wanted.runs, day), RIDES.names)
    near = np.zeros(rides.height, bool)
    near[_near(rides, wanted)] = True
    services, orders = rides["service_id"].to_numpy(), rides["order_id"]
    near |= _among(services, _on(wanted.whole_runs, day))
    near |= (rides["seat_key"].to_numpy() == CREW) & _among(services, _on(wanted.crew_runs, day))
    bought = np.flatnonzero(orders.is_not_null().to_numpy())
    named = orders.drop_nulls().to_numpy()
    near[bought[_among(named, _on(wanted.orders, day))]] = True
    return rides.filter(pl.Series(near))


def _read(file: Path | str, key: str, among: Array, names: Sequence[str]) -> pl.DataFrame:
    """The rows of a file whose key is one of the ascending values; row groups that hold none are not read, and of the
    others no page of the other columns that holds no such row."""
    column, values = pl.col(key), pl.Series(among)
    if not len(among):
        return pl.DataFrame(schema={name: kind for name, kind in _SCHEMA.items() if name in names})
    inside = column.is_between(values[0], values[-1]) & column.is_in(values.implode())
    try:
        scan = pl.scan_parquet(file, hive_partitioning=False, parallel="prefiltered", glob=False)
        return scan.filter(inside).select(names).collect()
    except (OSError, pl.exceptions.ComputeError):
        raise damaged_file(file) from None


def _near(rides: pl.DataFrame, wanted: Sought) -> Array:
    """Positions of rides that a seek finds, once for each seek that does."""
    if not rides.height or not len(wanted.coach_key):
        return _NONE
    keys = rides["coach_key"].fill_null(-1).to_numpy()
    starts = np.concatenate([[0], np.flatnonzero(keys[1:] != keys[:-1]) + 1])
    first, last = (np.searchsorted(wanted.coach_key, keys[starts], side) for side in ("left", "right"))
    hit = np.flatnonzero(last > first)
    seeks = last[hit] - first[hit]
    stretch, seek = np.repeat(hit, seeks), _ranges(first[hit], seeks).astype(np.int32)
    length = (np.append(starts[1:], len(keys)) - starts)[stretch]
    return _within(rides, wanted, _ranges(starts[stretch], length), np.repeat(seek, length))


def _within(rides: pl.DataFrame, wanted: Sought, rows: Array, seek: Array) -> Array:
    """Of rides of the coach beside seeks, those in the seek's span of seats and on board between its stops."""
    seat = rides["seat_key"].to_numpy()[rows]
    inside = np.flatnonzero((seat >= wanted.low[seek]) & (seat <= wanted.high[seek]))
    rows, seek = rows[inside], seek[inside]
    board, alight = (rides[name].to_numpy()[rows] for name in ("board_seq", "alight_seq"))
    aboard = (board < wanted.board_before[seek]) & (board >= wanted.board_from[seek])
    aboard &= (alight > wanted.alight_after[seek]) & (rides["person_id"].to_numpy()[rows] != wanted.person_id[seek])
    return rows[aboard]


def _day(file: Path | str) -> int | None:
    day = day_of(file)
    return None if day is None else (day - _EPOCH).days


def _on(pairs: Array, day: int | None) -> Array:
    """The numbers that stand beside a day, or (None) beside any, ascending."""
    if day is None:
        return np.unique(pairs[:, 1])
    first, last = np.searchsorted(pairs[:, 0], [day, day + 1])
    return pairs[first:last, 1]


def _among(values: Array, ascending: Array) -> Array:
    """Which of the values are among these? Without a sort of the values, which are many."""
    if not len(ascending):
        return np.zeros(len(values), bool)
    at = np.searchsorted(ascending, values)
    return np.asarray(ascending[np.minimum(at, len(ascending) - 1)] == values)


def _ranges(first: Array, length: Array) -> Array:
    """``first[0], first[0] + 1, … , first[1], …``: so many numbers from each first one on."""
    before = np.cumsum(length) - length
    return np.repeat(first - before, length) + np.arange(int(length.sum()))


_SCHEMA = dict(pl.DataFrame(pl.from_arrow(RIDES.schema.empty_table())).schema)
