"""How a task changes its place: along the tree of each order that asks for it, made deeper where it has to be."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from firebreak.ops.orders.counting import recount
from firebreak.ops.orders.issuing import Source, new_order, plain
from firebreak.ops.orders.models import Assignment, Order, Task
from firebreak.ops.orders.split import Node, path_of


def move_tasks(tasks: Sequence[Task], code: str, reason: str, name: str, now: datetime) -> set[int]:
    """Give these tasks to the area ``code``; the orders that have them now."""
    before: set[int] = set()
    after: set[int] = set()
    rows = plain(Assignment).filter(task__in=[task.pk for task in tasks], live=True).select_related("order")
    for one in rows.order_by("pk"):
        target = _order_for(one.order, code, reason, name, now)
        before.add(one.order_id)
        after.add(target.pk)
        one.order, one.division_code, one.grid_code = target, target.division_code, target.grid_code
        one.save(update_fields=["order", "division_code", "grid_code"])
    for task in tasks:
        target = plain(Assignment).filter(task=task, live=True).select_related("order")[0].order
        task.code, task.division_code, task.grid_code = code, target.division_code, target.grid_code
        task.version += 1
        task.save(update_fields=["code", "division_code", "grid_code", "version"])
    recount(before | after, now)
    return after


def _order_for(now_in: Order, code: str, reason: str, name: str, now: datetime) -> Order:
    """The order of this area in the same tree, made with all above it where it is not there."""
    root = plain(Order).get(pk=now_in.root_id or now_in.pk)
    outside = code[:2] != root.code
    source = Source(
        desk=_desk(now_in, root), case_no=root.case_no, case_id=root.case_id, list_id=root.list_id,
        handover_id=root.handover_id, kind=root.kind, simulated=root.simulated,
    )  # fmt: skip
    parent: Order = root
    for one in [code[:2]] if outside else list(path_of(code))[1:]:
        found = plain(Order).filter(root=root, code=one, outside=outside).first()
        if found is None:
            found = new_order(source, Node(one, parent.code, outside), reason, name, now)
            found.parent, found.root, found.deadline = parent, root, root.deadline
            found.save()
        elif found.state == "withdrawn":
            found.state = "sent"
            found.save(update_fields=["state"])
        parent = found
    return parent


def _desk(order: Order, root: Order) -> str:
    """Whose desk hands over to another province: the one that has the task now."""
    return order.division_code or root.division_code
