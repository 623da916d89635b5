"""Views before and around being signed in: sign-in, second factor, password, sign-out, the identity provider."""

from __future__ import annotations

import secrets
from typing import Any

import segno
from django.conf import settings
from django.contrib.auth import authenticate, logout, update_session_auth_hash
from django.db import transaction
from django.http import Http404, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django_otp import login as otp_login
from django_otp.plugins.otp_totp.models import TOTPDevice

from firebreak.ops.accounts import actions, policies
from firebreak.ops.accounts.forms import CodeForm, PasswordForm, SignInForm
from firebreak.ops.accounts.models import User
from firebreak.ops.accounts.signing import address_of, begin
from firebreak.ops.base.actor import Actor
from firebreak.ops.base.page import DeskRequest, deed, form, page
from firebreak.ops.base.rate import check_rate
from firebreak.terms.errors import FirebreakError

SIGN_INS_A_MINUTE = 60
"""From one address. A hundred people behind one address sign in within two minutes; somebody who tries one password on
a million names needs eleven days."""
TRIES_A_MINUTE = 10
"""Of one account's own code or old password, by whoever holds its session."""


@form(policies.SIGN_IN)
def sign_in(request: DeskRequest) -> HttpResponseBase:
    """Name and password. The same answer to an unknown name and to a wrong password."""
    target = onward(request)
    if request.actor.user_id is not None:
        return HttpResponseRedirect(target)
    if request.method == "POST":
        check_rate("sign-in", address_of(request) or "", SIGN_INS_A_MINUTE)
    given = SignInForm(request.POST or None)
    wrong = False
    if request.method == "POST" and given.is_valid():
        user = authenticate(request, **given.cleaned_data)
        if isinstance(user, User):
            begin(request, user, how="password")
            return HttpResponseRedirect(target)
        wrong = True
    return render(request, "accounts/sign_in.html", {
        "form": given, "wrong": wrong, "next": target, "provider": bool(settings.OIDC_OP_ISSUER),
        "provider_refused": request.GET.get("provider") == "refused",
    }, status=401 if wrong else 200)  # fmt: skip


@form(policies.OWN)
def second_factor(request: DeskRequest) -> HttpResponseBase:
    """The code of the authenticator; at first sign-in, adding one."""
    device = TOTPDevice.objects.filter(user_id=request.actor.user_id, confirmed=True).first()
    given = CodeForm(request.POST or None)
    context: dict[str, Any] = {"form": given, "next": onward(request), "enrolling": device is None}
    if request.method == "POST":
        check_rate("second-factor", str(request.actor.user_id), TRIES_A_MINUTE)
    if request.method == "POST" and given.is_valid():
        try:
            _show_code(request, device, given.cleaned_data["token"].strip())
            return HttpResponseRedirect(context["next"])
        except FirebreakError as error:
            _note_failure(error, request.actor)
            context["error"] = error
    if device is None:
        context |= _offer(request)
    return render(request, "accounts/second_factor.html", context, status=401 if "error" in context else 200)


def _show_code(request: DeskRequest, device: TOTPDevice | None, token: str) -> None:
    if device is None:
        key = request.session.get("offered_key", "")
        device = actions.enrol_second_factor(key=key, token=token, by=request.actor)
    elif not _is_right(device, token, request.actor):
        raise actions.wrong_code()
    request.session.pop("offered_key", None)
    otp_login(request, device)
    request.session.cycle_key()


def _is_right(device: TOTPDevice, token: str, by: Actor) -> bool:
    """Is it this device's code? Requests take turns, so that a code is good once; a wrong one is counted."""
    with transaction.atomic():
        held = TOTPDevice.objects.select_for_update().filter(pk=device.pk).first()
        right = held is not None and bool(held.verify_token(token))
        if right:
            actions.second_factor_shown(by=by)
    return right


def _note_failure(error: FirebreakError, by: Actor) -> None:
    """A wrong code or old password goes on record after the transaction in which it failed is undone."""
    if error.code == "FB-DESK-CODE":
        actions.second_factor_failed(by=by)
    elif error.code == "FB-DESK-PASSWORD-OLD":
        actions.password_failed(by=by)


def _offer(request: DeskRequest) -> dict[str, Any]:
    """A new key for an authenticator, as a QR code and as text. It is the account's once a code proves it arrived."""
    key = request.session.setdefault("offered_key", secrets.token_hex(20))
    offered = TOTPDevice(user=request.user, name="totp", key=key)
    return {
        "qr": segno.make(offered.config_url, error="m").svg_data_uri(scale=5, border=2),
        "address": offered.config_url,
    }


@form(policies.OWN)
def password(request: DeskRequest) -> HttpResponseBase:
    """The owner's own new password."""
    given = PasswordForm(request.POST or None)
    context: dict[str, Any] = {"form": given, "forced": getattr(request.user, "must_change_password", False)}
    if request.method == "POST":
        check_rate("password", str(request.actor.user_id), TRIES_A_MINUTE)
    if request.method == "POST" and given.is_valid():
        try:
            user = actions.change_password(
                old=given.cleaned_data["old"], new=given.cleaned_data["new"], by=request.actor
            )
            update_session_auth_hash(request, user)
            return HttpResponseRedirect("/")
        except FirebreakError as error:
            _note_failure(error, request.actor)
            context["error"] = error
    return render(request, "accounts/password.html", context)


@deed(policies.OWN)
def sign_out(request: DeskRequest) -> HttpResponseBase:
    """End this session."""
    actions.signed_out(by=request.actor)
    logout(request)
    return HttpResponseRedirect("/sign-in")


@page(policies.SIGN_IN)
def ask_provider(request: DeskRequest) -> HttpResponseBase:
    """To the identity provider."""
    answer: HttpResponseBase = _provider("Ask")(request)
    return answer


@page(policies.SIGN_IN)
def answer_of_provider(request: DeskRequest) -> HttpResponseBase:
    """Back from the identity provider."""
    answer: HttpResponseBase = _provider("Answer")(request)
    return answer


def _provider(name: str) -> Any:
    """The library's view, where this installation has a provider."""
    if not settings.OIDC_OP_ISSUER:
        raise Http404
    from firebreak.ops.accounts import oidc

    return getattr(oidc, name).as_view()


def onward(request: DeskRequest) -> str:
    """Where to go afterwards: an address of ours, else home."""
    target = request.POST.get("next") or request.GET.get("next") or "/"
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if safe else "/"
