"""What leaves the desk of orders, within the reader's reach; counts over all areas where they tell of nobody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Max, Min, Q, QuerySet

from firebreak.ops.base.actor import Actor, system
from firebreak.ops.base.policy import check
from firebreak.ops.base.scope import acting_as, found, visible
from firebreak.ops.orders import policies
from firebreak.ops.orders.issuing import plain
from firebreak.ops.orders.models import Assignment, Handover, Order, Partner, Task


def orders(*, by: Actor) -> QuerySet[Order]:
    """The orders within reach."""
    return visible(Order, by=by, policy=policies.READ)


def order(*, order_id: int, by: Actor) -> Order:
    """One of them."""
    return found(orders(by=by), policy=policies.READ, pk=order_id)


def below(*, order: Order, by: Actor) -> list[Order]:
    """The orders right below this one, those that are late first."""
    rows = orders(by=by).filter(parent_id=order.pk).exclude(state="withdrawn")
    return list(rows.order_by(F("escalated_at").desc(nulls_last=True), "code"))


def tasks(*, by: Actor) -> QuerySet[Task]:
    """Everybody on an order within reach, one row a person."""
    return visible(Task, by=by, policy=policies.READ)


def task(*, task_id: int, by: Actor) -> Task:
    """One of them."""
    return found(tasks(by=by), policy=policies.READ, pk=task_id)


def assignments(*, order_id: int, by: Actor) -> QuerySet[Assignment]:
    """Who belongs to this order itself, with the reason."""
    rows = visible(Assignment, by=by, policy=policies.READ).filter(order_id=order_id, live=True)
    return rows.select_related("task").order_by("pk")


def assignments_of(*, task_id: int, by: Actor) -> list[Assignment]:
    """All that asks for one person, withdrawn or not."""
    rows = visible(Assignment, by=by, policy=policies.READ).filter(task_id=task_id)
    return list(rows.select_related("order").order_by("pk"))


@dataclass(frozen=True, slots=True)
class Share:
    """How far one level of a case's orders is: orders, how many were answered, are late; persons, reached, done."""

    level: int
    orders: int
    answered: int
    late: int
    persons: int
    reached: int
    closed: int


def shares(*, case_id: int, by: Actor) -> list[Share]:
    """Each level of a case's orders, over all areas: counts, no person. The topmost level counts everybody."""
    check(policies.READ, by)
    answered = Q(state__in=("acknowledged", "delegated", "done"))
    with acting_as(system("orders")):
        rows = plain(Order).filter(case_id=case_id).exclude(state="withdrawn")
        grouped = rows.values("level", "outside").annotate(
            orders=Count("pk"), answered=Count("pk", answered), late=Count("pk", ~Q(escalated_at=None))
        )
        found_rows = list(grouped.order_by("level", "outside"))
        sums = _sums(rows)
    return [
        Share(99 if row["outside"] else row["level"], row["orders"], row["answered"], row["late"],
              *sums[row["level"], row["outside"]])
        for row in found_rows
    ]  # fmt: skip


def _sums(rows: QuerySet[Any]) -> dict[tuple[int, bool], tuple[int, int, int]]:
    found_sums: dict[tuple[int, bool], tuple[int, int, int]] = {}
    for level, outside, total, reached, closed in rows.values_list("level", "outside", "total", "reached", "closed"):
        before = found_sums.get((level, outside), (0, 0, 0))
        found_sums[level, outside] = (before[0] + total, before[1] + reached, before[2] + closed)
    return found_sums


@dataclass(frozen=True, slots=True)
class Milestones:
    """When a case's orders went out and how far they came; None where that did not happen yet. ``reached``: when the
    last of all its persons was reached, ``half_reached`` is not kept: the share is what tells."""

    ordered: datetime | None
    first_reached: datetime | None
    reached: datetime | None
    isolated: datetime | None
    persons: int


def milestones(*, case_ids: Sequence[int], by: Actor) -> dict[int, Milestones]:
    """By case, over all areas: times and counts, no person."""
    check(policies.READ, by)
    with acting_as(system("orders")):
        ordered = dict(
            plain(Order).filter(case_id__in=case_ids).values_list("case_id").annotate(Min("issued_at")).order_by()
        )
        live = plain(Assignment).filter(case_id__in=case_ids, live=True).values("case_id").order_by()
        rows = list(live.annotate(
            persons=Count("pk"), met=Count("task__reached_at"), over=Count("task__closed_at"),
            first=Min("task__reached_at"), last=Max("task__reached_at"), closed=Max("task__closed_at"),
            lost=Count("pk", Q(task__state="unreachable")),
        ))  # fmt: skip
    told = {row["case_id"]: row for row in rows}
    return {case: _milestones(moment, told.get(case)) for case, moment in ordered.items()}


def _milestones(ordered: datetime, row: Any) -> Milestones:
    if row is None:
        return Milestones(ordered, None, None, None, 0)
    everybody = row["met"] + row["lost"] >= row["persons"]
    whole = row["over"] >= row["persons"]
    return Milestones(
        ordered, row["first"], row["last"] if everybody else None, row["closed"] if whole else None, row["persons"]
    )


def partners(*, by: Actor) -> QuerySet[Partner]:
    """Other provinces' installations."""
    check(policies.HANDOVERS, by)
    return Partner.objects.order_by("name")


def handovers(*, by: Actor) -> QuerySet[Handover]:
    """Signed files, made and taken in."""
    return visible(Handover, by=by, policy=policies.READ)
