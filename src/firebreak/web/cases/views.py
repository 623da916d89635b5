"""The case desk: the list of cases, a case, what may be done with it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from firebreak.bridge.desk_lake import today
from firebreak.engine.tracing.rules import shipped_rules
from firebreak.ops.base.exports import Export
from firebreak.ops.base.lists import Column, Filter, Listing, listed
from firebreak.ops.base.page import DeskRequest, deed, form, page
from firebreak.ops.base.policy import can
from firebreak.ops.cases import actions, policies, selectors
from firebreak.ops.cases.models import Case, ContactList
from firebreak.ops.orders import policies as order_policies
from firebreak.ops.orders import selectors as orders
from firebreak.ops.runs import selectors as runs
from firebreak.ops.runs.words import stage
from firebreak.ops.vault import selectors as values
from firebreak.terms.machines import machine
from firebreak.web.cases import words
from firebreak.web.cases.forms import DatesForm, NewCaseForm, ReasonForm

FIRST_RULE = "jiangsu-first-list"
_DATES = ("person_id", "division_code", *actions.DATES)


def prepare(rows: list[Any], request: DeskRequest) -> None:
    """The masked names of a page of cases, in one query."""
    people = [row.person_id for row in rows if row.person_id]
    known = values.masked(kind="person", subject_ids=people, by=request.actor)
    for row in rows:
        row.masked = known.get(row.person_id or 0, {})
        row.clock = words.clock(row)


LISTING = Listing(
    key="cases",
    title=_("病例"),
    columns=(
        Column("number", _("病例编号"), lambda row: row.case_no, sort="case_no"),
        Column("state", _("状态"), lambda row: words.state("case", row.state), template="cases/_state.html"),
        Column("name", _("姓名"), lambda row: "；".join(getattr(row, "masked", {}).get("name", ())[:1]) or "—"),
        Column("division", _("负责区划"), lambda row: row.division_code, sort="division_code",
               template="web/_place.html"),
        Column("onset", _("发病日期"), lambda row: row.onset_on),
        Column("result", _("结果时间"), lambda row: row.result_at, narrow=False),
        Column("contacts", _("名单人数"), lambda row: row.contacts or None),
        Column("ordered", _("指令下达"), lambda row: row.ordered_at, narrow=False),
        Column("opened", _("登记时间"), lambda row: row.opened_at, sort="opened_at", narrow=False),
        Column("clock", _("时限"), lambda row: row.clock.due if hasattr(row, "clock") else None,
               template="cases/_clock.html"),
    ),
    filters=(
        Filter("state", _("状态"), lambda rows, text: rows.filter(state=text), choices=lambda: words.states("case")),
        Filter("number", _("病例编号"), lambda rows, text: rows.filter(case_no__startswith=text)),
        Filter("division", _("区划代码"), lambda rows, text: rows.filter(division_code__startswith=text)),
        Filter("since", _("登记自"), lambda rows, text: rows.filter(opened_at__date__gte=date.fromisoformat(text)),
               kind="date"),
    ),
    sort="-opened",
    link=lambda row: reverse("cases:case", args=[row.pk]),
    empty=_("您的辖区内没有病例。"),
    export=Export(policies.EXPORT, actions.record_export),
    prepare=prepare,
    head="cases/_head.html",
)  # fmt: skip


@form(policies.READ)
def cases(request: DeskRequest) -> HttpResponseBase:
    """The cases within reach, the latest first."""
    return listed(request, LISTING, selectors.cases(by=request.actor), {"may_open": can(policies.OPEN, request.actor)})


@form(policies.OPEN)
def new(request: DeskRequest) -> HttpResponseBase:
    """Enter a case by hand."""
    home = next((grant.value for grant in policies.OPEN.grants(request.actor)), "")
    given = NewCaseForm(request.POST or None, initial={"division_code": home})
    if request.method == "POST" and given.is_valid():
        told = dict(given.cleaned_data)
        row = actions.open_case(
            case_no=told["case_no"], state=told["state"], division=told["division_code"], reason=told["reason"],
            person_id=told["person_id"], dates={name: told[name] for name in actions.DATES}, by=request.actor,
        )  # fmt: skip
        return HttpResponseRedirect(reverse("cases:case", args=[row.pk]))
    return render(request, "cases/new.html", {"form": given})


@page(policies.READ)
def case(request: DeskRequest, case_id: int) -> HttpResponseBase:
    """One case: its state and clock, what may be done, its lists, how far its orders are."""
    return render(request, "cases/case.html", _case(request, case_id))


@page(policies.READ)
def live(request: DeskRequest, case_id: int) -> HttpResponseBase:
    """The part that changes: a trace that runs, the share done at each level. htmx asks for it as long as it can."""
    row = selectors.case(case_id=case_id, by=request.actor)
    return render(request, "cases/_live.html", _live(request, row))


@form(policies.CHANGE)
def change(request: DeskRequest, case_id: int) -> HttpResponseBase:
    """Correct the dates, the person, the division."""
    row = selectors.case(case_id=case_id, by=request.actor)
    given = DatesForm(request.POST or None, initial={name: _local(getattr(row, name)) for name in _DATES})
    if request.method == "POST" and given.is_valid():
        told = {name: given.cleaned_data[name] for name in _DATES}
        actions.change_case(case_id=row.pk, version=version_of(request), values=told, by=request.actor,
                            reason=given.cleaned_data["reason"])  # fmt: skip
        return HttpResponseRedirect(reverse("cases:case", args=[row.pk]))
    return render(request, "cases/change.html", {"form": given, "case": row})


def _local(value: Any) -> Any:
    return timezone.localtime(value) if hasattr(value, "hour") else value


@deed(policies.MOVE)
def move(request: DeskRequest, case_id: int) -> HttpResponseBase:
    """Change its state."""
    actions.move_case(case_id=case_id, move=request.POST.get("move", ""), version=version_of(request),
                      reason=request.POST.get("reason", ""), by=request.actor)  # fmt: skip
    return HttpResponseRedirect(reverse("cases:case", args=[case_id]))


@deed(policies.TRACE)
def trace(request: DeskRequest, case_id: int) -> HttpResponseBase:
    """One press."""
    rules = shipped_rules()
    rule, other = (request.POST.get(name, "") for name in ("rule", "other_rule"))
    made = actions.trace(case_id=case_id, as_of=today(), rule=rule if rule in rules else "", by=request.actor,
                         other_rule=other if other in rules and other != (rule or FIRST_RULE) else "")  # fmt: skip
    return HttpResponseRedirect(reverse("cases:list", args=[made.pk]))


@deed(policies.REQUEST)
def take_in(request: DeskRequest) -> HttpResponseBase:
    """Ask for the channels' cases."""
    actions.request_cases(by=request.actor)
    messages.success(request, __("已请求，病例稍后从渠道更新。"))
    return HttpResponseRedirect(reverse("cases:cases"))


def version_of(request: DeskRequest) -> int:
    """The version of what the page showed when it was loaded; 0 where the form does not say."""
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _case(request: DeskRequest, case_id: int) -> dict[str, Any]:
    row = selectors.case(case_id=case_id, by=request.actor)
    prepare([row], request)
    day, by = timezone.localdate(), request.actor
    moves = [
        (one.key, words.move("case", one.key)) for one in machine("case", day).moves_from(row.state)
        if policies.can_move(row.state, one.key, by, day, row.division_code)
    ]  # fmt: skip
    steps = [
        {"step": one, "event": words.event(one.event), "before": words.state("case", one.before) if one.before else "",
         "after": words.state("case", one.after) if one.after else "", "fields": [words.field(f) for f in one.fields]}
        for one in selectors.steps(case_id=row.pk, by=by)
    ]  # fmt: skip
    return {
        "case": row,
        "told_state": words.state("case", row.told_state) if row.told_state else "",
        "moves": moves,
        "steps": steps,
        "ask": ReasonForm(),
        "rules": sorted(shipped_rules()),
        "first_rule": FIRST_RULE,
        "may_trace": can(policies.TRACE, by) and row.state in policies.TRACEABLE and row.person_id is not None,
        "may_change": can(policies.CHANGE, by),
        "clocks": clocks_of(row, by),
        **_live(request, row),
    }


def _live(request: DeskRequest, row: Case) -> dict[str, Any]:
    lists = selectors.lists(case_id=row.pk, by=request.actor)
    running = next((one for one in lists if one.state == "tracing"), None)
    shares = orders.shares(case_id=row.pk, by=request.actor) if can(order_policies.READ, request.actor) else []
    everybody = max((one.persons for one in shares), default=0)
    closed = max((one.closed for one in shares), default=0)
    return {"case": row, "lists": lists, "running": progress_of(running, request) if running else None,
            "shares": shares, "moving": running is not None or closed < everybody}  # fmt: skip


def progress_of(row: ContactList, request: DeskRequest) -> dict[str, Any]:
    """How far a trace is."""
    run = runs.run(run_id=row.run_id, by=request.actor) if row.run_id else None
    return {"list": row, "run": run, "stage": stage(run.stage) if run else ""}


def clocks_of(row: Case, by: Any) -> list[dict[str, Any]]:
    """Onset → sampled → result → traced → ordered → reached → isolated, each with the hours since the one before."""
    told = orders.milestones(case_ids=[row.pk], by=by).get(row.pk)
    moments: list[tuple[str, Any]] = [
        (__("发病"), row.onset_on), (__("采样"), row.sampled_at), (__("出结果"), row.result_at),
        (__("追踪成单"), row.traced_at), (__("指令下达"), row.ordered_at),
        (__("全部联系上"), told.reached if told else None), (__("全部落实"), told.isolated if told else None),
        (__("病例隔离"), row.isolated_at),
    ]  # fmt: skip
    rows: list[dict[str, Any]] = []
    before: Any = None
    for name, at in moments:
        moment = at if hasattr(at, "hour") else None
        hours = (moment - before).total_seconds() / 3600 if moment and before else None
        rows.append({"name": name, "at": at, "hours": None if hours is None or hours < 0 else hours})
        before = moment or before
    return rows
