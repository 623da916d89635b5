"""What the steps of the engine ask of an executor. DuckDB is the first, Spark the second."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import ibis
import pyarrow as pa

Expr = Any
"""An Ibis table expression over unbound tables."""


@dataclass(frozen=True, slots=True)
class Timing:
    """How long a step took: ``compile_s`` from expression to SQL, ``run_s`` in the executor; ``rows`` -1: not known."""

    step: str
    compile_s: float
    run_s: float
    rows: int


OnStep = Callable[[Timing], None]


class Executor(Protocol):
    """Runs expressions. Every name given to ``put`` and ``keep`` can be read in later expressions."""

    def table(self, name: str) -> Expr:
        """The unbound table of that name: a table of the lake, or one that was put or kept."""

    def put(self, name: str, table: pa.Table) -> Expr:
        """Make an Arrow table readable under a name."""

    def keep(self, name: str, expr: Expr) -> Expr:
        """Run an expression once and keep its rows under a name."""

    def run(self, expr: Expr, step: str = "") -> pa.Table:
        """The rows of an expression, in Arrow."""

    def write(self, expr: Expr, path: Path, sort: tuple[str, ...] = (), step: str = "") -> int:
        """Write an expression's rows to one Parquet file, sorted; the number of rows."""

    def splink(self) -> Any:
        """Splink's access to this session: what was put or kept can be registered there by its name."""


def unbound(name: str, schema: pa.Schema) -> Expr:
    """An unbound Ibis table with an Arrow schema."""
    return ibis.table(ibis.Schema.from_pyarrow(schema), name=name)
