"""The lake: tables on disk with an atomic commit. Readers see whole batches and never wait; one writer at a time."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import BinaryIO, TypeAlias

from firebreak.lake import check as checking
from firebreak.lake import commit as committing
from firebreak.lake import errors, frames, layout, raw, read, retention
from firebreak.lake.batches import Batch
from firebreak.lake.catalog import Catalog
from firebreak.lake.check import Finding
from firebreak.lake.commit import Commit, Staged
from firebreak.lake.frames import Rows
from firebreak.lake.lock import WriterLock
from firebreak.lake.read import Snapshot
from firebreak.lake.stage import Stage
from firebreak.lake.sweep import sweep
from firebreak.terms.tables import TABLES

Part: TypeAlias = Rows | Path
"""A piece of a table: rows in memory, or a Parquet file, which is moved into the lake."""


APPENDED = ("identity_keys", "lists", "changes")
"""Derived tables to which rows are only ever added between two replacements."""

_OWN_FOLDERS = (*TABLES, layout.RAW, layout.STAGING)


class Lake:
    """One lake. ``Lake.open(path)`` to read, ``Lake.open(path, create=True)`` to make it where there is none."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._catalog = Catalog(root)
        self._lock = WriterLock(root)

    @classmethod
    def open(cls, path: Path | str, create: bool = False) -> Lake:
        """LakeError FB-LAKE-MISSING, -FOLDER (files of somebody else), -DAMAGED or -NEWER (of a later version)."""
        lake = cls(Path(path).absolute())
        if create:
            if not lake._catalog.path.exists() and any((lake.root / name).exists() for name in _OWN_FOLDERS):
                raise errors.not_a_lake(lake.root)  # the sweep of a lake removes what its catalog does not name
            lake.root.mkdir(mode=0o700, parents=True, exist_ok=True)
            lake._catalog.create()
        elif not lake._catalog.path.is_file():
            raise errors.missing(lake.root)
        lake._catalog.verify()
        return lake

    # reading

    def snapshot(self) -> Snapshot:
        """All files at this instant, for a reader that needs several tables to agree."""
        return read.snapshot(self.root, self._catalog)

    def files(
        self, table: str, first_day: date | None = None, last_day: date | None = None, *, undated: bool = False
    ) -> list[Path]:
        """Files of a table (see Snapshot.files)."""
        return self.snapshot().files(table, first_day, last_day, undated=undated)

    def batches(self) -> list[Batch]:
        """Every batch, by id."""
        return self._catalog.batches()

    def batch(self, batch_id: int) -> Batch | None:
        """The batch with this id."""
        return next(iter(self._catalog.batches("batch_id = ?", batch_id)), None)

    def batch_of(self, sha256: str) -> Batch | None:
        """The batch that holds these bytes, if they were ever delivered."""
        return next(iter(self._catalog.batches("sha256 = ?", sha256)), None)

    def raw(self, batch_id: int) -> BinaryIO:
        """A stream of the delivered bytes. LakeError FB-LAKE-RAW where there are none (dropped, never kept)."""
        batch = self.batch(batch_id)
        path = self.root / layout.raw_path(batch.sha256) if batch else None
        if path is None or not path.is_file():
            raise errors.no_raw(batch_id)
        return raw.opened(path)

    def check(self) -> list[Finding]:
        """Compare every file with the catalog: size, rows, hash. Empty where all is well."""
        return checking.check(self.root, self._catalog)

    # writing

    @contextmanager
    def writer(self) -> Iterator[None]:
        """Be the one writer for a while; what an interrupted writer left is swept first. LakeError FB-LAKE-LOCKED."""
        outermost = self._lock.acquire()
        try:
            with self._full_disk_told():
                if outermost:
                    sweep(self.root, self._catalog)
                yield
        finally:
            self._lock.release()

    @contextmanager
    def scratch(self) -> Iterator[Path]:
        """An empty folder inside the lake, for files to be handed to ``replace``; gone afterwards. Takes the lock."""
        with self.writer():
            (self.root / layout.STAGING).mkdir(exist_ok=True)
            folder = Path(tempfile.mkdtemp(dir=self.root / layout.STAGING))
            try:
                yield folder
            finally:
                shutil.rmtree(folder, ignore_errors=True)

    def id_for(self, sha256: str) -> int:
        """The batch id that these bytes have, or would get."""
        return self._catalog.id_for(sha256)

    @contextmanager
    def commit(self, batch: Batch) -> Iterator[Commit]:
        """Write one batch. Leaving the block commits it; an error inside leaves the lake as it was."""
        with self.scratch() as folder:
            commit = Commit(batch, Stage(folder, lambda run: layout.batch_file(batch.batch_id, run)))
            yield commit
            self.publish((commit.staged(), commit.batch))

    def publish(self, *batches: tuple[Staged, Batch]) -> None:
        """Commit batches that were staged elsewhere (by a worker process), all in one instant. Call it inside
        ``writer``."""
        with self.writer():
            committing.publish_batches(self.root, self._catalog, batches)

    def replace(self, table: str, parts: Part | Iterable[Part], days: Iterable[date] | None = None) -> None:
        """Replace a derived table, or only ``days`` of one cut by day, in one instant.

        ``parts`` may be a generator: one part is in memory at a time. Rows are sorted within a part. Files of batches
        (batch_id not null) are left alone. LakeError FB-LAKE-DAYS where a row lies outside ``days``.
        """
        only = None if days is None else frozenset(days)
        with self.scratch() as folder:
            generation = self._catalog.next_generation(table)
            stage = Stage(folder, lambda run: layout.made_file(generation, run))
            for part in [parts] if isinstance(parts, Part) else parts:
                stage.adopt(table, part) if isinstance(part, Path) else stage.write(table, part)
            staged = Staged(folder, tuple(stage.finish()))
            if only is not None and any(entry.day not in only for entry in staged.files):
                raise errors.outside(table)
            named = None if only is None else sorted(day.isoformat() for day in only)
            committing.publish_table(self.root, self._catalog, staged, table, generation, named)

    def replace_together(
        self,
        tables: Mapping[str, Part | Iterable[Part]],
        layers: Mapping[str, Part] | None = None,
        days: Iterable[date] = (),
    ) -> None:
        """Replace several derived tables in one instant, and lay ``layers`` over others: all of it, or nothing. Parts
        may be a generator: one is in memory at a time. ``days``: of the tables cut by day replace these alone.

        A layer hides the rows of older files that have its rows' key (``Table.key``), so that few rows of a large table
        are changed without writing the others again; replacing the table whole makes it one layer. LakeError
        FB-LAKE-COLUMNS for a layer of a table without a key.
        """
        layers = layers or {}
        for name in layers:
            if not frames.table_named(name).key and name not in APPENDED:
                raise errors.wrong_columns(name, "No key to lay rows over others by")
        with self.scratch() as folder:
            generation = max((self._catalog.next_generation(name) for name in (*tables, *layers)), default=1)
            stage = Stage(folder, lambda run: layout.made_file(generation, run))
            for name, parts in (*tables.items(), *layers.items()):
                for part in [parts] if isinstance(parts, Part) else parts:
                    stage.adopt(name, part) if isinstance(part, Path) else stage.write(name, part)
            staged = Staged(folder, tuple(stage.finish()))
            only = sorted(day.isoformat() for day in days)
            for entry in staged.files if only else ():
                if frames.table_named(entry.table).day and str(entry.day) not in only:
                    raise errors.outside(entry.table)
            committing.publish_tables(self.root, self._catalog, staged, generation, list(tables), list(layers), only)

    def drop_before(self, table: str, day: date) -> int:
        """Retention: remove the days before ``day`` of a table cut by day (see retention.drop_before)."""
        with self.writer():
            return retention.drop_before(self.root, self._catalog, table, day)

    @contextmanager
    def _full_disk_told(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            if errors.is_full(error):
                raise errors.full(self.root) from None
            raise
