"""Files from bytes to a stage: classified, read, typed, written aside. What a worker process does.

Nothing here touches the catalog: the parent commits what was staged, in order, or throws it away.
"""

from __future__ import annotations

import shutil
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from time import perf_counter

import polars as pl

from firebreak.engine.intake.by_record import named_by
from firebreak.engine.intake.readers.classify import Classification, Sampled, classify
from firebreak.engine.intake.readers.found import CHUNK_ROWS, Chunk, Found, Piece
from firebreak.engine.intake.readers.read import read
from firebreak.engine.intake.report import FileReport, Outcome, RejectCount
from firebreak.engine.intake.spec_model import ChannelSpec
from firebreak.engine.intake.typing import TypedChunk, type_chunk, type_chunks
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


@dataclass(frozen=True, slots=True)
class Job:
    """A file to be staged under ``folder`` as the batch ``batch_id``."""

    found: Found
    batch_id: int
    folder: Path


def take(jobs: Sequence[Job], specs: Sequence[ChannelSpec], as_of: date) -> list[Taken]:
    """Stage these files. Whatever is wrong with one is in its report; LakeError alone is raised.

    Several files are read whole and then typed together where they have one layout: see ``type_chunks``. Where that
    fails in a way that nobody foresaw, each is taken by itself, and the fault is that of one of them.
    """
    start = perf_counter()
    if len(jobs) == 1:
        taken = [_alone(jobs[0], specs, as_of)]
    else:
        try:
            taken = _together(jobs, specs, as_of)
        except (LakeError, OSError, MemoryError):
            raise
        except Exception:
            for job in jobs:
                shutil.rmtree(job.folder, ignore_errors=True)
            taken = [_alone(job, specs, as_of) for job in jobs]
    seconds = (perf_counter() - start) / len(jobs)
    for job, each in zip(jobs, taken, strict=True):
        if each.staged is None:
            shutil.rmtree(job.folder, ignore_errors=True)
    return [replace(each, report=replace(each.report, seconds=seconds)) for each in taken]


def _alone(job: Job, specs: Sequence[ChannelSpec], as_of: date) -> Taken:
    report = FileReport(job.found.name, job.found.member, Outcome.FAILED, job.found.sha256)
    try:
        opened = _opened(job, specs, as_of, {})
        if isinstance(opened, Taken):
            return opened
        for chunk in read(job.found, opened.spec):
            opened.keep(chunk, type_chunk(chunk, opened.spec, job.batch_id, as_of))
        return opened.taken()
    except FileError as error:
        return Taken(_refused(report, error))
    except (LakeError, OSError, MemoryError):
        raise
    except Exception as error:
        return Taken(_fault(report, error))


def _together(jobs: Sequence[Job], specs: Sequence[ChannelSpec], as_of: date) -> list[Taken]:
    given: list[Taken | _Opened] = []
    alike: defaultdict[Hashable, list[tuple[_Opened, Chunk]]] = defaultdict(list)
    sampled: Sampled = {}
    for job in jobs:
        try:
            opened = _opened(job, specs, as_of, sampled)
            if isinstance(opened, _Opened):
                for chunk in list(read(job.found, opened.spec)):
                    alike[opened.spec.key, tuple(chunk.frame.schema.items())].append((opened, chunk))
        except FileError as error:
            report = FileReport(job.found.name, job.found.member, Outcome.FAILED, job.found.sha256)
            opened = Taken(_refused(report, error))
        given.append(opened)
    for same in alike.values():
        for some in _within(same, CHUNK_ROWS):
            typed = type_chunks([Piece(chunk, opened.job.batch_id) for opened, chunk in some], some[0][0].spec, as_of)
            for (opened, chunk), each in zip(some, typed, strict=True):
                opened.keep(chunk, each)
    return [each.taken() if isinstance(each, _Opened) else each for each in given]


def _within(same: list[tuple[_Opened, Chunk]], rows: int) -> Iterator[list[tuple[_Opened, Chunk]]]:
    """In order, as many at once as have so many rows, and at least one."""
    some: list[tuple[_Opened, Chunk]] = []
    held = 0
    for opened, chunk in same:
        if some and held + chunk.frame.height > rows:
            yield some
            some, held = [], 0
        some.append((opened, chunk))
        held += chunk.frame.height
    yield some


class _Opened:
    """A file whose layout is known, and what has become of it so far."""

    def __init__(self, job: Job, spec: ChannelSpec, report: FileReport) -> None:
        self.job, self.spec = job, spec
        self._report = report
        self._stage = Stage(job.folder, lambda run: layout.batch_file(job.batch_id, run))
        self._tally = _Tally(spec)

    def keep(self, chunk: Chunk, typed: TypedChunk) -> None:
        """Count and write what a chunk gave."""
        self._tally.add(chunk, typed)
        self._stage.write(FACTS[self.spec.category].name, typed.facts)
        self._stage.write("mentions", typed.mentions)
        self._stage.write("rejects", typed.rejects)

    def taken(self) -> Taken:
        """The whole file, staged with its bytes."""
        raw = keep_raw(self.job.folder, self.job.found.sha256, self.job.found.data)
        staged = Staged(self.job.folder, tuple(self._stage.finish()), raw)
        return Taken(self._tally.report(self._report), staged)


def _opened(job: Job, specs: Sequence[ChannelSpec], as_of: date, sampled: Sampled) -> _Opened | Taken:
    """The file under the layout that fits it, or why it is parked. Raises FileError."""
    chosen = _classified(job.found, specs, as_of, sampled)
    report = FileReport(job.found.name, job.found.member, Outcome.FAILED, job.found.sha256)
    report = replace(report, score=chosen.score, reason=chosen.reason, batch_id=job.batch_id)
    return Taken(_parked(replace(report, batch_id=None))) if chosen.spec is None else _Opened(job, chosen.spec, report)


def _classified(found: Found, specs: Sequence[ChannelSpec], as_of: date, sampled: Sampled) -> Classification:
    """Layouts in force on the day of delivery go first; a late delivery may still have an older one. Records name their
    channel themselves: a row that lacks what it needs is a reject, not a doubt about the file."""
    named = named_by(found.base_name, specs)
    if named is not None:
        return Classification(named, 1.0, "记录交付，渠道已指明", "records that name their channel", ())
    current = [spec for spec in specs if spec.in_force(as_of)]
    chosen = classify(found, current, sampled=sampled)
    return chosen if chosen.spec is not None or len(current) == len(specs) else classify(found, specs, sampled=sampled)


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
        if typed.rejects.height:
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


def _refused(report: FileReport, error: FileError) -> FileReport:
    return replace(report, reason=error.what, code=error.code, rule=error.rule, remedy=error.remedy)


def _fault(report: FileReport, error: Exception) -> FileReport:
    """Something nobody foresaw. The error's own text may hold a value, so only its kind is told."""
    return replace(
        report,
        reason=f"{type(error).__name__} while reading the file",
        code="FB-I002",
        rule="Every file is read, or refused with its reason.",
        remedy="This is a fault of Firebreak: report it with the channel's spec and a made-up file that shows it.",
    )
