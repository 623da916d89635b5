"""How a view is declared: with its policy. A view without one is refused by the middleware, and fails a test."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponseBase, HttpResponseNotAllowed
from django_htmx.middleware import HtmxDetails

from firebreak.ops.base.actor import Actor
from firebreak.ops.base.policy import Policy, check

P = ParamSpec("P")


class DeskRequest(HttpRequest):
    """A request with its actor, as every view of a desk gets it."""

    actor: Actor
    htmx: HtmxDetails


View = Callable[Concatenate[Any, P], HttpResponseBase]


def page(policy: Policy, methods: Collection[str] = ("GET", "HEAD")) -> Callable[[View[P]], View[P]]:
    """Declare a view. It is called for those whom the policy lets in, with these methods; Refused is raised else."""

    def declare(view: View[P]) -> View[P]:
        @wraps(view)
        def show(request: Any, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            check(policy, request.actor)
            if request.method not in methods:
                return HttpResponseNotAllowed(list(methods))
            return view(request, *args, **kwargs)

        show.policy = policy  # type: ignore[attr-defined]
        return show

    return declare


def form(policy: Policy) -> Callable[[View[P]], View[P]]:
    """Declare a view that is shown (GET) and sent (POST)."""
    return page(policy, ("GET", "HEAD", "POST"))


def deed(policy: Policy) -> Callable[[View[P]], View[P]]:
    """Declare a view that only acts (POST)."""
    return page(policy, ("POST",))


def policy_of(view: Callable[..., Any]) -> Policy | None:
    """The policy a view was declared with, however it was wrapped since."""
    found = getattr(view, "policy", None)
    return found if isinstance(found, Policy) else None
