"""The desk of orders: what came in, one order with its people, one person's task."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from firebreak.ops.base.actor import Actor
from firebreak.ops.base.exports import Export
from firebreak.ops.base.lists import Column, Filter, Listing, listed
from firebreak.ops.base.page import DeskRequest, deed, form, page
from firebreak.ops.base.policy import can
from firebreak.ops.orders import actions, policies, selectors
from firebreak.ops.orders.kinds import kinds
from firebreak.ops.orders.models import Order, Task
from firebreak.ops.vault import selectors as values
from firebreak.terms.machines import machine
from firebreak.web.cases import words
from firebreak.web.cases.views import version_of
from firebreak.web.persons.words import lang, word

SHOWN = 200


def share(row: Order) -> str:
    """Persons done with, of all."""
    return f"{row.closed}/{row.total}"


def _late(rows: Any, text: str) -> Any:
    return rows.exclude(escalated_at=None) if text == "yes" else rows.filter(escalated_at=None)


LISTING = Listing(
    key="orders",
    title=_("指令"),
    columns=(
        Column("id", _("编号"), lambda row: row.pk, sort="pk"),
        Column("code", _("承办区划"), lambda row: row.code, sort="code", template="orders/_area.html"),
        Column("case", _("病例编号"), lambda row: row.case_no),
        Column("state", _("状态"), lambda row: words.state("order", row.state), template="orders/_state.html"),
        Column("share", _("办结/总数"), share, template="orders/_share.html"),
        Column("deadline", _("时限"), lambda row: row.deadline, sort="deadline"),
        Column("answered", _("签收人"), lambda row: row.acknowledged_by, narrow=False),
        Column("issued", _("下达时间"), lambda row: row.issued_at, narrow=False),
    ),
    filters=(
        Filter("state", _("状态"), lambda rows, text: rows.filter(state=text), choices=lambda: words.states("order")),
        Filter("late", _("逾期"), _late, choices=lambda: [("yes", __("是")), ("no", __("否"))]),
        Filter("case", _("病例编号"), lambda rows, text: rows.filter(case_no=text)),
        Filter("code", _("区划代码"), lambda rows, text: rows.filter(code__startswith=text)),
    ),
    sort="deadline",
    link=lambda row: reverse("orders:order", args=[row.pk]),
    empty=_("没有下达给您辖区的指令。"),
    export=Export(policies.EXPORT, actions.record_export),
    head="orders/_head.html",
)  # fmt: skip


def prepare(rows: list[Any], request: DeskRequest) -> None:
    """Masked names of a page of tasks."""
    known: dict[tuple[str, int], Any] = {}
    for kind in {row.kind for row in rows}:
        people = [row.subject_id for row in rows if row.kind == kind]
        found = values.masked(kind=kind, subject_ids=people, by=request.actor)
        known |= {(kind, person): told for person, told in found.items()}
    for row in rows:
        row.masked = known.get((row.kind, row.subject_id), {})


def _said(field: str) -> Any:
    return lambda row: "；".join(getattr(row, "masked", {}).get(field, ())[:1])


TASKS = Listing(
    key="tasks",
    title=_("排查任务"),
    columns=(
        Column("id", _("编号"), lambda row: row.pk, sort="pk"),
        Column("name", _("姓名"), lambda row: _said("name")(row) or "—"),
        Column("phone", _("电话"), _said("phone")),
        Column("address", _("住址"), _said("address"), narrow=False),
        Column("state", _("状态"), lambda row: words.state("task", row.state), template="orders/_task_state.html"),
        Column("level", _("类别"), lambda row: word("contact_level", row.contact_level)),
        Column("cases", _("涉及病例数"), lambda row: row.cases),
        Column("deadline", _("时限"), lambda row: row.deadline, sort="deadline"),
        Column("code", _("区划"), lambda row: row.code, template="orders/_code.html", narrow=False),
    ),
    filters=(
        Filter("state", _("状态"), lambda rows, text: rows.filter(state=text), choices=lambda: words.states("task")),
        Filter("code", _("区划代码"), lambda rows, text: rows.filter(code__startswith=text)),
    ),
    sort="deadline",
    link=lambda row: reverse("orders:task", args=[row.pk]),
    empty=_("没有待排查的人员。"),
    export=Export(policies.EXPORT, actions.record_export_of_tasks),
    prepare=prepare,
)


@form(policies.READ)
def orders(request: DeskRequest) -> HttpResponseBase:
    """The orders within reach, the most urgent first."""
    may_hand = can(policies.HANDOVERS, request.actor)
    return listed(request, LISTING, selectors.orders(by=request.actor), {"may_hand": may_hand})


@form(policies.READ)
def tasks(request: DeskRequest) -> HttpResponseBase:
    """Everybody on an order within reach, once each."""
    return listed(request, TASKS, selectors.tasks(by=request.actor).exclude(state="withdrawn"))


@page(policies.READ)
def order(request: DeskRequest, order_id: int) -> HttpResponseBase:
    """One order. Its own desk opening it for the first time is its receipt."""
    row = selectors.order(order_id=order_id, by=request.actor)
    if request.htmx:
        return render(request, "orders/_live.html", _live(row, request.actor))
    if row.state == "sent" and _own_desk(row, request.actor):
        row = actions.receive(order_id=row.pk, by=request.actor)
    return render(request, "orders/order.html", _order(row, request))


def _own_desk(row: Order, by: Actor) -> bool:
    return any(grant.value == row.code for grant in policies.ANSWER.grants(by)) and not row.outside


def _live(row: Order, by: Actor) -> dict[str, Any]:
    return {"order": row, "below": selectors.below(order=row, by=by), "moving": row.state in policies.OPEN}


def _order(row: Order, request: DeskRequest) -> dict[str, Any]:
    by = request.actor
    assigned = list(selectors.assignments(order_id=row.pk, by=by)[: SHOWN + 1])
    prepare([one.task for one in assigned], request)
    kind = kinds()[row.kind]
    return {
        **_live(row, by),
        "what": kind.zh if lang() == "zh" else kind.en,
        "people": [_line(one, by) for one in assigned[:SHOWN]],
        "more": len(assigned) > SHOWN,
        "may_acknowledge": policies.can_move("order", row, "acknowledge", by, timezone.localdate()),
        "may_delegate": can(policies.DELEGATE, by) and row.state in policies.OPEN and bool(assigned),
        "late": row.escalated_at is not None,
        "may_hand_over": row.outside and row.state in policies.OPEN and can(policies.HAND_OVER, by),
    }


def _line(one: Any, by: Actor) -> dict[str, Any]:
    return {
        "task": one.task, "name": _said("name")(one.task) or "—", "phone": _said("phone")(one.task),
        "state": words.state("task", one.task.state), "relation": words.relation(one.relation),
        "setting": word("setting", one.setting) if one.setting else "",
        "level": word("contact_level", one.contact_level),
        "assigned": one,
    }  # fmt: skip


@deed(policies.ANSWER)
def acknowledge(request: DeskRequest, order_id: int) -> HttpResponseBase:
    """Answer for it."""
    actions.acknowledge(order_id=order_id, version=version_of(request), by=request.actor)
    return HttpResponseRedirect(reverse("orders:order", args=[order_id]))


@deed(policies.DELEGATE)
def delegate(request: DeskRequest, order_id: int) -> HttpResponseBase:
    """Give persons to another area."""
    chosen = [int(one) for one in request.POST.getlist("task") if one.isascii() and one.isdigit() and len(one) < 19]
    count = actions.delegate(
        order_id=order_id, task_ids=chosen, code=request.POST.get("code", "").strip(), version=version_of(request),
        reason=request.POST.get("reason", ""), by=request.actor,
    )  # fmt: skip
    messages.success(request, __("已转派 {count} 人。").format(count=count))
    return HttpResponseRedirect(reverse("orders:order", args=[order_id]))


@page(policies.READ)
def task(request: DeskRequest, task_id: int) -> HttpResponseBase:
    """One person's task: why, for which orders, what came of it."""
    row = selectors.task(task_id=task_id, by=request.actor)
    return render(request, "orders/task.html", _task(row, request))


def _task(row: Task, request: DeskRequest) -> dict[str, Any]:
    prepare([row], request)
    by, day = request.actor, timezone.localdate()
    moves = [
        (one.key, words.move("task", one.key)) for one in machine("task", day).moves_from(row.state)
        if policies.can_move("task", row, one.key, by, day) and one.key != "withdraw"
    ]  # fmt: skip
    asked = [
        {"one": one, "relation": words.relation(one.relation), "setting": word("setting", one.setting or ""),
         "level": word("contact_level", one.contact_level)}
        for one in selectors.assignments_of(task_id=row.pk, by=by)
    ]  # fmt: skip
    return {"task": row, "state": words.state("task", row.state), "moves": moves, "asked": asked,
            "values": {name: _said(name)(row) for name in ("name", "doc_number", "phone", "address")}}  # fmt: skip


@deed(policies.REPORT)
def report(request: DeskRequest, task_id: int) -> HttpResponseBase:
    """What came of it."""
    actions.report(task_id=task_id, move=request.POST.get("move", ""), version=version_of(request),
                   reason=request.POST.get("reason", ""), by=request.actor)  # fmt: skip
    return HttpResponseRedirect(reverse("orders:task", args=[task_id]))
