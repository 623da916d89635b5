"""What the steps of the engine ask of an executor. DuckDB is the first, Spark the second."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

import ibis
import pyarrow as pa
from ibis.expr.operations import UnboundTable

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
    """Runs expressions. Every name given to ``put``, ``keep`` and ``scan`` can be read in later expressions.

    A name given again is a new table from then on. All that is its own is gone when the executor is closed.
    """

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def close(self) -> None:
        """Release what was put or kept."""

    def table(self, name: str) -> Expr:
        """The unbound table of that name: a table of the lake, or one that was put or kept."""

    def scan(self, name: str, files: Sequence[Path | str]) -> Expr:
        """Read a list of Parquet files under a name, with the lake's schema of that name or else the first file's."""

    def files(self, name: str) -> Sequence[Path | str]:
        """The Parquet files whose rows are the table, where this process may read them itself; else none."""

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


def files_of(executor: Executor, expr: Expr) -> Sequence[Path | str]:
    """The files that are the rows of an expression, where it is a table as it lies and this process can read it."""
    operation = expr.op()
    return executor.files(operation.name) if isinstance(operation, UnboundTable) else ()


def unbound(name: str, schema: pa.Schema) -> Expr:
    """An unbound Ibis table with an Arrow schema."""
    return ibis.table(ibis.Schema.from_pyarrow(schema), name=name)
