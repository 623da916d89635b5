"""One file from bytes to a stage: classified, read, typed, written aside. What a worker process does.

Nothing here touches the catalog: the parent commits what was staged, in order, or throws it away.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from time import perf_counter

import polars as pl

from firebreak.engine.intake.readers.classify import Classification, classify
from firebreak.engine.intake.readers.found import Chunk, Found
from firebreak.engine.intake.readers.read import read
from firebreak.engine.intake.report import FileReport, Outcome, RejectCount
from firebreak.engine.intake.spec_model import ChannelSpec
from firebreak.engine.intake.typing import TypedChunk, type_chunk
from firebreak.lake import layout
from firebreak.lake.commit import Staged, keep_raw
from firebreak.lake.stage import Stage
from firebreak.terms.errors import FileError, LakeError
from firebreak.terms.tables import FACTS


@dataclass(frozen=True, slots=True)
class Taken:
    """A file's report and, where it was readable, what is ready to be committed."""

    report: FileReport
    staged: Staged | None = None


def take(found: Found, batch_id: int, specs: Sequence[ChannelSpec], as_of: date, folder: Path) -> Taken:
    """Stage one file under ``folder``. Whatever is wrong with it is in the report; LakeError alone is raised."""
    start = perf_counter()
    report = FileReport(found.name, found.member, Outcome.FAILED, found.sha256)
    try:
        taken = _take(found, batch_id, specs, as_of, folder, report)
    except FileError as error:
        taken = Taken(replace(report, reason=error.what, code=error.code, rule=error.rule, remedy=error.remedy))
    except (LakeError, OSError, MemoryError):
        raise
    except Exception as error:
        taken = Taken(_fault(report, error))
    if taken.staged is None:
        shutil.rmtree(folder, ignore_errors=True)
    return replace(taken, report=replace(taken.report, seconds=perf_counter() - start))


def _take(
    found: Found, batch_id: int, specs: Sequence[ChannelSpec], as_of: date, folder: Path, report: FileReport
) -> Taken:
    chosen = _classified(found, specs, as_of)
    report = replace(report, score=chosen.score, reason=chosen.reason)
    if chosen.spec is None:
        return Taken(_parked(report))
    spec = chosen.spec
    stage = Stage(folder, lambda run: layout.batch_file(batch_id, run))
    tally = _Tally(spec)
    for chunk in read(found, spec):
        typed = type_chunk(chunk, spec, batch_id, as_of)
        tally.add(chunk, typed)
        stage.write(FACTS[spec.category].name, typed.facts)
        stage.write("mentions", typed.mentions)
        stage.write("rejects", typed.rejects)
    raw = keep_raw(folder, found.sha256, found.data)
    staged = Staged(folder, tuple(stage.finish()), raw)
    return Taken(tally.report(replace(report, batch_id=batch_id)), staged)


def _classified(found: Found, specs: Sequence[ChannelSpec], as_of: date) -> Classification:
    """Layouts in force on the day of delivery go first; a late delivery may still have an older one."""
    current = [spec for spec in specs if spec.in_force(as_of)]
    chosen = classify(found, current)
    return chosen if chosen.spec is not None or len(current) == len(specs) else classify(found, specs)


class _Tally:
    """Counts what the chunks of a file gave."""

    def __init__(self, spec: ChannelSpec) -> None:
        self._spec = spec
        self._rows = [0, 0, 0, 0]
        self._rejects: Counter[tuple[str, str, str, str]] = Counter()
        self._columns: dict[str, None] = {}

    def add(self, chunk: Chunk, typed: TypedChunk) -> None:
        """Count a chunk. AssertionError where its rows do not add up: then nothing of the file is committed."""
        assert typed.facts["record_id"].n_unique() == typed.rows_kept
        assert typed.rows_in == typed.rows_kept + typed.rows_rejected
        for nth, rows in enumerate((typed.rows_in, typed.rows_kept, typed.rows_rejected, typed.facts.height)):
            self._rows[nth] += rows
        counted = typed.rejects.group_by("scope", "field", "column", "code").agg(pl.len())
        for scope, field, column, code, count in counted.iter_rows():
            self._rejects[scope, field, column, code] += count
        self._columns.update(dict.fromkeys(chunk.frame.columns))

    def report(self, report: FileReport) -> FileReport:
        """The file's report with the counts."""
        spec = self._spec
        known = dict.fromkeys((*spec.file_columns, *(c.source for c in spec.columns)))
        rows_in, kept, rejected, records = self._rows
        return replace(
            report,
            outcome=Outcome.TAKEN,
            channel=spec.id,
            version=spec.version,
            category=spec.category.value,
            simulated=spec.simulated,
            rows_in=rows_in,
            rows_kept=kept,
            rows_rejected=rejected,
            records=records,
            rejects=tuple(RejectCount(*key, count) for key, count in sorted(self._rejects.items())),
            unknown_columns=tuple(name for name in self._columns if name not in known),
            absent_columns=tuple(name for name in known if name not in self._columns),
        )


def _parked(report: FileReport) -> FileReport:
    return replace(
        report,
        outcome=Outcome.PARKED,
        code="FB-I001",
        rule="A file is taken only where a channel's spec fits it well enough.",
        remedy="Write a spec for this file (docs/how-to), or add its name to the spec it belongs to.",
    )


def _fault(report: FileReport, error: Exception) -> FileReport:
    """Something nobody foresaw. The error's own text may hold a value, so only its kind is told."""
    return replace(
        report,
        reason=f"{type(error).__name__} while reading the file",
        code="FB-I002",
        rule="Every file is read, or refused with its reason.",
        remedy="This is a fault of Firebreak: report it with the channel's spec and a made-up file that shows it.",
    )
