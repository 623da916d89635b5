"""Every write to the outbox that is an action by itself; rulings are sent by the desk on which they are made."""

from __future__ import annotations

from datetime import date

from django.utils import timezone

from firebreak.ops.base.actor import Actor
from firebreak.ops.ledger.recording import Draft, action
from firebreak.ops.outbox import policies
from firebreak.ops.outbox.models import Event, Kind
from firebreak.ops.outbox.sending import send
from firebreak.terms.errors import FirebreakError, value_class


@action(policies.ADOPT, "outbox.list-adopted", "采纳名单", "List adopted")
def adopt_list(entry: Draft, *, number: int, reason: str, by: Actor) -> Event:
    """Make the engine's list of this number the one that is acted upon."""
    _check_reason(reason)
    event = send(Kind.LIST, {"list": number}, reason=reason, by=by)
    entry.about("list", number, reason=reason, event=event.event_id)
    return event


@action(policies.ADOPT, "outbox.colours-adopted", "采纳码色", "Colours adopted")
def adopt_colours(entry: Draft, *, day: date, reason: str, by: Actor) -> Event:
    """Make the colours proposed for this day those that codes show."""
    _check_reason(reason)
    event = send(Kind.COLOURS, {"day": day.isoformat()}, reason=reason, by=by)
    entry.about("colours", day.isoformat(), reason=reason, event=event.event_id)
    return event


@action(policies.SEND, "outbox.sent", "写回数据湖", "Written back to the lake")
def mark(entry: Draft, *, event_id: int, by: Actor, code: str = "", what: str = "") -> None:
    """The lake has the event, or (``code``) refused it."""
    Event.objects.filter(event_id=event_id, sent_at=None).update(sent_at=timezone.now(), code=code, what=what[:300])
    entry.about("event", event_id, code=code)


def _check_reason(reason: str) -> None:
    if len("".join(reason.split())) < 2:
        raise FirebreakError(
            "FB-OUTBOX-REASON", value_class(reason), "What is adopted is adopted for a reason, which stays on record.",
            "Say why.",
        )  # fmt: skip
