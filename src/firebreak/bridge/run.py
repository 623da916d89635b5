"""The chain as functions: delivered files → records → people → rides → lists. Each stage can be run again alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from pathlib import Path

from firebreak.engine.intake.ingest import files_under, ingest
from firebreak.engine.intake.report import FileReport, IngestReport
from firebreak.engine.intake.spec import ChannelSpec
from firebreak.lake.lake import Lake

Step = Callable[[int, int | None, str], None]
"""Called with what is done, of how many, and a note that names a file or a table, never a person."""


def take(
    lake: Lake, paths: Iterable[Path], specs: Sequence[ChannelSpec], as_of: date, by: str, step: Step, workers: int = 1
) -> IngestReport:
    """Ingest, telling ``step`` of each file. The same bytes again change nothing."""
    paths = list(paths)
    total, done = sum(1 for _ in files_under(paths)), 0

    def tell(file: FileReport) -> None:
        nonlocal done
        done += 1
        step(min(done, total), total, file.name)

    return ingest(paths, lake, specs, as_of, by, tell, workers)
