"""Identity in one call: mentions in, people out."""

from __future__ import annotations

import ibis
import polars as pl

from firebreak.engine.backends.base import Executor, Expr
from firebreak.engine.identity.band import band
from firebreak.engine.identity.compare.chinese import COMPARISONS
from firebreak.engine.identity.exact import confidence, group
from firebreak.engine.identity.frames import frame
from firebreak.engine.identity.model.model import Model
from firebreak.engine.identity.plates import CONFIDENCE as BY_PLATE
from firebreak.engine.identity.plates import passed
from firebreak.engine.identity.probable import clustered, known, weighed
from firebreak.engine.identity.resolution import GROUPS, Population, Resolution

_KEY = ["record_id", "part"]
_MOVED = ("own", "conflict", "phone+name")
"""Rules of links that become the model's when the model joins."""


def resolve(
    run: Executor, model: Model | None, rulings: pl.DataFrame, population: Population | None = None
) -> Resolution:
    """Who is one person, over the executor's ``mentions`` and ``journeys``.

    Without a model only the deterministic rules speak. ``rulings``: ``kind`` (must | cannot) and two mentions; the
    columns are those of ``resolution.RULINGS``, others are ignored. They go before the model, but take no group of the
    deterministic rules apart: ``obey`` does that. ``population``: of whom these are a part (None: they are all there
    are). Depends on the records alone, not on their order.
    """
    notes = group(run, run.table("mentions"), run.table("journeys"))
    if model is None:
        return Resolution(_whole(run, run.table("id_groups"), confidence(ibis._.rule)), notes=notes)
    must, cannot = (_ruled(run, rulings, kind) for kind in ("must", "cannot"))
    ends = [pairs.select(unique_id=side) for pairs in (must, cannot) for side in ("left", "right")]
    scores, profiles = weighed(run, model, population, pl.concat(ends).unique()), known(run)
    clusters, joins = clustered(scores, profiles, must, cannot)
    reviews = band(run, scores, clusters, COMPARISONS)
    run.put("id_clusters", clusters.to_arrow())
    return Resolution(_whole(run, *_joined(run)), reviews, notes, joins)


def _ruled(run: Executor, rulings: pl.DataFrame, kind: str) -> pl.DataFrame:
    """Pairs of groups ``left, right`` of the rulings of a kind."""
    pairs = rulings.filter(pl.col("kind") == kind)
    sides = [pairs.select(record_id=f"{side}_record_id", part=f"{side}_part") for side in ("left", "right")]
    asked = run.put("id_ruled", pl.concat(sides).unique().to_arrow())
    groups = frame(run, run.table("id_groups").semi_join(asked, _KEY))
    for side in ("left", "right"):
        here = groups.select(
            pl.col("record_id").alias(f"{side}_record_id"),
            pl.col("part").alias(f"{side}_part"),
            pl.col("group").alias(side),
        )
        pairs = pairs.join(here, on=[f"{side}_record_id", f"{side}_part"])
    return pairs.select("left", "right")


def _joined(run: Executor) -> tuple[Expr, Expr]:
    """The groups with those that the model joined under one number, and the confidence of each link."""
    groups, clusters = run.table("id_groups"), run.table("id_clusters")
    found = groups.left_join(clusters, "group").drop("group_right")
    moved = found.cluster.notnull() & found.probability.notnull() & found.rule.isin(_MOVED)
    sure = ibis.ifelse(moved, found.probability, confidence(found.rule))
    joined = found.select(
        *_KEY,
        group=ibis.coalesce(found.cluster, found.group),
        rule=ibis.ifelse(moved, ibis.literal("model"), found.rule),
        confidence=sure,
    )
    return joined, ibis._.confidence


def _whole(run: Executor, groups: Expr, sure: Expr) -> pl.DataFrame:
    """Rows of ``resolution.GROUPS``, by mention; records with a plate alone with its owner."""
    groups = groups.mutate(confidence=sure)
    owners = passed(run, groups)
    if owners.height:
        by_plate = run.put("id_passed", owners.to_arrow())
        found = groups.left_join(by_plate, _KEY)
        here = found.owner.notnull()
        groups = found.select(
            *_KEY,
            group=ibis.coalesce(found.owner, found.group),
            rule=ibis.ifelse(here, ibis.literal("plate"), found.rule),
            confidence=ibis.ifelse(here, ibis.literal(BY_PLATE, "float32"), found.confidence),
        )
    return frame(run, groups.order_by(_KEY)).select(list(GROUPS))
