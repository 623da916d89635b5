"""How entries are chained: each seal covers its entry and the seal before it, under a key kept outside the database."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import UTC
from typing import Any

from firebreak.ops.base.keyring import KeyRing
from firebreak.ops.ledger.models import Entry

START = "0" * 64
_PURPOSE = "ledger"


def chain_of(division: str) -> str:
    """The chain of an entry about this division: its prefecture, or the one for what belongs to none."""
    return division[:4] if len(division) >= 4 else ""


def seal_of(entry: Entry, ring: KeyRing) -> str:
    """HMAC-SHA256 over every column of the entry but its id and its seal. Hexadecimal, 64 characters."""
    key = ring.derived(_PURPOSE, entry.key)
    return hmac.new(key, _canonical(entry), hashlib.sha256).hexdigest()


def _canonical(entry: Entry) -> bytes:
    """The entry as bytes that come out the same from either database."""
    values: list[Any] = [
        1, entry.chain, entry.seq, entry.at.astimezone(UTC).isoformat(timespec="microseconds"), entry.event,
        entry.actor_id, entry.actor, entry.subject_kind, entry.subject_id, entry.division_code, entry.reason,
        entry.details, entry.key, entry.previous,
    ]  # fmt: skip
    return json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False).encode()
