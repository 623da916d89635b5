"""Identity in one call: mentions in, people out."""

from __future__ import annotations

import polars as pl

from firebreak.engine.backends.base import Executor
from firebreak.engine.identity.exact import grouped
from firebreak.engine.identity.model.model import Model
from firebreak.engine.identity.resolution import Resolution


def resolve(run: Executor, model: Model | None, rulings: pl.DataFrame) -> Resolution:
    """Who is one person, over the executor's ``mentions`` and ``journeys``.

    Without a model only the deterministic rules speak. ``rulings``: ``kind`` (must | cannot) and two mentions; the
    columns are those of ``resolution.RULINGS``, others are ignored. Depends on the records alone, not on their order.
    """
    groups = grouped(run, run.table("mentions"), run.table("journeys"))
    return Resolution(groups)
