"""The logins of a drill: one an office, all with one password that everybody may know. Never in production."""

from __future__ import annotations

from dataclasses import dataclass
from secrets import token_hex

from django.conf import settings
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from firebreak.ops.accounts import actions
from firebreak.ops.accounts.models import Holding, User
from firebreak.ops.base.actor import system
from firebreak.terms.errors import FirebreakError
from firebreak.terms.offices import OFFICES, Office, ReachKind

PASSWORD = "drill-2020-wuxi"
HOME = "3202"
REACHES: dict[Office, tuple[ReachKind, str]] = {
    Office.GRID_WORKER: (ReachKind.GRID, "320213001001001"),
    Office.ENTERPRISE: (ReachKind.ENTERPRISE, "drill-0001"),
    Office.CITIZEN: (ReachKind.PERSON, "1"),
}


@dataclass(frozen=True, slots=True)
class Login:
    """A login with the words for its office and the code that its authenticator shows now (empty: it needs none)."""

    name: str
    password: str
    zh: str
    en: str
    code: str


def logins() -> list[Login]:
    """The drill's logins, made where they are not there yet. Errors: FirebreakError in production."""
    if not settings.FIREBREAK_DRILL:
        raise FirebreakError(
            "FB-DESK-DRILL", settings.FIREBREAK_MODE, "Logins with a password that everybody knows are for drills.",
            "Unset FIREBREAK_MODE for a drill.",
        )  # fmt: skip
    return [_login(office) for office in Office]


def _login(office: Office) -> Login:
    name = office.value.replace("_", "-")
    user = User.objects.filter(username=name).first() or _made(name, office)
    device = TOTPDevice.objects.filter(user_id=user.pk).first()
    code = f"{totp(bytes.fromhex(device.key)):06d}" if device else ""
    return Login(name, PASSWORD, OFFICES[office].zh, OFFICES[office].en, code)


def _made(name: str, office: Office) -> User:
    by = system("drill")
    user, _ = actions.create_account(
        username=name, label=f"演练·{OFFICES[office].zh}", home=HOME, password=PASSWORD, by=by
    )
    kind, value = REACHES.get(office, (ReachKind.DIVISION, HOME))
    if not Holding.objects.filter(user=user).exists():
        actions.grant(user_id=user.pk, office=office, kind=kind, value=value, by=by)
    User.objects.filter(pk=user.pk).update(must_change_password=False)
    if OFFICES[office].second_factor:
        TOTPDevice.objects.create(user_id=user.pk, name="totp", key=token_hex(20))
    return user
