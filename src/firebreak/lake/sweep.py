"""Clear away what an interrupted writer left behind, and files that were replaced a while ago. Writers only."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from firebreak.lake import layout
from firebreak.lake.catalog import Catalog
from firebreak.terms.tables import TABLES

GRACE = timedelta(minutes=10)
"""How long a replaced file stays for readers that listed it before it was replaced."""


def sweep(root: Path, catalog: Catalog) -> list[str]:
    """Remove every file the catalog does not name, and retired ones after their grace. Returns the orphans' paths."""
    shutil.rmtree(root / layout.STAGING, ignore_errors=True)
    _remove_retired(root, catalog, datetime.now(UTC) - GRACE)
    with catalog.reading() as connection:
        known = {row[0] for row in connection.execute("SELECT path FROM files UNION SELECT path FROM retired")}
        known |= {row[0] for row in connection.execute("SELECT path FROM raw")}
    orphans = [path for path in written(root) if path not in known]
    for path in orphans:
        (root / path).unlink(missing_ok=True)
    return orphans


def _remove_retired(root: Path, catalog: Catalog, before: datetime) -> None:
    limit = before.isoformat(timespec="milliseconds")
    with catalog.writing() as connection:
        old = [row[0] for row in connection.execute("SELECT path FROM retired WHERE retired_at < ?", (limit,))]
        for path in old:
            (root / path).unlink(missing_ok=True)
        connection.execute("DELETE FROM retired WHERE retired_at < ?", (limit,))


def written(root: Path) -> Iterator[str]:
    """Every file in the folders of tables and of raw bytes, relative to the lake."""
    for name in (*TABLES, layout.RAW):
        for folder, _, files in os.walk(root / name):
            for file in files:
                yield str(Path(folder, file).relative_to(root))
