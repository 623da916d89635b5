"""One pair weighed by the model: two records or two people, as if they were two groups of their own."""

from __future__ import annotations

import json

import polars as pl

from firebreak.engine.backends.base import Executor, Expr
from firebreak.engine.identity.band import gammas
from firebreak.engine.identity.compare.chinese import COMPARISONS, MASKED_NAMES
from firebreak.engine.identity.frames import frame
from firebreak.engine.identity.model.model import Model
from firebreak.engine.identity.person_ids import KEY
from firebreak.engine.identity.profiles import FREQUENCIES, evidence, profiles, worded
from firebreak.engine.identity.score import scored

LEAST = -1000.0
"""Bits: however little speaks for it, the pair is told."""


def weigh(run: Executor, model: Model, left: pl.DataFrame, right: pl.DataFrame) -> str | None:
    """JSON: comparison → level, weight, adjustment; and under ``total`` the weight and the probability.

    ``left`` and ``right``: ``record_id, part``. Frequencies of values are counted over the executor's ``mentions``, by
    person (``links``), as they are when everything is resolved. None where one side says nothing.
    """
    sides = pl.concat([side.select(*KEY, unique_id=pl.lit(nth, pl.Int64)) for nth, side in enumerate((left, right))])
    asked = run.put("w_sides", sides.to_arrow())
    run.keep("w_said", evidence(run.table("mentions"), asked).drop(*KEY).distinct())
    total = max(frame(run, run.table("links").select("person_id").distinct().count().as_table()).item(), 2)
    common = {column: _common(run, column, total) for column in FREQUENCIES}
    profiles(run, run.table("w_said"), "w_profiles", common)
    run.put(
        "w_pair", pl.DataFrame({"left": [0], "right": [1]}, schema={"left": pl.Int64, "right": pl.Int64}).to_arrow()
    )
    found = scored(run, model, "w_profiles", "w_pair", 1 / total, LEAST)
    if found.is_empty():
        return None
    row = found.row(0, named=True)
    told = json.loads(gammas(row, COMPARISONS))
    return json.dumps(told | {"total": {"weight": row["weight"], "probability": row["probability"]}})


def _common(run: Executor, column: str, total: int) -> Expr:
    """Of the values the two sides say, the share of people who say them; of a masked name only its surname counts."""
    mentions, factor = run.table("mentions"), (MASKED_NAMES if column == "masked_surname" else 1.0) / total
    said = run.table("w_said")
    wanted = said.select(column).filter(said[column].notnull()).distinct()
    told = worded(mentions, ("phone",)).semi_join(wanted, column).join(run.table("links"), KEY)
    counted = told.group_by(column).agg(people=told.person_id.nunique())
    share = counted.select(column, **{f"tf_{column}": counted.people.cast("float64") * factor})
    return run.keep(f"w_common_{column}", share)
