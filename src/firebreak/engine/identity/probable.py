"""The second pass: groups that no number ties are compared with the others by the model, and joined or reviewed."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from firebreak.engine.backends.base import Executor
from firebreak.engine.identity.cluster import JOINED, cluster
from firebreak.engine.identity.constraints import JOIN, REVIEW, judged, unrivalled
from firebreak.engine.identity.frames import frame
from firebreak.engine.identity.model.model import Model
from firebreak.engine.identity.prepare import prepare
from firebreak.engine.identity.resolution import JOINS, Population
from firebreak.engine.identity.score import scored

PROFILE = ("unique_id", "doc", "kind", "weak", "birth_year")


def weighed(run: Executor, model: Model, population: Population | None, ruled: pl.DataFrame) -> pl.DataFrame:
    """Scores of the candidates with ``may_join``, ``may_review`` and ``rivalled``, the strongest first.

    ``ruled``: groups (``unique_id``) of which a ruling speaks: what is known of them counts, too.
    """
    total = prepare(run, population, ruled)
    scores = judged(scored(run, model, "id_profiles", "id_compared", 1 / max(total, 2), REVIEW - JOIN))
    return unrivalled(scores, known(run))


def known(run: Executor) -> pl.DataFrame:
    """``PROFILE`` of every group that is a candidate, or ruled on."""
    return frame(run, run.table("id_profiles").select(*PROFILE))


def clustered(
    scores: pl.DataFrame, profiles: pl.DataFrame, must: pl.DataFrame, cannot: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """``group, cluster, probability``: groups that are one person, the weakest join's probability, null where ruled;
    and the pairs that the model joined (``resolution.JOINS``).

    ``must`` and ``cannot``: pairs of groups ``left, right`` that a ruling joins or keeps apart; a ruling to join goes
    before every constraint but another ruling.
    """
    joins = scores.filter((pl.col("weight") >= JOIN) & pl.col("may_join") & ~pl.col("rivalled"))
    pairs = pl.concat(
        [
            must.select("left", "right", *(pl.lit(None, pl.Float32).alias(name) for name in ("weight", "probability"))),
            joins.select(list(JOINS)),
        ]
    )
    nodes = pl.concat([pairs["left"], pairs["right"]]).unique().sort()
    at = {side: nodes.search_sorted(pairs[side]).to_numpy().astype(np.int64) for side in ("left", "right")}
    told = nodes.alias("unique_id").to_frame().join(profiles, on="unique_id", how="left", maintain_order="left")
    apart = _places(cannot, nodes)
    roots, outcome = cluster(len(nodes), at["left"], at["right"], _anchors(told), _years(told), apart, must.height)
    by_pair = pairs.with_columns(cluster=nodes.gather(roots[at["left"]]), joined=pl.Series(outcome == JOINED))
    joined = by_pair.filter("joined")
    weakest = joined.group_by("cluster").agg(pl.col("probability").min())
    placed = pl.DataFrame({"group": nodes, "cluster": nodes.gather(roots)})
    return placed.join(weakest, on="cluster", how="left"), by_pair.filter("joined").drop_nulls("weight").select(
        list(JOINS)
    )


def _places(pairs: pl.DataFrame, nodes: pl.Series) -> Any:
    here = pairs.filter(pl.col("left").is_in(nodes.implode()) & pl.col("right").is_in(nodes.implode()))
    sides = [nodes.search_sorted(here[side]).to_numpy().astype(np.int64) for side in ("left", "right")]
    return np.stack(sides, axis=1) if here.height else np.empty((0, 2), dtype=np.int64)


def _anchors(told: pl.DataFrame) -> Any:
    """A row for each kind of document: the number of each node's document of that kind, −1 where it has none."""
    kinds = told["kind"].drop_nulls().unique().sort().to_list()
    codes = told["doc"].rank("dense").cast(pl.Int64).fill_null(-1)
    rows = [
        pl.select(pl.when(told["kind"] == kind).then(codes).otherwise(-1)).to_series().fill_null(-1) for kind in kinds
    ]
    return np.stack([row.to_numpy() for row in rows]) if rows else np.full((0, told.height), -1, dtype=np.int64)


def _years(told: pl.DataFrame) -> Any:
    """Years of birth; unknown beside a wrong number, from which the date may have been read."""
    told = told.with_columns(year=pl.when(pl.col("weak").is_null()).then("birth_year"))
    return told["year"].cast(pl.Int64).fill_null(0).to_numpy()
