"""The whole API against its own description, on generated requests, right and wrong ones: no fault, no answer that the
description does not know."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, settings
from ninja.responses import NinjaJSONEncoder
from schemathesis.specs.openapi.checks import positive_data_acceptance
from tests.desks import django_setup  # noqa: F401 - before the application is loaded
from tests.desks.integration import token
from tests.desks.people import BY
from tests.desks.test_deliveries import delivered, gates, work

from firebreak.config.wsgi import application
from firebreak.ops.runs import actions as runs
from firebreak.web.api.urls import api

# The served description, without a request: modules are loaded before there is a database to ask.
schema = schemathesis.openapi.from_dict(json.loads(json.dumps(api.get_openapi_schema(), cls=NinjaJSONEncoder)))
schema.app = application
_QUIET = (HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much)
_PHASES = (Phase.explicit, Phase.reuse, Phase.generate)


@schemathesis.serializer("application/x-ndjson")
def lines(_: Any, value: Any) -> bytes:
    """As it is: any text, which is hardly ever lines of JSON."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "replace")


@pytest.fixture(autouse=True)
def _one_connection() -> Iterator[None]:
    """A real request ends by dropping a connection that is inside a transaction, as every test's is (see Django's own
    test client, which does the same)."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def borne(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> str:
    """A token that may do everything, and something to find. How often is no question here."""
    for limit in ("REQUESTS_A_MINUTE", "WRONG_TOKENS_A_MINUTE"):
        monkeypatch.setattr(f"firebreak.web.api.operations.{limit}", 10**9)
    settings.FIREBREAK_SPOOL = tmp_path / "spool"
    settings.FIREBREAK_LAKE = tmp_path / "lake"
    delivered(gates())
    work()
    runs.request(kind="chain", by=BY)
    return token()


def check(case: Any, borne: str) -> None:
    """No 5xx, no status, header, type or body that the description does not know; wrong input is refused.

    That right input is accepted is left out: no pattern tells a file's name or a page's cursor from a wrong one.
    """
    headers = {"Authorization": f"Bearer {borne}", "Accept-Language": "en"}
    case.call_and_validate(headers=headers, excluded_checks=[positive_data_acceptance])


@schema.parametrize()
@settings(max_examples=40, deadline=None, suppress_health_check=_QUIET, phases=_PHASES)
def test_no_request_breaks_it(case: Any, borne: str) -> None:
    check(case, borne)


@pytest.mark.long
@schema.parametrize()
@settings(max_examples=400, deadline=None, suppress_health_check=_QUIET, phases=_PHASES)
def test_no_request_breaks_it_at_length(case: Any, borne: str) -> None:
    check(case, borne)
