"""From a folder of delivered files to the lake: each file whole or not at all, and the run goes on after a bad one."""

from __future__ import annotations

import os
import shutil
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from time import perf_counter

from firebreak.engine.intake.crew import Crew
from firebreak.engine.intake.readers.archive import ARCHIVES, tables_in
from firebreak.engine.intake.readers.errors import file_error
from firebreak.engine.intake.readers.found import Found
from firebreak.engine.intake.readers.magic import kind_of
from firebreak.engine.intake.report import FileReport, IngestReport, Outcome
from firebreak.engine.intake.spec_model import ChannelSpec
from firebreak.engine.intake.take import Job, Taken
from firebreak.lake import Batch, Lake
from firebreak.terms import ids
from firebreak.terms.errors import FileError

Progress = Callable[[FileReport], None]

_FILES, _BYTES = 64, 16 << 20
"""A parcel is full when it has so many files or bytes: enough to share what a file costs whatever its size, few enough
that all workers have some."""
_LARGE = 16 << 20
"""Files of so many bytes are begun before all others."""


def ingest(
    paths: Iterable[Path],
    lake: Lake,
    specs: Sequence[ChannelSpec],
    as_of: date,
    actor: str,
    progress: Progress | None = None,
    workers: int = 1,
) -> IngestReport:
    """Take every table file under ``paths`` (files, folders, archives) into the lake; ``as_of`` is the day of delivery.

    Each file is one batch, committed whole, in the order of the names; small files are typed and committed some at
    once. The same bytes again change nothing. A file that cannot be read, or that no spec fits, is reported and leaves
    no trace. With ``workers`` above 1, that many processes read files while this one commits. Raises LakeError where
    the lake itself cannot be written; the files committed before stay.
    """
    start = perf_counter()
    report = IngestReport()
    with lake.scratch() as folder, Crew(workers, tuple(specs), as_of) as crew:
        run = _Run(lake, crew, folder, as_of, actor)
        large = _large(paths) if workers > 1 else {}
        run.begin(large.values())
        for file in run.through(_found(paths, large)):
            report.files.append(file)
            if progress is not None:
                progress(file)
    report.seconds = perf_counter() - start
    return report


def files_under(
    paths: Iterable[Path], unreadable: Callable[[str], None] = lambda _: None
) -> Iterator[tuple[Path, str]]:
    """The files in order, each with its name below the folder that was given; hidden ones are left out.

    ``unreadable`` is told of each folder that cannot be looked into, by its name below (``.``: the folder itself).
    """
    for path in sorted(paths):
        if not path.is_dir():
            yield path, path.name
            continue

        def refused(error: OSError, path: Path = path) -> None:
            below = Path(os.fsdecode(error.filename)).relative_to(path)
            if not _hidden(below):
                unreadable(below.as_posix())

        walked = os.walk(path, onerror=refused)
        inside = sorted(Path(folder, name) for folder, _, names in walked for name in names if _is_file(folder, name))
        below = ((file, file.relative_to(path)) for file in inside)
        yield from ((file, name.as_posix()) for file, name in below if not _hidden(name))


def _is_file(folder: str, name: str) -> bool:
    """A file, or what cannot be looked at: that is told when it is opened, not passed over."""
    path = os.path.join(folder, name)
    return os.path.isfile(path) or not os.path.exists(path)


def _hidden(path: Path) -> bool:
    return any(part.startswith((".", "~$")) for part in path.parts)


def _large(paths: Iterable[Path]) -> dict[Path, Found]:
    """The largest files that are no archives, the largest first: begun first, so that none is left for the end."""
    sized: list[tuple[int, str, Path]] = []
    for path, name in files_under(paths):
        try:
            size = path.stat().st_size
            if size >= _LARGE and kind_of(Found(name, "", path, "")) not in ARCHIVES:
                sized.append((-size, name, path))
        except OSError:
            continue
    return {path: replace(next(tables_in(path)), name=name) for _, name, path in sorted(sized)}


def _found(paths: Iterable[Path], known: Mapping[Path, Found]) -> Iterator[Found | FileReport]:
    """Every table file; an archive that cannot be opened, or a folder that cannot be looked into, is a report."""
    unreadable: list[str] = []
    for path, name in files_under(paths, unreadable.append):
        if path in known:
            yield known[path]
            continue
        try:
            for found in tables_in(path):
                yield replace(found, name=name)
        except FileError as error:
            yield _failed(name, error)
    yield from (_failed(f"{name}/", file_error("FB-F014", f"{name}/")) for name in unreadable)


def _failed(name: str, error: FileError) -> FileReport:
    return FileReport(
        name, "", Outcome.FAILED, reason=error.what, code=error.code, rule=error.rule, remedy=error.remedy
    )


@dataclass(slots=True)
class _Parcel:
    """Files that follow each other and are taken together. ``jobs`` are those whose bytes are new."""

    files: list[Found | FileReport] = field(default_factory=list)
    jobs: list[Job] = field(default_factory=list)
    work: Future[list[Taken]] | None = None

    @property
    def full(self) -> bool:
        return len(self.files) >= _FILES or sum(job.found.size for job in self.jobs) >= _BYTES


class _Run:
    """One run: hands parcels of files to the crew, a few ahead, and commits what comes back in the files' order."""

    def __init__(self, lake: Lake, crew: Crew, folder: Path, as_of: date, actor: str) -> None:
        self._lake, self._crew, self._folder, self._as_of, self._actor = lake, crew, folder, as_of, actor
        batches = lake.batches()
        self._known = {batch.sha256: batch for batch in batches}
        self._ids = {batch.batch_id: batch.sha256 for batch in batches}
        self._begun: set[str] = set()
        self._early: dict[str, _Parcel] = {}

    def begin(self, large: Iterable[Found]) -> None:
        """Begin files before their turn; they are committed when it comes."""
        for found in large:
            if found.sha256 not in self._known and found.sha256 not in self._begun:
                self._begun.add(found.sha256)
                job = self._job(found)
                self._early[found.sha256] = _Parcel([found], [job], self._crew.take([job]))

    def through(self, files: Iterable[Found | FileReport]) -> Iterator[FileReport]:
        """The report of each file once it is committed or refused."""
        waiting: deque[_Parcel] = deque()
        for parcel in self._parcels(files):
            if parcel.jobs and parcel.work is None:
                parcel.work = self._crew.take(parcel.jobs)
            waiting.append(parcel)
            while len(waiting) > self._crew.ahead:
                yield from self._finish(waiting.popleft())
        while waiting:
            yield from self._finish(waiting.popleft())

    def _parcels(self, files: Iterable[Found | FileReport]) -> Iterator[_Parcel]:
        parcel = _Parcel()
        for nth, given in enumerate(files):
            file = _held(given, self._folder / f"held-{nth}") if isinstance(given, Found) else given
            early = self._early.pop(file.sha256, None) if isinstance(file, Found) else None
            if early or (parcel.jobs and isinstance(file, Found) and file.size >= _BYTES):
                yield parcel
                parcel = _Parcel()
            if early:
                yield early
                continue
            parcel.files.append(file)
            if isinstance(file, Found) and file.sha256 not in self._known and file.sha256 not in self._begun:
                self._begun.add(file.sha256)
                parcel.jobs.append(self._job(file))
            if parcel.full:
                yield parcel
                parcel = _Parcel()
        yield parcel

    def _job(self, found: Found) -> Job:
        batch_id = ids.free_batch_id(found.sha256, self._ids)
        self._ids[batch_id] = found.sha256
        return Job(found, batch_id, self._folder / f"{batch_id:010d}")

    def _finish(self, parcel: _Parcel) -> Iterator[FileReport]:
        taken = self._crew.result(parcel.work) if parcel.work else []
        self._publish(parcel.jobs, taken)
        reports = {job.found.sha256: each.report for job, each in zip(parcel.jobs, taken, strict=True)}
        for file in parcel.files:
            if isinstance(file, FileReport):
                yield file
            elif report := reports.pop(file.sha256, None):
                yield report
            elif known := self._known.get(file.sha256):
                yield _repeated(file, known)
            else:  # the same bytes came before in this run and were not taken; under this name they may be
                job = self._job(file)
                again = self._crew.result(self._crew.take([job]))
                self._publish([job], again)
                yield again[0].report

    def _publish(self, jobs: Sequence[Job], taken: Sequence[Taken]) -> None:
        """Commit what could be taken, in one instant."""
        ready = [
            (each.staged, self._batch(job.found, each.report))
            for job, each in zip(jobs, taken, strict=True)
            if each.staged is not None
        ]
        if ready:
            self._lake.publish(*ready)
        self._known.update((batch.sha256, batch) for _, batch in ready)

    def _batch(self, found: Found, report: FileReport) -> Batch:
        assert report.batch_id is not None
        return Batch(
            batch_id=report.batch_id,
            sha256=found.sha256,
            channel=report.channel,
            spec_version=report.version,
            category=report.category,
            file_name=found.name,
            member=found.member,
            bytes=found.size,
            simulated=report.simulated,
            delivered_on=self._as_of,
            actor=self._actor,
            rows_in=report.rows_in,
            rows_kept=report.rows_kept,
            rows_rejected=report.rows_rejected,
        )


def _held(found: Found, link: Path) -> Found:
    """A member of an archive lives as long as the archive is being walked; work that comes later needs a link to it."""
    if not found.member or isinstance(found.data, bytes):
        return found
    try:
        os.link(found.data, link)
    except OSError:  # another file system
        shutil.copyfile(found.data, link)
    return replace(found, data=link)


def _repeated(found: Found, batch: Batch) -> FileReport:
    """The same bytes again, whatever their name: nothing changes."""
    before = f"{batch.file_name} › {batch.member}" if batch.member else batch.file_name
    return FileReport(
        found.name,
        found.member,
        Outcome.REPEATED,
        found.sha256,
        batch_id=batch.batch_id,
        channel=batch.channel,
        version=batch.spec_version,
        category=batch.category,
        simulated=batch.simulated,
        reason=f"the same bytes as {before}, delivered on {batch.delivered_on}",
    )
