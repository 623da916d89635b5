"""What leaves the outbox."""

from __future__ import annotations

from django.db.models import QuerySet

from firebreak.ops.base.actor import Actor
from firebreak.ops.base.policy import check
from firebreak.ops.outbox import policies
from firebreak.ops.outbox.models import Event


def unsent(*, by: Actor) -> QuerySet[Event]:
    """What the lake does not have yet, in the order it was decided."""
    check(policies.READ, by)
    return Event.objects.filter(sent_at=None).order_by("id")


def event(*, event_id: int, by: Actor) -> Event | None:
    """One event, for the desk that sent it to tell what the lake said."""
    check(policies.READ, by)
    return Event.objects.filter(event_id=event_id).first()
