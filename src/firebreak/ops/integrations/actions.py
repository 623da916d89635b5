"""Every write to integrations and their tokens."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Sequence
from datetime import timedelta

from django.utils import timezone

from firebreak.ops.base.actor import Actor
from firebreak.ops.base.policy import Refused
from firebreak.ops.base.scope import check_reach, everywhere, found, visible
from firebreak.ops.integrations import policies
from firebreak.ops.integrations.models import SCOPES, Answer, Integration, Token
from firebreak.ops.ledger.recording import Draft, action
from firebreak.terms.errors import FirebreakError, value_class

LONGEST_DAYS = 366
KEPT_ANSWERS = timedelta(days=2)
_NAME = re.compile(r"[a-z][a-z0-9-]{2,62}")
_CHANNEL = re.compile(r"[a-z][a-z0-9-]{0,63}")
_DIVISION = re.compile(r"|[1-9]\d|[1-9]\d{3}|[1-9]\d{5}|[1-9]\d{8}|[1-9]\d{11}")


@action(policies.MANAGE, "integrations.registered", "登记接入方", "Integration registered")
def register(
    entry: Draft, *, name: str, label: str, division: str, by: Actor, channels: Sequence[str] = ()
) -> Integration:
    """A new integration of this division. It has no token yet. ``channels``: those it may deliver; empty: any."""
    check_reach(by, policies.MANAGE, division=division)
    _check(name, division, channels)
    integration = Integration(
        name=name, label=label[:80], division_code=division, channels=sorted(set(channels)),
        created_at=timezone.now(), created_by=by.name,
    )  # fmt: skip
    integration.save(force_insert=True)
    entry.about("integration", integration.pk, division=division, name=name, channels=integration.channels)
    return integration


@action(policies.MANAGE, "integrations.issued", "签发令牌", "Token issued")
def issue(entry: Draft, *, integration_id: int, scopes: Sequence[str], days: int, by: Actor) -> str:
    """A new token, told this once: only its hash is kept. ``scopes``: of ``SCOPES``; ``days`` until it ends."""
    integration = _managed(integration_id, by)
    wanted = sorted(set(scopes))
    if not wanted or not set(wanted) <= set(SCOPES) or not 1 <= days <= LONGEST_DAYS:
        raise FirebreakError(
            "FB-API-TOKEN", f"{', '.join(map(value_class, wanted)) or 'no scope'} · {days}",
            f"A token has scopes of {', '.join(SCOPES)} and ends within {LONGEST_DAYS} days.", "Choose again.",
        )  # fmt: skip
    public, secret, now = secrets.token_hex(6), secrets.token_urlsafe(32), timezone.now()
    Token.objects.create(
        integration=integration, public=public, digest=hashlib.sha256(secret.encode()).hexdigest(),
        scopes=wanted, created_at=now, expires_at=now + timedelta(days=days), created_by=by.name,
    )  # fmt: skip
    entry.about(
        "integration", integration.pk, division=integration.division_code, token=public, scopes=wanted, days=days
    )
    return f"fb_{public}_{secret}"


@action(policies.MANAGE, "integrations.revoked", "吊销令牌", "Token revoked")
def revoke(entry: Draft, *, integration_id: int, token_id: int, by: Actor) -> None:
    """Take a token back. It is refused from the next request on."""
    integration = _managed(integration_id, by)
    token = Token.objects.filter(integration=integration, pk=token_id).first()
    if token is None:
        raise _absent(token_id)
    token.revoked_at = token.revoked_at or timezone.now()
    token.save(update_fields=["revoked_at"])
    entry.about("integration", integration.pk, division=integration.division_code, token=token.public)


@action(policies.MANAGE, "integrations.switched", "启停接入方", "Integration switched")
def switch(entry: Draft, *, integration_id: int, active: bool, by: Actor) -> None:
    """Let an integration in, or keep it out with all its tokens."""
    integration = _managed(integration_id, by)
    integration.is_active = active
    integration.save(update_fields=["is_active"])
    entry.about("integration", integration.pk, division=integration.division_code, active=active)


@action(policies.EXPORT, "integrations.exported", "导出接入方", "Integrations exported")
def record_export(entry: Draft, *, count: int, filters: list[str], form: str, by: Actor) -> None:
    """Integrations were taken along as a file."""
    entry.about("integrations", "list", count=count, filters=filters, format=form)


@action(policies.ENDED, "integrations.swept", "清理接口应答", "Answers swept")
def sweep(entry: Draft, *, by: Actor) -> None:
    """Forget answers whose idempotency keys are two days old."""
    gone, _ = Answer.objects.filter(at__lt=timezone.now() - KEPT_ANSWERS).delete()
    entry.about("integrations", "answers", answers=gone)


def _managed(integration_id: int, by: Actor) -> Integration:
    rows = visible(Integration, by=by, policy=policies.MANAGE)
    return found(rows, policy=policies.MANAGE, pk=integration_id)


def _absent(token_id: int) -> Refused:
    return Refused(
        "FB-DESK-ABSENT", f"token {token_id}", "It is not there, or lies outside the area you answer for.",
        "Check the address, or ask your administrator if your area is wrong.", policies.MANAGE.key,
    )  # fmt: skip


def _check(name: str, division: str, channels: Sequence[str]) -> None:
    if not _NAME.fullmatch(name) or everywhere(Integration, because="names are unique").filter(name=name).exists():
        raise FirebreakError(
            "FB-API-NAME", value_class(name), "An integration's name is 3 to 63 of a–z, 0–9, dash, and its own.",
            "Choose another.",
        )  # fmt: skip
    wrong = [one for one in channels if not _CHANNEL.fullmatch(one)]
    if wrong or not _DIVISION.fullmatch(division):
        raise FirebreakError(
            "FB-API-INTEGRATION", value_class(wrong[0] if wrong else division),
            "Channels are ids as firebreak specs list tells them; a division has 2, 4, 6, 9 or 12 digits.",
            "Correct it.",
        )  # fmt: skip
