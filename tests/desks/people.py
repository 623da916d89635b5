"""People for tests of the desks: one of any office anywhere, and a browser that has signed in as them."""

from __future__ import annotations

from itertools import count
from typing import Any

from django.test import Client
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from firebreak.ops.accounts import actions
from firebreak.ops.accounts.actors import actor_of
from firebreak.ops.accounts.models import User
from firebreak.ops.base.actor import Actor, system
from firebreak.terms.offices import OFFICES, Office, ReachKind

PASSWORD = "correct horse battery"
WUXI, SUZHOU = "3202", "3205"
BY = system("test")
_number = count(1)
_KINDS = {ReachKind.GRID: f"{WUXI}13001001001", ReachKind.ENTERPRISE: "e-1", ReachKind.PERSON: "1"}


def account(office: Office | None = None, place: str = WUXI, *, name: str = "", value: str | None = None) -> User:
    """An account of this office; ``value`` is its reach (else ``place``, or one of the office's kind)."""
    name = name or f"u{next(_number)}-{(office or 'nobody').replace('_', '-')}"
    user, _ = actions.create_account(username=name, label=f"演练 {name}", home=place[:12], password=PASSWORD, by=BY)
    if office is not None:
        kind = OFFICES[office].reaches[0]
        where = value if value is not None else _KINDS.get(kind, place)
        actions.grant(user_id=user.pk, office=office, kind=kind, value=where, by=BY)
    User.objects.filter(pk=user.pk).update(must_change_password=False)
    user.refresh_from_db()
    return user


def actor(office: Office | None = None, place: str = WUXI, *, verified: bool = True, **more: Any) -> Actor:
    """Somebody of this office as actions see them."""
    return actor_of(account(office, place, **more), verified=verified)


def device_of(user: User) -> TOTPDevice:
    """An authenticator of this account."""
    found = TOTPDevice.objects.filter(user_id=user.pk).first()
    return found or TOTPDevice.objects.create(user_id=user.pk, name="totp", key="31" * 20)


def code_of(device: TOTPDevice) -> str:
    """The code it shows now."""
    return f"{totp(bytes.fromhex(device.key)):06d}"


def browser(user: User | None = None, *, verified: bool = True, password: str = PASSWORD, **more: Any) -> Client:
    """A browser; where a user is given, one signed in as them, with a second factor where their office asks."""
    client = Client(**more)
    if user is None:
        return client
    answer = client.post("/sign-in", {"username": user.username, "password": password})
    assert answer.status_code == 302, answer.status_code
    needs = any(OFFICES[Office(one.office)].second_factor for one in user.holdings.all())
    if verified and needs:
        answer = client.post("/second-factor", {"token": code_of(device_of(user))})
        assert answer.status_code == 302, answer.status_code
    return client
