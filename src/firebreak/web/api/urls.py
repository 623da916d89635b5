"""The API's addresses and its description. Every address is let in by itself; each operation checks its token."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from firebreak.ops.base.actor import NOBODY
from firebreak.ops.base.policy import Refused
from firebreak.ops.ledger.recording import record_refusal
from firebreak.terms.errors import FirebreakError
from firebreak.web.api import deliveries, runs
from firebreak.web.api.operations import ENTER, ByToken, unknown_fields
from firebreak.web.api.problems import PROBLEM, problem

app_name = "api"


class Api(NinjaAPI):
    """Its description tells that errors are problems."""

    def get_openapi_schema(self, **more: Any) -> Any:
        """OpenAPI 3.1 of every operation."""
        schema = super().get_openapi_schema(**more)
        for path in schema["paths"].values():
            for one in path.values():
                for status, told in one["responses"].items():
                    if int(status) >= 400 and "application/json" in told.get("content", {}):
                        told["content"] = {PROBLEM: told["content"].pop("application/json")}
        return schema


api = Api(
    title="Firebreak 联防",
    version="1",
    description="Deliver files and records, read receipts and rejects, ask for background work.",
    urls_namespace="api",
    docs_url=None,
    auth=ByToken(),
)
api.add_router("", deliveries.router)
api.add_router("", runs.router)


@api.exception_handler(FirebreakError)
def told(request: HttpRequest, error: FirebreakError) -> HttpResponse:
    """A refusal or a mistake; a refusal goes on record."""
    if isinstance(error, Refused):
        record_refusal(error, getattr(request, "actor", NOBODY))
    return problem(request, error)


@api.exception_handler(ValidationError)
def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Input that is not what the description says: where, and what rule; the value itself is not told."""
    extra = [str(one["loc"][-1]) for one in error.errors if one["type"] == "extra_forbidden"]
    if extra:
        return told(request, unknown_fields(ENTER, extra))
    wrong = [{"where": ".".join(map(str, one["loc"])), "rule": str(one["type"])} for one in error.errors]
    first = wrong[0]["where"] if wrong else ""
    return problem(
        request,
        FirebreakError("FB-API-INPUT", first, "Input is as the API's description says.", "See openapi.json."),
        errors=wrong,
    )


@api.exception_handler(HttpError)
def unreadable(request: HttpRequest, error: HttpError) -> HttpResponse:
    """A body that is no JSON."""
    known = FirebreakError("FB-DESK-REQUEST", "", "The request could not be read.", "Send JSON as described.")
    return problem(request, known, error.status_code)


@api.exception_handler(RequestDataTooBig)
def too_big(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
    """A body of JSON that is far larger than any the description allows."""
    return problem(request, FirebreakError("FB-DESK-BODY", "", "A request has a largest size.", "Send it in parts."))


urlpatterns = api.urls[0]
for _pattern in urlpatterns:
    vars(_pattern.callback)["policy"] = ENTER
