"""Every write to accounts. Within the reach of who acts, with its ledger entry, in one transaction."""

from __future__ import annotations

import secrets
from datetime import date, timedelta
from typing import Any

from axes.models import AccessAttempt
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice
from django_tasks_db.models import DBTaskResult

from firebreak.ops.accounts import policies
from firebreak.ops.accounts.checks import check_grant, check_new_name, check_place, check_subordinate
from firebreak.ops.accounts.models import Holding, Session, User
from firebreak.ops.base.actor import Actor
from firebreak.ops.base.policy import Refused
from firebreak.ops.base.scope import check_reach, found, outside, visible
from firebreak.ops.ledger.recording import Draft, action
from firebreak.terms.errors import FirebreakError, value_class
from firebreak.terms.offices import Office, ReachKind

LANGUAGES = ("zh-hans", "en")
KEEP = timedelta(days=30)


@action(policies.MANAGE, "accounts.created", "新建账号", "Account created")
def create_account(
    entry: Draft, *, username: str, label: str, home: str, by: Actor, password: str = ""
) -> tuple[User, str]:
    """A new account and its first password, which must be changed at the first sign-in. It holds no office yet."""
    check_new_name(username)
    check_place(home)
    check_reach(by, policies.MANAGE, division=home)
    password = password or _one_time_password()
    user = User(username=username, label=label[:80], home=home)
    user.set_password(password)
    user.save()
    entry.about("user", user.pk, division=home, name=username)
    return user, password


@action(policies.MANAGE, "accounts.changed", "修改账号", "Account changed")
def change_account(entry: Draft, *, user_id: int, label: str, home: str, by: Actor) -> None:
    """Another label, another division that answers for the account; both within the reach of who acts."""
    user = _managed(user_id, by)
    check_place(home)
    check_reach(by, policies.MANAGE, division=home)
    entry.about("user", user.pk, division=home, before=user.home)
    user.label, user.home = label[:80], home
    user.save(update_fields=["label", "home"])


@action(policies.MANAGE, "accounts.granted", "授予职责", "Office granted")
def grant(
    entry: Draft, *, user_id: int, office: Office, kind: ReachKind, value: str, by: Actor, until: date | None = None
) -> None:
    """Give an office within a reach. Nobody grants what lies outside their own reach, or anything to themselves."""
    user = _managed(user_id, by)
    check_grant(office, kind, value)
    _check_may_give(kind, value, by)
    held: dict[str, Any] = {"user": user, "office": office, "kind": kind, "value": value}
    before = Holding.objects.filter(**held).first()
    Holding.objects.update_or_create(**held, defaults={"granted_by": by.name, "until": until})
    entry.about(
        "user", user.pk, division=user.home, office=office, reach=kind, value=value, until=_day(until),
        before=_day(before.until) if before else "not held",
    )  # fmt: skip


@action(policies.MANAGE, "accounts.revoked", "收回职责", "Office revoked")
def revoke(entry: Draft, *, user_id: int, holding_id: int, by: Actor) -> None:
    """Take an office back. It counts at the user's next request."""
    user = _managed(user_id, by)
    holding = Holding.objects.filter(user=user, pk=holding_id).first()
    if holding is None:
        raise outside(policies.MANAGE)
    entry.about("user", user.pk, division=user.home, office=holding.office, reach=holding.kind, value=holding.value)
    holding.delete()


@action(policies.MANAGE, "accounts.suspended", "停用账号", "Account suspended")
def suspend(entry: Draft, *, user_id: int, reason: str, by: Actor) -> None:
    """Close an account and end its sessions."""
    user = _managed(user_id, by)
    user.is_active = False
    user.save(update_fields=["is_active"])
    ended, _ = Session.objects.filter(user_id=user.pk).delete()
    entry.about("user", user.pk, division=user.home, reason=reason, sessions=ended)


@action(policies.MANAGE, "accounts.restored", "恢复账号", "Account restored")
def restore(entry: Draft, *, user_id: int, by: Actor) -> None:
    """Open a suspended account again."""
    user = _managed(user_id, by)
    user.is_active = True
    user.save(update_fields=["is_active"])
    entry.about("user", user.pk, division=user.home)


@action(policies.MANAGE, "accounts.password-reset", "重置密码", "Password reset")
def reset_password(entry: Draft, *, user_id: int, by: Actor) -> str:
    """A new one-time password; the sessions and the second factor of the account end."""
    user = _managed(user_id, by)
    password = _one_time_password()
    user.set_password(password)
    user.must_change_password = True
    user.save(update_fields=["password", "must_change_password"])
    TOTPDevice.objects.filter(user_id=user.pk).delete()
    AccessAttempt.objects.filter(username=user.username).delete()  # the new password must not meet the old lock
    ended, _ = Session.objects.filter(user_id=user.pk).delete()
    entry.about("user", user.pk, division=user.home, sessions=ended)
    return password


@action(policies.MANAGE, "accounts.linked", "绑定统一身份", "Identity linked")
def link_provider(entry: Draft, *, user_id: int, subject: str, by: Actor) -> None:
    """Say who this account is at the identity provider; empty: nobody."""
    user = _managed(user_id, by)
    user.subject = subject.strip()[:255] or None
    try:
        with transaction.atomic():
            user.save(update_fields=["subject"])
    except IntegrityError:
        raise FirebreakError(
            "FB-DESK-SUBJECT-TAKEN", value_class(subject), "An identity at the provider is one account's.",
            "Take the link off the other account first.",
        ) from None  # fmt: skip
    entry.about("user", user.pk, division=user.home, linked=bool(user.subject))


@action(policies.END_SESSIONS, "accounts.sessions-ended", "结束会话", "Sessions ended")
def end_sessions(entry: Draft, *, user_id: int, by: Actor) -> int:
    """End every session of an account, now. How many there were."""
    user = _managed(user_id, by)
    ended, _ = Session.objects.filter(user_id=user.pk).delete()
    entry.about("user", user.pk, division=user.home, sessions=ended)
    return ended


@action(policies.SIGN_IN, "accounts.signed-in", "登录", "Signed in")
def signed_in(entry: Draft, *, how: str, address: str, by: Actor) -> None:
    """An account signed in: with a password, or through the identity provider."""
    entry.about("user", by.user_id, how=how, address=address)


@action(policies.OWN, "accounts.signed-out", "退出", "Signed out")
def signed_out(entry: Draft, *, by: Actor) -> None:
    """An account signed out."""
    entry.about("user", by.user_id)


@action(policies.OWN, "accounts.factor-enrolled", "登记验证器", "Authenticator enrolled")
def enrol_second_factor(entry: Draft, *, key: str, token: str, by: Actor) -> TOTPDevice:
    """Add the authenticator that holds this key (hexadecimal), once it has shown a code that is right."""
    if TOTPDevice.objects.filter(user_id=by.user_id, confirmed=True).exists():
        raise Refused(
            "FB-DESK-REFUSED", policies.OWN.key, "This account has an authenticator already.",
            "Ask your administrator to reset it.", policies.OWN.key,
        )  # fmt: skip
    device = TOTPDevice(user_id=by.user_id, name="totp", key=key)
    if not device.verify_token(token):
        raise wrong_code()
    device.save()
    entry.about("user", by.user_id)
    return device


@action(policies.OWN, "accounts.factor-shown", "验证一次性口令", "One-time code shown")
def second_factor_shown(entry: Draft, *, by: Actor) -> None:
    """A right one-time code was shown in this session."""
    entry.about("user", by.user_id)


@action(policies.OWN, "accounts.factor-failed", "一次性口令不正确", "Wrong one-time code")
def second_factor_failed(entry: Draft, *, by: Actor) -> None:
    """A one-time code was wrong."""
    entry.about("user", by.user_id)


@action(policies.OWN, "accounts.password-failed", "当前密码不正确", "Wrong old password")
def password_failed(entry: Draft, *, by: Actor) -> None:
    """Somebody in this account's session did not know its password."""
    entry.about("user", by.user_id)


@action(policies.OWN, "accounts.password-changed", "修改密码", "Password changed")
def change_password(entry: Draft, *, old: str, new: str, by: Actor) -> User:
    """The owner's own new password. The account's other sessions end with the old one."""
    user = User.objects.get(pk=_own(by))
    if not user.check_password(old):
        raise FirebreakError(
            "FB-DESK-PASSWORD-OLD", "the old password", "It is not the present one.", "Type it once more."
        )
    try:
        validate_password(new, user)
    except ValidationError as error:
        raise FirebreakError(
            "FB-DESK-PASSWORD-WEAK", "; ".join(error.messages), "A password has 12 characters and is not a common one.",
            "Choose a longer one.",
        ) from None  # fmt: skip
    user.set_password(new)
    user.must_change_password = False
    user.save(update_fields=["password", "must_change_password"])
    entry.about("user", by.user_id)
    return user


@action(policies.OWN, "accounts.language-changed", "切换语言", "Language changed")
def change_language(entry: Draft, *, language: str, by: Actor) -> None:
    """The language the desks speak to this account."""
    chosen = language if language in LANGUAGES else LANGUAGES[0]
    User.objects.filter(pk=_own(by)).update(language=chosen)
    entry.about("user", by.user_id, language=chosen)


@action(policies.EXPORT, "accounts.exported", "导出账号", "Accounts exported")
def record_export(entry: Draft, *, count: int, filters: list[str], form: str, by: Actor) -> None:
    """Accounts were taken along as a file."""
    entry.about("accounts", "list", count=count, filters=filters, format=form)


@action(policies.SWEEP, "accounts.swept", "清理过期会话", "Swept")
def sweep(entry: Draft, *, by: Actor) -> None:
    """Delete what is over: sessions that ended, failed sign-ins and results of tasks older than 30 days."""
    now = timezone.now()
    sessions, _ = Session.objects.filter(expire_date__lt=now).delete()
    attempts, _ = AccessAttempt.objects.filter(attempt_time__lt=now - KEEP).delete()
    results, _ = DBTaskResult.objects.filter(finished_at__lt=now - KEEP).delete()
    entry.about("accounts", "sessions", sessions=sessions, attempts=attempts, results=results)


def wrong_code() -> FirebreakError:
    """The answer to a one-time code that is not right."""
    return FirebreakError(
        "FB-DESK-CODE",
        "the one-time code",
        "It is the code shown now, and each is good once.",
        "Wait for the next one.",
    )


def _own(by: Actor) -> int:
    """The account of who acts."""
    assert by.user_id is not None  # the policy let in nobody else
    return by.user_id


def _managed(user_id: int, by: Actor) -> User:
    """The account, if who acts may manage it: within reach, not their own, and holding nothing beyond their reach."""
    user = found(visible(User, by=by, policy=policies.MANAGE), policy=policies.MANAGE, pk=user_id)
    check_subordinate(user, by)
    return user


def _check_may_give(kind: ReachKind, value: str, by: Actor) -> None:
    """Divisions and grids within the giver's own. Whose an enterprise's or a person's id is no desk can prove yet: only
    the program itself gives those, or an administrator of one district could give himself anybody."""
    if kind in (ReachKind.ENTERPRISE, ReachKind.PERSON):
        if not by.system:
            raise _unproven()
        return
    check_reach(by, policies.MANAGE, division=value)


def _unproven() -> Refused:
    return Refused(
        "FB-DESK-UNPROVEN", policies.MANAGE.key, "Whose an enterprise's or a person's id is must be proved first.",
        "No desk can prove it yet: give an office within a division or a grid.", policies.MANAGE.key,
    )  # fmt: skip


def _day(until: date | None) -> str:
    """The last day of an office as the ledger holds it."""
    return until.isoformat() if until else "no end"


def _one_time_password() -> str:
    return f"{secrets.token_urlsafe(9)}-{timezone.now():%d}"
