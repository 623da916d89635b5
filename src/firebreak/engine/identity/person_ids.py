"""Ids of persons: minted from the first record, kept for ever, whatever later batches bring."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

_MASK = np.uint64((1 << 63) - 1)


def minted(record_id: pl.Series, part: pl.Series) -> pl.Series:
    """The id a person gets from his first mention: its record id, or, for a second person in one row, 63 mixed bits.

    The mixer is splitmix64's finaliser (Steele, Lea, Flood 2014): a bijection, so that two mentions of one part never
    collide.
    """
    records = record_id.to_numpy().astype(np.uint64)
    parts = part.to_numpy().astype(np.uint64)
    mixed = _mix(records + parts * np.uint64(0x9E3779B97F4A7C15)) & _MASK
    return pl.Series("minted", np.where(parts == 0, records, mixed).astype(np.int64))


def _mix(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


def person_ids(groups: pl.DataFrame, previous: pl.DataFrame) -> pl.DataFrame:
    """``group, person_id``: one id for each group.

    ``groups``: ``record_id, part, group``, every mention once. ``previous``: ``record_id, part, person_id`` of an
    earlier run. An id stays with the group that holds the mention it was minted from (else the smallest of its old
    mentions); a group that holds several keeps the smallest; a group that holds none mints one from its smallest
    mention.
    """
    mentions = groups.with_columns(minted(groups["record_id"], groups["part"]))
    held = mentions.join(previous, on=["record_id", "part"], how="inner")
    owners = (
        held.sort(pl.col("minted") != pl.col("person_id"), "record_id", "part")
        .unique("person_id", keep="first", maintain_order=True)
        .group_by("group")
        .agg(kept=pl.col("person_id").min())
    )
    first = mentions.sort("record_id", "part").unique("group", keep="first", maintain_order=True)
    return (
        first.join(owners, on="group", how="left")
        .select("group", person_id=pl.coalesce("kept", "minted"))
        .sort("group")
    )
