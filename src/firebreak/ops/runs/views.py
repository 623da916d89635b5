"""The runs' pages: what works in the background, how far it is, what came of it."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from firebreak.ops.base.exports import Export
from firebreak.ops.base.lists import Column, Filter, Listing, listed
from firebreak.ops.base.page import DeskRequest, deed, form, page
from firebreak.ops.base.policy import can
from firebreak.ops.runs import actions, policies, selectors, words
from firebreak.ops.runs.models import Run


def _state(rows: QuerySet[Run], text: str) -> QuerySet[Run]:
    return rows.filter(state=text)


def _kind(rows: QuerySet[Run], text: str) -> QuerySet[Run]:
    return rows.filter(kind=text)


def result_of(run: Run) -> str:
    """What came of it, in a line."""
    return " · ".join(f"{name} {value}" for name, value in run.result.items() if not isinstance(value, list | dict))


LISTING = Listing(
    key="runs",
    title=_("后台运行"),
    columns=(
        Column("id", _("编号"), lambda run: run.pk, sort="pk"),
        Column("kind", _("事项"), lambda run: words.kind(run.kind)),
        Column("state", _("状态"), lambda run: run.state, template="runs/_state.html"),
        Column("asked", _("请求时间"), lambda run: run.asked_at, sort="asked_at"),
        Column("by", _("请求人"), lambda run: run.asked_by, narrow=False),
        Column("finished", _("结束时间"), lambda run: run.finished_at, narrow=False),
        Column("result", _("结果"), lambda run: run.code or result_of(run), narrow=False),
    ),
    filters=(
        Filter("state", _("状态"), _state, choices=lambda: list(words.STATES.items())),
        Filter("kind", _("事项"), _kind, choices=lambda: list(words.KINDS.items())),
    ),
    sort="-asked",
    link=lambda run: reverse("runs:detail", args=[run.pk]),
    empty=_("还没有后台运行。"),
    export=Export(policies.EXPORT, actions.record_export),
    head="runs/_head.html",
)


@form(policies.READ)
def runs(request: DeskRequest) -> HttpResponseBase:
    """All runs, the latest first."""
    return listed(request, LISTING, selectors.runs(by=request.actor), {"may_request": _may(request)})


@page(policies.READ)
def detail(request: DeskRequest, run_id: int) -> HttpResponseBase:
    """One run; htmx asks for the part that changes until it is over."""
    run = selectors.run(run_id=run_id, by=request.actor)
    template = "runs/_run.html" if request.htmx else "runs/detail.html"
    return render(request, template, {
        "run": run, "kind": words.kind(run.kind), "stage": words.stage(run.stage), "result": result_of(run),
        "may_request": _may(request),
    })  # fmt: skip


@deed(policies.REQUEST)
def start(request: DeskRequest) -> HttpResponseBase:
    """Ask for the chain over the whole lake."""
    run = actions.request(kind="chain", by=request.actor)
    return HttpResponseRedirect(reverse("runs:detail", args=[run.pk]))


@deed(policies.REQUEST)
def again(request: DeskRequest, run_id: int) -> HttpResponseBase:
    """Ask again for one that failed."""
    run = actions.again(run_id=run_id, by=request.actor)
    return HttpResponseRedirect(reverse("runs:detail", args=[run.pk]))


def _may(request: DeskRequest) -> bool:
    return can(policies.REQUEST, request.actor)
