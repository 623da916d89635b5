"""The rows of a Parquet file whose key is among a few values, without reading what lies between them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import polars as pl

from firebreak.lake.errors import damaged_file
from firebreak.lake.frames import polars_schema

Array = npt.NDArray[Any]
Found = TypeVar("Found")


def rows_among(file: Path | str, table: str, key: str, ascending: Array, names: Sequence[str]) -> pl.DataFrame:
    """Columns of the rows of a file of ``table`` whose ``key`` is one of the ascending values, in the file's order.

    Row groups that cannot hold one are not read. Of the others the key is, and of the other columns only what lies at
    the rows found: where values are kept by dictionary, the rest is passed over without being decoded. LakeError
    FB-LAKE-FILE where the file is gone or damaged.
    """
    if not len(ascending):
        schema = polars_schema(table)
        return pl.DataFrame(schema={name: schema[name] for name in names})
    column, values = pl.col(key), pl.Series(ascending)
    inside = column.is_between(values[0], values[-1]) & column.is_in(values.implode())
    try:
        scan = pl.scan_parquet(file, hive_partitioning=False, parallel="prefiltered", glob=False)
        return scan.filter(inside).select(names).collect()
    except (OSError, pl.exceptions.ComputeError):
        raise damaged_file(file) from None


def each_file(files: Sequence[Path | str], ask: Callable[[Path | str], Found], threads: int = 2) -> Iterator[Found]:
    """The answers of all files, in their order; so many at a time as there are threads, so that few are in memory."""
    if len(files) < 2 or threads < 2:
        yield from map(ask, files)
        return
    with ThreadPoolExecutor(threads) as pool:
        for first in range(0, len(files), threads):
            yield from pool.map(ask, files[first : first + threads])


def is_among(values: Array, ascending: Array) -> Array:
    """Which of the values are among these? Without a sort of the values, which are many."""
    if not len(ascending):
        return np.zeros(len(values), bool)
    at = np.searchsorted(ascending, values)
    return np.asarray(ascending[np.minimum(at, len(ascending) - 1)] == values)
