"""When files are looked into before a question is asked, and how what they hold is put together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import polars as pl

from firebreak.lake.errors import damaged_file

_LARGE = 40_000_000
"""Bytes of files that an executor reads sooner by itself than we look into them: two days of a province."""

_AT_ONCE = 400_000
"""Rows that are judged at once."""


def are_large(files: Sequence[Path | str]) -> bool:
    """Is it worth to look into these files before they are asked? LakeError FB-LAKE-FILE where one is gone."""
    size = 0
    for file in files:
        try:
            size += Path(file).stat().st_size
        except OSError:
            raise damaged_file(file) from None
    return size > _LARGE


def in_parts(tables: Iterable[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    """The rows of the tables in fewer ones; none where there is no row."""
    held: list[pl.DataFrame] = []
    for table in tables:
        held.append(table)
        if sum(one.height for one in held) >= _AT_ONCE:
            yield pl.concat(held)
            held = []
    if any(one.height for one in held):
        yield pl.concat(held)
