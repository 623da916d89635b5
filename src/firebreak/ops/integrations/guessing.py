"""Somebody tries tokens: on record once an address and minute, so that trying on cannot fill the ledger."""

from __future__ import annotations

import time

from django.core.cache import cache
from django.db import transaction

from firebreak.ops.base.actor import system
from firebreak.ops.base.scope import acting_as
from firebreak.ops.ledger.recording import Draft, append


def note_guessing(address: str) -> None:
    """Wrong tokens came from this address more often than the limit."""
    if not cache.add(f"guessing:{address}:{int(time.time() // 60)}", 1, 120):
        return
    draft, by = Draft("integrations.guessed"), system("api")
    draft.about("address", address or "?", code="FB-DESK-RATE")
    with acting_as(by), transaction.atomic():
        append(draft, by)
