"""From the executor to Polars."""

from __future__ import annotations

import polars as pl

from firebreak.engine.backends.base import Executor, Expr


def frame(run: Executor, expr: Expr, step: str = "") -> pl.DataFrame:
    """The rows of an expression, in Polars."""
    found = pl.from_arrow(run.run(expr, step))
    assert isinstance(found, pl.DataFrame)
    return found
