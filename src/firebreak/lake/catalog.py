"""The catalog: a SQLite database that names every batch and every file. Its transaction is the commit point.

WAL, so that readers never wait; synchronous FULL, so that what was committed survives a power cut.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from firebreak.lake import errors, layout
from firebreak.lake.batches import Batch
from firebreak.lake.parquet import FileEntry
from firebreak.terms import ids
from firebreak.terms.errors import LakeError

VERSION = 2
"""Layout of the lake. 2: places have ``place_division``, rides have keys, exposures a setting and a degree."""

_APPLICATION = 0x46425231  # "FBR1": tells a lake's catalog from any other SQLite file

_SCHEMA = """
CREATE TABLE batches (
    batch_id INTEGER PRIMARY KEY, sha256 TEXT NOT NULL UNIQUE, channel TEXT NOT NULL, spec_version INTEGER NOT NULL,
    category TEXT NOT NULL, file_name TEXT NOT NULL, member TEXT NOT NULL, bytes INTEGER NOT NULL,
    simulated INTEGER NOT NULL, delivered_on TEXT NOT NULL, actor TEXT NOT NULL, rows_in INTEGER NOT NULL,
    rows_kept INTEGER NOT NULL, rows_rejected INTEGER NOT NULL, committed_at TEXT NOT NULL,
    CHECK (rows_in = rows_kept + rows_rejected)
) STRICT;
CREATE TABLE files (
    path TEXT PRIMARY KEY, table_name TEXT NOT NULL, batch_id INTEGER REFERENCES batches, day TEXT,
    rows INTEGER NOT NULL, bytes INTEGER NOT NULL, hash TEXT NOT NULL
) STRICT;
CREATE INDEX files_of_table ON files (table_name, day);
CREATE TABLE generations (table_name TEXT PRIMARY KEY, generation INTEGER NOT NULL) STRICT;
CREATE TABLE retired (path TEXT PRIMARY KEY, retired_at TEXT NOT NULL) STRICT;
CREATE TABLE raw (sha256 TEXT PRIMARY KEY, path TEXT NOT NULL, bytes INTEGER NOT NULL, hash TEXT NOT NULL) STRICT;
"""
_BATCH_COLUMNS = tuple(field.name for field in fields(Batch))


class Catalog:
    """Connections to one lake's catalog. Every call is its own short transaction."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.path = root / layout.CATALOG

    def create(self) -> None:
        """Make an empty catalog where there is none."""
        with self._connection() as connection:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("BEGIN IMMEDIATE")
            if connection.execute("PRAGMA user_version").fetchone()[0] == 0:
                for statement in filter(str.strip, _SCHEMA.split(";")):
                    connection.execute(statement)
                connection.execute(f"PRAGMA application_id={_APPLICATION}")
                connection.execute(f"PRAGMA user_version={VERSION}")
            connection.execute("COMMIT")

    def verify(self) -> None:
        """LakeError where this is no catalog, a damaged one, or one of another version."""
        with self.reading() as connection:
            application = connection.execute("PRAGMA application_id").fetchone()[0]
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            empty = not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        if empty:  # its maker was interrupted before there was anything in it
            raise errors.missing(self.root)
        if application != _APPLICATION:
            raise errors.damaged(f"{self.path} is not the catalog of a lake")
        if version > VERSION:
            raise errors.newer(self.root, version, VERSION)
        if version < VERSION:
            raise errors.older(self.root, version, VERSION)

    def _connected(self, reading: bool) -> sqlite3.Connection:
        """WAL needs files beside the catalog. Who only reads, and cannot make them, reads it as it lies: whole, since
        no writer has left a journal."""
        if reading and not os.access(self.root, os.W_OK) and not self.path.with_name(f"{self.path.name}-wal").exists():
            return sqlite3.connect(f"{self.path.as_uri()}?immutable=1", uri=True, isolation_level=None, timeout=30)
        return sqlite3.connect(self.path, isolation_level=None, timeout=30)

    @contextmanager
    def _connection(self, reading: bool = False) -> Iterator[sqlite3.Connection]:
        try:
            connection = self._connected(reading)
        except sqlite3.OperationalError as error:
            raise self._told(error) from None
        try:
            connection.execute("PRAGMA synchronous=FULL")
            connection.execute("PRAGMA foreign_keys=ON")
            yield connection
        except sqlite3.DatabaseError as error:
            raise self._told(error) from None
        finally:
            connection.close()

    def _told(self, error: sqlite3.DatabaseError) -> LakeError:
        """What SQLite's complaint means for the lake."""
        said = str(error)
        if errors.is_full(error):
            return errors.full(self.root)
        if "database is locked" in said:
            return errors.locked(self.root)
        if "readonly" in said or "unable to open" in said:
            return errors.readonly(self.root)
        return errors.damaged(f"{self.path} cannot be used ({error})")

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """One consistent view: what is committed later is not seen."""
        with self._connection(reading=True) as connection:
            connection.execute("PRAGMA query_only=1")
            connection.execute("BEGIN")
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction: all of it, or nothing where an error passes through."""
        with self._connection() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    def id_for(self, sha256: str) -> int:
        """The batch id of these bytes: the first of its candidates that no other bytes have taken."""
        with self.reading() as connection:
            return ids.free_batch_id(sha256, dict(connection.execute("SELECT batch_id, sha256 FROM batches")))

    def next_generation(self, table: str) -> int:
        """The number of a derived table's next generation, from 1."""
        with self.reading() as connection:
            row = connection.execute("SELECT generation FROM generations WHERE table_name = ?", (table,)).fetchone()
        return int(row[0]) + 1 if row else 1

    def batches(self, where: str = "1", *values: Any) -> list[Batch]:
        """Batches in order of their ids."""
        query = f"SELECT {', '.join(_BATCH_COLUMNS)} FROM batches WHERE {where} ORDER BY batch_id"
        with self.reading() as connection:
            return [_batch(row) for row in connection.execute(query, values)]


def add_batch(connection: sqlite3.Connection, batch: Batch) -> None:
    """Enter a batch, with the wall clock as its ``committed_at``."""
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    values = [now if name == "committed_at" else _stored(getattr(batch, name)) for name in _BATCH_COLUMNS]
    marks = ", ".join("?" * len(values))
    connection.execute(f"INSERT INTO batches ({', '.join(_BATCH_COLUMNS)}) VALUES ({marks})", values)


def add_files(connection: sqlite3.Connection, entries: Iterable[FileEntry], batch_id: int | None) -> None:
    """Enter files, of a batch or (None) of a derived table."""
    connection.executemany(
        "INSERT INTO files VALUES (?, ?, ?, ?, ?, ?, ?)",
        [(e.path, e.table, batch_id, _stored(e.day), e.rows, e.bytes, e.hash) for e in entries],
    )


def retire(connection: sqlite3.Connection, where: str, *values: Any) -> list[str]:
    """Take files out of their tables; they stay on disk for readers that have just listed them. Returns their paths."""
    paths = [row[0] for row in connection.execute(f"SELECT path FROM files WHERE {where}", values)]
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    connection.executemany("INSERT OR REPLACE INTO retired VALUES (?, ?)", [(path, now) for path in paths])
    connection.execute(f"DELETE FROM files WHERE {where}", values)
    return paths


def _stored(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return int(value) if isinstance(value, bool) else value


def _batch(row: tuple[Any, ...]) -> Batch:
    values = dict(zip(_BATCH_COLUMNS, row, strict=True))
    values["simulated"] = bool(values["simulated"])
    values["delivered_on"] = date.fromisoformat(values["delivered_on"])
    values["committed_at"] = datetime.fromisoformat(values["committed_at"])
    return Batch(**values)
