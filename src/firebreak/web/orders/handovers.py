"""Handovers to and from other provinces: signed files out and in, the keys that are trusted."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from firebreak.ops.base.page import DeskRequest, deed, page
from firebreak.ops.base.policy import can
from firebreak.ops.orders import actions, policies, selectors
from firebreak.ops.orders.handover import MOST_BYTES, public_key
from firebreak.web.cases.forms import reason_field
from firebreak.web.cases.views import version_of

_TEXT = {"class": "form-control", "autocomplete": "off"}


class TrustForm(forms.Form):
    """Another province's installation."""

    name = forms.CharField(label=_("单位名称"), max_length=80, widget=forms.TextInput(_TEXT))
    province = forms.CharField(label=_("省级代码（2 位）"), max_length=2, widget=forms.TextInput(_TEXT))
    public_key = forms.CharField(label=_("公钥（64 位十六进制）"), max_length=64, widget=forms.TextInput(_TEXT))
    reason = reason_field()


class TakeInForm(forms.Form):
    """A file, and why it is taken in."""

    file = forms.FileField(label=_("移交文件"), widget=forms.FileInput({"class": "form-control", "accept": ".json"}))
    reason = reason_field()


@page(policies.HANDOVERS)
def handovers(request: DeskRequest) -> HttpResponseBase:
    """This installation's key, partners, files made and taken in."""
    return _shown(request)


def _shown(request: DeskRequest, **more: Any) -> HttpResponseBase:
    by = request.actor
    reads = can(policies.READ, by)
    return render(request, "orders/handovers.html", {
        "key": public_key(), "partners": list(selectors.partners(by=by)),
        "rows": list(selectors.handovers(by=by).order_by("-id")[:100]) if reads else [],
        "trust": TrustForm(prefix="trust") if can(policies.TRUST, by) else None,
        "file_form": TakeInForm(prefix="in") if can(policies.TAKE_IN, by) else None, **more,
    })  # fmt: skip


@deed(policies.TRUST)
def trust(request: DeskRequest) -> HttpResponseBase:
    """Enter a partner's key."""
    given = TrustForm(request.POST, prefix="trust")
    if not given.is_valid():
        return _shown(request, trust=given)
    actions.trust(**given.cleaned_data, by=request.actor)
    return HttpResponseRedirect(reverse("orders:handovers"))


@deed(policies.TAKE_IN)
def take_in(request: DeskRequest) -> HttpResponseBase:
    """Verify a file and send its orders."""
    given = TakeInForm(request.POST, request.FILES, prefix="in")
    if not given.is_valid():
        return _shown(request, file_form=given)
    content = given.cleaned_data["file"].read(MOST_BYTES + 1)
    row, fresh = actions.take_in(content=content, reason=given.cleaned_data["reason"], by=request.actor)
    said = __("已接收 {count} 人，指令已下达。") if fresh else __("此文件已接收过，没有变化（{count} 人）。")
    messages.success(request, said.format(count=row.contacts))
    return HttpResponseRedirect(reverse("orders:handovers"))


@deed(policies.HAND_OVER)
def hand_over(request: DeskRequest, order_id: int) -> HttpResponseBase:
    """The signed file of an order to another province."""
    name, content = actions.hand_over(order_id=order_id, version=version_of(request),
                                      reason=request.POST.get("reason", ""), by=request.actor)  # fmt: skip
    answer = HttpResponse(content, content_type="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
