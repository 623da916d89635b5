"""From an expression to the SQL of one executor."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Literal

import ibis
import ibis.common.exceptions as com
import ibis.expr.operations as ops
from ibis.backends.sql.compilers.pyspark import PySparkCompiler
from ibis.config import Config

Dialect = Literal["duckdb", "pyspark"]


class _Options(Config):  # type: ignore[misc]
    """What Ibis' compiler for Spark looks up, and only Ibis' own Spark backend, which is not used here, would set."""

    treat_nan_as_null: bool = False


ibis.options.pyspark = _Options()


class _Spark(PySparkCompiler):  # type: ignore[misc]
    """Ibis' compiler, mended where its SQL means something else in Spark than in DuckDB."""

    __slots__ = ()

    def visit_StringSplit(self, op: Any, *, arg: Any, delimiter: Any) -> Any:  # noqa: N802
        """Spark takes the separator for a regular expression: ``|`` would part every letter from the next."""
        if not isinstance(op.delimiter, ops.Literal) or set(op.delimiter.value) & _NOT_IN_A_CLASS:
            raise com.UnsupportedOperationError("only a fixed separator without ^ [ ] \\ can be split at")
        return self.f.split(
            arg, "".join(letter if letter.isalnum() else f"[{letter}]" for letter in op.delimiter.value)
        )

    def visit_ArrayIndex(self, op: Any, *, arg: Any, index: Any) -> Any:  # noqa: N802
        """No element is null, and no error; from the end with a negative index."""
        return self.f.try_element_at(arg, self.if_(index >= 0, index + 1, index))


_NOT_IN_A_CLASS = frozenset("^[]\\")
_SPARK = _Spark()


@lru_cache(maxsize=1024)
def compiled(operation: Any, dialect: Dialect) -> str:
    """The SQL of an expression's operation (``expr.op()``).

    Compiling costs Ibis tenths of a second; the same question (equal operations) is compiled once a process.
    """
    expr = operation.to_expr()
    if dialect == "duckdb":
        return str(ibis.to_sql(expr, dialect=dialect, pretty=False))
    return str(_SPARK.to_sqlglot(expr.unbind()).sql(dialect=_SPARK.dialect))
