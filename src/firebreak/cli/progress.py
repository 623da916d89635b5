"""What is being done and for how long, on standard error, so that output can be piped."""

from __future__ import annotations

from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from firebreak.cli.language import language
from firebreak.web.report.words import stage_line


class Stages:
    """A line a stage, with a spinner while it runs and its seconds when it is done. Silent where ``quiet``."""

    def __init__(self, quiet: bool) -> None:
        self._progress = Progress(
            SpinnerColumn(finished_text="[green]✓"),
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("[bright_black]{task.fields[note]}", markup=True),
            console=Console(stderr=True),
            disable=quiet,
        )
        self._now: TaskID | None = None

    def __enter__(self) -> Stages:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._finish()
        if self._progress.live.is_started:
            self._progress.stop()

    def start(self, key: str, total: int | None = None) -> None:
        """The stage before is done; this one begins."""
        self._finish()
        self._progress.start()
        self._now = self._progress.add_task(stage_line(key, language()), total=total or 1, note="")

    def step(self, done: int, total: int | None = None, note: str = "") -> None:
        """How far the stage is. ``note`` names a file or a table, never a person."""
        if self._now is not None:
            self._progress.update(self._now, completed=done, total=total, note=note)

    def _finish(self) -> None:
        if self._now is not None:
            total = self._progress.tasks[self._now].total or 1
            self._progress.update(self._now, completed=total, note="")
            self._progress.stop_task(self._now)
        self._now = None
