"""The accounts desk: administrators make accounts, grant offices within their own reach, see and end sessions."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from firebreak.ops.accounts import actions, policies, selectors
from firebreak.ops.accounts.forms import AccountForm, ChangeForm, HoldingForm, LinkForm, ReasonForm
from firebreak.ops.accounts.models import User
from firebreak.ops.base.exports import Export
from firebreak.ops.base.lists import Column, Filter, Listing, listed
from firebreak.ops.base.page import DeskRequest, deed, form, page
from firebreak.ops.base.policy import can
from firebreak.terms.offices import OFFICES, Office, ReachKind


def chinese() -> bool:
    """Is the page in Chinese?"""
    return (get_language() or "zh").startswith("zh")


def _offices() -> list[tuple[str, str]]:
    return [(office.value, terms.zh if chinese() else terms.en) for office, terms in OFFICES.items()]


def _held(user: User) -> list[str]:
    words = dict(_offices())
    return [f"{words[one.office]} {one.value}".strip() for one in user.holdings.all()]


def _active(rows: QuerySet[User], text: str) -> QuerySet[User]:
    return rows.filter(is_active=text == "yes")


LISTING = Listing(
    key="accounts",
    title=_("账号"),
    columns=(
        Column("username", _("账号名"), lambda user: user.username, sort="username"),
        Column("label", _("岗位名称"), lambda user: user.label),
        Column("offices", _("职责与范围"), _held, template="accounts/_held.html"),
        Column("home", _("所属区划"), lambda user: user.home, sort="home", narrow=False, template="web/_place.html"),
        Column("active", _("状态"), lambda user: user.is_active, template="accounts/_active.html"),
        Column("last", _("最近登录"), lambda user: user.last_login, narrow=False),
    ),
    filters=(
        Filter("name", _("账号名"), lambda rows, text: rows.filter(username__startswith=text.lower()), kind="search"),
        Filter("office", _("职责"), lambda rows, text: rows.filter(holdings__office=text).distinct(), choices=_offices),
        Filter("home", _("所属区划"), lambda rows, text: rows.filter(home__startswith=text)),
        Filter("active", _("状态"), _active, choices=lambda: [("yes", _("启用")), ("no", _("停用"))]),
    ),
    sort="username",
    link=lambda user: reverse("accounts:detail", args=[user.pk]),
    empty=_("您的辖区内还没有账号。"),
    export=Export(policies.EXPORT, actions.record_export),
    head="accounts/_head.html",
)


@form(policies.READ)
def accounts(request: DeskRequest) -> HttpResponseBase:
    """The accounts of the reader's divisions."""
    context = {"may_manage": can(policies.MANAGE, request.actor)}
    return listed(request, LISTING, selectors.users(by=request.actor), context)


@form(policies.MANAGE)
def new(request: DeskRequest) -> HttpResponseBase:
    """Make an account; its one-time password is shown once."""
    given = AccountForm(request.POST or None)
    if request.method == "POST" and given.is_valid():
        user, password = actions.create_account(**given.cleaned_data, by=request.actor)
        return _with_password(request, user, password)
    return render(request, "accounts/new.html", {"form": given})


@page(policies.READ)
def detail(request: DeskRequest, user_id: int) -> HttpResponseBase:
    """One account: what it holds, its sessions, and what may be done with it."""
    by = request.actor
    user = selectors.user(user_id=user_id, by=by)
    return render(request, "accounts/detail.html", {
        "account": user,
        "holdings": selectors.holdings(user_id=user_id, by=by),
        "sessions": selectors.sessions(user_id=user_id, by=by),
        "second_factor": selectors.has_second_factor(user_id=user_id, by=by),
        "may_manage": can(policies.MANAGE, by) and user_id != by.user_id,
        "change": ChangeForm(initial={"label": user.label, "home": user.home}, prefix="change"),
        "grant": HoldingForm(chinese=chinese(), prefix="grant"),
        "suspend": ReasonForm(prefix="suspend"),
        "link": LinkForm(initial={"subject": user.subject}, prefix="link"),
    })  # fmt: skip


@deed(policies.MANAGE)
def change(request: DeskRequest, user_id: int) -> HttpResponseBase:
    """Another label or division."""
    given = ChangeForm(request.POST, prefix="change")
    if _valid(request, given):
        actions.change_account(user_id=user_id, **given.cleaned_data, by=request.actor)
    return _back(user_id)


@deed(policies.MANAGE)
def grant(request: DeskRequest, user_id: int) -> HttpResponseBase:
    """Give an office within a reach."""
    given = HoldingForm(request.POST, chinese=chinese(), prefix="grant")
    if _valid(request, given):
        values = given.cleaned_data
        actions.grant(
            user_id=user_id, office=Office(values["office"]), kind=ReachKind(values["kind"]), value=values["value"],
            until=values["until"], by=request.actor,
        )  # fmt: skip
    return _back(user_id)


@deed(policies.MANAGE)
def revoke(request: DeskRequest, user_id: int, holding_id: int) -> HttpResponseBase:
    """Take an office back."""
    actions.revoke(user_id=user_id, holding_id=holding_id, by=request.actor)
    return _back(user_id)


@deed(policies.MANAGE)
def suspend(request: DeskRequest, user_id: int) -> HttpResponseBase:
    """Close the account."""
    given = ReasonForm(request.POST, prefix="suspend")
    if _valid(request, given):
        actions.suspend(user_id=user_id, reason=given.cleaned_data["reason"], by=request.actor)
    return _back(user_id)


@deed(policies.MANAGE)
def restore(request: DeskRequest, user_id: int) -> HttpResponseBase:
    """Open it again."""
    actions.restore(user_id=user_id, by=request.actor)
    return _back(user_id)


@deed(policies.MANAGE)
def reset_password(request: DeskRequest, user_id: int) -> HttpResponseBase:
    """A new one-time password, shown once."""
    password = actions.reset_password(user_id=user_id, by=request.actor)
    return _with_password(request, selectors.user(user_id=user_id, by=request.actor), password)


@deed(policies.MANAGE)
def link(request: DeskRequest, user_id: int) -> HttpResponseBase:
    """Who the account is at the identity provider."""
    given = LinkForm(request.POST, prefix="link")
    if _valid(request, given):
        actions.link_provider(user_id=user_id, subject=given.cleaned_data["subject"], by=request.actor)
    return _back(user_id)


@deed(policies.END_SESSIONS)
def end_sessions(request: DeskRequest, user_id: int) -> HttpResponseBase:
    """End all its sessions, now."""
    actions.end_sessions(user_id=user_id, by=request.actor)
    return _back(user_id)


def _with_password(request: DeskRequest, user: User, password: str) -> HttpResponseBase:
    """The only page a one-time password is ever on: not kept, not in an address, not in the ledger."""
    return render(request, "accounts/password_once.html", {"account": user, "password": password})


def _valid(request: DeskRequest, given: Any) -> bool:
    if given.is_valid():
        return True
    problems = [f"{given.fields[name].label}：{errors[0]}" for name, errors in given.errors.items()]
    messages.error(request, __("未保存。") + " ".join(problems))
    return False


def _back(user_id: int) -> HttpResponseBase:
    return HttpResponseRedirect(reverse("accounts:detail", args=[user_id]))
