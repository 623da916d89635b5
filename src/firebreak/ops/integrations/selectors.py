"""What leaves the integrations."""

from __future__ import annotations

from django.db.models import QuerySet

from firebreak.ops.base.actor import Actor
from firebreak.ops.base.scope import found, visible
from firebreak.ops.integrations import policies
from firebreak.ops.integrations.models import Integration, Token


def integrations(*, by: Actor) -> QuerySet[Integration]:
    """Those of the reader's divisions, with their tokens."""
    return visible(Integration, by=by, policy=policies.READ).prefetch_related("tokens")


def integration(*, integration_id: int, by: Actor) -> Integration:
    """One of them. Errors: Refused."""
    return found(integrations(by=by), policy=policies.READ, pk=integration_id)


def tokens(*, integration_id: int, by: Actor) -> QuerySet[Token]:
    """Its tokens, the latest first; no secret is among what is kept of them."""
    return Token.objects.filter(integration=integration(integration_id=integration_id, by=by)).order_by("-id")
