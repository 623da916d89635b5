"""Linkage of any table of persons by the same steps: blocking with caps, EM, weights, clusters under constraints."""

from __future__ import annotations

from collections.abc import Mapping

import ibis
import numpy as np
import polars as pl

from firebreak.engine.backends.base import Executor
from firebreak.engine.identity.blocking import candidates
from firebreak.engine.identity.cluster import cluster
from firebreak.engine.identity.compare.latin import blocks, comparisons, keys
from firebreak.engine.identity.model.model import Model
from firebreak.engine.identity.model.settings import settings
from firebreak.engine.identity.model.train import trained
from firebreak.engine.identity.score import scored

EVEN = 0.0
"""Bits from which a pair joins: even odds, where a false join and a missed one are equally bad."""


def linked(run: Executor, table: pl.DataFrame, kinds: Mapping[str, str], join: float = EVEN) -> pl.DataFrame:
    """``unique_id, cluster``. ``table``: ``unique_id`` (0 … n − 1), the columns of ``kinds`` as text and, where each of
    several lists holds a person once, ``source``, the list: then a cluster has one record of a source."""
    told = table.select("unique_id", *kinds, *_shares(table, kinds))
    run.put("tb_records", told.to_arrow())
    opened = run.table("tb_records").mutate(is_open=ibis.literal(True))
    pairs = candidates(run, dict.fromkeys(keys(kinds), opened), keys(kinds))
    if "source" in table.columns:
        pairs = _across(run, table)
    run.keep("tb_pairs", pairs)
    model = Model("", trained(run, "tb_records", "tb_records", settings(comparisons(kinds)), blocks(kinds)))
    start = 1 / table.height
    scores = scored(run, model, "tb_records", "tb_pairs", start, -40.0)
    weights = _with_prior(scores["weight"].to_numpy(), start, _possible(table))
    return _clusters(scores.with_columns(weight=pl.Series(weights)), table, join)


def _shares(table: pl.DataFrame, kinds: Mapping[str, str]) -> list[pl.Expr]:
    """``tf_COLUMN``: the share of records that say the value."""
    return [(pl.len().over(column) / table.height).alias(f"tf_{column}") for column in kinds]


def _across(run: Executor, table: pl.DataFrame) -> ibis.Table:
    run.put("tb_sources", table.select("unique_id", "source").to_arrow())
    pairs, sources = run.table("id_candidates"), run.table("tb_sources")
    left = sources.select(left="unique_id", here="source")
    right = sources.select(right="unique_id", there="source")
    both = pairs.join(left, "left").join(right, "right")
    return both.filter(both.here != both.there).select("left", "right")


def _possible(table: pl.DataFrame) -> float:
    """Pairs there could be."""
    if "source" not in table.columns:
        return table.height * (table.height - 1) / 2
    counts = table["source"].value_counts()["count"].to_numpy().astype(float)
    return float((counts.sum() ** 2 - (counts**2).sum()) / 2)


def _with_prior(weights: np.ndarray, start: float, possible: float, rounds: int = 50) -> np.ndarray:
    """The weights with the prior that they themselves imply: expected matches by pairs, until it stays."""
    evidence, prior = weights - np.log2(start / (1 - start)), start
    for _ in range(rounds):
        expected = (1 / (1 + 2.0 ** -np.clip(evidence + np.log2(prior / (1 - prior)), -60, 60))).sum()
        prior = min(max(expected / possible, 1e-12), 0.5)
    adjusted: np.ndarray = evidence + np.log2(prior / (1 - prior))
    return adjusted


def _clusters(scores: pl.DataFrame, table: pl.DataFrame, join: float) -> pl.DataFrame:
    pairs = scores.filter(pl.col("weight") >= join).sort("weight", "left", "right", descending=[True, False, False])
    records = table.sort("unique_id")
    once = np.full((0, records.height), -1, dtype=np.int64)
    if "source" in table.columns:
        # one record of a source: of each source a row in which every record has a number of its own
        own = np.arange(records.height, dtype=np.int64)
        names = records["source"].unique().sort().to_list()
        once = np.stack([np.where((records["source"] == name).to_numpy(), own, -1) for name in names])
    ends = [pairs[side].to_numpy().astype(np.int64) for side in ("left", "right")]
    none = np.empty((0, 2), dtype=np.int64)
    roots, _ = cluster(records.height, ends[0], ends[1], once, np.zeros(records.height, dtype=np.int64), none)
    return records.select("unique_id", cluster=pl.Series(roots))
