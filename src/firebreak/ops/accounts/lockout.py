"""What axes asks of us: which name was tried, and what to answer when it is locked."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import render

from firebreak.terms.errors import FirebreakError


def name_of(request: Any, credentials: dict[str, Any] | None = None) -> str:
    """The name that was tried, as accounts are named; so that capitals do not make another one of it."""
    given = credentials or getattr(request, "POST", {})
    return str(given.get("username") or "").strip().lower()[:64]


def locked_out(request: Any, *_: Any, **__: Any) -> HttpResponseBase:
    """The same answer whether the name is an account or not."""
    error = FirebreakError(
        "FB-DESK-LOCKED", "", "After five wrong passwords a name is locked for 15 minutes.",
        "Wait, or ask your administrator.",
    )  # fmt: skip
    return render(request, "web/error.html", {"error": error, "status": 429}, status=429)
