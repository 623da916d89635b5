"""Whatever goes wrong around the API is a problem, too: unknown addresses, other methods, faults of the program."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from firebreak.terms.errors import FirebreakError
from firebreak.web.api.problems import PROBLEM, problem

PREFIX = "/api/"
_ERRORS = {
    404: ("FB-DESK-ADDRESS", "There is no such page.", "Check the address, or begin at the home page."),
    405: ("FB-API-METHOD", "An address takes the methods of the API's description.", "Use one of them."),
    413: ("FB-DESK-BODY", "A request has a largest size.", "Send it in parts."),
    500: ("FB-BUG", "This is a fault of the program; it was noted.", "Try again later; tell the maintainers."),
}
_OTHER = ("FB-DESK-REQUEST", "The request could not be read.", "Go back and try again.")


class ProblemMiddleware:
    """Turns other errors under ``/api/`` into problems; a page would tell a program nothing."""

    def __init__(self, respond: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.respond(request)
        if not request.path.startswith(PREFIX) or response.status_code < 400:
            return response
        if response.headers.get("Content-Type", "").startswith(PROBLEM):
            return response
        code, rule, remedy = _ERRORS.get(response.status_code, _OTHER)
        told = problem(request, FirebreakError(code, "", rule, remedy), response.status_code)
        if "Allow" in response.headers:
            told.headers["Allow"] = response.headers["Allow"]
        return told
