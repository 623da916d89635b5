"""What happens around every request: who acts, what is closed, and how a refusal is told and recorded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth import BACKEND_SESSION_KEY
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from firebreak.ops.accounts.actors import actor_behind
from firebreak.ops.accounts.models import User
from firebreak.ops.accounts.policies import OWN, SIGN_IN
from firebreak.ops.accounts.signing import PROVIDER_BACKEND
from firebreak.ops.base.page import DeskRequest, policy_of
from firebreak.ops.base.policy import Refused
from firebreak.ops.base.scope import acting_as
from firebreak.ops.ledger.recording import record_refusal
from firebreak.terms.errors import FirebreakError

Response = Callable[[Any], HttpResponseBase]
STATUS = {
    "FB-DESK-SIGN-IN": 401,
    "FB-DESK-SECOND-FACTOR": 401,
    "FB-DESK-REFUSED": 403,
    "FB-DESK-OUTSIDE": 403,
    "FB-DESK-UNPROVEN": 403,
    "FB-DESK-NO-POLICY": 403,
    "FB-DESK-ABSENT": 404,
    "FB-DESK-BODY": 413,
    "FB-DESK-RATE": 429,
}


class ActorMiddleware:
    """``request.actor``; PostgreSQL learns whose rows may be seen; the session in use is kept alive."""

    def __init__(self, respond: Response) -> None:
        self.respond = respond

    def __call__(self, request: DeskRequest) -> HttpResponseBase:
        request.actor = actor_behind(request)
        if request.actor.user_id is not None:
            request.session.touch()  # type: ignore[attr-defined]
        with acting_as(request.actor):
            return self.respond(request)


class PolicyMiddleware:
    """Closed by default: a view without a policy is refused. What a view refuses is recorded, and told as a page."""

    def __init__(self, respond: Response) -> None:
        self.respond = respond

    def __call__(self, request: DeskRequest) -> HttpResponseBase:
        return self.respond(request)

    def process_view(self, request: DeskRequest, view: Any, args: Any, kwargs: Any) -> HttpResponseBase | None:
        """Before the view: it must have a policy; a password that must be changed is changed first."""
        policy = policy_of(view)
        if policy is None:
            return told(request, Refused("FB-DESK-NO-POLICY", "", "Nobody was let in here.", "Tell the developers."))
        user = request.user
        by_password = request.session.get(BACKEND_SESSION_KEY) != PROVIDER_BACKEND  # who came otherwise may know none
        if isinstance(user, User) and user.must_change_password and by_password and policy not in (OWN, SIGN_IN):
            return _to(request, reverse("accounts:password"))
        return None

    def process_exception(self, request: DeskRequest, error: Exception) -> HttpResponseBase | None:
        """After the view: a refusal or a user's mistake becomes a page with its rule and remedy."""
        return told(request, error) if isinstance(error, FirebreakError) else None


def told(request: DeskRequest, error: FirebreakError) -> HttpResponseBase:
    """The answer to this error: the way to sign in where that helps, else a page with its rule and remedy."""
    if error.code == "FB-DESK-SIGN-IN":
        return _to(request, f"{reverse('accounts:sign-in')}?{urlencode({'next': request.get_full_path()})}")
    if error.code == "FB-DESK-SECOND-FACTOR":
        return _to(request, f"{reverse('accounts:second-factor')}?{urlencode({'next': request.get_full_path()})}")
    if isinstance(error, Refused):
        record_refusal(error, request.actor)
    status = STATUS.get(error.code, 400)
    template = "web/part_error.html" if request.htmx else "web/error.html"
    return render(request, template, {"error": error, "status": status}, status=status)


def _to(request: DeskRequest, address: str) -> HttpResponseBase:
    """A redirect that htmx follows as a page, not as a part of one."""
    if request.htmx:
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)
