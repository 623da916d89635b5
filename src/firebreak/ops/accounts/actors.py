"""From an account to an actor: what it holds today, read anew at each request so that a change counts at once."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils import timezone

from firebreak.ops.accounts.models import Holding, User
from firebreak.ops.base.actor import NOBODY, Actor, Grant
from firebreak.terms.offices import Office, ReachKind


def actor_of(user: User, *, verified: bool) -> Actor:
    """The actor behind this account. ``verified``: a second factor was shown in this session."""
    if not user.is_active:
        return NOBODY
    today = timezone.localdate()
    held = Holding.objects.filter(Q(until=None) | Q(until__gte=today), user=user).order_by("id")
    grants = tuple(Grant(Office(one.office), ReachKind(one.kind), one.value) for one in held)
    return Actor(user.pk, user.username, grants, verified)


def actor_behind(request: Any) -> Actor:
    """The actor behind a request's session; NOBODY before sign-in."""
    user = request.user
    if not isinstance(user, User) and not user.is_authenticated:
        return NOBODY
    verified = user.is_verified() or request.session.get("verified_by_provider") == user.pk
    return actor_of(user, verified=bool(verified))
