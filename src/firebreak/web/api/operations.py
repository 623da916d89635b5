"""How an operation of the API is declared: with its policy. One without is refused when the program starts."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, Concatenate, ParamSpec

import msgspec
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from ninja import Router
from ninja.security import HttpBearer

from firebreak.ops.accounts.signing import address_of
from firebreak.ops.base.actor import Actor
from firebreak.ops.base.page import policy_of
from firebreak.ops.base.policy import Policy, Refused, check
from firebreak.ops.base.rate import check_rate
from firebreak.ops.base.scope import acting_as
from firebreak.ops.channels.spool import too_large
from firebreak.ops.integrations.bearers import Bearer, bearer_of
from firebreak.ops.integrations.guessing import note_guessing
from firebreak.terms.errors import FirebreakError, value_class
from firebreak.web.middleware import TOO_LARGE

REQUESTS_A_MINUTE = 1200
"""Of one token."""
WRONG_TOKENS_A_MINUTE = 20
"""From one address: who tries tokens is stopped long before 256 random bits are found."""
ENTER = Policy("api.enter", everybody=True)
"""Every address of the API; what may be done there each operation's own policy says, once its token is known."""

P = ParamSpec("P")


class ApiRequest(HttpRequest):
    """A request with the integration behind it, as every operation gets it."""

    actor: Actor
    bearer: Bearer


Operation = Callable[Concatenate[Any, P], HttpResponseBase]


def operation(policy: Policy) -> Callable[[Operation[P]], Operation[P]]:
    """Declare an operation. It runs for integrations whose token has the policy's scope; Refused is raised else."""

    def declare(view: Operation[P]) -> Operation[P]:
        known = frozenset(inspect.signature(view).parameters)

        @wraps(view)
        def run(request: Any, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            check(policy, request.actor)
            if request.META.get(TOO_LARGE):
                raise too_large()
            if not set(request.GET) <= known:
                raise unknown_fields(policy, sorted(set(request.GET) - known))
            with acting_as(request.actor):
                return view(request, *args, **kwargs)

        run.policy = policy  # type: ignore[attr-defined]
        return run

    return declare


def unknown_fields(policy: Policy, names: Sequence[str]) -> Refused:
    """Somebody sends fields that nobody asked for: a slip of the pen, or a try to set what is not theirs to set."""
    told = ", ".join(map(value_class, names[:5]))
    return Refused(
        "FB-API-FIELDS", told, "A request has the fields of the API's description.", "Leave the others out.", policy.key
    )


class ClosedRouter(Router):
    """A router that takes no operation without a policy."""

    def add_api_operation(self, path: str, methods: list[str], view_func: Callable[..., Any], **more: Any) -> Any:
        """Errors: AssertionError for an operation that was not declared with ``operation``."""
        assert policy_of(view_func) is not None, f"{methods} {path} has no policy"
        return super().add_api_operation(path, methods, view_func, **more)


class ByToken(HttpBearer):
    """``Authorization: Bearer fb_…``. Nothing else counts: a session's cookie does nothing here."""

    def __call__(self, request: Any) -> Bearer:
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        bearer = bearer_of(token.strip()) if kind.lower() == "bearer" else None
        if bearer is None:
            self._wrong(request)
        assert bearer is not None
        check_rate("api", bearer.public, REQUESTS_A_MINUTE)
        request.actor, request.bearer = bearer.actor, bearer
        return bearer

    def authenticate(self, request: Any, token: str) -> Bearer | None:
        """Not called: see above."""
        return bearer_of(token)

    def _wrong(self, request: Any) -> None:
        address = address_of(request) or ""
        if request.headers.get("Authorization"):
            try:
                check_rate("token", address, WRONG_TOKENS_A_MINUTE)
            except FirebreakError:
                note_guessing(address)
                raise
        raise FirebreakError(
            "FB-API-TOKEN-UNKNOWN", "Authorization", "Each request bears a token that is in force.",
            "Ask your administrator for one; send it as Authorization: Bearer TOKEN.",
        )  # fmt: skip


def answer(body: Any, status: int = 200) -> HttpResponse:
    """A JSON answer written at once: to validate a thousand rows against a schema costs 7 ms, to write them 0.4."""
    return HttpResponse(msgspec.json.encode(body), "application/json", status)
