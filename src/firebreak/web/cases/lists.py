"""A list's pages: what it found, drawn; its people; the confirmation that sends orders."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from firebreak.ops.base.exports import Export
from firebreak.ops.base.lists import Column, Filter, Listing, listed
from firebreak.ops.base.page import DeskRequest, deed, form, page
from firebreak.ops.base.policy import can
from firebreak.ops.cases import actions, policies, selectors
from firebreak.ops.cases.models import ContactList
from firebreak.ops.vault import selectors as values
from firebreak.web.cases import words
from firebreak.web.cases.drawn import rides_of
from firebreak.web.cases.forms import ReasonForm
from firebreak.web.cases.views import progress_of, version_of
from firebreak.web.persons.words import word

_LEVELS = ("close", "general", "secondary")
_CHANGES = ("added", "changed")
FULL = 5


def prepare(rows: list[Any], request: DeskRequest) -> None:
    """Masked names of a page of contacts, of those within the reader's reach."""
    people = [row.person_id for row in rows]
    known = values.masked(kind="person", subject_ids=people, by=request.actor)
    for row in rows:
        row.masked = known.get(row.person_id)


def _name(row: Any) -> str:
    masked = getattr(row, "masked", None)
    return "；".join(masked.get("name", ())[:1]) or "—" if masked is not None else __("辖区外")


def _change(key: str) -> str:
    return {"added": __("新增"), "changed": __("变化")}.get(key, "")


LISTING = Listing(
    key="contacts",
    title=_("密接名单"),
    columns=(
        Column("rank", _("序号"), lambda row: row.rank or "—", sort="rank"),
        Column("name", _("姓名"), _name),
        Column("level", _("类别"), lambda row: word("contact_level", row.contact_level), sort="contact_level"),
        Column("relation", _("关系"), lambda row: words.relation(row.relation), template="cases/_relation.html"),
        Column("setting", _("场景"), lambda row: word("setting", row.setting)),
        Column("place", _("何处"), lambda row: " ".join(one for one in (row.place, row.seat) if one)),
        Column("met", _("何时"), lambda row: row.met_at, narrow=False),
        Column("minutes", _("共处分钟"), lambda row: row.minutes),
        Column("expected", _("预期感染率"), lambda row: f"{row.expected:.1%}" if row.expected is not None else ""),
        Column("home", _("现住区划"), lambda row: row.home_code, sort="home_code", template="cases/_home.html"),
        Column("known", _("信息完整"), lambda row: f"{row.known}/{FULL}", narrow=False),
        Column("rule", _("规则"), lambda row: row.rule, narrow=False),
        Column("record", _("记录"), lambda row: row.record_id, narrow=False),
        Column("change", _("与上次比"), lambda row: _change(row.change)),
    ),
    filters=(
        Filter("level", _("类别"), lambda rows, text: rows.filter(contact_level=text),
               choices=lambda: [(one, word("contact_level", one)) for one in _LEVELS]),
        Filter("home", _("区划代码"), lambda rows, text: rows.filter(home_code__startswith=text)),
        Filter("change", _("与上次比"), lambda rows, text: rows.filter(change=text),
               choices=lambda: [(one, _change(one)) for one in _CHANGES]),
        Filter("only", _("规则对照"),
               lambda rows, text: rows.filter(**({"rank": 0} if text == "other" else {"rank__gt": 0})),
               choices=lambda: [("first", __("本规则名单")), ("other", __("仅另一规则列入"))]),
    ),
    sort="rank",
    empty=_("名单上没有人。"),
    export=Export(policies.EXPORT, actions.record_export_of_contacts),
    prepare=prepare,
)  # fmt: skip


@page(policies.READ)
def contact_list(request: DeskRequest, list_id: int) -> HttpResponseBase:
    """One list; while it is traced, how far that is."""
    row = selectors.contact_list(list_id=list_id, by=request.actor)
    if row.state == "tracing":
        found = progress_of(row, request)
        part = request.htmx and request.htmx.target == "tracing"
        return render(request, "cases/_tracing.html" if part else "cases/tracing.html", {"running": found, "row": row})
    if request.htmx:  # the trace is over: the whole page comes in its place
        answer = render(request, "cases/_tracing.html", {"running": None, "row": row})
        answer.headers["HX-Redirect"] = reverse("cases:list", args=[row.pk])
        return answer
    return render(request, "cases/list.html", _shown(row, request))


def _shown(row: ContactList, request: DeskRequest) -> dict[str, Any]:
    by = request.actor
    people = selectors.contacts(list_id=row.pk, by=by)
    ranks = dict(people.filter(rank__gt=0).values_list("person_id", "rank"))
    drawn_people = _seated(row) & set(ranks) | {row.drawing.get("case", 0)}
    known = values.masked(kind="person", subject_ids=drawn_people, by=by)
    names = {person: told["name"][0] for person, told in known.items() if told.get("name")}
    newest = selectors.lists(case_id=row.case_id, by=by)[0].pk == row.pk
    homes = people.filter(rank__gt=0).values("home_code").annotate(count=Count("pk")).order_by("-count", "home_code")
    settings = people.filter(rank__gt=0).values("setting").annotate(count=Count("pk")).order_by("-count")
    return {
        "list": row,
        "case": row.case,
        "rides": rides_of(row.drawing, ranks, names),
        "homes": list(homes[:40]),
        "settings": [(word("setting", one["setting"]), one["count"]) for one in settings],
        "levels": [(word("contact_level", level), people.filter(rank__gt=0, contact_level=level).count())
                   for level in _LEVELS],
        "gaps": words.gaps(row.told),
        "completeness": words.completeness(row.told),
        "timings": words.timings(row.told),
        "other": row.told.get("other"),
        "not_other": people.filter(rank__gt=0, other=False).count() if row.other_rule else 0,
        "before": selectors.list_before(row=row, by=by),
        "nearest": _nearest(row, request),
        "may_confirm": can(policies.CONFIRM, by) and row.state == "made" and newest,
        "ask": ReasonForm(),
    }  # fmt: skip


def _nearest(row: ContactList, request: DeskRequest) -> list[dict[str, Any]]:
    rows = list(selectors.contacts(list_id=row.pk, by=request.actor).filter(rank__gt=0).order_by("rank")[:10])
    prepare(rows, request)
    return [{"row": one, "name": _name(one), "relation": words.relation(one.relation),
             "level": word("contact_level", one.contact_level)} for one in rows]  # fmt: skip


def _seated(row: ContactList) -> set[int]:
    return {
        one["person_id"] for ride in row.drawing.get("rides", ()) for coach in ride["coaches"]
        for one in coach["sittings"]
    }  # fmt: skip


@form(policies.READ)
def people(request: DeskRequest, list_id: int) -> HttpResponseBase:
    """Everybody on a list, filtered, sorted, taken along."""
    row = selectors.contact_list(list_id=list_id, by=request.actor)
    return listed(request, LISTING, selectors.contacts(list_id=row.pk, by=request.actor), {"row": row})


@deed(policies.CONFIRM)
def confirm(request: DeskRequest, list_id: int) -> HttpResponseBase:
    """The list is right: orders go out."""
    done = actions.confirm_list(list_id=list_id, version=version_of(request), reason=request.POST.get("reason", ""),
                                by=request.actor)  # fmt: skip
    said = __(
        "已下达 {orders} 道指令，涉及 {contacts} 人；其中 {merged} 人已在其他病例的指令上，"
        "{outside} 人在省外，{withdrawn} 人不再列入，已撤回。"
    )
    messages.success(request, said.format(orders=done.orders, contacts=done.contacts, merged=done.merged,
                                          outside=done.outside, withdrawn=done.withdrawn))  # fmt: skip
    row = selectors.contact_list(list_id=list_id, by=request.actor)
    return HttpResponseRedirect(reverse("cases:case", args=[row.case_id]))
