"""Records that name nobody but show a number plate: the owner of the vehicle is whom to ask.

A link by plate says that the vehicle passed, not who drove; its rule and its low confidence say so. It carries no value
of the person.
"""

from __future__ import annotations

import polars as pl

from firebreak.engine.backends.base import Executor, Expr
from firebreak.engine.identity.frames import frame

CONFIDENCE = 0.6
_KEY = ["record_id", "part"]


def passed(run: Executor, groups: Expr) -> pl.DataFrame:
    """``record_id, part, owner``: records with a plate alone, and the group of the one person whom other records give
    that plate."""
    mentions = run.table("mentions")
    told = mentions.filter(mentions.plate.notnull())
    nameless = told.name.isnull() & told.phone.isnull() & told.doc_number.isnull()
    told = told.select(*_KEY, "plate", nameless=nameless)
    placed = frame(run, told.join(groups.select(*_KEY, "group"), _KEY))
    owners = (
        placed.filter(~pl.col("nameless"))
        .group_by("plate")
        .agg(pl.col("group").n_unique().alias("people"), owner=pl.col("group").min())
    )
    return placed.filter("nameless").join(owners.filter(pl.col("people") == 1), on="plate").select(*_KEY, "owner")
