"""Closed by default: nothing at the desks without a policy, and this test would see it."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

pytest.importorskip("django")

from django.apps import apps
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver, path
from tests.desks import django_setup  # noqa: F401 - before any model is imported

from firebreak.ops.accounts.middleware import PolicyMiddleware
from firebreak.ops.base.actor import NOBODY, Actor, Grant
from firebreak.ops.base.page import page, policy_of
from firebreak.ops.base.policy import Policy, can
from firebreak.ops.base.scope import Scoped
from firebreak.ops.ledger.recording import ACTIONS, action
from firebreak.terms.offices import OFFICES, Office

DESKS = [config for config in apps.get_app_configs() if config.name.startswith("firebreak.ops.")]


def module(desk: str, name: str) -> ModuleType | None:
    found = f"{desk}.{name}"
    names = {one.name for one in pkgutil.iter_modules(importlib.import_module(desk).__path__)}
    return importlib.import_module(found) if name in names else None


def public_functions(of: Any) -> Iterator[tuple[str, Any]]:
    for name, value in vars(of).items():
        if inspect.isfunction(value) and value.__module__ == of.__name__ and not name.startswith("_"):
            yield name, value


def actions_without_policy(of: Any) -> list[str]:
    """Functions of an actions module that write without being declared. One that gives back an error writes nothing."""
    return [
        name
        for name, function in public_functions(of)
        if not hasattr(function, "action") and function.__annotations__.get("return") != "FirebreakError"
    ]


def views(patterns: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
    for pattern in patterns:
        where = f"{prefix}{pattern.pattern}"
        if isinstance(pattern, URLResolver):
            yield from views(pattern.url_patterns, where)
        elif isinstance(pattern, URLPattern):
            yield where, pattern.callback


def views_without_policy(patterns: Any) -> list[str]:
    return [where for where, view in views(patterns) if policy_of(view) is None]


@pytest.mark.parametrize("desk", [config.name for config in DESKS])
def test_every_action_of_a_desk_has_a_policy_and_a_ledger_event(desk: str) -> None:
    of = module(desk, "actions")
    assert of is not None, f"{desk} has no actions.py"
    assert actions_without_policy(of) == []


def test_an_action_without_a_policy_would_be_seen() -> None:
    def forgotten(*, by: Actor) -> None:
        """Nobody asked whether this may be done."""

    forgotten.__module__ = "made_up"
    assert actions_without_policy(SimpleNamespace(__name__="made_up", forgotten=forgotten)) == ["forgotten"]


def test_every_event_is_named_after_its_desk_and_belongs_to_one_action() -> None:
    ours = {name: one for name, one in ACTIONS.items() if name.startswith("firebreak.")}
    for name, one in ours.items():
        assert one.event.partition(".")[0] in name.split("."), name
        assert one.policy.key.partition(".")[0] in name.split("."), name
    assert len({one.event for one in ours.values()}) == len(ours)


def test_every_view_has_a_policy() -> None:
    assert views_without_policy(get_resolver().url_patterns) == []


def test_a_view_without_a_policy_would_be_seen_and_is_refused_when_it_is_called() -> None:
    def forgotten(request: Any) -> HttpResponse:
        return HttpResponse("open")

    assert views_without_policy([path("forgotten", forgotten)]) == ["forgotten"]
    request = RequestFactory().get("/forgotten")
    request.actor, request.htmx, request.user = NOBODY, False, NOBODY  # type: ignore[attr-defined]
    request.resolver_match = None
    answer = PolicyMiddleware(lambda _: HttpResponse()).process_view(request, forgotten, (), {})  # type: ignore[arg-type]
    assert answer is not None
    assert answer.status_code == 403


@pytest.mark.parametrize("desk", [config.name for config in DESKS])
def test_every_read_that_leaves_a_desk_says_for_whom(desk: str) -> None:
    of = module(desk, "selectors")
    assert of is not None, f"{desk} has no selectors.py"
    silent = [name for name, function in public_functions(of) if "by" not in inspect.signature(function).parameters]
    assert silent == []


@pytest.mark.parametrize("desk", [config.name for config in DESKS])
def test_a_desk_has_the_files_that_all_desks_have(desk: str) -> None:
    missing = [name for name in ("models", "actions", "selectors", "policies", "urls") if module(desk, name) is None]
    assert missing in ([], ["urls"])  # a desk that others stand on has no pages of its own


def test_only_a_desk_itself_imports_its_models() -> None:
    shared = {
        "firebreak.ops.ledger.models": "ledger",
        "firebreak.ops.vault.models": "vault",
        "firebreak.ops.persons.models": "persons",
    }
    for config in DESKS:
        for name in ("views", "actions", "selectors", "policies", "api"):
            of = module(config.name, name)
            source = inspect.getsource(of) if of else ""
            for models, owner in shared.items():
                assert config.label == owner or models not in source, f"{config.name}.{name} reads {models}"


def test_a_policy_lets_in_its_offices_and_nobody_else() -> None:
    for policy in Policy.ALL.values():
        assert not can(policy, NOBODY) or policy.everybody
        for office in Office:
            reach = Grant(office, OFFICES[office].reaches[0], "3202")
            someone = Actor(1, "x", (reach,), verified=True)
            assert can(policy, someone) == (office in policy.offices or policy.everybody or policy.signed_in)
            unverified = Actor(1, "x", (reach,), verified=False)
            if OFFICES[office].second_factor and not (policy.everybody or policy.signed_in):
                assert not can(policy, unverified)


def test_every_table_of_people_says_where_its_rows_belong() -> None:
    placed = ("division_code", "grid_code", "person_id", "subject_id")
    for config in DESKS:
        for model in config.get_models():
            columns = {field.name for field in model._meta.get_fields()}
            if columns & set(placed):
                assert issubclass(model, Scoped), model.__name__
                assert any(model.reach.column(kind) for kind in list(OFFICES[Office.OFFICER].reaches))


def test_a_declared_view_keeps_its_policy_through_wrapping() -> None:
    policy = next(iter(Policy.ALL.values()))
    assert policy_of(page(policy)(lambda request: HttpResponse())) is policy
    assert callable(action)
