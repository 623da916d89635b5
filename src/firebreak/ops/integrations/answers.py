"""Answered once: a request with an idempotency key is done once, and answered the same however often it is sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils import timezone

from firebreak.ops.base.actor import Actor
from firebreak.ops.base.policy import Refused
from firebreak.ops.integrations.models import Answer
from firebreak.ops.ledger.recording import record_refusal
from firebreak.terms.errors import FirebreakError, value_class

LONGEST = 64


@dataclass(frozen=True, slots=True)
class Answered:
    """``status`` and the JSON ``body``; ``again``: was it answered before?"""

    status: int
    body: str
    again: bool = False


def once(integration_id: int, key: str, fingerprint: str, by: Actor, act: Callable[[], Answered]) -> Answered:
    """Do it, in one transaction with the note that it was done. Errors: FirebreakError where the key was used for
    something else; what ``act`` raises leaves no note, so the key may be used again."""
    if not key:
        return act()
    _check_key(key)
    try:
        with transaction.atomic():
            return _first(integration_id, key, fingerprint, act)
    except Refused as error:
        error.recorded = False  # its entry was undone with the transaction
        record_refusal(error, by)
        raise
    except _BeforeError:
        return _before(integration_id, key, fingerprint)


class _BeforeError(Exception):
    """The key was used before."""


def _first(integration_id: int, key: str, fingerprint: str, act: Callable[[], Answered]) -> Answered:
    note = Answer(integration_id=integration_id, key=key, fingerprint=fingerprint, at=timezone.now())
    try:
        with transaction.atomic():
            note.save(force_insert=True)  # who sends the same at the same time waits here
    except IntegrityError:
        raise _BeforeError from None
    done = act()
    note.status, note.body = done.status, done.body
    note.save(update_fields=["status", "body"])
    return done


def _before(integration_id: int, key: str, fingerprint: str) -> Answered:
    note = Answer.objects.get(integration_id=integration_id, key=key)
    if note.fingerprint != fingerprint:
        raise FirebreakError(
            "FB-API-KEY-REUSED", value_class(key), "An idempotency key is for one request.", "Use a new one.",
        )  # fmt: skip
    return Answered(note.status, note.body, again=True)


def _check_key(key: str) -> None:
    if len(key) > LONGEST or not key.isascii() or not key.isprintable():
        raise FirebreakError(
            "FB-API-KEY", value_class(key[:LONGEST]), f"An idempotency key is 1 to {LONGEST} printable ASCII letters.",
            "Use a UUID.",
        )  # fmt: skip
