"""How often: a count a minute, kept by each server process for itself."""

from __future__ import annotations

import hashlib
import time

from django.core.cache import cache

from firebreak.terms.errors import FirebreakError


def check_rate(what: str, who: str, most: int) -> None:
    """Count one more ``what`` by ``who`` in this minute; raise FB-DESK-RATE when it is more than ``most``.

    Each process counts for itself, so the true limit is ``most`` times the number of processes.
    """
    key = f"rate:{what}:{hashlib.sha256(who.encode()).hexdigest()[:32]}:{int(time.time() // 60)}"
    cache.add(key, 0, 120)
    if cache.incr(key) > most:
        raise FirebreakError("FB-DESK-RATE", what, f"At most {most} a minute.", "Wait a minute and try again.")
