"""What the model reads: the evidence of every record with its group, candidates, and one profile a group."""

from __future__ import annotations

import ibis
import polars as pl

from firebreak.engine.backends.base import Executor, Expr
from firebreak.engine.identity import blocking
from firebreak.engine.identity.compare.chinese import MASKED_NAMES
from firebreak.engine.identity.profiles import FREQUENCIES, evidence, profiles

ANCHORED = ("document", "corrected")
"""Rules that tie a record to a person by a number; a group without a record of these is open."""


def prepare(run: Executor, groups: pl.DataFrame) -> int:
    """Keep ``id_said`` (evidence with groups), ``id_candidates`` and ``id_profiles``; the number of groups.

    ``groups``: of the deterministic pass, whose tables the executor still has.
    """
    anchored = groups.filter(pl.col("rule").is_in(ANCHORED)).select("group").unique()
    run.put("id_groups", groups.select("record_id", "part", unique_id="group").to_arrow())
    run.put("id_anchored", anchored.select(unique_id="group", anchored=pl.lit(True)).to_arrow())
    run.keep("id_said", _said(run))
    candidates = blocking.candidates(run, run.table("id_said"), _proposed(run))
    touched = run.keep("id_touched", _ends(candidates))
    total = groups["group"].n_unique()
    said = run.table("id_said").semi_join(touched, "unique_id")
    profiles(run, said, "id_profiles", _common(run, total))
    return total


def _said(run: Executor) -> Expr:
    """Evidence that says something, with ``unique_id``, ``doc`` and ``is_open``, and the keys of blocking."""
    told = evidence(run.table("mentions"), run.table("id_claims")).join(run.table("id_groups"), ["record_id", "part"])
    told = told.left_join(run.table("id_anchored"), "unique_id").drop("unique_id_right")
    told = told.mutate(is_open=told.anchored.isnull()).drop("anchored", "record_id", "part")
    return blocking.said_for_blocking(told).distinct()


def _proposed(run: Executor) -> Expr:
    """Pairs that share a number: a conflicting name and the number's person; a wrong number and its corrections."""
    tied = run.table("id_tied")
    odd = tied.filter(tied.rule == "conflict").select(one="group", other="holder")
    said, possible, nodes = run.table("id_said"), run.table("id_possible"), run.table("id_nodes")
    weak = said.filter(said.is_open & said.weak.notnull()).select("weak", one="unique_id").distinct()
    fits = weak.join(possible, weak.weak == possible.weak_key).select("one", "doc_key")
    near = fits.join(nodes, fits.doc_key == nodes.node_key).select("one", other="group")
    return ibis.union(odd, near, distinct=False)


def _ends(candidates: Expr) -> Expr:
    return ibis.union(candidates.select(unique_id="left"), candidates.select(unique_id="right"), distinct=True)


def _common(run: Executor, total: int) -> dict[str, Expr]:
    """Of each value of ``FREQUENCIES`` the share of groups that say it; of a masked name only its surname counts."""
    said = run.table("id_said")
    tables = {}
    for column in FREQUENCIES:
        if column in ("phone", "room"):
            rows = run.table(f"id_keyed_{column}").select(column, "unique_id")
        else:
            rows = said.filter(said[column].notnull()).select(column, "unique_id").distinct()
        counted = rows.group_by(column).agg(groups=lambda t: t.count())
        factor = (MASKED_NAMES if column == "masked_surname" else 1.0) / total
        share = counted.select(column, **{f"tf_{column}": counted.groups.cast("float64") * factor})
        tables[column] = run.keep(f"id_share_{column}", share)
    return tables
