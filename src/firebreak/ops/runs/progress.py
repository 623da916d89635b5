"""How far a run is, and whether its worker still lives. Written often and by the program alone, so no ledger entry."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Self

from django.db import DatabaseError, connection
from django.db.models import F
from django.utils import timezone

from firebreak.ops.base.actor import Actor
from firebreak.ops.runs.models import Run, State

SELDOM = 0.5
"""Seconds between two notes of progress: SQLite has one writer."""
BEAT = 10.0
LOST = timedelta(seconds=60)
"""A worker elsewhere that was not heard of for so long is dead."""


@dataclass
class Job:
    """What a work function gets: what was asked for, as whom it acts, and where to tell how far it is."""

    run_id: int
    arguments: Mapping[str, Any]
    by: Actor
    _told: float = field(default=0.0, repr=False)
    _stage: str = field(default="", repr=False)

    def step(self, stage: str, done: int = 0, total: int | None = None, note: str = "") -> None:
        """Tell how far the work is. ``note`` names a file or a table, never a person."""
        now = time.monotonic()
        if stage == self._stage and done != total and now - self._told < SELDOM:
            return
        self._told, self._stage = now, stage
        Run.objects.filter(pk=self.run_id).update(
            stage=stage, done=done, total=total, note=note[:200], beat_at=timezone.now()
        )


def claimed(run_id: int) -> Run | None:
    """The run, now this worker's; None where it does not wait (any more)."""
    now = timezone.now()
    taken = Run.objects.filter(pk=run_id, state=State.WAITING).update(
        state=State.WORKING, started_at=now, beat_at=now, attempt=F("attempt") + 1, worker=this_worker(), stage="",
        done=0, total=None, note="", code="", what="",
    )  # fmt: skip
    return Run.objects.get(pk=run_id) if taken else None


def put_back(run_id: int) -> None:
    """The lake was busy: the run waits again, and this was no attempt."""
    other = Run.objects.filter(pk=run_id).values("key")
    if Run.objects.filter(key__in=other, state=State.WAITING).exists():
        Run.objects.filter(pk=run_id).update(state=State.DONE, finished_at=timezone.now())
    else:
        Run.objects.filter(pk=run_id).update(state=State.WAITING, attempt=F("attempt") - 1)


class Beating:
    """While it lasts, ``beat_at`` says every ten seconds that the worker lives, however long one step takes."""

    def __init__(self, run_id: int) -> None:
        self.run_id = run_id
        self.stopped = threading.Event()
        self.thread = threading.Thread(target=self._beat, daemon=True)

    def __enter__(self) -> Self:
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopped.set()

    def _beat(self) -> None:
        while not self.stopped.wait(BEAT):
            try:
                Run.objects.filter(pk=self.run_id).update(beat_at=timezone.now())
            except DatabaseError:
                continue  # the next one tells
            finally:
                connection.close()


def this_worker() -> str:
    """This process, so that another can tell whether it is still there: host, number, and when it began."""
    return f"{socket.gethostname()[:60]}:{os.getpid()}:{_began(os.getpid())}"


def is_lost(run: Run) -> bool:
    """Is the worker of this run dead? On this machine the kernel is asked; elsewhere silence tells."""
    host, number, began = run.worker.rsplit(":", 2)
    if host == socket.gethostname()[:60]:
        return _began(int(number)) != began
    return run.beat_at is None or timezone.now() - run.beat_at > LOST


def _began(process: int) -> str:
    """When a process began, in the kernel's clock ticks; empty where there is none, or it has ended but is kept."""
    try:
        state, *rest = Path(f"/proc/{process}/stat").read_text("ascii").rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if state == "Z" else rest[18]
