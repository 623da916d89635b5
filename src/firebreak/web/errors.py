"""Pages for what goes wrong before a view is reached, or in one."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseServerError
from django.shortcuts import render

from firebreak.ops.base.actor import NOBODY
from firebreak.ops.base.policy import Refused
from firebreak.ops.ledger.recording import record_refusal
from firebreak.terms.errors import FirebreakError


def _page(request: HttpRequest, error: FirebreakError, status: int) -> HttpResponse:
    return render(request, "web/error.html", {"error": error, "status": status}, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: the request itself is broken; what was in it is not shown."""
    error = FirebreakError("FB-DESK-REQUEST", "", "The request could not be read.", "Go back and try again.")
    return _page(request, error, 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403, raised by a library."""
    error = FirebreakError("FB-DESK-REFUSED", "", "This is not allowed.", "Ask your administrator.")
    return _page(request, error, 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: no such address."""
    error = FirebreakError(
        "FB-DESK-ADDRESS", "", "There is no such page.", "Check the address, or begin at the home page."
    )
    return _page(request, error, 404)


def forged(request: Any, reason: str = "") -> HttpResponse:
    """403: the form does not come from here, or is from an earlier session. On record if somebody is signed in."""
    error = Refused(
        "FB-DESK-FORGED", "", "The form is not from this session.", "Load the page again, then send it.", "csrf"
    )
    record_refusal(error, _signed_in(request))
    return _page(request, error, 403)


def _signed_in(request: Any) -> Any:
    """Who is signed in, before the middleware that says so has run."""
    from firebreak.ops.accounts.actors import actor_behind

    try:
        return getattr(request, "actor", None) or actor_behind(request)
    except AttributeError:
        return NOBODY


def broken(request: HttpRequest) -> HttpResponse:
    """500: a fault of the program. Nothing of it is shown, and no template runs that might fail again."""
    text = "FB-BUG\n程序出错，已记录。 / A fault of the program; it was noted.\n"
    return HttpResponseServerError(text, content_type="text/plain; charset=utf-8")
