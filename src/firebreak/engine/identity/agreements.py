"""Agreement of names over distinct pairs, in Python, once each."""

from __future__ import annotations

import polars as pl

from firebreak.engine.identity.names import character_agreement, name_agreement

WHOLE_NAMES = ("same", "homophone", "look_alike", "order")
"""Agreements of two names written in full. A masked or shortened name may be a brother's."""

_HAN, _MASK = "[㐀-鿿]", "[*某]"
_RANK = {"same": 0, "homophone": 1, "look_alike": 2, None: 3}
"""Names agree as their characters do at worst: one that looks alike among others that sound alike is a look-alike."""

SCHEMA = {"one": pl.String, "other": pl.String, "agreement": pl.String}


def agreements(pairs: pl.DataFrame) -> pl.DataFrame:
    """``one, other, agreement`` of the pairs (``one, other``) that agree somehow, each pair once; the others are left
    out. What ``name_agreement`` says, which looks at each pair of characters once, not at each pair of names."""
    distinct = pairs.select("one", "other").drop_nulls().unique().sort("one", "other")
    written = pl.all_horizontal(pl.col("one", "other").str.contains(_HAN) & ~pl.col("one", "other").str.contains(_MASK))
    lengths = pl.col("one").str.len_chars(), pl.col("other").str.len_chars()
    whole = (written & (lengths[0] == lengths[1]) & (pl.col("one") != pl.col("other"))).alias("whole")
    split = distinct.with_columns(whole)
    rest = split.filter(~pl.col("whole") & ~(written & _too_far(*lengths))).select("one", "other")
    found = [
        (one, other, agreement)
        for one, other in rest.iter_rows()
        if (agreement := name_agreement(one, other)) is not None
    ]
    told = pl.concat([_by_character(split.filter("whole")), pl.DataFrame(found, schema=SCHEMA, orient="row")])
    return told.sort("one", "other")


def _too_far(one: pl.Expr, other: pl.Expr) -> pl.Expr:
    """Names in full of which neither is the other without one character."""
    length = one.cast(pl.Int64) - other.cast(pl.Int64)
    return (length.abs() > 1) | ((length != 0) & (pl.col("one").str.head(1) != pl.col("other").str.head(1)))


def _by_character(pairs: pl.DataFrame) -> pl.DataFrame:
    """Of names of one length: the worst agreement of their characters, None where one has none."""
    letters = pairs.select("one", "other").with_row_index("pair")
    long = letters.select("pair", a=pl.col("one").str.split(""), b=pl.col("other").str.split("")).explode("a", "b")
    kinds = [(a, b, _RANK[character_agreement(a, b)]) for a, b in long.select("a", "b").unique().iter_rows()]
    known = pl.DataFrame(kinds, schema={"a": pl.String, "b": pl.String, "rank": pl.Int8}, orient="row")
    worst = long.join(known, on=["a", "b"]).group_by("pair").agg(pl.col("rank").max())
    found = letters.join(worst, on="pair").filter(pl.col("rank") < _RANK[None])
    words = {rank: word for word, rank in _RANK.items()}
    agreement = pl.col("rank").replace_strict(words, return_dtype=pl.String)
    return found.select("one", "other", agreement=agreement)
