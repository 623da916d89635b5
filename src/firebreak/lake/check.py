"""Is everything the catalog names on the disk, as it was written?"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from firebreak.lake import parquet, sweep
from firebreak.lake.catalog import Catalog
from firebreak.lake.read import snapshot


@dataclass(frozen=True, slots=True)
class Finding:
    """``code``: missing, size, rows, hash (damage), or orphan (left by an interrupted writer, harmless)."""

    path: str
    code: str


def check(root: Path, catalog: Catalog) -> list[Finding]:
    """Compare every file with its entry. An empty list means that the lake is whole."""
    found: list[Finding] = []
    known: set[str] = set()
    for entries in snapshot(root, catalog).by_table.values():
        for entry in entries:
            known.add(entry.path)
            if code := _wrong(root / entry.path, entry.bytes, entry.hash, entry.rows):
                found.append(Finding(entry.path, code))
    with catalog.reading() as connection:
        for path, size, digest in connection.execute("SELECT path, bytes, hash FROM raw"):
            known.add(path)
            if code := _wrong(root / path, size, digest, None):
                found.append(Finding(path, code))
        known |= {row[0] for row in connection.execute("SELECT path FROM retired")}
    found.extend(Finding(path, "orphan") for path in sweep.written(root) if path not in known)
    return sorted(found, key=lambda finding: finding.path)


def _wrong(path: Path, size: int, digest: str, rows: int | None) -> str | None:
    if not path.is_file():
        return "missing"
    if path.stat().st_size != size:
        return "size"
    if parquet.hash_of(path) != digest:
        return "hash"
    return "rows" if rows is not None and parquet.rows_in(path) != rows else None
