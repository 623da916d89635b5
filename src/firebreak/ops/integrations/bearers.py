"""From a token to the actor behind it. Read anew at each request, so that a revocation counts at once."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from firebreak.ops.base.actor import Actor, Grant
from firebreak.ops.integrations.models import Token
from firebreak.terms.offices import Office, ReachKind

TOUCH = timedelta(minutes=1)
"""How old ``last_used_at`` may be before a request writes it again."""


@dataclass(frozen=True, slots=True)
class Bearer:
    """Who sent a request: the actor, the integration's id, the channels it may deliver (none: any), the token's end."""

    actor: Actor
    integration_id: int
    channels: tuple[str, ...]
    public: str
    expires_at: datetime


def bearer_of(text: str) -> Bearer | None:
    """The bearer of a token; None where it is none, has ended, was taken back, or its integration is kept out."""
    kind, _, rest = text.partition("_")
    public, _, secret = rest.partition("_")
    if kind != "fb" or not public.isalnum() or not public.isascii():
        return None
    token = Token.objects.select_related("integration").filter(public=public).first()
    digest = hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
    if token is None or not hmac.compare_digest(token.digest, digest):
        return None
    now = timezone.now()
    if token.revoked_at or token.expires_at <= now or not token.integration.is_active:
        return None
    if token.last_used_at is None or now - token.last_used_at > TOUCH:
        Token.objects.filter(pk=token.pk).update(last_used_at=now)
    return _bearer(token)


def _bearer(token: Token) -> Bearer:
    """It acts within its integration's division; which office the grant names does not count, its scopes do."""
    integration = token.integration
    grant = Grant(Office.STEWARD, ReachKind.DIVISION, integration.division_code)
    actor = Actor(
        None, f"integration:{integration.name}", (grant,), verified=True, integration=integration.name,
        scopes=frozenset(token.scopes),
    )  # fmt: skip
    return Bearer(actor, integration.pk, tuple(integration.channels), token.public, token.expires_at)
