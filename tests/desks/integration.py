"""Integrations for tests: one with a token, and a client that bears it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count

from django.test import Client
from tests.desks.people import BY, WUXI

from firebreak.ops.integrations import actions
from firebreak.ops.integrations.models import SCOPES

_number = count(1)


def token(
    place: str = WUXI, scopes: Sequence[str] = SCOPES, channels: Sequence[str] = (), days: int = 30, name: str = ""
) -> str:
    """The token of a new integration of this division."""
    made = actions.register(
        name=name or f"partner-{next(_number)}", label="演练接入方", division=place, channels=channels, by=BY
    )
    return actions.issue(integration_id=made.pk, scopes=scopes, days=days, by=BY)


def bearing(text: str) -> Client:
    """A client that sends this token with each request."""
    return Client(headers={"Authorization": f"Bearer {text}", "Accept-Language": "en"})
