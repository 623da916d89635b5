"""What is done every night: sessions and failed sign-ins that are over go, and the ledger is verified."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from firebreak.ops.accounts import actions
from firebreak.ops.base.actor import system
from firebreak.ops.ledger import actions as ledger
from firebreak.ops.ledger import selectors

HOUR = 3
"""Shanghai's time: when the fewest people work."""


@task
def nightly() -> None:
    """Sweep and verify, then ask for the next night. Safe to repeat, safe to die in."""
    schedule()
    by = system("worker")
    actions.sweep(by=by)
    verdict = selectors.verdict(by=by)
    ledger.record_verification(entries=verdict.entries, problems=len(verdict.problems), by=by)


def schedule() -> None:
    """Ask for the next night, if nobody has."""
    waiting = DBTaskResult.objects.filter(task_path=nightly.module_path, status="READY")
    if not waiting.exists():
        nightly.using(run_after=next_night(timezone.localtime())).enqueue()


def next_night(now: datetime) -> datetime:
    """The next three o'clock."""
    tonight = now.replace(hour=HOUR, minute=0, second=0, microsecond=0)
    return tonight if tonight > now else tonight + timedelta(days=1)
