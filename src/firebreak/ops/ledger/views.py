"""The ledger desk: an auditor reads, filters, takes along, verifies."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from firebreak.ops.base.exports import Export
from firebreak.ops.base.lists import Column, Filter, Listing, listed
from firebreak.ops.base.page import DeskRequest, form
from firebreak.ops.ledger import actions, policies, selectors
from firebreak.ops.ledger.models import Entry
from firebreak.ops.ledger.words import EVENTS

_FIRST = date(1970, 1, 2)


def _day(text: str) -> datetime:
    """The first moment of this day. Before 1970, where no entry is and some systems have no clock, that of 1970's."""
    return timezone.make_aware(datetime.combine(max(date.fromisoformat(text), _FIRST), time.min))


def _since(rows: QuerySet[Entry], text: str) -> QuerySet[Entry]:
    return rows.filter(at__gte=_day(text))


def _subject(rows: QuerySet[Entry], text: str) -> QuerySet[Entry]:
    kind, _, identifier = text.rpartition(" ")
    return rows.filter(subject_id=identifier, **({"subject_kind": kind} if kind else {}))


def _events() -> list[tuple[str, str]]:
    words = 0 if (get_language() or "zh").startswith("zh") else 1
    return sorted(((event, said[words]) for event, said in EVENTS.items()), key=lambda pair: pair[0])


def _details(entry: Entry) -> str:
    return " · ".join(
        f"{key} {_words(value)}" for key, value in sorted(entry.details.items()) if value not in ("", None)
    )


def _words(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


LISTING = Listing(
    key="ledger",
    title=_("台账"),
    columns=(
        Column("at", _("时间"), lambda entry: entry.at, sort="at"),
        Column("event", _("事项"), lambda entry: entry.event, template="ledger/_event.html"),
        Column("actor", _("操作人"), lambda entry: entry.actor),
        Column("subject", _("对象"), lambda entry: f"{entry.subject_kind} {entry.subject_id}"),
        Column("reason", _("理由"), lambda entry: entry.reason),
        Column("division", _("区划"), lambda entry: entry.division_code, narrow=False),
        Column("details", _("详情"), _details, narrow=False),
        Column("place", _("链位"), lambda entry: f"{entry.chain or '—'} #{entry.seq}", narrow=False),
    ),
    filters=(
        Filter("event", _("事项"), lambda rows, text: rows.filter(event=text), choices=_events),
        Filter("actor", _("操作人"), lambda rows, text: rows.filter(actor=text.lower())),
        Filter("subject", _("对象"), _subject),
        Filter("since", _("起始日期"), _since, kind="date"),
        Filter("reason", _("理由"), lambda rows, text: rows.filter(Q(reason__contains=text))),
    ),
    sort="-at",
    empty=_("没有符合条件的记录。"),
    export=Export(policies.EXPORT, actions.record_export),
    head="ledger/_head.html",
)


@form(policies.READ)
def entries(request: DeskRequest) -> HttpResponseBase:
    """The entries within the reader's reach."""
    return listed(request, LISTING, selectors.entries(by=request.actor))


@form(policies.VERIFY)
def verify(request: DeskRequest) -> HttpResponseBase:
    """Go through the whole ledger, now."""
    context: dict[str, Any] = {}
    if request.method == "POST":
        verdict = selectors.verdict(by=request.actor)
        actions.record_verification(entries=verdict.entries, problems=len(verdict.problems), by=request.actor)
        context = {"verdict": verdict, "heads": sorted(verdict.heads.items())}
    return render(request, "ledger/verify.html", context)
