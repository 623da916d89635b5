"""What leaves the accounts desk."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice

from firebreak.ops.accounts import policies
from firebreak.ops.accounts.models import Holding, Session, User
from firebreak.ops.base.actor import Actor
from firebreak.ops.base.scope import found, visible


def users(*, by: Actor) -> QuerySet[User]:
    """The accounts that the reader's divisions answer for, with what they hold."""
    return visible(User, by=by, policy=policies.READ).prefetch_related("holdings")


def user(*, user_id: int, by: Actor) -> User:
    """One of them. Errors: Refused, the same whether it is not there or elsewhere."""
    return found(users(by=by), policy=policies.READ, pk=user_id)


def holdings(*, user_id: int, by: Actor) -> QuerySet[Holding]:
    """What this account holds."""
    return Holding.objects.filter(user=user(user_id=user_id, by=by)).order_by("id")


def sessions(*, user_id: int, by: Actor) -> QuerySet[Session]:
    """Its sessions that have not ended, the latest first."""
    rows = Session.objects.filter(user_id=user(user_id=user_id, by=by).pk, expire_date__gt=timezone.now())
    return rows.order_by("-seen_at")


def has_second_factor(*, user_id: int, by: Actor) -> bool:
    """Does it have an authenticator?"""
    devices = TOTPDevice.objects.filter(user_id=user(user_id=user_id, by=by).pk, confirmed=True)
    return bool(devices.exists())
