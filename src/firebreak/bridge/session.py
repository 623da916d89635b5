"""One consistent look at a lake: the files of one instant, and an executor over them for small questions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from time import perf_counter
from typing import Any

import ibis
import polars as pl

from firebreak.bridge.engines import DUCKDB, spark
from firebreak.engine.backends.base import Executor
from firebreak.engine.backends.duckdb import Duck
from firebreak.lake.batches import Batch
from firebreak.lake.lake import Lake
from firebreak.lake.layout import generation_of
from firebreak.lake.read import Snapshot
from firebreak.terms.ids import split_record_id
from firebreak.terms.tables import TABLES

Row = Mapping[str, Any]

_QUESTIONS: dict[Any, Any] = {}


@dataclass(frozen=True, slots=True)
class Session:
    """``executor`` runs the engine's steps, ``rows`` answers small questions in process, whatever executes the steps.

    With DuckDB both are one.
    """

    lake: Lake
    snapshot: Snapshot
    executor: Executor
    duck: Duck
    batches: Mapping[int, Batch]
    seconds: float = 0.0
    questions: dict[Any, Any] = field(default_factory=lambda: _QUESTIONS)
    """Expressions that were built once and are asked again, by what they depend on."""

    def rows(self, table: str, columns: Sequence[str] = (), **where: object) -> list[dict[str, Any]]:
        """Rows of a table whose columns equal the values given, or are among them where a collection is given: all
        columns, or those named."""
        expr = self.duck.table(table)
        for column, wanted in where.items():
            if isinstance(wanted, list | tuple | set | frozenset):
                if not wanted:
                    return []
                expr = expr.filter(expr[column].isin(sorted(wanted)))
            else:
                expr = expr.filter(expr[column] == wanted)
        expr = expr.select(*columns) if columns else expr
        found: list[dict[str, Any]] = self.duck.run(expr, table).to_pylist()
        return found

    def count(self, table: str) -> int:
        """Rows of a table as readers see it."""
        if len({generation_of(entry.path) for entry in self.snapshot.by_table.get(table, ())}) < 2:
            return self.snapshot.rows(table)
        expr = self.duck.table(table)
        return int(self.duck.run(expr.count().as_table(), table)[0][0].as_py())

    def only_days(self, table: str, days: Iterable[date]) -> None:
        """From here on read only these days of a table cut by day."""
        days = sorted(set(days))
        files = self.snapshot.files(table, days[0], days[-1]) if days else []
        for one in {id(one): one for one in (self.executor, self.duck)}.values():
            one.scan(table, files)

    def batch_of(self, record_id: int) -> Batch | None:
        return self.batches.get(split_record_id(record_id)[0])

    def channel_of(self, record_id: int) -> str:
        """The channel a record came by; empty where its batch is not known (a table made without files)."""
        batch = self.batch_of(record_id)
        return batch.channel if batch else ""


def frame(opened: Session, table: str) -> pl.DataFrame:
    """A table of the lake, whole, in Polars."""
    return pl.DataFrame(pl.from_arrow(opened.duck.run(opened.duck.table(table), table)))


@contextmanager
def session(lake: Lake, engine: str = DUCKDB, memory_limit: str = "3GB", threads: int = 2) -> Iterator[Session]:
    """Open the lake's files of this instant. ``engine``: see ``bridge.engines``; EngineError where it does not start.

    ``seconds`` tells how long that took, the compiler's loading included.
    """
    start = perf_counter()
    _load_compiler()
    snapshot = lake.snapshot()
    files = {name: snapshot.files(name) for name in TABLES}
    with ExitStack() as open_now:
        duck = open_now.enter_context(Duck(files, memory_limit=memory_limit, threads=threads))
        executor = duck if engine == DUCKDB else open_now.enter_context(spark(engine, files, lake.root))
        batches = {batch.batch_id: batch for batch in lake.batches()}
        yield Session(lake, snapshot, executor, duck, batches, perf_counter() - start)


@cache
def _load_compiler() -> None:
    """What a process pays once: Ibis imports the compilers of every dialect with its first expression."""
    ibis.to_sql(ibis.table({"nothing": "int64"}, name="nothing"), dialect="duckdb")
