"""The band between joined and apart: which pairs a clerk is shown, and what speaks for and against each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from firebreak.engine.backends.base import Executor
from firebreak.engine.identity.compare.levels import Comparison
from firebreak.engine.identity.constraints import REVIEW, REVIEWED
from firebreak.engine.identity.frames import frame
from firebreak.engine.identity.resolution import REVIEWS


def band(
    run: Executor, scores: pl.DataFrame, clusters: pl.DataFrame, comparisons: Sequence[Comparison]
) -> pl.DataFrame:
    """Rows of ``resolution.REVIEWS``: of each group not yet joined its best pair that may be looked at.

    Reads the executor's ``id_groups``.

    One pair a group, for a decision settles the group; the smallest mention stands for its group. Where more wait than
    ``REVIEWED`` of the records, the strongest are shown: what is left comes up when those are decided.
    """
    home = dict(zip(clusters["group"], clusters["cluster"], strict=True))
    open_pairs = scores.filter((pl.col("weight") >= REVIEW) & pl.col("may_review"))
    left, right = (pl.col(side).replace_strict(home, default=pl.col(side)) for side in ("left", "right"))
    apart = open_pairs.with_columns(here=left, there=right).filter(pl.col("here") != pl.col("there"))
    one = apart.sort("weight", "left", "right", descending=[True, False, False]).unique(
        "left", keep="first", maintain_order=True
    )
    one = one.with_columns(pair_low=pl.min_horizontal("here", "there"), pair_high=pl.max_horizontal("here", "there"))
    one = one.unique(["pair_low", "pair_high"], keep="first", maintain_order=True)
    records = int(frame(run, run.table("id_groups").count().as_table()).item())
    return _by_mention(run, one.head(int(records * REVIEWED)), comparisons)


def _by_mention(run: Executor, pairs: pl.DataFrame, comparisons: Sequence[Comparison]) -> pl.DataFrame:
    wanted = pl.concat([pairs["left"], pairs["right"]]).unique().alias("group")
    asked = run.put("id_shown_groups", wanted.to_frame().to_arrow())
    first = (
        frame(run, run.table("id_groups").semi_join(asked, "group").select("group", "record_id", "part"))
        .sort("record_id", "part")
        .unique("group", keep="first", maintain_order=True)
    )
    said = pairs.with_columns(gammas=all_gammas(pairs, comparisons))
    for side in ("left", "right"):
        said = said.join(first, left_on=side, right_on="group").rename(
            {"record_id": f"{side}_record_id", "part": f"{side}_part"}
        )
    return (
        _smaller_first(said).select(list(REVIEWS)).sort("left_record_id", "left_part", "right_record_id", "right_part")
    )


def _smaller_first(pairs: pl.DataFrame) -> pl.DataFrame:
    record, part = (pl.col(f"left_{name}") - pl.col(f"right_{name}") for name in ("record_id", "part"))
    turned = (record > 0) | ((record == 0) & (part > 0))
    columns = [
        pl.when(turned).then(f"{other}_{name}").otherwise(f"{one}_{name}").alias(f"{one}_{name}")
        for one, other in (("left", "right"), ("right", "left"))
        for name in ("record_id", "part")
    ]
    return pairs.with_columns(columns)


def gammas(row: Mapping[str, Any], comparisons: Sequence[Comparison]) -> str:
    """JSON of one scored pair: comparison → level, weight in bits, adjustment for how common the value is."""
    return str(all_gammas(pl.DataFrame([row]), comparisons).item())


def all_gammas(pairs: pl.DataFrame, comparisons: Sequence[Comparison]) -> pl.Series:
    """The same of each of many."""
    told = pl.struct(_told(comparison, pairs.columns).alias(comparison.name) for comparison in comparisons)
    return pairs.select(told.struct.json_encode()).to_series()


def _told(comparison: Comparison, columns: Sequence[str]) -> pl.Expr:
    words = {number: comparison.level_of(number) for number in range(-1, len(comparison.levels) - 1)}
    adjusted = f"mw_tf_adj_{comparison.name}"
    adjustment = pl.col(adjusted).cast(pl.Float64).fill_null(0.0) if adjusted in columns else pl.lit(0.0)
    return pl.struct(
        level=pl.col(f"gamma_{comparison.name}").cast(pl.Int64).replace_strict(words, return_dtype=pl.String),
        weight=pl.col(f"mw_{comparison.name}").cast(pl.Float64).round(3),
        adjustment=adjustment.round(3),
    )
