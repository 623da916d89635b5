"""The thin adapter that executes compiled expressions in Spark: in this process, or on a cluster over shared storage.

Ibis compiles, Spark's own SQL runs. Nothing of ours runs in Python on the executors, so a worker needs no Python.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import reduce
from pathlib import Path
from time import perf_counter
from types import TracebackType
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
from py4j.protocol import Py4JError, Py4JJavaError
from pyspark.errors import AnalysisException, PySparkException
from pyspark.logger import PySparkLogger
from pyspark.sql import DataFrame
from pyspark.sql.pandas.types import from_arrow_schema

from firebreak.engine.backends import errors
from firebreak.engine.backends.base import Expr, OnStep, Timing, unbound
from firebreak.engine.backends.compile import compiled
from firebreak.engine.backends.functions import KEY64
from firebreak.engine.backends.layers import Layer, layers
from firebreak.engine.backends.scratch import Scratch
from firebreak.engine.backends.spark_start import session
from firebreak.lake.errors import damaged_file
from firebreak.lake.parquet import ROWS_A_GROUP
from firebreak.terms.errors import FirebreakError
from firebreak.terms.tables import TABLES

_PARQUET = re.compile(r"file:/{0,2}(/[^\s'\"]+\.parquet)")
_PATTERN = re.compile(r"[][{}*?\\]")
_PERCENT = re.compile(rb"%([0-9A-F]{2})")
_CONDITION = re.compile(r"(?:Exception|Error): \[([A-Z][A-Z_]+(?:\.[A-Z_]+)?)\]")
PySparkLogger.getLogger("SQLQueryContextLogger").disabled = True  # it prints the value that a query stumbled on

_UNSIGNED = {pa.uint8(): pa.int16(), pa.uint16(): pa.int32(), pa.uint32(): pa.int64()}


class Spark:
    """An executor over Parquet files.

    ``files`` maps a table's name to its files; a table that is absent or has no file is empty. ``master`` is Spark's
    (``local[2]``, ``spark://host:7077``). Rows that are kept lie as Parquet under ``scratch``, which a cluster must see
    too, until the executor is closed. ``memory`` is the driver's, which in ``local`` does all the work. ``settings``
    are Spark's own and win over ours. EngineError where Spark cannot be started.
    """

    def __init__(
        self,
        files: Mapping[str, Sequence[Path | str]] | None = None,
        master: str = "local[2]",
        memory: str = "2g",
        scratch: Path | None = None,
        on_step: OnStep | None = None,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        self._session = session(master, memory, {**_sized(master), **(settings or {})})
        self._session.sql(f"CREATE OR REPLACE TEMPORARY FUNCTION {KEY64['pyspark']}")
        self._scratch = _scratch(scratch)
        self._on_step = on_step
        self._tables: dict[str, Expr] = {}
        self._kept = 0
        for name, table in TABLES.items():
            self._view(name, table.schema, (files or {}).get(name, ()))
        for name in {*(files or {})} - {*TABLES}:
            self.scan(name, (files or {})[name])

    def __enter__(self) -> Spark:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Release everything that was put or kept. The Java machine stays for the next executor of this process."""
        try:
            for name in self._tables:
                self._session.catalog.dropTempView(name)
        except (PySparkException, Py4JError, OSError):
            pass  # Spark is gone, and its views with it
        self._tables.clear()
        self._scratch.close()

    def table(self, name: str) -> Expr:
        """The unbound table of that name."""
        return self._tables[name]

    def scan(self, name: str, files: Sequence[Path | str]) -> Expr:
        """Read a list of files under a name, with the lake's schema of that name or else the first file's."""
        if name in TABLES:
            return self._view(name, TABLES[name].schema, files)
        try:
            schema = pq.read_schema(files[0])
        except (OSError, pa.ArrowException):
            raise damaged_file(files[0]) from None
        return self._view(name, schema, files)

    def files(self, name: str) -> Sequence[Path | str]:
        """None: what Spark reads it reads where its executors are."""
        return ()

    def put(self, name: str, table: pa.Table) -> Expr:
        """Send an Arrow table to the session under a name."""
        schema = _plain(table.schema)
        self._session.createDataFrame(table.cast(schema)).createOrReplaceTempView(name)
        return self._bind(name, schema)

    def keep(self, name: str, expr: Expr) -> Expr:
        """Run an expression once and keep its rows under a name, in Parquet files: columns, not Spark's own rows."""
        sql, compiling = self._compile(expr)
        start = perf_counter()
        schema = _plain(expr.schema().to_pyarrow())
        folder = self._folder()
        with _told(name):
            self._rows(sql, schema).write.parquet(str(folder))
            self._read([folder], schema).createOrReplaceTempView(name)
        self._report(name, compiling, start, -1)
        return self._bind(name, schema)

    def run(self, expr: Expr, step: str = "") -> pa.Table:
        """The rows of an expression, in Arrow, with the types the expression declares."""
        sql, compiling = self._compile(expr)
        start = perf_counter()
        with _told(step):
            found = self._session.sql(sql).toArrow().cast(expr.schema().to_pyarrow())
        self._report(step, compiling, start, found.num_rows)
        return found

    def write(self, expr: Expr, path: Path, sort: tuple[str, ...] = (), step: str = "") -> int:
        """Write an expression's rows to one zstd Parquet file, sorted by ``sort``; the number of rows."""
        sql, compiling = self._compile(expr)
        start = perf_counter()
        folder = self._folder()
        with _told(step or path.name):
            whole = self._rows(sql, expr.schema().to_pyarrow()).repartition(1)
            whole = whole.sortWithinPartitions(*sort) if sort else whole
            whole.write.option("parquet.block.row.count.limit", ROWS_A_GROUP).parquet(str(folder))
        written = list(folder.glob("*.parquet"))
        if written:
            shutil.move(written[0], path)
        else:
            pq.write_table(expr.schema().to_pyarrow().empty_table(), path, compression="zstd")
        shutil.rmtree(folder, ignore_errors=True)
        rows = int(pq.read_metadata(path).num_rows)
        self._report(step or path.name, compiling, start, rows)
        return rows

    def splink(self) -> Any:
        """Splink's access to this session."""
        from splink import SparkAPI

        return SparkAPI(  # type: ignore[no-untyped-call]
            spark_session=self._session,
            break_lineage_method="persist",
            register_udfs_automatically=False,  # a jar of distances; we ask none but Spark's own
        )

    def _view(self, name: str, schema: pa.Schema, files: Sequence[Path | str]) -> Expr:
        if not files:
            return self.put(name, schema.empty_table())
        with _told(name):
            shown = [self._shown(layer, schema) for layer in layers(name, files)]
            reduce(DataFrame.unionByName, shown).createOrReplaceTempView(name)
        return self._bind(name, schema)

    def _shown(self, layer: Layer, schema: pa.Schema) -> DataFrame:
        rows = self._read(layer.files, schema)
        if layer.later:
            rows = rows.join(self._read(layer.later, schema).select(*layer.key), list(layer.key), "left_anti")
        return rows.filter(rows[layer.present].isNotNull()) if layer.present else rows

    def _read(self, files: Sequence[Path | str], schema: pa.Schema) -> DataFrame:
        """Files as they are named: no folder of theirs becomes a column, no bracket in a name a pattern."""
        for file in files:
            if not Path(file).exists():
                raise damaged_file(file)
        reader = self._session.read.schema(from_arrow_schema(schema))
        return reader.parquet(*(_PATTERN.sub(r"\\\g<0>", str(file)) for file in files))

    def _rows(self, sql: str, schema: pa.Schema) -> DataFrame:
        """The rows with the types the expression declares: Spark counts some things in wider or narrower integers."""
        rows = self._session.sql(sql)
        kinds = from_arrow_schema(schema)
        return rows.select(*(rows[one.name].cast(one.dataType).alias(one.name) for one in kinds))

    def _bind(self, name: str, schema: pa.Schema) -> Expr:
        self._tables[name] = unbound(name, schema)
        return self._tables[name]

    def _folder(self) -> Path:
        self._kept += 1
        return self._scratch.path / f"{self._kept:05d}"

    def _compile(self, expr: Expr) -> tuple[str, float]:
        start = perf_counter()
        return compiled(expr.op(), "pyspark"), perf_counter() - start

    def _report(self, step: str, compiling: float, start: float, rows: int) -> None:
        if self._on_step is not None:
            self._on_step(Timing(step, compiling, perf_counter() - start, rows))


def _sized(master: str) -> dict[str, str]:
    """Partitions of a shuffle: a few a core in one process; on a cluster what its administrator set, or Spark's own."""
    cores = re.fullmatch(r"local\[(\d+)\]", master)
    return {"spark.sql.shuffle.partitions": str(2 * int(cores[1]))} if cores else {}


def _scratch(base: Path | None) -> Scratch:
    base = base or Path(tempfile.gettempdir(), "firebreak-spark")
    try:
        return Scratch(base)
    except OSError:
        raise errors.scratch(str(base)) from None


def _plain(schema: pa.Schema) -> pa.Schema:
    """The schema in Arrow's plain types: no large or view strings, no dictionaries, no unsigned integers."""
    plain = ibis.Schema.from_pyarrow(schema).to_pyarrow()
    return pa.schema([(field.name, _UNSIGNED.get(field.type, field.type)) for field in plain])


@contextmanager
def _told(step: str) -> Iterator[None]:
    """LakeError where a file is gone or damaged, EngineError for what the rows or the cluster did.

    A query that Spark cannot understand is a fault of ours and passes as it is: it holds no row.
    """
    try:
        yield
    except AnalysisException:
        raise
    except PySparkException as error:
        raise _of_rows(step, error.getCondition() or type(error).__name__, str(error)) from None
    except Py4JJavaError as error:
        raise _of_rows(step, str(error.java_exception.getClass().getSimpleName()), str(error)) from None
    except (Py4JError, ConnectionError, EOFError):
        raise errors.lost(step) from None


def _of_rows(step: str, kind: str, said: str) -> FirebreakError:
    """The error by its condition alone: Spark's message holds the value that it stumbled on."""
    conditions = _CONDITION.findall(said)
    if any(condition.startswith("FAILED_READ_FILE") for condition in conditions):
        named = _PARQUET.search(said)
        return damaged_file(_unquoted(named[1]) if named else "Parquet")
    return errors.failed(step, conditions[-1] if conditions else kind)


def _unquoted(path: str) -> str:
    """A path as Spark prints it, with its percents undone."""
    return _PERCENT.sub(lambda found: bytes.fromhex(found[1].decode()), path.encode()).decode(errors="replace")
