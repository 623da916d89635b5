"""Long answers a page at a time: a cursor names the last row of a page, so rows that arrive meanwhile move none."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from django.db.models import QuerySet

from firebreak.terms.errors import FirebreakError, value_class

_GREATEST = (1 << 63) - 1


def page_of(rows: QuerySet[Any], cursor: str, size: int) -> tuple[list[Any], str | None]:
    """The next rows, the latest first, and the cursor of those behind them."""
    ordered = rows.order_by("-pk")
    if cursor:
        ordered = ordered.filter(pk__lt=read(cursor))
    taken = list(ordered[: size + 1])
    return taken[:size], written(taken[size - 1].pk) if len(taken) > size else None


def written(number: int) -> str:
    """A cursor. Opaque, so that nobody counts on what is in it."""
    return base64.urlsafe_b64encode(str(number).encode()).decode().rstrip("=")


def read(cursor: str) -> int:
    """The number in a cursor. Errors: FirebreakError."""
    try:
        text = base64.urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4)).decode("ascii")
        if not (text.isascii() and text.isdigit() and int(text) <= _GREATEST and written(int(text)) == cursor):
            raise ValueError
        return int(text)
    except (ValueError, binascii.Error):
        raise FirebreakError(
            "FB-DESK-CURSOR", value_class(cursor[:20]), "A page's address is made by the list.",
            "Begin at its first page.",
        ) from None  # fmt: skip
