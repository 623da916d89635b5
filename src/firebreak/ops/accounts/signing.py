"""How a session begins: with a new key, so that nobody can have planted it, and with its times and place noted."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import login
from django.utils import timezone

from firebreak.ops.accounts import actions
from firebreak.ops.accounts.actors import actor_of
from firebreak.ops.accounts.models import User

PASSWORD_BACKEND = "django.contrib.auth.backends.ModelBackend"
PROVIDER_BACKEND = "firebreak.ops.accounts.oidc.Provider"


def begin(request: Any, user: User, *, how: str, verified: bool = False) -> None:
    """Begin a session of this account. ``verified``: the identity provider asked for a second factor itself."""
    request.session.flush()
    login(request, user, backend=PROVIDER_BACKEND if how == "provider" else PASSWORD_BACKEND)
    request.session["began"] = timezone.now().isoformat()
    request.session["address"] = address_of(request)
    request.session["agent"] = request.headers.get("User-Agent", "")[:200]
    if verified:
        request.session["verified_by_provider"] = user.pk
    request.actor = actor_of(user, verified=verified)
    actions.signed_in(how=how, address=address_of(request) or "", by=request.actor)


def address_of(request: Any) -> str | None:
    """The address of the client, as the proxy middleware left it."""
    address: str | None = request.META.get("REMOTE_ADDR")
    return address
