"""The integrations desk: administrators let programs in, issue tokens, take them back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from firebreak.ops.base.exports import Export
from firebreak.ops.base.lists import Column, Filter, Listing, listed
from firebreak.ops.base.page import DeskRequest, deed, form, page
from firebreak.ops.base.policy import can
from firebreak.ops.integrations import actions, policies, selectors
from firebreak.ops.integrations.forms import IntegrationForm, TokenForm
from firebreak.ops.integrations.models import Integration

LISTING = Listing(
    key="integrations",
    title=_("接入方"),
    columns=(
        Column("name", _("名称"), lambda one: one.name, sort="name"),
        Column("label", _("单位与用途"), lambda one: one.label),
        Column("division", _("所属区划"), lambda one: one.division_code, narrow=False, template="web/_place.html"),
        Column("channels", _("渠道"), lambda one: one.channels or __("不限"), narrow=False),
        Column("tokens", _("有效令牌"), lambda one: _in_force(one)),
        Column("active", _("状态"), lambda one: one.is_active, template="accounts/_active.html"),
    ),
    filters=(
        Filter("name", _("名称"), lambda rows, text: rows.filter(name__startswith=text.lower()), kind="search"),
        Filter("active", _("状态"), lambda rows, text: rows.filter(is_active=text == "yes"),
               choices=lambda: [("yes", _("启用")), ("no", _("停用"))]),
    ),
    sort="name",
    link=lambda one: reverse("integrations:detail", args=[one.pk]),
    empty=_("您的辖区内还没有接入方。"),
    export=Export(policies.EXPORT, actions.record_export),
    head="integrations/_head.html",
)  # fmt: skip


def _in_force(one: Integration) -> int:
    now = timezone.now()
    return sum(token.revoked_at is None and token.expires_at > now for token in one.tokens.all())


@form(policies.READ)
def integrations(request: DeskRequest) -> HttpResponseBase:
    """The integrations of the reader's divisions."""
    context = {"may_manage": can(policies.MANAGE, request.actor)}
    return listed(request, LISTING, selectors.integrations(by=request.actor), context)


@form(policies.MANAGE)
def new(request: DeskRequest) -> HttpResponseBase:
    """Register an integration."""
    given = IntegrationForm(request.POST or None)
    if request.method == "POST" and given.is_valid():
        values = given.cleaned_data
        made = actions.register(
            name=values["name"], label=values["label"], division=values["division"],
            channels=values["channels"].replace(",", " ").split(), by=request.actor,
        )  # fmt: skip
        return _back(made.pk)
    return render(request, "integrations/new.html", {"form": given})


@page(policies.READ)
def detail(request: DeskRequest, integration_id: int) -> HttpResponseBase:
    """One integration and its tokens."""
    return _detail(request, integration_id, {})


@deed(policies.MANAGE)
def issue(request: DeskRequest, integration_id: int) -> HttpResponseBase:
    """Issue a token; this answer is the only page it is ever on."""
    given = TokenForm(request.POST)
    if not given.is_valid():
        messages.error(request, __("未保存。"))
        return _back(integration_id)
    token = actions.issue(integration_id=integration_id, **given.cleaned_data, by=request.actor)
    return _detail(request, integration_id, {"token": token})


@deed(policies.MANAGE)
def revoke(request: DeskRequest, integration_id: int, token_id: int) -> HttpResponseBase:
    """Take a token back."""
    actions.revoke(integration_id=integration_id, token_id=token_id, by=request.actor)
    return _back(integration_id)


@deed(policies.MANAGE)
def switch(request: DeskRequest, integration_id: int) -> HttpResponseBase:
    """Let it in, or keep it out."""
    actions.switch(integration_id=integration_id, active=request.POST.get("active") == "yes", by=request.actor)
    return _back(integration_id)


def _detail(request: DeskRequest, integration_id: int, more: dict[str, Any]) -> HttpResponseBase:
    by = request.actor
    return render(request, "integrations/detail.html", {
        "integration": selectors.integration(integration_id=integration_id, by=by),
        "tokens": selectors.tokens(integration_id=integration_id, by=by), "now": timezone.now(),
        "may_manage": can(policies.MANAGE, by), "form": TokenForm(), **more,
    })  # fmt: skip


def _back(integration_id: int) -> HttpResponseBase:
    return HttpResponseRedirect(reverse("integrations:detail", args=[integration_id]))
