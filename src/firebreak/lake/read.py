"""What a reader sees: one consistent list of files and batches, taken from the catalog in one transaction."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from firebreak.lake import frames
from firebreak.lake.catalog import Catalog
from firebreak.lake.parquet import FileEntry


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All files of the lake at one instant. Later commits do not change it."""

    root: Path
    by_table: dict[str, list[FileEntry]]

    def files(
        self, table: str, first_day: date | None = None, last_day: date | None = None, *, undated: bool = False
    ) -> list[Path]:
        """Files of a table, by path. With ``first_day`` or ``last_day`` (inclusive, Asia/Shanghai) only those of the
        days between, of tables cut by day; rows whose day is unknown are then left out unless ``undated``."""
        definition = frames.table_named(table)
        ranged = definition.day is not None and (first_day is not None or last_day is not None)
        lowest, highest = first_day or date.min, last_day or date.max
        return [
            self.root / entry.path
            for entry in self.by_table.get(table, [])
            if not ranged or (undated if entry.day is None else lowest <= entry.day <= highest)
        ]

    def rows(self, table: str) -> int:
        """Rows of a table."""
        return sum(entry.rows for entry in self.by_table.get(table, []))


def snapshot(root: Path, catalog: Catalog) -> Snapshot:
    """Read the list of files."""
    query = "SELECT path, table_name, day, rows, bytes, hash FROM files ORDER BY table_name, path"
    found: dict[str, list[FileEntry]] = defaultdict(list)
    with catalog.reading() as connection:
        for path, table, day, rows, size, digest in connection.execute(query):
            day_or_none = date.fromisoformat(day) if day else None
            found[table].append(FileEntry(path, table, day_or_none, rows, size, digest))
    return Snapshot(root, dict(found))
