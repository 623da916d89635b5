"""The clock of orders: a look at each moment when some may have become late."""

from __future__ import annotations

from django_tasks import task

from firebreak.ops.base.actor import system
from firebreak.ops.base.scope import acting_as
from firebreak.ops.orders import actions


@task
def look(root_id: int) -> None:
    """Tell the levels above of what is late in this tree. The second time changes nothing."""
    by = system("worker")
    with acting_as(by):
        actions.escalate(root_id=root_id, by=by)
