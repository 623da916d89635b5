"""Ids of persons: minted from the first record, kept for ever, whatever later batches bring."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

KEY = ["record_id", "part"]
_HOME = ["id", "living", *KEY, "group", "own"]
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


def person_ids(groups: pl.DataFrame, previous: pl.DataFrame, aliases: Aliases | None = None) -> pl.DataFrame:
    """``group, person_id``: one id for each group.

    ``groups``: ``record_id, part, group``, every mention once. ``previous``: ``record_id, part, person_id`` of the run
    before. A group keeps the smallest id of a living person that is at home in it (see ``homes``); else it gets back
    the smallest alias that is; else it mints one from its smallest mention. So nobody who was there is renamed by what
    comes later, a merge keeps the smaller id, and a split gives back the old ones.
    """
    at_home = homes(groups, previous, aliases or no_aliases())
    kept = at_home.group_by("group").agg(
        kept=pl.col("id").filter(pl.col("living")).min(), back=pl.col("id").filter(~pl.col("living")).min()
    )
    mentions = groups.with_columns(minted(groups["record_id"], groups["part"]))
    first = mentions.sort("record_id", "part").unique("group", keep="first", maintain_order=True)
    found = first.join(kept, on="group", how="left")
    return found.select("group", person_id=pl.coalesce("kept", "back", "minted")).sort("group")


@dataclass(frozen=True, slots=True)
class Aliases:
    """Ids that stand for somebody else. ``ids``: ``alias_id, person_id``. ``members``: ``alias_id, record_id, part``,
    the records each had when it was merged. ``homes``: ``id, record_id, part`` of every id, living or alias, that is
    at home with another mention than the one it was minted from."""

    ids: pl.DataFrame
    members: pl.DataFrame
    homes: pl.DataFrame


def no_aliases() -> Aliases:
    """Before anybody was merged."""
    mention = {"record_id": pl.Int64, "part": pl.Int16}
    return Aliases(
        pl.DataFrame(schema={"alias_id": pl.Int64, "person_id": pl.Int64}),
        pl.DataFrame(schema={"alias_id": pl.Int64, **mention}),
        pl.DataFrame(schema={"id": pl.Int64, **mention}),
    )


def homes(groups: pl.DataFrame, previous: pl.DataFrame, aliases: Aliases) -> pl.DataFrame:
    """``id, living, record_id, part, group, own``: with which mention each id is at home.

    With the one it was minted from (``own``). Where retention took that one: where it has been since, or else with the
    smallest of its records that are left: a living person's are his links, an alias' those it had when it was merged.
    Ids of which no record is left are not in it.
    """
    mentions = groups.select(*KEY, "group").with_columns(minted(groups["record_id"], groups["part"]))
    living = previous.select(id="person_id").unique().with_columns(living=pl.lit(True))
    issued = pl.concat([living, aliases.ids.select(id="alias_id", living=pl.lit(False))])
    own = issued.join(mentions, left_on="id", right_on="minted").with_columns(own=pl.lit(True))
    astray = issued.join(own, on="id", how="anti")
    if astray.is_empty():
        return own.select(_HOME)
    there = mentions.select(*KEY, "group")
    moved = astray.join(aliases.homes, on="id").join(there, on=KEY)
    records = [previous.select(*KEY, id="person_id"), aliases.members.select(*KEY, id="alias_id")]
    left = astray.join(moved, on="id", how="anti").join(records[0], on="id", how="left")
    left = pl.concat([left.filter("living"), left.filter(~pl.col("living")).drop(KEY).join(records[1], on="id")])
    left = left.join(there, on=KEY).sort("id", *KEY).unique("id", keep="first", maintain_order=True)
    found = pl.concat([moved, left], how="diagonal").with_columns(own=pl.lit(False))
    return pl.concat([own.select(_HOME), found.select(_HOME)])
