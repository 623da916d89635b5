"""The logins of a drill: one an office, all with one password that everybody may know. Never in production."""

from __future__ import annotations

from dataclasses import dataclass
from secrets import token_hex

from django.conf import settings
from django.db.models import Q
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from firebreak.ops.accounts import actions
from firebreak.ops.accounts.models import Holding, User
from firebreak.ops.base.actor import system
from firebreak.terms.errors import ConfigError, FirebreakError
from firebreak.terms.offices import OFFICES, Office, ReachKind

PASSWORD = "drill-2020-wuxi"
HOME = "3202"
LABEL = "演练·"
BY = system("drill")
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


def refuse_in_production() -> None:
    """Raise ConfigError if this is production and the database holds logins of a drill, in use or not."""
    if settings.FIREBREAK_DRILL:
        return
    granted = Holding.objects.filter(granted_by=BY.name).values("user_id")
    named = [_name(office) for office in Office]
    users = User.objects.filter(Q(pk__in=granted) | Q(username__in=named, label__startswith=LABEL))
    count = users.count()
    if count:
        raise ConfigError(
            "FB-CONFIG-DRILL", f"{count} logins of a drill are in the database",
            "Everybody may know a drill's password: no people's data lie beside it.",
            "Give production a database of its own (DATABASE_URL); a drill's is not turned into one.",
        )  # fmt: skip


def _name(office: Office) -> str:
    return office.value.replace("_", "-")


def _login(office: Office) -> Login:
    name = _name(office)
    user = User.objects.filter(username=name).first() or _made(name, office)
    device = TOTPDevice.objects.filter(user_id=user.pk).first()
    code = f"{totp(bytes.fromhex(device.key)):06d}" if device else ""
    return Login(name, PASSWORD, OFFICES[office].zh, OFFICES[office].en, code)


def _made(name: str, office: Office) -> User:
    user, _ = actions.create_account(
        username=name, label=f"{LABEL}{OFFICES[office].zh}", home=HOME, password=PASSWORD, by=BY
    )
    kind, value = REACHES.get(office, (ReachKind.DIVISION, HOME))
    if not Holding.objects.filter(user=user).exists():
        actions.grant(user_id=user.pk, office=office, kind=kind, value=value, by=BY)
    User.objects.filter(pk=user.pk).update(must_change_password=False)
    if OFFICES[office].second_factor:
        TOTPDevice.objects.create(user_id=user.pk, name="totp", key=token_hex(20))
    return user
