"""What people ruled about who is one person: which rulings are in force, and whether they can all be true."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from firebreak.engine.identity.resolution import RULINGS
from firebreak.terms.enums import RulingKind

Mention = tuple[int, int]
_PAIR = ["left_record_id", "left_part", "right_record_id", "right_part"]
_WHOLE = 250_000
"""Pairs up to which undoing a merge forbids every pair; beyond, every record with the first of the other side."""


@dataclass(frozen=True, slots=True)
class Contradiction:
    """``cannot`` keeps apart what ``must`` (rulings, shortest way) ties together."""

    cannot: int
    must: tuple[int, ...]


def in_force(rulings: pl.DataFrame) -> pl.DataFrame:
    """The rulings (rows of the table ``rulings``) that no later one withdrew; withdrawals themselves are left out."""
    withdrawn = rulings.filter(pl.col("kind") == RulingKind.WITHDRAW).select(ruling_id="withdraws")
    standing = rulings.filter(pl.col("kind") != RulingKind.WITHDRAW)
    return standing.join(withdrawn, on="ruling_id", how="anti").sort("ruling_id")


def pairs(standing: pl.DataFrame, members: pl.DataFrame) -> pl.DataFrame:
    """``ruling_id`` and the columns of ``resolution.RULINGS``: rulings in force as pairs of mentions.

    A ruling that undoes a merge keeps every record of one side apart from every record of the other, as they were when
    the merge happened (``members``: rows of ``merge_members``): the records that tied the two are among them, and no
    other way round may tie them again.
    """
    plain = standing.filter(pl.col("merge_id").is_null()).select("ruling_id", *RULINGS)
    undone = [
        _apart(row["ruling_id"], members.filter(pl.col("merge_id") == row["merge_id"]))
        for row in standing.filter(pl.col("merge_id").is_not_null()).iter_rows(named=True)
    ]
    return pl.concat([plain, *undone])


def _apart(ruling_id: int, members: pl.DataFrame) -> pl.DataFrame:
    ordered = members.sort("record_id", "part")
    left = ordered.filter(~pl.col("absorbed")).select(left_record_id="record_id", left_part="part")
    right = ordered.filter("absorbed").select(right_record_id="record_id", right_part="part")
    if left.height * right.height <= _WHOLE:
        both = left.join(right, how="cross")
    else:
        both = pl.concat([left.head(1).join(right, how="cross"), left.join(right.head(1), how="cross")]).unique()
    kind = pl.lit(str(RulingKind.CANNOT)).alias("kind")
    return both.select(pl.lit(ruling_id, dtype=pl.Int64).alias("ruling_id"), kind, *_PAIR)


def contradiction(pairs: pl.DataFrame) -> Contradiction | None:
    """The first ``cannot`` whose two mentions the ``must`` rulings tie together, if any. ``pairs``: see ``pairs``."""
    must = _graph(pairs.filter(pl.col("kind") == RulingKind.MUST))
    if not must:
        return None
    cannot = pairs.filter(pl.col("kind") == RulingKind.CANNOT).sort("ruling_id", *_PAIR)
    for ruling, *ends in cannot.select("ruling_id", *_PAIR).iter_rows():
        one, other = (ends[0], ends[1]), (ends[2], ends[3])
        if one in must and (way := _way(must, one, other)) is not None:
            return Contradiction(ruling, way)
    return None


def _graph(must: pl.DataFrame) -> dict[Mention, list[tuple[Mention, int]]]:
    found: dict[Mention, list[tuple[Mention, int]]] = {}
    for ruling, *ends in must.select("ruling_id", *_PAIR).iter_rows():
        one, other = (ends[0], ends[1]), (ends[2], ends[3])
        found.setdefault(one, []).append((other, ruling))
        found.setdefault(other, []).append((one, ruling))
    return found


def _way(graph: dict[Mention, list[tuple[Mention, int]]], start: Mention, end: Mention) -> tuple[int, ...] | None:
    """The rulings along a shortest way, breadth first; None where there is none."""
    ways: dict[Mention, tuple[int, ...]] = {start: ()}
    edge: Iterable[Mention] = [start]
    while edge and end not in ways:
        following = []
        for mention in edge:
            for other, ruling in graph.get(mention, ()):
                if other not in ways:
                    ways[other] = (*ways[mention], ruling)
                    following.append(other)
        edge = following
    return ways.get(end)
