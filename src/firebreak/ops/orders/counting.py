"""How many persons an order counts, and how many of them were reached or are done with, up to the tree's root."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Count, Q, Sum

from firebreak.ops.orders.issuing import plain
from firebreak.ops.orders.models import Assignment, Order
from firebreak.ops.orders.policies import CLOSED, OPEN, REACHED


def recount(order_ids: Iterable[int], now: datetime) -> None:
    """Bring these orders and all above them up to date, the deepest first; finish or reopen them as their counts say.

    Always from what is there, never by adding to what was: counts cannot drift.
    """
    waiting = {row.pk: row for row in plain(Order).filter(pk__in=list(order_ids))}
    while waiting:
        deepest = max(waiting.values(), key=lambda row: (row.parent_id is not None, row.level))
        del waiting[deepest.pk]
        _count(deepest, now)
        if deepest.parent_id is not None and deepest.parent_id not in waiting:
            waiting[deepest.parent_id] = plain(Order).get(pk=deepest.parent_id)


def _count(order: Order, now: datetime) -> None:
    own = plain(Assignment).filter(order_id=order.pk, live=True).aggregate(
        all=Count("pk"), reached=Count("pk", Q(task__state__in=REACHED)), closed=Count("pk", Q(task__state__in=CLOSED))
    )  # fmt: skip
    below = plain(Order).filter(parent_id=order.pk).exclude(state="withdrawn")
    sums = below.aggregate(all=Sum("total"), reached=Sum("reached"), closed=Sum("closed"))
    order.own = own["all"]
    order.total, order.reached, order.closed = (own[name] + (sums[name] or 0) for name in ("all", "reached", "closed"))
    _judge(order, now)
    order.version += 1
    order.save()


def _judge(order: Order, now: datetime) -> None:
    """The state that the counts ask for: machine ``order``, moves ``finish``, ``again``, ``withdraw``."""
    if order.state == "withdrawn":
        return
    if order.total == 0:
        order.state, order.withdrawn_at = "withdrawn", now
    elif order.closed == order.total and order.state in OPEN:
        order.state, order.done_at = "done", now
    elif order.closed < order.total and order.state == "done":
        order.state, order.done_at = "acknowledged", None
