"""What the sum of the weights may not overrule, and which of the pairs left are certain enough to join.

The model weighs comparisons as if they were independent. In a family they are not: one phone, one room, one surname
speak for the whole household at once. So a pair joins only where the evidence of the person himself allows it.
"""

from __future__ import annotations

import polars as pl

from firebreak.engine.identity.compare.chinese import BY_NAME

JOIN = 10.0
"""Bits: the odds of a join are 1,000 to 1 (probability 0.999)."""
REVIEW = 0.0
"""Bits: from even odds on, a clerk looks."""
REVIEWED = 0.02
"""Share of the records that clerks can look at."""

_NAMES_DISAGREE = ("surname", "differs")
_NAMES_IN_PART = ("masked", "cut", "unknown")
_NUMBER_SPEAKS = ("same", "masked", "one_off")
_NUMBER_DIFFERS = ("differs",)


def judged(scores: pl.DataFrame) -> pl.DataFrame:
    """The scores with ``may_join`` and ``may_review``.

    - Names that disagree keep apart whatever else agrees; with one and the same number a clerk looks.
    - One character of three differs between brothers, too: it joins with one and the same number only.
    - A masked, shortened or missing name joins with a number that fits or the same date of birth only: father and son
      are both 王某 of one phone.
    - Numbers that differ by more than a slip, and dates of birth that differ, keep apart.
    """
    name, number, birth = (_word(comparison) for comparison in ("name", "document", "birth"))
    same_number = number == "same"
    disagree = name.is_in(_NAMES_DISAGREE)
    one_off = (name == "one_character") & ~number.is_in(("same", "masked"))
    in_part = name.is_in(_NAMES_IN_PART) & ~number.is_in(_NUMBER_SPEAKS) & (birth != "same")
    other_number = number.is_in(_NUMBER_DIFFERS)
    born_apart = (birth == "differs") & ~same_number
    return scores.with_columns(
        may_join=~(disagree | one_off | in_part | other_number | born_apart),
        may_review=~((disagree & ~same_number) | other_number | born_apart),
    )


def _word(comparison: str) -> pl.Expr:
    """The word of the level of a comparison."""
    made = BY_NAME[comparison]
    words = {gamma: made.level_of(gamma) for gamma in range(-1, len(made.levels) - 1)}
    return pl.col(f"gamma_{comparison}").replace_strict(words, return_dtype=pl.String)


def unrivalled(pairs: pl.DataFrame, anchor: pl.DataFrame) -> pl.DataFrame:
    """The pairs with ``rivalled``: an open group that fits two persons nearly as well joins neither.

    ``anchor``: ``unique_id, doc`` of the groups with a number. Persons are rivals where the second is less than
    ``JOIN`` bits behind the first: the first is not 1,000 times as likely as the second.
    """
    known = anchor.filter(pl.col("doc").is_not_null()).select("unique_id", "doc")
    ends = [pairs.select("weight", "may_join", group=pl.col(one), other=pl.col(other)) for one, other in _BOTH_WAYS]
    persons = pl.concat(ends).filter("may_join").join(known, left_on="other", right_on="unique_id")
    best = persons.group_by("group", "doc").agg(pl.col("weight").max())
    ranked = best.group_by("group").agg(
        first=pl.col("weight").max(), second=pl.col("weight").top_k(2).min(), persons=pl.len()
    )
    torn = ranked.filter((pl.col("persons") > 1) & (pl.col("first") - pl.col("second") < JOIN))
    rivals = torn.select("group", least=pl.col("first") - JOIN)
    marked = pairs
    for one, other in _BOTH_WAYS:
        marked = (
            marked.join(rivals, left_on=one, right_on="group", how="left")
            .join(
                known.select("unique_id", **{f"has_{one}": pl.lit(True)}),
                left_on=other,
                right_on="unique_id",
                how="left",
            )
            .rename({"least": f"least_{one}"})
        )
    torn_here = [pl.col(f"least_{one}").is_not_null() & pl.col(f"has_{one}").fill_null(False) for one, _ in _BOTH_WAYS]
    return marked.with_columns(rivalled=pl.any_horizontal(torn_here)).drop(
        *(f"least_{one}" for one, _ in _BOTH_WAYS), *(f"has_{one}" for one, _ in _BOTH_WAYS)
    )


_BOTH_WAYS = (("left", "right"), ("right", "left"))
