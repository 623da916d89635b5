"""Who reads the files: this process, or a few worker processes beside it.

Workers are spawned, not forked: Polars' and Arrow's threads do not survive a fork. Each has one Polars thread, since
files are enough to keep all cores busy, and ends by itself when its parent is gone.
"""

from __future__ import annotations

import ctypes
import gc
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from datetime import date
from types import TracebackType

from firebreak.engine.intake.spec_model import ChannelSpec
from firebreak.engine.intake.take import Job, Taken, take
from firebreak.terms.errors import FirebreakError

_POLL = 0.5
_AHEAD = 8
"""Parcels a worker: enough that one is busy while the other reads a file of millions of rows."""
_COLLECTED_AFTER = (100_000, 20, 50)
"""Records of trees are many objects without cycles: to look for some after each 700 costs a tenth of the time."""
_ENVIRONMENT = {
    "POLARS_MAX_THREADS": "1",
    # Memory that one column gives back is what the next one needs: kept for a while, it costs no page faults.
    "_RJEM_MALLOC_CONF": "dirty_decay_ms:20000,muzzy_decay_ms:20000",
    # The same for the arrays of blocks and views: glibc would give each back at once, and a fresh page costs 0.9 µs.
    "MALLOC_MMAP_THRESHOLD_": str(256 << 20),
    "MALLOC_TRIM_THRESHOLD_": str(512 << 20),
}
_PR_SET_PDEATHSIG = 1


class Crew:
    """``with Crew(2, specs, as_of) as crew: crew.take(jobs)``. With one worker, ``take`` works at once and in this
    process. ``ahead`` is how many parcels of files may be begun before the first is asked for."""

    def __init__(self, workers: int, specs: tuple[ChannelSpec, ...], as_of: date) -> None:
        self._specs, self._as_of = specs, as_of
        self._pool = self._spawned(workers) if workers > 1 else None
        self.ahead = _AHEAD * workers if workers > 1 else 0

    def _spawned(self, workers: int) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(
            workers,
            mp_context=multiprocessing.get_context("spawn"),
            initializer=_begin,
            initargs=(os.getpid(), self._specs, self._as_of),
        )

    def take(self, jobs: Sequence[Job]) -> Future[list[Taken]]:
        """Begin to stage files, together."""
        if self._pool is not None:
            with _inherited():
                return self._pool.submit(_take, jobs)
        done: Future[list[Taken]] = Future()
        done.set_result(take(jobs, self._specs, self._as_of))
        return done

    def result(self, work: Future[list[Taken]]) -> list[Taken]:
        """Wait for files. FirebreakError FB-I003 where its process was killed (mostly for want of memory)."""
        try:
            return work.result()
        except BrokenProcessPool:
            raise FirebreakError(
                "FB-I003",
                "A worker process ended while it read a file",
                "Files committed before are in the lake; the one being read is not.",
                "Free some memory, or run with one worker, and start again.",
            ) from None

    def __enter__(self) -> Crew:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)


@contextmanager
def _inherited() -> Iterator[None]:
    """What a worker inherits: Polars reads these when it is first imported."""
    before = {name: os.environ.get(name) for name in _ENVIRONMENT}
    os.environ.update({name: before[name] or value for name, value in _ENVIRONMENT.items()})
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]


_state: tuple[tuple[ChannelSpec, ...], date]


def _begin(parent: int, specs: tuple[ChannelSpec, ...], as_of: date) -> None:
    global _state
    _state = (specs, as_of)
    _die_with_parent()
    gc.freeze()
    gc.set_threshold(*_COLLECTED_AFTER)
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _die_with_parent() -> None:
    """Have the kernel kill this process when its parent ends, so that nothing is written behind the next one's back
    (``prctl(2)``, PR_SET_PDEATHSIG). Where there is no such call, ``_end_with`` sees to it within half a second."""
    call = getattr(ctypes.CDLL(None), "prctl", None)
    if call is not None:
        call(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_POLL)
    os._exit(1)


def _take(jobs: Sequence[Job]) -> list[Taken]:
    specs, as_of = _state
    return take(jobs, specs, as_of)
