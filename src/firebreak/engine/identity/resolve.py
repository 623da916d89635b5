"""Identity in one call: mentions in, people out."""

from __future__ import annotations

import polars as pl

from firebreak.engine.backends.base import Executor
from firebreak.engine.identity.band import band
from firebreak.engine.identity.compare.chinese import COMPARISONS
from firebreak.engine.identity.exact import grouped
from firebreak.engine.identity.model.model import Model
from firebreak.engine.identity.plates import by_plate
from firebreak.engine.identity.probable import clustered, known, weighed
from firebreak.engine.identity.resolution import Population, Resolution

_KEY = ["record_id", "part"]


def resolve(
    run: Executor, model: Model | None, rulings: pl.DataFrame, population: Population | None = None
) -> Resolution:
    """Who is one person, over the executor's ``mentions`` and ``journeys``.

    Without a model only the deterministic rules speak. ``rulings``: ``kind`` (must | cannot) and two mentions; the
    columns are those of ``resolution.RULINGS``, others are ignored. They go before the model, but take no group of the
    deterministic rules apart: ``obey`` does that. ``population``: of whom these are a part (None: they are all there
    are). Depends on the records alone, not on their order.
    """
    groups, notes = grouped(run, run.table("mentions"), run.table("journeys"))
    if model is None:
        return Resolution(by_plate(run, groups), notes=notes)
    scores, profiles = weighed(run, model, groups, population), known(run)
    must, cannot = (_ruled(rulings, groups, kind) for kind in ("must", "cannot"))
    clusters = clustered(scores, profiles, must, cannot)
    reviews = band(scores, clusters, groups, COMPARISONS)
    return Resolution(by_plate(run, _joined(groups, clusters)), reviews, notes)


def _ruled(rulings: pl.DataFrame, groups: pl.DataFrame, kind: str) -> pl.DataFrame:
    """Pairs of groups ``left, right`` of the rulings of a kind."""
    pairs = rulings.filter(pl.col("kind") == kind)
    for side in ("left", "right"):
        here = groups.select(
            pl.col("record_id").alias(f"{side}_record_id"),
            pl.col("part").alias(f"{side}_part"),
            pl.col("group").alias(side),
        )
        pairs = pairs.join(here, on=[f"{side}_record_id", f"{side}_part"])
    return pairs.select("left", "right")


def _joined(groups: pl.DataFrame, clusters: pl.DataFrame) -> pl.DataFrame:
    """The groups with those that the model joined under one number."""
    found = groups.join(clusters, on="group", how="left")
    moved = (
        pl.col("cluster").is_not_null()
        & pl.col("probability").is_not_null()
        & pl.col("rule").is_in(("own", "conflict", "phone+name"))
    )
    return found.with_columns(
        group=pl.coalesce("cluster", "group"),
        rule=pl.when(moved).then(pl.lit("model")).otherwise("rule"),
        confidence=pl.when(moved).then("probability").otherwise("confidence"),
    ).select(groups.columns)
