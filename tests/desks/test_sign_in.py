"""Signing in: locks, second factor, sessions that end, and what attackers try."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.hashers import identify_hasher
from django.db import connection
from django.test import Client, override_settings
from django.utils import timezone
from tests.desks.people import BY, PASSWORD, account, browser, code_of, device_of

from firebreak.ops.accounts import actions
from firebreak.ops.accounts.models import Session, User
from firebreak.ops.base import rate
from firebreak.ops.base.scope import acting_as, everywhere
from firebreak.ops.ledger.models import Entry
from firebreak.terms.offices import Office

SESSION = "firebreak_session"


def events() -> list[str]:
    with acting_as(BY):
        return list(everywhere(Entry, because="test").order_by("id").values_list("event", flat=True))


def try_password(client: Client, name: str, password: str) -> Any:
    return client.post("/sign-in", {"username": name, "password": password})


def test_nobody_sees_a_desk_before_signing_in() -> None:
    for address in ("/", "/accounts/", "/accounts/1", "/ledger/", "/ledger/verify", "/password", "/second-factor"):
        answer = Client().get(address)
        assert answer.status_code == 302, address
        assert answer.headers["Location"].startswith("/sign-in?next="), address


def test_passwords_are_kept_with_argon2() -> None:
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.Argon2PasswordHasher"]):
        user = User(username="argon")
        user.set_password(PASSWORD)
    assert identify_hasher(user.password).algorithm == "argon2"


def test_signing_in_and_out_is_on_record() -> None:
    client = browser(account(Office.GRID_WORKER))
    assert client.get("/").status_code == 200
    client.post("/sign-out")
    assert client.get("/").status_code == 302
    assert events()[-2:] == ["accounts.signed-in", "accounts.signed-out"]


def test_a_name_is_found_whatever_its_capitals() -> None:
    user = account(Office.GRID_WORKER, name="grid-01")
    assert try_password(Client(), "  GRID-01 ", PASSWORD).status_code == 302
    assert user.pk


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer() -> None:
    user = account(Office.GRID_WORKER)
    wrong = try_password(Client(), user.username, "not this one")
    unknown = try_password(Client(), "nobody-here", "not this one")
    assert wrong.status_code == unknown.status_code == 401
    assert b"alert-danger" in wrong.content


def test_five_wrong_passwords_lock_the_name_even_for_the_right_one() -> None:
    user = account(Office.GRID_WORKER)
    for _ in range(4):
        assert try_password(Client(), user.username, "wrong").status_code == 401
    assert try_password(Client(), user.username.upper(), "wrong").status_code == 429
    assert try_password(Client(REMOTE_ADDR="198.51.100.7"), user.username, PASSWORD).status_code == 429
    assert "accounts.locked-out" in events()


def test_trying_on_while_locked_neither_prolongs_the_lock_nor_fills_the_ledger() -> None:
    from axes.models import AccessAttempt

    user = account(Office.GRID_WORKER)
    for _ in range(5):
        try_password(Client(), user.username, "wrong")
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=14))
    for _ in range(4):
        assert try_password(Client(), user.username, "wrong").status_code == 429
    assert events().count("accounts.locked-out") == 1
    assert AccessAttempt.objects.get().attempt_time < timezone.now() - timedelta(minutes=13)


def test_a_new_one_time_password_opens_a_locked_name() -> None:
    user, other = account(Office.GRID_WORKER), account(Office.GRID_WORKER)
    for name in (user.username, other.username):
        for _ in range(5):
            try_password(Client(), name, "wrong")
    password = actions.reset_password(user_id=user.pk, by=BY)
    assert try_password(Client(), user.username, password).status_code == 302
    assert try_password(Client(), other.username, PASSWORD).status_code == 429


def test_a_locked_name_opens_again_after_a_quarter_of_an_hour() -> None:
    from axes.models import AccessAttempt

    user = account(Office.GRID_WORKER)
    for _ in range(5):
        try_password(Client(), user.username, "wrong")
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=16))
    assert try_password(Client(), user.username, PASSWORD).status_code == 302


def test_a_name_that_is_no_account_is_on_record_by_its_shape_only() -> None:
    for _ in range(5):
        try_password(Client(), "my-secret-passw0rd", "wrong")
    with acting_as(BY):
        entry = everywhere(Entry, because="test").get(event="accounts.locked-out")
    assert "secret" not in str(entry.details)


def test_a_planted_session_is_not_the_one_that_signs_in() -> None:
    user = account(Office.GRID_WORKER)
    client = Client()
    client.get("/sign-in")
    session = client.session
    session["planted"] = "by an attacker"
    session.save()
    planted = session.session_key
    client.cookies[SESSION] = planted
    try_password(client, user.username, PASSWORD)
    assert client.cookies[SESSION].value != planted
    assert "planted" not in client.session
    thief = Client()
    thief.cookies[SESSION] = planted
    assert thief.get("/").status_code == 302


def test_the_session_key_changes_with_the_second_factor() -> None:
    user = account(Office.OFFICER)
    client = browser(user, verified=False)
    before = client.cookies[SESSION].value
    client.post("/second-factor", {"token": code_of(device_of(user))})
    assert client.cookies[SESSION].value != before


def test_an_officer_gets_nowhere_before_the_second_factor() -> None:
    user = account(Office.AUDITOR)
    device_of(user)
    client = browser(user, verified=False)
    answer = client.get("/ledger/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/second-factor?next=%2Fledger%2F")
    client.post("/second-factor", {"token": code_of(device_of(user))})
    assert client.get("/ledger/").status_code == 200


def test_a_code_is_good_once() -> None:
    user = account(Office.AUDITOR)
    code = code_of(device_of(user))
    first, second = browser(user, verified=False), browser(user, verified=False)
    assert first.post("/second-factor", {"token": code}).status_code == 302
    assert second.post("/second-factor", {"token": code}).status_code == 401


def test_codes_cannot_be_tried_one_after_another() -> None:
    user = account(Office.AUDITOR)
    device = device_of(user)
    client = browser(user, verified=False)
    right = code_of(device)
    wrong = f"{(int(right) + 1) % 1_000_000:06d}"
    assert client.post("/second-factor", {"token": wrong}).status_code == 401
    assert client.post("/second-factor", {"token": right}).status_code == 401  # throttled, although it is right


def test_an_authenticator_is_enrolled_at_the_first_sign_in_by_showing_that_it_works() -> None:
    user = account(Office.OFFICER)
    client = browser(user, verified=False)
    page = client.get("/second-factor")
    assert b"data:image/svg" in page.content
    key = client.session["offered_key"]
    assert client.post("/second-factor", {"token": "000000"}).status_code == 401
    from django_otp.oath import totp

    assert client.post("/second-factor", {"token": f"{totp(bytes.fromhex(key)):06d}"}).status_code == 302
    assert "accounts.factor-enrolled" in events()


def test_a_first_password_must_be_changed_before_anything_else() -> None:
    user, password = actions.create_account(username="fresh", label="x", home="3202", by=BY)
    client = browser(user, password=password)
    assert client.get("/").headers["Location"] == "/password"
    weak = client.post("/password", {"old": password, "new": "123456789012", "again": "123456789012"})
    assert b"FB-DESK-PASSWORD-WEAK" in weak.content
    client.post("/password", {"old": password, "new": PASSWORD, "again": PASSWORD})
    assert client.get("/").status_code == 200


def test_a_session_ends_half_an_hour_after_its_last_request() -> None:
    client = browser(account(Office.GRID_WORKER))
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert client.get("/").status_code == 302


def test_a_session_in_use_is_kept_alive_but_not_past_twelve_hours() -> None:
    client = browser(account(Office.GRID_WORKER))
    began = timezone.now() - timedelta(hours=11, minutes=50)
    Session.objects.update(began_at=began, seen_at=timezone.now() - timedelta(minutes=5))
    assert client.get("/").status_code == 200
    session = Session.objects.get()
    assert timezone.now() - session.seen_at < timedelta(seconds=30)
    assert session.expire_date == began + timedelta(hours=12)


def test_a_request_a_minute_writes_nothing(django_assert_num_queries: Any) -> None:
    client = browser(account(Office.GRID_WORKER))
    telling = 2 if connection.vendor == "postgresql" else 0  # whose rows may be seen, and afterwards nobody's
    with django_assert_num_queries(3 + telling) as queries:  # session, user, holdings
        client.get("/")
    assert not any(query["sql"].startswith(("UPDATE", "INSERT")) for query in queries.captured_queries)


def test_a_suspended_account_is_out_at_once() -> None:
    user = account(Office.GRID_WORKER)
    client = browser(user)
    actions.suspend(user_id=user.pk, reason="离岗", by=BY)
    assert client.get("/").status_code == 302
    assert try_password(Client(), user.username, PASSWORD).status_code == 401


def test_an_office_taken_back_counts_at_the_next_request() -> None:
    user = account(Office.AUDITOR)
    client = browser(user)
    assert client.get("/ledger/").status_code == 200
    actions.revoke(user_id=user.pk, holding_id=user.holdings.get().pk, by=BY)
    assert client.get("/ledger/").status_code == 403


@pytest.mark.parametrize(
    "target", ["//evil.example/", "https://evil.example/", "javascript:alert(1)", "/\\evil.example"]
)
def test_signing_in_leads_nowhere_else(target: str) -> None:
    user = account(Office.GRID_WORKER)
    answer = Client().post("/sign-in", {"username": user.username, "password": PASSWORD, "next": target})
    assert answer.headers["Location"] == "/"


def test_a_form_from_elsewhere_is_refused_and_on_record() -> None:
    client = browser(account(Office.GRID_WORKER), enforce_csrf_checks=False)
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client.cookies
    answer = strict.post("/language", {"language": "en"})
    assert answer.status_code == 403
    assert b"FB-DESK-FORGED" in answer.content
    assert events()[-1] == "access.refused"


def test_cookies_are_out_of_reach_of_scripts_and_other_sites() -> None:
    client = browser(account(Office.GRID_WORKER))
    cookie = client.cookies[SESSION]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")


def test_every_answer_forbids_inline_scripts_styles_and_frames() -> None:
    for answer in (Client().get("/sign-in"), browser(account(Office.GRID_WORKER)).get("/"), Client().get("/nowhere")):
        policy = answer.headers["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["X-Frame-Options"] == "DENY"


def test_the_language_is_chosen_before_sign_in_and_stays_with_the_account() -> None:
    client = Client()
    assert "登录" in client.get("/sign-in").content.decode()
    client.post("/language", {"language": "en", "next": "/sign-in"})
    assert "Sign in" in client.get("/sign-in").content.decode()
    user = account(Office.GRID_WORKER)
    client = browser(user)
    client.post("/language", {"language": "en"})
    assert "My offices" in browser(user).get("/").content.decode()


def test_one_password_cannot_be_tried_on_all_names_from_one_address(monkeypatch: pytest.MonkeyPatch) -> None:
    from firebreak.ops.accounts import sign_in

    monkeypatch.setattr(sign_in, "SIGN_INS_A_MINUTE", 10)
    monkeypatch.setattr(rate, "time", SimpleNamespace(time=lambda: 0.0))  # within one minute
    statuses = [try_password(Client(), f"name-{number}", "Spring2020!!").status_code for number in range(12)]
    assert statuses[:10] == [401] * 10
    assert statuses[-1] == 429
    assert try_password(Client(REMOTE_ADDR="198.51.100.9"), "name-1", "x").status_code == 401


def test_every_night_what_is_over_goes_and_the_ledger_is_verified() -> None:
    from django_tasks_db.models import DBTaskResult

    from firebreak.ops.accounts.tasks import nightly, schedule

    browser(account(Office.GRID_WORKER))
    browser(account(Office.GRID_WORKER))
    Session.objects.filter(pk=Session.objects.first().pk).update(expire_date=timezone.now() - timedelta(seconds=1))
    nightly.call()
    assert Session.objects.count() == 1
    assert events()[-2:] == ["accounts.swept", "ledger.verified"]
    schedule()
    waiting = DBTaskResult.objects.get()
    assert timezone.localtime(waiting.run_after).hour == 3
    assert waiting.run_after > timezone.now()


def test_a_fault_is_noted_by_its_place_and_tells_nobody_anything(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from firebreak.ops.accounts import selectors

    def broken(**_: Any) -> None:
        raise ValueError("王小明 320202199001011234")

    monkeypatch.setattr(selectors, "users", broken)
    client = browser(account(Office.ADMINISTRATOR))
    client.raise_request_exception = False
    answer = client.get("/accounts/")
    assert (answer.status_code, answer.content.startswith(b"FB-BUG")) == (500, True)
    assert "FB-BUG ValueError at views.py:" in caplog.text
    assert "王小明" not in caplog.text + answer.content.decode()


def test_a_wrong_code_and_a_wrong_old_password_are_on_record() -> None:
    user = account(Office.AUDITOR)
    wrong = f"{(int(code_of(device_of(user))) + 1) % 1_000_000:06d}"
    client = browser(user, verified=False)
    client.post("/second-factor", {"token": wrong})
    client.post("/password", {"old": "not this one", "new": PASSWORD + "!", "again": PASSWORD + "!"})
    assert events()[-2:] == ["accounts.factor-failed", "accounts.password-failed"]


def test_an_old_password_cannot_be_guessed_at_will(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate, "time", SimpleNamespace(time=lambda: 0.0))  # within one minute
    client = browser(account(Office.GRID_WORKER))
    given = {"old": "not this one", "new": PASSWORD + "!", "again": PASSWORD + "!"}
    assert [client.post("/password", given).status_code for _ in range(11)][-1] == 429


@pytest.mark.parametrize(
    ("told", "kept"),
    [("203.0.113.9", "203.0.113.9"), ("203.0.113.9:4711", "203.0.113.9"), ("[2001:db8::1]:4711", "2001:db8::1"),
     ("unknown", "127.0.0.1"), ("x" * 300, "127.0.0.1")],
)  # fmt: skip
def test_what_a_proxy_tells_is_an_address_or_is_not_believed(told: str, kept: str) -> None:
    user = account(Office.GRID_WORKER)
    with override_settings(FIREBREAK_PROXIES=1):
        Client(headers={"X-Forwarded-For": told}).post("/sign-in", {"username": user.username, "password": PASSWORD})
    assert Session.objects.get().address == kept
