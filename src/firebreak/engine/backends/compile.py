"""From an expression to the SQL of one executor."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Literal

import ibis
from ibis.config import Config

Dialect = Literal["duckdb", "pyspark"]


class _Options(Config):  # type: ignore[misc]
    """What Ibis' compiler for Spark looks up, and only Ibis' own Spark backend, which is not used here, would set."""

    treat_nan_as_null: bool = False


ibis.options.pyspark = _Options()


@lru_cache(maxsize=1024)
def compiled(operation: Any, dialect: Dialect) -> str:
    """The SQL of an expression's operation (``expr.op()``).

    Compiling costs Ibis tenths of a second; the same question (equal operations) is compiled once a process.
    """
    return str(ibis.to_sql(operation.to_expr(), dialect=dialect, pretty=False))
