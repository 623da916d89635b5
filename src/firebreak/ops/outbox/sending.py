"""How a desk sends: in the transaction of its own action, so that a decision and its event are both there or not."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from django.db import connection
from django.utils import timezone

from firebreak.ops.base.actor import Actor, system
from firebreak.ops.outbox.models import Event, Kind
from firebreak.ops.runs import actions as runs


def send(kind: Kind, about: Mapping[str, Any], *, reason: str, by: Actor) -> Event:
    """Put a decision into the outbox, and ask for the work that carries it into the lake.

    ``about``: see ``Kind``. ``reason`` is what the ledger entry of the action says, too. Call it inside an action.
    """
    assert connection.in_atomic_block, "an event is sent in the transaction of what it tells of"
    event = Event(
        event_id=secrets.randbits(63), kind=kind.value, about=dict(about), decided_by=by.name,
        decided_at=timezone.now(), reason=reason[:500],
    )  # fmt: skip
    event.save(force_insert=True)
    runs.request(kind="outbox", by=system("outbox"))
    return event
