"""Why two people became one: the strongest tie between the records of the one who was absorbed and the others."""

from __future__ import annotations

import polars as pl

from firebreak.engine.backends.base import Executor
from firebreak.engine.identity.frames import frame
from firebreak.engine.identity.person_ids import KEY
from firebreak.engine.identity.ties import RULES, ties
from firebreak.terms.enums import RulingKind

_ENDS = ["left_record_id", "left_part", "right_record_id", "right_part"]
CAUSES = {
    "absorbed_id": pl.Int64,
    "left_record_id": pl.Int64,
    "left_part": pl.Int16,
    "right_record_id": pl.Int64,
    "right_part": pl.Int16,
    "rule": pl.String,
    "weight": pl.Float32,
    "probability": pl.Float32,
}
_ORDER = ("ruling", "model", *(rule for rule in RULES if rule != "ruling"))


def causes(
    run: Executor,
    merges: pl.DataFrame,
    links: pl.DataFrame,
    members: pl.DataFrame,
    rulings: pl.DataFrame,
    joins: pl.DataFrame,
) -> pl.DataFrame:
    """``absorbed_id``, two mentions (the absorbed person's on the right), the ``rule`` between them; one row a merge.

    ``merges``: ``person_id, absorbed_id``; ``links``: after the run, with ``rule``; ``members``: as ``aliases.members``
    gives them; ``rulings``: pairs; ``joins``: ``resolution.JOINS``. A ruling goes first, then what the model joined
    (with the match weight in bits and its probability; null for other rules), then ``ties.RULES`` in their order.
    Where none ties the two directly, it is the first record of either, and the rule of the absorbed one's.
    """
    sides = _sides(merges, links, members)
    if sides.is_empty():
        return pl.DataFrame(schema=CAUSES)
    told = ties(run, sides.select(*KEY, scope="absorbed_id"))
    known = [
        _ruled(sides, rulings),
        _modelled(run, sides, joins),
        _across(sides, told.rename({"scope": "absorbed_id"})),
    ]
    order = pl.col("rule").replace_strict(_ORDER, list(range(len(_ORDER))), return_dtype=pl.Int8)
    by_strength = pl.concat(known).sort(order, -pl.col("weight"), *_ENDS)
    best = by_strength.unique("absorbed_id", keep="first", maintain_order=True)
    rest = _first(sides.join(best, on="absorbed_id", how="anti"))
    return pl.concat([best, rest]).sort("absorbed_id")


def _modelled(run: Executor, sides: pl.DataFrame, joins: pl.DataFrame) -> pl.DataFrame:
    """The pairs of groups that the model joined across the two sides; none where they were in one group before."""
    if joins.is_empty():
        return pl.DataFrame(schema=CAUSES)
    asked = run.put("cause_records", sides.select(KEY).unique().to_arrow())
    groups = frame(run, run.table("id_groups").semi_join(asked, KEY).select(*KEY, "group"))
    placed = sides.sort(KEY).join(groups, on=KEY, maintain_order="left")
    first = placed.unique(["absorbed_id", "absorbed", "group"], keep="first", maintain_order=True)
    both = first.group_by("absorbed_id", "group").agg(pl.len()).filter(pl.col("len") > 1)
    first = first.join(both, on="absorbed_id", how="anti")
    left = first.filter(~pl.col("absorbed")).select(
        "absorbed_id", left_record_id="record_id", left_part="part", here="group"
    )
    right = first.filter("absorbed").select(
        "absorbed_id", right_record_id="record_id", right_part="part", there="group"
    )
    turned = joins.rename({"left": "right", "right": "left"}).select(joins.columns)
    edges = pl.concat([joins, turned]).rename({"left": "here", "right": "there"})
    found = left.join(edges, on="here").join(right, on=["absorbed_id", "there"], suffix="_right")
    return found.with_columns(rule=pl.lit("model")).select(list(CAUSES))


def _sides(merges: pl.DataFrame, links: pl.DataFrame, members: pl.DataFrame) -> pl.DataFrame:
    """``absorbed_id, record_id, part, rule, absorbed`` of every record of the merged people, new ones included."""
    now = merges.join(links, on="person_id").select("absorbed_id", *KEY, link_rule="rule")
    own = members.filter("absorbed").select("absorbed_id", *KEY, absorbed=pl.lit(True))
    return now.join(own, on=["absorbed_id", *KEY], how="left").with_columns(pl.col("absorbed").fill_null(False))


def _ruled(sides: pl.DataFrame, rulings: pl.DataFrame) -> pl.DataFrame:
    must = rulings.filter(pl.col("kind") == RulingKind.MUST)
    both = pl.concat([must.select(_ENDS), must.select(**dict(zip(_ENDS, _ENDS[2:] + _ENDS[:2], strict=True)))])
    left = sides.filter(~pl.col("absorbed")).select("absorbed_id", left_record_id="record_id", left_part="part")
    right = sides.filter("absorbed").select("absorbed_id", right_record_id="record_id", right_part="part")
    tied = both.join(left, on=_ENDS[:2]).join(right, on=["absorbed_id", *_ENDS[2:]])
    return _weightless(tied.with_columns(rule=pl.lit("ruling")))


def _across(sides: pl.DataFrame, told: pl.DataFrame) -> pl.DataFrame:
    """The first record of either side of each tie that both sides share."""
    ends = told.join(sides, on=["absorbed_id", *KEY]).sort(KEY)
    first = ends.unique(["absorbed_id", "absorbed", "tie"], keep="first", maintain_order=True)
    return _tied(first, ["absorbed_id", "tie", "rule"])


def _first(sides: pl.DataFrame) -> pl.DataFrame:
    ordered = sides.sort(KEY).unique(["absorbed_id", "absorbed"], keep="first", maintain_order=True)
    rules = ordered.filter("absorbed").select("absorbed_id", rule="link_rule")
    return _tied(ordered.join(rules, on="absorbed_id"), ["absorbed_id", "rule"])


def _tied(ends: pl.DataFrame, on: list[str]) -> pl.DataFrame:
    left = ends.filter(~pl.col("absorbed")).select(*on, left_record_id="record_id", left_part="part")
    right = ends.filter("absorbed").select(*on, right_record_id="record_id", right_part="part")
    return _weightless(left.join(right, on=on))


def _weightless(rows: pl.DataFrame) -> pl.DataFrame:
    nothing = pl.lit(None, pl.Float32)
    return rows.with_columns(weight=nothing, probability=nothing).select(list(CAUSES))
