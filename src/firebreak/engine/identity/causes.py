"""Why two people became one: the strongest tie between the records of the one who was absorbed and the others."""

from __future__ import annotations

import polars as pl

from firebreak.engine.backends.base import Executor
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
}


def causes(
    run: Executor, merges: pl.DataFrame, links: pl.DataFrame, members: pl.DataFrame, rulings: pl.DataFrame
) -> pl.DataFrame:
    """``absorbed_id``, two mentions (the absorbed person's on the right), the ``rule`` between them; one row a merge.

    ``merges``: ``person_id, absorbed_id``; ``links``: after the run, with ``rule``; ``members``: as ``aliases.members``
    gives them; ``rulings``: pairs. Looked for in the order of ``ties.RULES``. Where none of them ties the two directly
    (a model did, or a record in between), it is the first record of either, and the rule of the absorbed one's.
    """
    sides = _sides(merges, links, members)
    if sides.is_empty():
        return pl.DataFrame(schema=CAUSES)
    told = ties(run, sides.select(*KEY, scope="absorbed_id"))
    found = pl.concat([_ruled(sides, rulings), _across(sides, told.rename({"scope": "absorbed_id"}))])
    order = pl.col("rule").replace_strict(RULES, list(range(len(RULES))), return_dtype=pl.Int8)
    best = found.sort(order, *_ENDS).unique("absorbed_id", keep="first", maintain_order=True)
    rest = _first(sides.join(best, on="absorbed_id", how="anti"))
    return pl.concat([best, rest]).sort("absorbed_id")


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
    return tied.with_columns(rule=pl.lit("ruling")).select(list(CAUSES))


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
    return left.join(right, on=on).select(list(CAUSES))
