"""Background work: asked for once, done once, told as it goes, taken up again when its worker was killed."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from django_tasks_db.models import DBTaskResult
from tests.desks.people import BY, account, actor, browser

from firebreak.ops.base.policy import Refused
from firebreak.ops.base.scope import acting_as, everywhere
from firebreak.ops.ledger.models import Entry
from firebreak.ops.runs import actions, progress
from firebreak.ops.runs.models import Run
from firebreak.ops.runs.tasks import recover, work
from firebreak.terms.errors import FirebreakError
from firebreak.terms.offices import Office

ROOT = Path(__file__).parents[2]


@pytest.fixture
def does(settings: Any) -> Any:
    def choose(name: str) -> None:
        settings.FIREBREAK_WORK = {"chain": f"tests.desks.works:{name}"}

    return choose


def events(run_id: int) -> list[str]:
    with acting_as(BY):
        rows = everywhere(Entry, because="test").filter(subject_kind="run", subject_id=str(run_id))
        return list(rows.order_by("id").values_list("event", flat=True))


def test_work_is_asked_for_done_and_on_record(does: Any) -> None:
    does("short")
    run = actions.request(kind="chain", by=actor(Office.STEWARD))
    assert DBTaskResult.objects.filter(args_kwargs={"args": [run.pk], "kwargs": {}}).count() == 1
    work.call(run.pk)
    run.refresh_from_db()
    assert (run.state, run.result, run.stage, run.done, run.total) == ("done", {"rows": 3}, "rides", 3, 3)
    assert events(run.pk) == ["runs.requested", "runs.finished"]
    work.call(run.pk)  # a second task for it finds nothing to do
    assert events(run.pk) == ["runs.requested", "runs.finished"]


def test_who_asks_while_one_waits_joins_it_and_who_asks_later_gets_another(does: Any) -> None:
    does("short")
    first = actions.request(kind="chain", by=BY)
    assert actions.request(kind="chain", by=BY).pk == first.pk
    assert progress.claimed(first.pk) is not None
    assert actions.request(kind="chain", by=BY).pk != first.pk


@pytest.mark.parametrize("office", [Office.CITIZEN, Office.GRID_WORKER, Office.AUDITOR, Office.OFFICER])
def test_others_may_not_ask(office: Office) -> None:
    with pytest.raises(Refused):
        actions.request(kind="chain", by=actor(office))


def test_a_kind_of_work_that_nobody_does_is_a_users_mistake() -> None:
    with pytest.raises(FirebreakError) as caught:
        actions.request(kind="mine bitcoin", by=BY)
    assert caught.value.code == "FB-RUN-KIND"


def test_a_busy_lake_is_waited_for_and_is_no_attempt(does: Any) -> None:
    does("busy")
    run = actions.request(kind="chain", by=BY)
    DBTaskResult.objects.all().delete()
    work.call(run.pk)
    run.refresh_from_db()
    assert (run.state, run.attempt) == ("waiting", 0)
    assert DBTaskResult.objects.count() == 1


def test_a_fault_is_told_by_its_place_and_never_by_its_message(does: Any) -> None:
    does("broken")
    run = actions.request(kind="chain", by=BY)
    work.call(run.pk)
    run.refresh_from_db()
    assert (run.state, run.code) == ("failed", "FB-BUG")
    assert "ValueError" in run.what
    assert "3202021990" not in run.what
    again = actions.again(run_id=run.pk, by=actor(Office.STEWARD))
    assert again.pk != run.pk
    with pytest.raises(FirebreakError):
        actions.again(run_id=again.pk, by=actor(Office.STEWARD))


def test_work_of_a_dead_worker_is_taken_up_three_times_and_then_has_failed(does: Any) -> None:
    does("short")
    run = actions.request(kind="chain", by=BY)
    for attempt in range(1, 4):
        assert progress.claimed(run.pk) is not None
        Run.objects.update(worker=progress.this_worker().rpartition(":")[0] + ":1")  # a process that is no more
        assert recover() >= 1
        run.refresh_from_db()
        assert (run.state, run.attempt) == ("waiting" if attempt < 3 else "failed", attempt)
    assert run.code == "FB-RUN-ATTEMPTS"


def test_a_worker_that_lives_keeps_its_work(does: Any) -> None:
    run = actions.request(kind="chain", by=BY)
    assert progress.claimed(run.pk) is not None
    assert recover() == 0
    run.refresh_from_db()
    assert run.state == "working"


def test_a_run_that_waits_without_a_task_gets_one() -> None:
    run = actions.request(kind="chain", by=BY)
    DBTaskResult.objects.all().delete()
    assert recover() == 1
    assert DBTaskResult.objects.get().args_kwargs["args"] == [run.pk]


def test_the_page_tells_how_far_it_is_and_only_to_those_who_may_see_it(does: Any) -> None:
    does("short")
    client = browser(account(Office.STEWARD))
    assert client.post("/runs/start").status_code == 302
    run = Run.objects.get()
    assert client.get("/runs/").status_code == 200
    part = client.get(f"/runs/{run.pk}", headers={"HX-Request": "true"}).content.decode()
    assert "hx-trigger" in part
    assert "<html" not in part
    work.call(run.pk)
    assert "hx-trigger" not in client.get(f"/runs/{run.pk}").content.decode().partition('id="run"')[2]
    assert client.get("/runs/999").status_code == 404
    assert browser(account(Office.CITIZEN)).get("/runs/").status_code == 403
    assert browser(account(Office.OFFICER)).post("/runs/start").status_code == 403


def _state(home: Path) -> tuple[str, int]:
    with sqlite3.connect(f"file:{home / 'desks.sqlite'}?mode=ro", uri=True) as database:
        found: tuple[str, int] = database.execute("SELECT state, attempt FROM runs_run").fetchone()
        return found


def _until(condition: Any, seconds: float = 20.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.05)


def test_a_worker_killed_in_the_middle_leaves_nothing_undone(tmp_path: Path) -> None:
    """Kill -9 in the middle of a run; a new worker takes it up by itself and finishes it, once."""
    notes = tmp_path / "notes"
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("FIREBREAK_", "DATABASE_", "DJANGO_"))
    }
    env = {**kept, "FIREBREAK_HOME": str(tmp_path), "FIREBREAK_TEST_NOTES": str(notes)}
    command = [sys.executable, "-m", "tests.desks.killed"]
    subprocess.run([*command, "ask"], env=env, cwd=ROOT, check=True, capture_output=True)
    first = subprocess.Popen([*command, "first_for_ever"], env=env, cwd=ROOT)
    second = None
    try:
        _until(notes.exists)
        os.kill(first.pid, signal.SIGKILL)
        first.wait(5)
        assert _state(tmp_path) == ("working", 1)
        second = subprocess.Popen([*command, "first_for_ever"], env=env, cwd=ROOT)
        _until(lambda: _state(tmp_path)[0] == "done")
        assert _state(tmp_path) == ("done", 2)
        assert notes.read_text("utf-8").splitlines() == ["begun", "begun"]
    finally:
        for process in (first, second):
            if process is not None and process.poll() is None:
                process.kill()
                process.wait(5)
