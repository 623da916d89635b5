"""The process is killed at any point and started again: nothing is lost, nothing is there twice."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
from tests.integration.delivery import deliver, specs, state

from firebreak.lake import Lake
from firebreak.terms.errors import LakeError

ROOT = Path(__file__).parents[2]
KILLS, FILES, ROWS = 50, 4, 8


class Nursery:
    """The process that forks ingests (see nursery.py)."""

    def __init__(self, specs: Path) -> None:
        self._specs = specs
        path = os.pathsep.join([str(ROOT), str(ROOT / "src")])
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.integration.nursery"],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": path},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ingest(
        self, lake: Path, inbox: Path, kill_after: float | None = None, *, workers: int = 1
    ) -> tuple[str, float]:
        """Run an ingest, killed with SIGKILL after so many seconds: ``done`` or ``died``, and its seconds."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{lake} {inbox} {self._specs} {workers}\n")
        self.process.stdin.flush()
        child, start = int(self.process.stdout.readline()), time.perf_counter()
        if kill_after is not None:
            timer = threading.Timer(kill_after, _kill, [child])
            timer.start()
        answer = self.process.stdout.readline().strip()
        if kill_after is not None:
            timer.cancel()
            timer.join()
        return answer, time.perf_counter() - start


def _kill(process: int) -> None:
    try:
        os.kill(process, signal.SIGKILL)
    except ProcessLookupError:
        return


@pytest.fixture
def nursery(tmp_path: Path) -> Iterator[Nursery]:
    specs(tmp_path / "specs")
    nursery = Nursery(tmp_path / "specs")
    yield nursery
    assert nursery.process.stdin is not None
    assert nursery.process.stdout is not None
    nursery.process.stdin.close()
    nursery.process.wait()
    nursery.process.stdout.close()


def test_an_ingest_killed_at_fifty_random_points_gives_the_lake_of_an_undisturbed_run(
    tmp_path: Path, nursery: Nursery
) -> None:
    inbox = deliver(tmp_path / "inbox", FILES, ROWS)
    _killed_again_and_again(tmp_path, nursery, inbox, KILLS, workers=1)


@pytest.mark.parametrize("kills", [3, pytest.param(KILLS, marks=[pytest.mark.long, pytest.mark.timeout(3600)])])
def test_so_does_one_with_two_workers(tmp_path: Path, nursery: Nursery, kills: int) -> None:
    inbox = deliver(tmp_path / "inbox", 2 * FILES, ROWS)
    _killed_again_and_again(tmp_path, nursery, inbox, kills, workers=2)


def _killed_again_and_again(folder: Path, nursery: Nursery, inbox: Path, wanted: int, *, workers: int) -> None:
    """Kill ingests until there were so many kills; each that ends has the lake of one worker, undisturbed."""
    assert nursery.ingest(folder / "undisturbed", inbox)[0] == "done"
    expected = state(Lake.open(folder / "undisturbed"))
    outcome, seconds = nursery.ingest(folder / "measured", inbox, workers=workers)
    assert outcome == "done"
    assert state(Lake.open(folder / "measured")) == expected
    draw, kills, lakes = random.Random(20200123), 0, 0
    earliest, latest = (0, 0.7) if workers == 1 else (0.4, 1)  # workers take a while to start
    while kills < wanted:
        lakes += 1
        lake = folder / f"lake-{lakes}"
        outcome = "died"
        while outcome == "died":
            limit = seconds * draw.uniform(earliest, latest) if kills < wanted else None
            outcome, _ = nursery.ingest(lake, inbox, limit, workers=workers)
            kills += outcome == "died"
            if outcome == "died":
                _is_whole(lake)
        opened = Lake.open(lake)
        assert opened.check() == []
        assert state(opened) == expected


def _is_whole(root: Path) -> None:
    """What a reader sees right after the kill: whole batches, every file as it was written."""
    try:
        lake = Lake.open(root)
    except LakeError as error:
        if error.code == "FB-LAKE-MISSING":
            return  # it was not yet made
        raise
    assert {finding.code for finding in lake.check()} <= {"orphan"}
    mentions = [pl.read_parquet(file, hive_partitioning=False) for file in lake.files("mentions")]
    records = {record for frame in mentions for record in frame["record_id"]}
    assert len(records) == sum(batch.rows_kept for batch in lake.batches())
