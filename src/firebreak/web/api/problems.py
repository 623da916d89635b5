"""Errors as ``application/problem+json`` (RFC 9457): code, class of the value, rule, remedy; never a value."""

from __future__ import annotations

from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from firebreak.ops.accounts.middleware import STATUS as OF_DESKS
from firebreak.terms.errors import FirebreakError
from firebreak.web.templatetags.parts import said

PROBLEM = "application/problem+json"
STATUS = {
    **OF_DESKS,
    "FB-API-TOKEN-UNKNOWN": 401,
    "FB-API-SCOPE": 403,
    "FB-CHANNEL-NOT-YOURS": 403,
    "FB-API-CHANNEL": 404,
    "FB-API-METHOD": 405,
    "FB-DESK-ADDRESS": 404,
    "FB-API-KEY-REUSED": 409,
    "FB-API-INPUT": 422,
    "FB-API-FIELDS": 422,
    "FB-API-RECORDS": 422,
    "FB-BUG": 500,
}
_HEADERS = {401: {"WWW-Authenticate": 'Bearer realm="firebreak"'}, 429: {"Retry-After": "60"}}


def problem(request: HttpRequest, error: FirebreakError, status: int = 0, **more: Any) -> HttpResponse:
    """The error as a problem, in the language the request asks for: Chinese, unless it prefers English."""
    status = status or STATUS.get(error.code, 400)
    with translation.override(language_of(request)):
        words = said(error)
    body = {
        "type": f"urn:firebreak:{error.code}",
        "title": words["what"],
        "status": status,
        "detail": words["rule"],
        "code": error.code,
        "value": error.what,
        "rule": words["rule"],
        "remedy": words["remedy"],
        **more,
    }
    return HttpResponse(msgspec.json.encode(body), PROBLEM, status, headers=_HEADERS.get(status, {}))


def language_of(request: HttpRequest) -> str:
    """``en`` where the request prefers it, else Chinese."""
    return "en" if request.headers.get("Accept-Language", "").lower().startswith("en") else "zh-hans"
