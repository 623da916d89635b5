"""Records that name nobody but show a number plate: the owner of the vehicle is whom to ask.

A link by plate says that the vehicle passed, not who drove; its rule and its low confidence say so. It carries no value
of the person.
"""

from __future__ import annotations

import polars as pl

from firebreak.engine.backends.base import Executor
from firebreak.engine.identity.frames import frame

RULE, CONFIDENCE = "plate", 0.6
_KEY = ["record_id", "part"]


def by_plate(run: Executor, groups: pl.DataFrame) -> pl.DataFrame:
    """The groups, records with a plate alone in the group of the one person whom other records give that plate."""
    mentions = run.table("mentions")
    told = mentions.filter(mentions.plate.notnull()).select(*_KEY, "plate", "name", "phone", "doc_number")
    found = frame(run, told)
    placed = found.join(groups.select(*_KEY, "group"), on=_KEY)
    nameless = pl.all_horizontal(pl.col("name", "phone", "doc_number").is_null())
    owners = (
        placed.filter(~nameless)
        .group_by("plate")
        .agg(pl.col("group").n_unique().alias("people"), owner=pl.col("group").min())
    )
    passed = placed.filter(nameless).join(owners.filter(pl.col("people") == 1), on="plate").select(*_KEY, "owner")
    return (
        groups.join(passed, on=_KEY, how="left")
        .with_columns(
            group=pl.coalesce("owner", "group"),
            rule=pl.when(pl.col("owner").is_not_null()).then(pl.lit(RULE)).otherwise("rule"),
            confidence=pl.when(pl.col("owner").is_not_null())
            .then(pl.lit(CONFIDENCE, pl.Float32))
            .otherwise("confidence"),
        )
        .drop("owner")
    )
