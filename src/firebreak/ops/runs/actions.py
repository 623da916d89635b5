"""Every write to runs that somebody is answerable for. Progress is none of them: see ``progress``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils import timezone

from firebreak.ops.base.actor import Actor
from firebreak.ops.ledger.recording import Draft, action
from firebreak.ops.runs import policies
from firebreak.ops.runs.models import Run, State
from firebreak.terms.errors import FirebreakError, value_class

MOST_ATTEMPTS = 3
"""Work that took its worker down so often (out of memory, most likely) is not tried again by itself."""


@action(policies.REQUEST, "runs.requested", "请求后台运行", "Run requested")
def request(entry: Draft, *, kind: str, by: Actor, key: str = "", arguments: Mapping[str, Any] | None = None) -> Run:
    """Ask for background work, in the transaction of what it is needed for.

    Who asks while one with this ``key`` (else the kind) waits joins that one: it reads what is there when it begins.
    """
    _check_kind(kind)
    key = (key or kind)[:80]
    run = Run.objects.select_for_update().filter(key=key, state=State.WAITING).first()
    joined = run is not None
    if run is None:
        run, fresh = Run.objects.get_or_create(
            key=key,
            state=State.WAITING,
            defaults={
                "kind": kind,
                "arguments": dict(arguments or {}),
                "asked_by": by.name,
                "asked_at": timezone.now(),
            },
        )
        joined = not fresh
    if not joined:
        _enqueue(run)
    entry.about("run", run.pk, work=kind, joined=joined)
    return run


@action(policies.WORK, "runs.finished", "后台运行完成", "Run finished")
def finish(entry: Draft, *, run_id: int, result: Mapping[str, Any], by: Actor) -> None:
    """The work is done. ``result``: counts and closed words."""
    Run.objects.filter(pk=run_id, state=State.WORKING).update(
        state=State.DONE, result=dict(result), finished_at=timezone.now(), note=""
    )
    entry.about("run", run_id)
    entry.details.update({name: value for name, value in result.items() if isinstance(value, int | str)})


@action(policies.WORK, "runs.failed", "后台运行失败", "Run failed")
def fail(entry: Draft, *, run_id: int, code: str, what: str, by: Actor) -> None:
    """The work cannot be done as it was asked for; nothing of it is half done."""
    Run.objects.filter(pk=run_id).exclude(state=State.DONE).update(
        state=State.FAILED, code=code, what=what[:300], finished_at=timezone.now()
    )
    entry.about("run", run_id, code=code)


@action(policies.REQUEST, "runs.again", "重新运行", "Run asked for again")
def again(entry: Draft, *, run_id: int, by: Actor) -> Run:
    """Ask once more for work that failed. Errors: FirebreakError where it did not fail."""
    run = Run.objects.filter(pk=run_id).first()
    if run is None or run.state != State.FAILED:
        raise FirebreakError(
            "FB-RUN-STATE", run.state if run else "", "Only work that failed is asked for again.", "Look at the list."
        )
    fresh: Run = request(kind=run.kind, key=run.key, arguments=run.arguments, by=by)
    entry.about("run", run.pk, work=run.kind, now=fresh.pk)
    return fresh


@action(policies.WORK, "runs.taken-up", "恢复后台运行", "Run taken up again")
def take_up(entry: Draft, *, run_id: int, by: Actor) -> None:
    """Work whose worker died waits again; after three times it has failed."""
    run = Run.objects.select_for_update().get(pk=run_id, state=State.WORKING)
    entry.about("run", run.pk, work=run.kind, attempt=run.attempt)
    if run.attempt >= MOST_ATTEMPTS:
        fail(run_id=run.pk, code="FB-RUN-ATTEMPTS", what=f"{run.attempt}", by=by)
        return
    other = Run.objects.filter(key=run.key, state=State.WAITING).first()
    if other is not None:  # it will do the same
        finish(run_id=run.pk, result={"joined": other.pk}, by=by)
        return
    run.state = State.WAITING
    run.save(update_fields=["state"])
    _enqueue(run)


@action(policies.EXPORT, "runs.exported", "导出运行列表", "Runs exported")
def record_export(entry: Draft, *, count: int, filters: list[str], form: str, by: Actor) -> None:
    """Runs were taken along as a file."""
    entry.about("runs", "list", count=count, filters=filters, format=form)


def _enqueue(run: Run) -> None:
    """Hand the run to the worker; it sees it once this transaction is done."""
    from firebreak.ops.runs.tasks import queue

    queue(run.pk, run.kind)


def _check_kind(kind: str) -> None:
    if kind not in settings.FIREBREAK_WORK:
        raise FirebreakError(
            "FB-RUN-KIND", value_class(kind), f"Work is one of {', '.join(settings.FIREBREAK_WORK)}.", "Name one."
        )
