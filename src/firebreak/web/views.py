"""Home, and the two choices everybody has: language and light or dark."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

from firebreak.ops.accounts import actions, policies
from firebreak.ops.base.page import DeskRequest, deed, page
from firebreak.web.context import THEMES

_YEAR = 365 * 24 * 3600


@page(policies.HOME)
def home(request: DeskRequest) -> HttpResponseBase:
    """What one may do here, by what one holds."""
    return render(request, "web/home.html")


@deed(policies.SIGN_IN)
def language(request: DeskRequest) -> HttpResponseBase:
    """Speak another language from now on: on this browser, and to this account."""
    chosen, response = request.POST.get("language", ""), _back(request)
    response = _back(request)
    if chosen in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, chosen, _YEAR, samesite="Lax", httponly=True, secure=request.is_secure()
        )
        if request.actor.user_id is not None:
            actions.change_language(language=chosen, by=request.actor)
    return response


@deed(policies.SIGN_IN)
def theme(request: DeskRequest) -> HttpResponseBase:
    """Light or dark, on this browser."""
    response = _back(request)
    chosen, response = request.POST.get("theme", ""), _back(request)
    if chosen in THEMES:
        response.set_cookie("firebreak_theme", chosen, _YEAR, samesite="Lax", httponly=True, secure=request.is_secure())
    return response


def _back(request: DeskRequest) -> HttpResponseRedirect:
    """To where the form was sent from, if that is here."""
    target = request.POST.get("next", "/")
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return HttpResponseRedirect(target if safe else "/")
