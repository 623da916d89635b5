"""How a batch or a derived table becomes part of the lake: all of it in one instant, or nothing.

Files are written under ``staging/``, renamed to where they belong, brought to the disk, and then named in the catalog
in one transaction. Before that transaction no reader knows of them, so a writer that dies leaves orphans that
the next writer sweeps away.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from firebreak.lake import catalog as entries
from firebreak.lake import errors, layout, parquet, raw
from firebreak.lake.batches import Batch
from firebreak.lake.catalog import Catalog
from firebreak.lake.frames import Rows, table_named
from firebreak.lake.parquet import FileEntry
from firebreak.lake.stage import Stage
from firebreak.lake.sync import to_disk


@dataclass(frozen=True, slots=True)
class Staged:
    """What is ready to be committed: a folder, and the files in it. Can be sent between processes."""

    root: Path
    files: tuple[FileEntry, ...]
    raw: FileEntry | None = None


@dataclass(slots=True)
class Commit:
    """A batch being written. Count its rows, write its tables, keep its bytes; leaving the block commits it."""

    batch: Batch
    stage: Stage
    kept: FileEntry | None = field(default=None)

    def write(self, table: str, rows: Rows) -> None:
        """Take rows of a table (see Stage.write)."""
        self.stage.write(table, rows)

    def count(self, rows_in: int, rows_kept: int, rows_rejected: int) -> None:
        """State how many rows the file had, and what became of them."""
        self.batch = replace(self.batch, rows_in=rows_in, rows_kept=rows_kept, rows_rejected=rows_rejected)

    def keep_raw(self, data: bytes | Path) -> None:
        """Keep the delivered bytes for ``explain``."""
        self.kept = keep_raw(self.stage.root, self.batch.sha256, data)

    def staged(self) -> Staged:
        """Everything written so far, in files."""
        return Staged(self.stage.root, tuple(self.stage.finish()), self.kept)


def keep_raw(stage: Path, sha256: str, data: bytes | Path) -> FileEntry:
    """Pack delivered bytes into a stage."""
    relative = layout.raw_path(sha256)
    path = layout.staged(stage, relative)
    raw.keep(data, path)
    return FileEntry(relative, layout.RAW, None, 0, *_size_and_hash(path))


def publish_batches(root: Path, catalog: Catalog, batches: Sequence[tuple[Staged, Batch]]) -> None:
    """Make staged batches part of the lake in one instant. LakeError FB-LAKE-COUNT where the rows of one do not add
    up."""
    for _, batch in batches:
        if batch.rows_in != batch.rows_kept + batch.rows_rejected:
            raise errors.miscounted(batch.rows_in, batch.rows_kept, batch.rows_rejected)

    def enter(connection: sqlite3.Connection) -> None:
        for staged, batch in batches:
            entries.add_batch(connection, batch)
            entries.add_files(connection, staged.files, batch.batch_id)
            if staged.raw is not None:
                values = (batch.sha256, staged.raw.path, staged.raw.bytes, staged.raw.hash)
                connection.execute("INSERT INTO raw VALUES (?, ?, ?, ?)", values)

    _publish(root, catalog, [staged for staged, _ in batches], enter)


def publish_table(
    root: Path, catalog: Catalog, staged: Staged, table: str, generation: int, days: Iterable[str] | None
) -> None:
    """Replace a derived table, or some of its days (ISO dates), by what is staged. Files of batches stay."""

    def enter(connection: sqlite3.Connection) -> None:
        where = "table_name = ? AND batch_id IS NULL"
        if days is None:
            entries.retire(connection, where, table)
        else:
            for day in days:
                entries.retire(connection, f"{where} AND day = ?", table, day)
        entries.add_files(connection, staged.files, None)
        connection.execute("INSERT OR REPLACE INTO generations VALUES (?, ?)", (table, generation))

    _publish(root, catalog, [staged], enter)


def publish_tables(
    root: Path,
    catalog: Catalog,
    staged: Staged,
    generation: int,
    whole: Iterable[str],
    layered: Iterable[str],
    days: Iterable[str] = (),
) -> None:
    """Replace some derived tables and add layers to others, in one transaction. ``days`` (ISO dates): of the tables cut
    by day replace these alone."""

    def enter(connection: sqlite3.Connection) -> None:
        where = "table_name = ? AND batch_id IS NULL"
        for table in whole:
            if not days or table_named(table).day is None:
                entries.retire(connection, where, table)
            for day in days if table_named(table).day else ():
                entries.retire(connection, f"{where} AND day = ?", table, day)
        entries.add_files(connection, staged.files, None)
        for table in (*whole, *layered):
            connection.execute("INSERT OR REPLACE INTO generations VALUES (?, ?)", (table, generation))

    _publish(root, catalog, [staged], enter)


def _publish(
    root: Path, catalog: Catalog, stages: Sequence[Staged], enter: Callable[[sqlite3.Connection], None]
) -> None:
    """Rename, bring to the disk, then commit; on any error what was renamed is removed again."""
    moved: list[Path] = []
    made: set[Path] = set()
    try:
        for staged in stages:
            for file in (*staged.files, *([staged.raw] if staged.raw else [])):
                target = root / file.path
                if target.parent not in made:
                    target.parent.mkdir(parents=True, exist_ok=True)
                    made.add(target.parent)
                os.replace(layout.staged(staged.root, file.path), target)
                moved.append(target)
        to_disk(root, moved)
        with catalog.writing() as connection:
            enter(connection)
    except BaseException:
        for path in moved:
            path.unlink(missing_ok=True)
        raise


def _size_and_hash(path: Path) -> tuple[int, str]:
    return path.stat().st_size, parquet.hash_of(path)
