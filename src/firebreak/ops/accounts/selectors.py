"""What leaves the accounts desk."""

from __future__ import annotations

from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice

from firebreak.ops.accounts import policies
from firebreak.ops.accounts.models import Holding, Session, User
from firebreak.ops.base.actor import Actor
from firebreak.ops.base.scope import everywhere, found, visible


def users(*, by: Actor) -> QuerySet[User]:
    """The accounts that the reader's divisions answer for, with what they hold."""
    rows = visible(User, by=by, policy=policies.READ)
    areas = {grant.value for grant in policies.READ.grants(by)}
    if areas and all(len(area) == 2 for area in areas):
        # The same rows; but of a whole province, so nearly all: read in the order of the sort until a page is full,
        # where a range of divisions would be read by its index and then sorted whole.
        named = reduce(or_, (Q(home__startswith=area) for area in sorted(areas)))
        rows = everywhere(User, because="narrowed by the line above").filter(named)
    return rows.prefetch_related("holdings")


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
