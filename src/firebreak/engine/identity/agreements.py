"""Agreement of names over distinct pairs, in Python, once each."""

from __future__ import annotations

import polars as pl

from firebreak.engine.identity.names import name_agreement

WHOLE_NAMES = ("same", "homophone", "look_alike", "order")
"""Agreements of two names written in full. A masked or shortened name may be a brother's."""

SCHEMA = {"one": pl.String, "other": pl.String, "agreement": pl.String}


def agreements(pairs: pl.DataFrame) -> pl.DataFrame:
    """``one, other, agreement`` of the pairs (``one, other``) that agree somehow, each pair once; the others are left
    out."""
    distinct = pairs.select("one", "other").drop_nulls().unique().sort("one", "other")
    found = [
        (one, other, agreement)
        for one, other in distinct.iter_rows()
        if (agreement := name_agreement(one, other)) is not None
    ]
    return pl.DataFrame(found, schema=SCHEMA, orient="row")
