"""Identity as the rest of the house calls it: mentions in, links out."""

from __future__ import annotations

import polars as pl

from firebreak.engine.backends.base import Executor
from firebreak.engine.identity.person_ids import person_ids
from firebreak.engine.identity.resolution import no_rulings
from firebreak.engine.identity.resolve import resolve


def link(run: Executor, previous: str | None = "links") -> pl.DataFrame:
    """Rows of the table ``links`` for every mention of the executor's ``mentions``.

    ``previous`` names the table of earlier links, whose person ids are kept (None: there is none). Depends on the
    records alone, not on their order or on how they were batched.
    """
    groups = resolve(run, None, no_rulings()).groups
    before = _previous(run, previous)
    ids = person_ids(groups.select("record_id", "part", "group"), before)
    links = groups.join(ids, on="group").select("record_id", "part", "person_id", "rule", "confidence")
    return links.sort("record_id", "part")


def _previous(run: Executor, name: str | None) -> pl.DataFrame:
    if name is None:
        return pl.DataFrame(schema={"record_id": pl.Int64, "part": pl.Int16, "person_id": pl.Int64})
    return pl.DataFrame(pl.from_arrow(run.run(run.table(name).select("record_id", "part", "person_id"))))
