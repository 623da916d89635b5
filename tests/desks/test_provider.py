"""Sign-in through an identity provider: only for linked accounts, only with tokens that are for us, now, from there."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from django.test import Client, override_settings
from tests.desks.people import BY, account, code_of, device_of
from tests.desks.provider import Provider, provider

from firebreak.ops.accounts import actions
from firebreak.ops.accounts.models import User
from firebreak.terms.errors import FirebreakError
from firebreak.terms.offices import Office


@pytest.fixture(scope="module")
def running() -> Iterator[Provider]:
    with provider() as known:
        yield known


@pytest.fixture
def known(running: Provider) -> Iterator[Provider]:
    running.spoil = {}
    with override_settings(**running.settings()):
        yield running


def linked(office: Office = Office.GRID_WORKER, subject: str = "gov-1") -> User:
    user = account(office)
    actions.link_provider(user_id=user.pk, subject=subject, by=BY)
    return user


def come_back(known: Provider, client: Client, subject: str = "gov-1", **claims: Any) -> Any:
    """Ask for the provider's sign-in, go there, and come back with what it gives."""
    known.next_user = {"sub": subject, **claims}
    there = client.get("/provider?next=/password")
    assert there.status_code == 302
    back = requests.get(there.headers["Location"], allow_redirects=False, timeout=5).headers["Location"]
    parts = urlsplit(back)
    return client.get(parts.path, {name: values[0] for name, values in parse_qs(parts.query).items()})


def is_in(client: Client) -> bool:
    return client.get("/").status_code == 200


def test_a_linked_account_signs_in_and_goes_on_where_it_wanted_to(known: Provider) -> None:
    linked()
    client = Client()
    assert come_back(known, client).headers["Location"] == "/password"
    assert is_in(client)


def test_an_identity_that_no_account_is_linked_to_makes_none(known: Provider) -> None:
    before = User.objects.count()
    client = Client()
    assert come_back(known, client, "stranger").headers["Location"] == "/sign-in?provider=refused"
    assert not is_in(client)
    assert User.objects.count() == before


def test_nobody_is_found_by_name_or_mail(known: Provider) -> None:
    user = account(Office.GRID_WORKER)
    client = Client()
    come_back(known, client, "x", email=f"{user.username}@example.gov", preferred_username=user.username)
    assert not is_in(client)


@pytest.mark.parametrize(
    "spoil",
    [
        {"key": True},
        {"claims": {"aud": "somebody-else"}},
        {"claims": {"aud": ["somebody-else", "firebreak"], "azp": "somebody-else"}},
        {"claims": {"iss": "https://elsewhere.example"}},
        {"claims": {"exp": int(time.time()) - 10}},
        {"claims": {"exp": None}},
        {"claims": {"nonce": "another"}},
        {"userinfo": {"sub": "gov-1-other"}},
    ],
    ids=["key", "audience", "party", "issuer", "expired", "endless", "nonce", "userinfo"],
)
def test_a_token_that_does_not_hold_lets_nobody_in(known: Provider, spoil: dict[str, Any]) -> None:
    linked()
    known.spoil = spoil
    client = Client()
    assert come_back(known, client).headers["Location"] == "/sign-in?provider=refused"
    assert not is_in(client)


def test_an_answer_to_a_question_nobody_asked_is_refused(known: Provider) -> None:
    linked()
    assert Client().get("/provider/answer", {"code": "x", "state": "y"}).status_code in (302, 400)
    client = Client()
    client.get("/provider")
    assert client.get("/provider/answer", {"code": "x", "state": "forged"}).status_code == 400
    assert not is_in(client)


def test_the_providers_second_factor_counts_and_without_one_ours_is_asked_for(known: Provider) -> None:
    user = linked(Office.AUDITOR)
    with_factor, without = Client(), Client()
    come_back(known, with_factor, amr=["pwd", "otp"])
    assert with_factor.get("/ledger/").status_code == 200
    come_back(known, without, amr=["pwd"])
    assert without.get("/ledger/").headers["Location"].startswith("/second-factor")
    without.post("/second-factor", {"token": code_of(device_of(user))})
    assert without.get("/ledger/").status_code == 200


def test_a_suspended_account_stays_out(known: Provider) -> None:
    user = linked()
    actions.suspend(user_id=user.pk, reason="离岗", by=BY)
    client = Client()
    come_back(known, client)
    assert not is_in(client)


def test_without_a_provider_there_is_no_such_page() -> None:
    assert Client().get("/provider").status_code == 404
    assert b"/provider?" not in Client().get("/sign-in").content


def test_whoever_comes_from_the_provider_need_not_change_a_password_they_never_had(known: Provider) -> None:
    user = linked()
    User.objects.filter(pk=user.pk).update(must_change_password=True)
    client = Client()
    come_back(known, client)
    assert is_in(client)


def test_an_identity_is_one_accounts(known: Provider) -> None:
    linked()
    with pytest.raises(FirebreakError) as refused:
        linked()
    assert refused.value.code == "FB-DESK-SUBJECT-TAKEN"
