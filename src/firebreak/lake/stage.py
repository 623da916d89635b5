"""Rows on their way to the disk: sorted runs written to a folder of their own, to be renamed into the lake at commit.

A stage knows no catalog and takes no lock, so a worker process can fill one while its parent commits another. Rows are
buffered up to a budget and then written as one sorted run: a batch that fits gives one sorted file a table and day, a
larger one several, each sorted (docs/adr/0003-lake.md says why they are not merged).
"""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl

from firebreak.lake import frames, layout, parquet
from firebreak.lake.frames import Rows
from firebreak.lake.parquet import FileEntry

BYTES_A_RUN = 128 << 20
"""A table's rows are written when they take this much memory, so that a batch of any size needs the same memory."""


class Stage:
    """The files of one batch or of one generation of a derived table. ``named`` gives a file's name by its run."""

    def __init__(self, root: Path, named: Callable[[int], str]) -> None:
        self.root = root
        self._named = named
        self._waiting: dict[str, list[pl.DataFrame]] = defaultdict(list)
        self._size: dict[str, int] = defaultdict(int)
        self._runs: dict[Path, int] = defaultdict(int)
        self.entries: list[FileEntry] = []

    def write(self, table: str, rows: Rows) -> None:
        """Take rows of a table; same rows in the same calls give the same files. LakeError for wrong columns."""
        frame = frames.checked(table, rows)
        if frame.is_empty():
            return
        self._waiting[table].append(frame)
        self._size[table] += int(frame.estimated_size())
        if self._size[table] >= BYTES_A_RUN:
            self._flush(table)

    def adopt(self, table: str, source: Path) -> None:
        """Take a Parquet file as it is, which must have the table's columns and sort order and, where the table is cut
        by day, rows of one day only; a file of several days is read and cut. The file is moved where it can be."""
        definition = frames.table_named(table)
        frames.refuse_personal(definition, parquet.columns_in(source).names)
        frame = pl.scan_parquet(source, hive_partitioning=False)
        frames.checked(table, frame.head(0).collect())
        days: list[date | None] = [None] if definition.day is None else _days(frame, table)
        if len(days) > 1 or list(frame.collect_schema()) != definition.names:
            self.write(table, frame.collect())
            return
        target = self._target(table, days[0] if days else None)
        path = layout.staged(self.root, target)
        _move(source, path)
        self.entries.append(parquet.entry(path, target, table, days[0] if days else None))

    def finish(self) -> list[FileEntry]:
        """Write what waits; everything is in files afterwards, which the commit brings to the disk."""
        for table in sorted(self._waiting):
            self._flush(table)
        return self.entries

    def _flush(self, table: str) -> None:
        waiting, self._waiting[table], self._size[table] = self._waiting[table], [], 0
        if not waiting:
            return
        definition = frames.table_named(table)
        for day, piece in frames.by_day(definition, pl.concat(waiting)):
            target = self._target(table, day)
            path = layout.staged(self.root, target)
            parquet.write(piece, definition, path)
            self.entries.append(parquet.entry(path, target, table, day, piece.height))

    def _target(self, table: str, day: date | None) -> str:
        definition = frames.table_named(table)
        folder = layout.folder(table, cut=definition.day is not None, day=day)
        if not self._runs:
            self.root.mkdir(parents=True, exist_ok=True)
        self._runs[folder] += 1
        return str(folder / self._named(self._runs[folder] - 1))


def _days(frame: pl.LazyFrame, table: str) -> list[date | None]:
    return frame.select(frames.day_of(frames.table_named(table)).alias("day")).unique().collect()["day"].to_list()


def _move(source: Path, target: Path) -> None:
    shutil.move(source, target)
