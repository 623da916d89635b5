"""The thin adapter that executes compiled expressions in DuckDB, in this process, over lists of Parquet files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from time import perf_counter
from types import TracebackType
from typing import Any

import duckdb
import pyarrow as pa
from ibis.expr.operations import UnboundTable

from firebreak.engine.backends.base import Expr, OnStep, Timing, unbound
from firebreak.engine.backends.compile import compiled
from firebreak.engine.backends.functions import KEY64
from firebreak.engine.backends.layers import layers
from firebreak.lake.errors import damaged_file
from firebreak.terms.tables import TABLES

_ROW_GROUP = 122_880
_OF_FILES = (duckdb.IOException, duckdb.InvalidInputException, duckdb.SerializationException)
_EPOCH = re.compile(r"EPOCH\(CAST\(((?:[^()]|\((?:[^()]|\([^()]*\))*\))*) AS TIMESTAMP\)\)")
"""Ibis casts an instant to the session's local time before it takes its seconds. The session is UTC, so the cast
changes nothing, and it is eight times as slow as all the rest."""
_TYPES = {
    "int64": "BIGINT", "int32": "INTEGER", "int16": "SMALLINT", "int8": "TINYINT", "float": "FLOAT", "double": "DOUBLE",
    "string": "VARCHAR", "bool": "BOOLEAN", "date32[day]": "DATE", "timestamp[us, tz=UTC]": "TIMESTAMPTZ",
}  # fmt: skip
"""Column types of the lake's tables, as DuckDB calls them."""
_PARQUET = re.compile(r"[^'\"]+\.parquet(?=['\"])")


class Duck:
    """An executor over Parquet files.

    ``files`` maps a table's name to its files; a table that is absent or has no file is empty. Names outside
    ``terms.tables`` are allowed where at least one file gives the schema. ``memory_limit`` is DuckDB's (``"2GB"``);
    beyond it, it spills to ``spill`` (default: beside the process' temporary files). The session's zone is UTC.
    """

    def __init__(
        self,
        files: Mapping[str, Sequence[Path | str]] | None = None,
        memory_limit: str = "3GB",
        threads: int = 2,
        on_step: OnStep | None = None,
        spill: Path | None = None,
    ) -> None:
        self._connection = duckdb.connect()
        self._on_step = on_step
        self._tables: dict[str, Expr] = {}
        self._made: dict[str, str] = {}
        self._waiting: dict[str, str] = {}
        self._files: dict[str, tuple[Path | str, ...]] = {}
        for setting, value in (("memory_limit", memory_limit), ("threads", threads), ("TimeZone", "UTC")):
            self._connection.execute(f"SET {setting} = '{value}'")
        self._connection.execute("SET enable_progress_bar = false")
        self._connection.execute(f"CREATE TEMP MACRO {KEY64['duckdb']}")
        if spill is not None:
            self._connection.execute(f"SET temp_directory = {_literal(spill)}")
        for name, table in TABLES.items():
            self._view(name, table.schema, (files or {}).get(name, ()))
        for name in {*(files or {})} - {*TABLES}:
            self.scan(name, (files or {})[name])

    def __enter__(self) -> Duck:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Release the session and everything that was put or kept in it."""
        self._connection.close()

    def table(self, name: str) -> Expr:
        """The unbound table of that name."""
        return self._tables[name]

    def scan(self, name: str, files: Sequence[Path | str]) -> Expr:
        """Read a list of files under a name, with the lake's schema of that name or else the first file's."""
        if name in TABLES:
            return self._view(name, TABLES[name].schema, files)
        with _files_told():
            schema = self._connection.execute(f"FROM {_read(files)} LIMIT 0").to_arrow_table().schema
        return self._view(name, schema, files)

    def files(self, name: str) -> Sequence[Path | str]:
        """The Parquet files whose rows are the table, all of them; none where it is made in another way."""
        return self._files.get(name, ())

    def put(self, name: str, table: pa.Table) -> Expr:
        """Copy an Arrow table into the session under a name."""
        self._connection.register("__arrow__", table)
        self._make("TABLE", name, "FROM __arrow__")
        self._connection.unregister("__arrow__")
        return self._bind(name, table.schema)

    def keep(self, name: str, expr: Expr) -> Expr:
        """Run an expression once and keep its rows in the session under a name."""
        sql, compiled = self._compile(expr)
        start = perf_counter()
        with _files_told():
            rows = self._make("TABLE", name, sql)
        self._report(name, compiled, start, rows)
        return self._bind(name, expr.schema().to_pyarrow())

    def run(self, expr: Expr, step: str = "") -> pa.Table:
        """The rows of an expression, in Arrow, with the types the expression declares."""
        sql, compiled = self._compile(expr)
        start = perf_counter()
        with _files_told():
            found = self._connection.execute(sql).to_arrow_table().cast(expr.schema().to_pyarrow())
        self._report(step, compiled, start, found.num_rows)
        return found

    def write(self, expr: Expr, path: Path, sort: tuple[str, ...] = (), step: str = "") -> int:
        """Write an expression's rows to one zstd Parquet file, sorted by ``sort``; the number of rows."""
        sql, compiled = self._compile(expr)
        start = perf_counter()
        order = f" ORDER BY {', '.join(f'{_name(column)} NULLS FIRST' for column in sort)}" if sort else ""
        options = f"FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {_ROW_GROUP}"
        with _files_told():
            done = self._connection.execute(f"COPY (FROM ({sql}){order}) TO {_literal(path)} ({options})").fetchone()
        rows = int(done[0]) if done else 0
        self._report(step or path.name, compiled, start, rows)
        return rows

    def splink(self) -> Any:
        """Splink's access to this session."""
        from splink import DuckDBAPI  # costs half a second, which most commands need not pay

        return DuckDBAPI(connection=self._connection)

    def _view(self, name: str, schema: pa.Schema, files: Sequence[Path | str]) -> Expr:
        """Bind a name to files. The view is made when a question first reads it: most questions read few tables."""
        self._waiting[name] = _layered(name, schema, files) if files else _nothing(schema)
        table = self._bind(name, schema)
        if files and not (name in TABLES and TABLES[name].key):
            self._files[name] = tuple(files)
        return table

    def _ready(self, names: Iterable[str]) -> None:
        for name in names:
            if name in self._waiting:
                with _files_told():
                    self._make("VIEW", name, self._waiting[name])

    def _make(self, kind: str, name: str, source: str) -> int:
        """Make a view or a table, in place of what had the name; the rows of a table."""
        self._waiting.pop(name, None)
        if name in self._made:
            self._connection.execute(f'DROP {self._made.pop(name)} "{name}"')
        made = self._connection.execute(f'CREATE TEMP {kind} "{name}" AS {source}').fetchone()
        self._made[name] = kind
        return int(made[0]) if made else -1

    def _bind(self, name: str, schema: pa.Schema) -> Expr:
        self._files.pop(name, None)
        self._tables[name] = _unbound(name, schema)
        return self._tables[name]

    def _compile(self, expr: Expr) -> tuple[str, float]:
        start = perf_counter()
        sql, reads = _compiled(expr.op())
        spent = perf_counter() - start
        self._ready(reads)
        return sql, spent

    def _report(self, step: str, compiled: float, start: float, rows: int) -> None:
        if self._on_step is not None:
            self._on_step(Timing(step, compiled, perf_counter() - start, rows))


@contextmanager
def _files_told() -> Iterator[None]:
    """LakeError where a Parquet file is gone or damaged; any other trouble of DuckDB passes as it is."""
    try:
        yield
    except duckdb.Error as error:
        said, named = str(error).partition("\n")[0], _PARQUET.search(str(error))
        of_file = isinstance(error, _OF_FILES) and (named or "zstd" in said.lower() or "parquet" in said.lower())
        if not of_file and type(error) is not duckdb.Error:  # the bare class: what Thrift says of a damaged footer
            raise
        raise damaged_file(named[0] if named else "Parquet") from None


@lru_cache(maxsize=512)
def _compiled(operation: Any) -> tuple[str, tuple[str, ...]]:
    """SQL, and the tables it reads."""
    sql = _EPOCH.sub(r"EPOCH(\1)", compiled(operation, "duckdb"))
    return sql, tuple({table.name for table in operation.find(UnboundTable)})


@lru_cache(maxsize=512)
def _unbound(name: str, schema: pa.Schema) -> Expr:
    return unbound(name, schema)


def _nothing(schema: pa.Schema) -> str:
    """A table without rows."""
    types = ((field.name, _TYPES[str(field.type)]) for field in schema)
    return f"SELECT {', '.join(f'NULL::{kind} AS {_name(name)}' for name, kind in types)} WHERE false"


def _layered(name: str, schema: pa.Schema, files: Sequence[Path | str]) -> str:
    """The rows of a table's files; where it has a key, those that no later layer hides."""
    columns, parts = ", ".join(_name(column) for column in schema.names), []
    for layer in layers(name, files):
        key = ", ".join(_name(column) for column in layer.key)
        hidden = f" ANTI JOIN (SELECT {key} FROM {_read(layer.later)}) USING ({key})" if layer.later else ""
        shown = f" WHERE {_name(layer.present)} IS NOT NULL" if layer.present else ""
        parts.append(f"SELECT {columns} FROM {_read(layer.files)}{hidden}{shown}")
    return " UNION ALL ".join(parts)


def _name(column: str) -> str:
    return '"' + column.replace('"', '""') + '"'


def _literal(path: Path | str) -> str:
    return "'" + str(path).replace("'", "''") + "'"


def _read(files: Sequence[Path | str]) -> str:
    listed = ", ".join(_literal(file) for file in files)
    return f"read_parquet([{listed}], hive_partitioning = false)"
