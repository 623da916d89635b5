"""The accounts desk: within one's own reach, never one's own account, and no field that nobody asked for."""

from __future__ import annotations

from typing import Any

import pytest
from tests.desks.people import BY, SUZHOU, WUXI, account, actor, browser

from firebreak.ops.accounts import actions
from firebreak.ops.accounts.models import Holding, Session, User
from firebreak.ops.base.policy import Refused
from firebreak.ops.base.scope import acting_as, everywhere
from firebreak.ops.ledger.models import Entry
from firebreak.terms.errors import FirebreakError
from firebreak.terms.offices import Office, ReachKind


def last_event() -> tuple[str, int | None]:
    with acting_as(BY):
        entry = everywhere(Entry, because="test").order_by("-id").first()
    assert entry is not None
    return entry.event, entry.actor_id


def grant(user: User, by: Any, office: Office = Office.OFFICER, value: str = WUXI) -> None:
    kind = ReachKind.GRID if office is Office.GRID_WORKER else ReachKind.DIVISION
    actions.grant(user_id=user.pk, office=office, kind=kind, value=value, by=by)


def test_an_administrator_grants_within_the_own_reach() -> None:
    by, user = actor(Office.ADMINISTRATOR), account()
    grant(user, by, value="320213")
    assert user.holdings.get().value == "320213"
    assert last_event() == ("accounts.granted", by.user_id)


@pytest.mark.parametrize("value", [SUZHOU, "32", "", "3203"])
def test_nobody_grants_beyond_the_own_reach(value: str) -> None:
    by, user = actor(Office.ADMINISTRATOR), account()
    with pytest.raises(Refused):
        grant(user, by, value=value)
    assert not user.holdings.exists()
    assert last_event() == ("access.refused", by.user_id)


def test_nobody_grants_anything_to_themselves() -> None:
    user = account(Office.ADMINISTRATOR)
    by = actor(Office.ADMINISTRATOR, "32")
    from firebreak.ops.accounts.actors import actor_of

    with pytest.raises(Refused) as refused:
        grant(user, actor_of(user, verified=True))
    assert refused.value.code == "FB-DESK-OWN"
    grant(user, by)


def test_an_account_that_reaches_further_is_out_of_reach() -> None:
    by, above = actor(Office.ADMINISTRATOR), account(Office.COMMANDER, WUXI, value="32")
    for act in (
        lambda: actions.reset_password(user_id=above.pk, by=by),
        lambda: actions.suspend(user_id=above.pk, reason="因公", by=by),
        lambda: actions.end_sessions(user_id=above.pk, by=by),
        lambda: actions.link_provider(user_id=above.pk, subject="mine", by=by),
        lambda: actions.revoke(user_id=above.pk, holding_id=above.holdings.get().pk, by=by),
    ):
        with pytest.raises(Refused):
            act()
    above.refresh_from_db()
    assert (above.is_active, above.subject, above.holdings.count()) == (True, None, 1)


@pytest.mark.parametrize(
    ("office", "kind", "value"),
    [
        (Office.OFFICER, ReachKind.GRID, "320213001001001"), (Office.GRID_WORKER, ReachKind.DIVISION, WUXI),
        (Office.GRID_WORKER, ReachKind.GRID, "3202"), (Office.CITIZEN, ReachKind.PERSON, "x"),
        (Office.OFFICER, ReachKind.DIVISION, "320"), (Office.OFFICER, ReachKind.DIVISION, "0202"),
        (Office.ENTERPRISE, ReachKind.ENTERPRISE, ""), (Office.OFFICER, ReachKind.DIVISION, "3202' OR 1=1"),
    ],
)  # fmt: skip
def test_a_reach_must_be_one_that_the_office_can_have(office: Office, kind: ReachKind, value: str) -> None:
    with pytest.raises(FirebreakError) as refused:
        actions.grant(user_id=account().pk, office=office, kind=kind, value=value, by=BY)
    assert refused.value.code == "FB-DESK-REACH"


@pytest.mark.parametrize("name", ["", "ab", "1abc", "13912345678", "王小明", "a b", "Abc", "a" * 65, "x'--"])
def test_a_name_that_might_be_a_person_or_a_number_is_refused(name: str) -> None:
    with pytest.raises(FirebreakError) as refused:
        actions.create_account(username=name, label="x", home=WUXI, by=BY)
    assert refused.value.code == "FB-DESK-NAME"


def test_the_list_and_the_pages_hold_the_own_area_only() -> None:
    near, far = account(Office.OFFICER, "320213"), account(Office.OFFICER, SUZHOU)
    client = browser(account(Office.ADMINISTRATOR))
    page = client.get("/accounts/").content.decode()
    assert near.username in page
    assert far.username not in page
    assert client.get(f"/accounts/{near.pk}").status_code == 200


@pytest.mark.parametrize(
    "address",
    ["", "/change", "/grant", "/revoke/1", "/suspend", "/restore", "/reset-password", "/link", "/end-sessions"],
)
def test_another_areas_account_is_refused_by_its_number_and_it_is_on_record(address: str) -> None:
    far = account(Office.OFFICER, SUZHOU)
    far_password = far.password
    administrator = account(Office.ADMINISTRATOR)
    client = browser(administrator)
    data = {"change-label": "mine", "change-home": WUXI, "grant-office": "auditor", "grant-kind": "division",
            "grant-value": WUXI, "suspend-reason": "because", "link-subject": "mine"}  # fmt: skip
    where = f"/accounts/{far.pk}{address}"
    answer = client.post(where, data) if address else client.get(where)
    assert answer.status_code == 404
    assert last_event() == ("access.refused", administrator.pk)
    far.refresh_from_db()
    assert (far.label.startswith("演练"), far.home, far.is_active, far.password) == (True, SUZHOU, True, far_password)
    assert far.holdings.count() == 1


def test_whether_an_account_is_absent_or_elsewhere_cannot_be_told() -> None:
    far = account(Office.OFFICER, SUZHOU)
    client = browser(account(Office.ADMINISTRATOR))
    elsewhere, absent = client.get(f"/accounts/{far.pk}"), client.get("/accounts/999999")
    said = [
        answer.content.decode().split("card card-md")[1].replace(f"user {number}", "").replace(f"/{number}", "")
        for answer, number in ((elsewhere, far.pk), (absent, 999999))
    ]
    assert elsewhere.status_code == absent.status_code == 404
    assert said[0] == said[1]


def test_fields_nobody_asked_for_change_nothing() -> None:
    client = browser(account(Office.ADMINISTRATOR))
    extra = {"is_active": "1", "password": "mine", "must_change_password": "", "subject": "mine", "id": "1", "pk": "1"}
    client.post("/accounts/new", {"username": "fresh-1", "label": "x", "home": WUXI, "is_superuser": "1", **extra})
    fresh = User.objects.get(username="fresh-1")
    assert (fresh.subject, fresh.must_change_password, fresh.holdings.count()) == (None, True, 0)
    assert not fresh.check_password("mine")
    before = User.objects.filter(pk=fresh.pk).values().get()
    sent = {f"change-{key}": value for key, value in extra.items()} | {"change-label": "y", "change-home": WUXI}
    client.post(f"/accounts/{fresh.pk}/change", {**sent, **extra, "change-username": "other"})
    after = User.objects.filter(pk=fresh.pk).values().get()
    assert {key for key in after if after[key] != before[key]} == {"label"}


def test_a_one_time_password_is_on_one_page_and_nowhere_else() -> None:
    client = browser(account(Office.ADMINISTRATOR))
    page = client.post("/accounts/new", {"username": "fresh-2", "label": "x", "home": WUXI}).content.decode()
    password = page.split('<code class="secret">')[1].split("</code>")[0]
    assert User.objects.get(username="fresh-2").check_password(password)
    with acting_as(BY):
        assert password not in str(list(everywhere(Entry, because="test").values()))


def test_ending_sessions_ends_them() -> None:
    officer = account(Office.GRID_WORKER)
    theirs = browser(officer)
    client = browser(account(Office.ADMINISTRATOR))
    assert b"127.0.0.1" in client.get(f"/accounts/{officer.pk}").content
    client.post(f"/accounts/{officer.pk}/end-sessions")
    assert not Session.objects.filter(user_id=officer.pk).exists()
    assert theirs.get("/").status_code == 302


@pytest.mark.parametrize("office", [one for one in Office if one not in (Office.ADMINISTRATOR, Office.AUDITOR)])
def test_nobody_else_enters_the_accounts_desk(office: Office) -> None:
    client = browser(account(office))
    assert client.get("/accounts/").status_code == 403
    assert client.get("/accounts/new").status_code == 403


def test_an_auditor_reads_accounts_and_changes_none() -> None:
    user = account(Office.OFFICER)
    client = browser(account(Office.AUDITOR))
    page = client.get(f"/accounts/{user.pk}")
    assert page.status_code == 200
    assert b"reset-password" not in page.content
    assert client.post(f"/accounts/{user.pk}/reset-password").status_code == 403


def test_an_office_ends_on_its_day() -> None:
    from datetime import timedelta

    from django.utils import timezone

    from firebreak.ops.accounts.actors import actor_of

    user = account(Office.OFFICER)
    Holding.objects.filter(user=user).update(until=timezone.localdate())
    assert actor_of(user, verified=True).grants
    Holding.objects.filter(user=user).update(until=timezone.localdate() - timedelta(days=1))
    assert not actor_of(user, verified=True).grants


def test_what_people_typed_is_shown_as_text_and_runs_nowhere() -> None:
    nasty = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
    user = account(Office.OFFICER)
    actions.change_account(user_id=user.pk, label=nasty[:80], home=WUXI, by=BY)
    actions.suspend(user_id=user.pk, reason=nasty, by=BY)
    pages = [
        browser(account(Office.ADMINISTRATOR)).get(f"/accounts/{user.pk}"),
        browser(account(Office.AUDITOR)).get("/ledger/"),
    ]
    for page in pages:
        assert "<script>alert" not in page.content.decode()
        assert "<img src=x" not in page.content.decode()
    assert "&lt;script&gt;" in pages[1].content.decode()


@pytest.mark.parametrize("number", ["99999999999999999999999", "0", "9223372036854775808"])
def test_a_number_that_no_account_has_is_simply_absent(number: str) -> None:
    assert browser(account(Office.ADMINISTRATOR)).get(f"/accounts/{number}").status_code == 404


@pytest.mark.parametrize(
    ("office", "kind", "value"),
    [(Office.CITIZEN, ReachKind.PERSON, "7"), (Office.ENTERPRISE, ReachKind.ENTERPRISE, "e-7")],
)
def test_no_administrator_gives_a_person_or_an_enterprise(office: Office, kind: ReachKind, value: str) -> None:
    by, user = actor(Office.ADMINISTRATOR), account()
    with pytest.raises(Refused) as refused:
        actions.grant(user_id=user.pk, office=office, kind=kind, value=value, by=by)
    assert refused.value.code == "FB-DESK-UNPROVEN"
    assert not user.holdings.exists()
    assert last_event() == ("access.refused", by.user_id)


def test_the_entry_of_a_grant_holds_until_when_and_what_was_before() -> None:
    from datetime import date

    user = account()
    said = []
    for until in (date(2099, 1, 31), None):
        actions.grant(user_id=user.pk, office=Office.OFFICER, kind=ReachKind.DIVISION, value=WUXI, until=until, by=BY)
        with acting_as(BY):
            details = everywhere(Entry, because="test").order_by("-id").first().details
        said.append((details["before"], details["until"]))
    assert said == [("not held", "2099-01-31"), ("2099-01-31", "no end")]


def test_the_form_offers_only_what_can_be_given() -> None:
    from firebreak.ops.accounts.forms import HoldingForm

    form = HoldingForm()
    assert [value for value, _ in form.fields["kind"].choices] == ["division", "grid"]
    assert not {"citizen", "enterprise"} & {value for value, _ in form.fields["office"].choices}


def test_a_province_reads_its_accounts_in_order_and_sees_the_same_as_by_its_range() -> None:
    from django.db import connection

    from firebreak.ops.accounts import policies, selectors
    from firebreak.ops.accounts.models import User
    from firebreak.ops.base.scope import visible

    account(Office.OFFICER, "3202")
    account(Office.OFFICER, "11")
    auditor = actor(Office.AUDITOR, "32")
    rows = selectors.users(by=auditor).order_by("username", "pk")
    assert set(rows) == set(visible(User, by=auditor, policy=policies.READ))
    if connection.vendor == "sqlite":
        assert "TEMP B-TREE" not in rows.explain()
