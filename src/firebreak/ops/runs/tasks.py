"""The one background task: work on a run. And what a worker does first: take up what a dead one left."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from importlib import import_module
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from firebreak.ops.base.actor import system
from firebreak.ops.base.faults import place_of
from firebreak.ops.base.scope import acting_as
from firebreak.ops.runs import actions
from firebreak.ops.runs.models import Run, State
from firebreak.ops.runs.progress import Beating, Job, claimed, is_lost, put_back
from firebreak.terms.errors import FirebreakError

Work = Callable[[Job], Mapping[str, Any]]
"""A kind's work. It may be killed anywhere and is then done again from its start, so each of its steps is one that
changes nothing the second time."""

BY = system("bridge")
BUSY = "FB-LAKE-LOCKED"
PAUSE = timedelta(seconds=5)
FIRST = {"intake": 20, "outbox": 10}
"""Kinds that go first."""


@task
def work(run_id: int) -> None:
    """Do the work of a run, if it still waits. Whatever goes wrong is the run's, with its code; nothing is raised."""
    run = claimed(run_id)
    if run is None:
        return
    with acting_as(BY), Beating(run.pk):
        try:
            result = work_of(run.kind)(Job(run.pk, run.arguments, BY))
        except FirebreakError as error:
            _wrong(run, error)
        except Exception as error:
            # Its message may hold somebody's value; where it happened is enough to find it.
            actions.fail(run_id=run.pk, code="FB-BUG", what=f"{type(error).__name__} · {place_of(error)}", by=BY)
        else:
            actions.finish(run_id=run.pk, result=result, by=BY)


def work_of(kind: str) -> Work:
    """The function that does this kind of work: the bridge's, named in the settings, since desks know no bridge."""
    module, _, name = settings.FIREBREAK_WORK[kind].partition(":")
    found: Work = getattr(import_module(module), name)
    return found


def queue(run_id: int, kind: str, **more: Any) -> None:
    """Hand a run to the worker; short ones that somebody waits for go before long ones."""
    work.using(priority=FIRST.get(kind, 0), **more).enqueue(run_id)


def recover() -> int:
    """Take up the runs whose worker died, and those that wait with no task for them. How many there were."""
    lost = [run for run in Run.objects.filter(state=State.WORKING).order_by("id") if is_lost(run)]
    for run in lost:
        with transaction.atomic():
            if Run.objects.select_for_update().filter(pk=run.pk, state=State.WORKING, worker=run.worker).exists():
                actions.take_up(run_id=run.pk, by=BY)
    known = {
        arguments["args"][0]
        for arguments in DBTaskResult.objects.filter(task_path=work.module_path, status="READY").values_list(
            "args_kwargs", flat=True
        )
    }
    silent = list(Run.objects.filter(state=State.WAITING).exclude(pk__in=known).values_list("pk", "kind"))
    for run_id, kind in silent:
        queue(run_id, kind)
    return len(lost) + len(silent)


def _wrong(run: Run, error: FirebreakError) -> None:
    if error.code == BUSY:
        put_back(run.pk)
        queue(run.pk, run.kind, run_after=timezone.now() + PAUSE)
    else:
        actions.fail(run_id=run.pk, code=error.code, what=error.what, by=BY)
