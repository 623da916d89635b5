"""What the web room does around every request: proxies, headers, language."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils import translation

Respond = Callable[[Any], HttpResponseBase]
TOO_LARGE = "firebreak.too_large"
"""In a request's environment: its body was larger than its address takes, and was left unread by the door."""


class ProxyMiddleware:
    """The client's own address, where trusted proxies stand in front: as many from the right as there are of them."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        told = [one.strip() for one in request.headers.get("X-Forwarded-For", "").split(",") if one.strip()]
        if settings.FIREBREAK_PROXIES and len(told) >= settings.FIREBREAK_PROXIES:
            request.META["REMOTE_ADDR"] = _address(told[-settings.FIREBREAK_PROXIES], request.META["REMOTE_ADDR"])
        return self.respond(request)


def _address(told: str, else_: str) -> str:
    """The address a proxy told of, without the port that some add; what is none is not stored, nor counted by."""
    bare = told.partition("]")[0].removeprefix("[") if told.startswith("[") else told
    bare = bare.partition(":")[0] if bare.count(":") == 1 else bare
    try:
        return str(ipaddress.ip_address(bare.partition("%")[0]))
    except ValueError:
        return else_


class HeadersMiddleware:
    """Pages of people are kept nowhere; the browser's sensors and other sites stay out."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.respond(request)
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=(), usb=(), payment=()"
        return response


class SizeMiddleware:
    """A body that was too large is refused as a refusal is: with its rule, and on record where the sender is known.

    Stands behind the actor's. The API tells its senders itself, once it knows them by their tokens.
    """

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: Any) -> HttpResponseBase:
        if not request.META.get(TOO_LARGE) or request.path.startswith("/api/"):
            return self.respond(request)
        from firebreak.ops.accounts.middleware import told
        from firebreak.ops.channels.spool import too_large

        response = told(request, too_large())
        response.headers["Connection"] = "close"
        return response


class LanguageMiddleware:
    """The account's language; before sign-in the one chosen on this browser; else Chinese."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        chosen = getattr(request.user, "language", "") or request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.respond(request)
            response.headers.setdefault("Content-Language", language)
        return response
