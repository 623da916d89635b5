"""What leaves the runs."""

from __future__ import annotations

from django.db.models import QuerySet

from firebreak.ops.base.actor import Actor
from firebreak.ops.base.policy import Refused, check
from firebreak.ops.runs import policies
from firebreak.ops.runs.models import Run


def runs(*, by: Actor) -> QuerySet[Run]:
    """Every run."""
    check(policies.READ, by)
    return Run.objects.all()


def run(*, run_id: int, by: Actor) -> Run:
    """One of them. Errors: Refused where there is none."""
    found = runs(by=by).filter(pk=run_id).first()
    if found is None:
        raise Refused(
            "FB-DESK-ABSENT", f"run {run_id}", "It is not there, or lies outside the area you answer for.",
            "Check the address, or ask your administrator if your area is wrong.", policies.READ.key,
        )  # fmt: skip
    return found
