"""Rows found file by file, put together until they are worth a question and few enough to lie in memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import polars as pl

_AT_ONCE = 400_000
"""Rows that are judged at once."""


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
