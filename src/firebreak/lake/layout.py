"""Where things lie in a lake.

::

    catalog.sqlite                          the manifest and the commit point
    lock                                    flock of the one writer
    raw/ab/ab12….zst                        delivered bytes, by their SHA-256; part of the persons room
    TABLE/batch-0123456789-000.parquet      a table that is not cut by day
    TABLE/day=2020-01-23/batch-….parquet    one that is; day=unknown where the day is not known
    TABLE/…/made-00000012-000.parquet       derived tables, by generation
    staging/…                               unfinished work; swept by the next writer
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

CATALOG = "catalog.sqlite"
LOCK = "lock"
RAW = "raw"
STAGING = "staging"
UNKNOWN_DAY = "unknown"


def raw_path(sha256: str) -> str:
    """Where the delivered bytes with this hash lie, relative to the lake."""
    return f"{RAW}/{sha256[:2]}/{sha256}.zst"


def staged(stage: Path, relative: str) -> Path:
    """Where a file that will lie at ``relative`` waits: all in one folder, since to make folders costs more than to
    write small files."""
    return stage / relative.replace("/", "+")


def batch_file(batch_id: int, run: int) -> str:
    """Name of the ``run``-th file of a batch in a folder."""
    return f"batch-{batch_id:010d}-{run:03d}.parquet"


def made_file(generation: int, run: int) -> str:
    """Name of the ``run``-th file of one generation of a derived table."""
    return f"made-{generation:08d}-{run:03d}.parquet"


def generation_of(path: Path | str) -> int:
    """The generation a derived table's file was made in; 0 for a file of a batch."""
    name = Path(path).name
    return int(name.split("-")[1]) if name.startswith("made-") else 0


def day_of(path: Path | str) -> date | None:
    """The day of all rows of a file, by its folder; None where the folder names none."""
    name = Path(path).parent.name
    try:
        return date.fromisoformat(name.removeprefix("day=")) if name.startswith("day=") else None
    except ValueError:
        return None


def folder(table: str, *, cut: bool, day: date | None) -> Path:
    """The folder of a table (of one day, where it is cut by day), relative to the lake."""
    return Path(table, f"day={day.isoformat() if day else UNKNOWN_DAY}") if cut else Path(table)
