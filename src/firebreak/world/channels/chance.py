"""The id of a row, from its own values alone: what happens to a row depends on the seed, the channel and this id.

A row has the same luck whatever other rows there are, so changing one person changes only that person's rows.
"""

from __future__ import annotations

from hashlib import blake2b

import numpy as np
import polars as pl

from firebreak.world.draws import U64, mix


def row_ids(frame: pl.DataFrame, *columns: str) -> pl.Series:
    """An id for each row made of its own values: whole numbers, days and instants as they are, texts by BLAKE2b."""
    ids: U64 = np.zeros(frame.height, dtype=np.uint64)
    for name in columns:
        ids = mix(ids ^ mix(_numbers(frame[name])))
    return pl.Series("row_id", ids)


def with_row_ids(frame: pl.DataFrame, *columns: str) -> pl.DataFrame:
    """The frame with the column ``row_id`` (UInt64)."""
    return frame.with_columns(row_ids(frame, *columns))


def text_id(text: str) -> int:
    """The id of one text (a file's name), 63 bits."""
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big") >> 1


def _numbers(column: pl.Series) -> U64:
    if column.dtype == pl.String:
        return _text_numbers(column)
    if column.dtype == pl.UInt64:
        return column.to_numpy()
    return column.cast(pl.Int64).fill_null(-1).to_numpy().astype(np.int64).view(np.uint64)


def _text_numbers(column: pl.Series) -> U64:
    distinct = column.unique(maintain_order=True).drop_nulls()
    if distinct.is_empty():
        return np.zeros(len(column), dtype=np.uint64)
    numbers = pl.Series([text_id(text) for text in distinct.to_list()], dtype=pl.Int64)
    known = column.replace_strict(distinct, numbers, default=-1, return_dtype=pl.Int64)
    return known.to_numpy().view(np.uint64)
