"""The attack list: each refused, and each on record. (Sign-in, lock-out, sessions: see ``test_sign_in``.)"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from tests.desks.integration import bearing, token
from tests.desks.people import BY, PASSWORD, account, browser
from tests.desks.test_deliveries import delivered, gates, work

from firebreak.config.door import LARGEST_BODY
from firebreak.config.wsgi import application
from firebreak.ops.accounts.models import Session, User
from firebreak.ops.base.scope import acting_as, everywhere
from firebreak.ops.channels import selectors
from firebreak.ops.channels.models import Delivery
from firebreak.ops.ledger.models import Entry
from firebreak.terms.offices import Office


@pytest.fixture(autouse=True)
def _places(tmp_path: Path, settings: Any) -> Iterator[None]:
    settings.FIREBREAK_SPOOL = tmp_path / "spool"
    settings.FIREBREAK_LAKE = tmp_path / "lake"
    with acting_as(BY):
        yield


def refusals() -> list[str]:
    """The codes of what was refused, in order."""
    with acting_as(BY):
        rows = everywhere(Entry, because="test").filter(event="access.refused").order_by("id")
        return [row.details["code"] for row in rows]


def entries(event: str) -> int:
    with acting_as(BY):
        return int(everywhere(Entry, because="test").filter(event=event).count())


def test_idor_across_jurisdictions() -> None:
    mine = delivered(gates(bad=1))
    work()
    number = selectors.batches(by=BY).get().batch_id
    suzhou = browser(account(Office.STEWARD, "3205"))
    addresses = [f"/channels/deliveries/{mine.receipt}", f"/channels/batches/{number}", f"/channels/batches/{number}/7",
                 "/channels/of/rail-gates", f"/channels/deliveries/{mine.receipt}/classify"]  # fmt: skip
    assert [suzhou.get(address).status_code for address in addresses] == [404] * len(addresses)
    deeds = [(f"/channels/batches/{number}/7/show", {"reason": "看看"}), (f"/channels/batches/{number}/7/mend", {}),
             (f"/channels/deliveries/{mine.receipt}/discard", {"reason": "看看"})]  # fmt: skip
    assert [suzhou.post(address, data).status_code for address, data in deeds] == [404] * len(deeds)
    assert refusals() == ["FB-DESK-ABSENT"] * (len(addresses) + len(deeds))
    assert suzhou.get("/channels/deliveries/").content.decode().count(mine.receipt) == 0


def test_idor_on_accounts_and_integrations() -> None:
    token(name="wuxi-rail")
    from firebreak.ops.integrations.models import Token

    row, user = Token.objects.get(), account(Office.OFFICER)
    suzhou = browser(account(Office.ADMINISTRATOR, "3205"))
    codes = [
        suzhou.get(f"/integrations/{row.integration_id}").status_code,
        suzhou.post(f"/integrations/{row.integration_id}/issue", {"scopes": ["deliver"], "days": 5}).status_code,
        suzhou.post(f"/integrations/{row.integration_id}/revoke/{row.pk}").status_code,
        suzhou.post(f"/integrations/{row.integration_id}/switch", {"active": "no"}).status_code,
        suzhou.get(f"/accounts/{user.pk}").status_code,
    ]
    assert codes == [404] * 5
    assert len(refusals()) == 5
    answer = suzhou.post("/integrations/new", {"name": "mine", "label": "x", "division": "3202"})
    assert (answer.status_code, refusals()[-1]) == (403, "FB-DESK-OUTSIDE")


@pytest.mark.parametrize(
    "address", ["/channels/upload", "/runs/start", "/integrations/new", "/channels/deliveries/0/discard"]
)
def test_csrf_on_every_deed(address: str) -> None:
    user = account(Office.STEWARD)
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)
    assert client.post(address, {"reason": "x"}).status_code == 403
    raw = client.post(address, b"x", content_type="application/octet-stream")
    assert raw.status_code == 403
    assert refusals() == ["FB-DESK-FORGED"] * 2
    with acting_as(BY):
        assert everywhere(Delivery, because="test").count() == 0


@pytest.mark.parametrize("name", ["../../etc/passwd", "..\\x.csv", "a/../../b.csv", "%2e%2e/x"])
def test_path_traversal_in_a_files_name(name: str, settings: Any) -> None:
    from urllib.parse import quote

    answer = browser(account(Office.STEWARD)).post(
        f"/channels/upload?name={quote(name, safe='')}", b"x", content_type="application/octet-stream"
    )
    assert answer.status_code == 400
    assert refusals() == ["FB-CHANNEL-NAME"]
    assert not settings.FIREBREAK_SPOOL.exists()


def archive(members: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in members.items():
            file.writestr(name, data)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"../../../tmp/evil.csv": b"a,b\n"}, "FB-F011"), ({"/abs.csv": b"a,b\n"}, "FB-F011"),
        ({"C:\\x.csv": b"a,b\n"}, "FB-F011"), ({"bomb.csv": b"0" * (80 << 20)}, "FB-F006"),
    ],
)  # fmt: skip
def test_zip_slip_and_zip_bombs(members: dict[str, bytes], code: str, tmp_path: Path) -> None:
    before = sorted(tmp_path.parent.glob("*"))
    delivery = delivered(archive(members), "打包.zip")
    work()
    told = selectors.delivery(receipt=delivery.receipt, by=BY)
    assert (told.standing, told.code) == ("failed", code)
    with acting_as(BY):
        entry = everywhere(Entry, because="test").get(event="channels.settled", subject_id=delivery.receipt)
    assert entry.details["code"] == code
    assert sorted(tmp_path.parent.glob("*")) == before
    assert not Path("/tmp/evil.csv").exists()


def ask(path: str, length: int, cookies: str = "", authorization: str = "") -> tuple[str, bytes]:
    """One request through the door, as the server hands it over."""
    said: list[str] = []
    environ = {
        "REQUEST_METHOD": "POST", "PATH_INFO": path, "QUERY_STRING": "name=x.csv", "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80", "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(b""), "wsgi.errors": io.StringIO(),
        "CONTENT_LENGTH": str(length), "CONTENT_TYPE": "application/octet-stream", "HTTP_HOST": "127.0.0.1",
        "REMOTE_ADDR": "127.0.0.1", "HTTP_COOKIE": cookies, "HTTP_AUTHORIZATION": authorization,
        "wsgi.version": (1, 0), "wsgi.multithread": False, "wsgi.multiprocess": False, "wsgi.run_once": False,
    }  # fmt: skip
    for signal in (request_started, request_finished):  # a test's connection is inside a transaction, and stays
        signal.disconnect(close_old_connections)
    try:
        body = application(environ, lambda status, headers, *_: said.append(status))
        return said[0], b"".join(body)
    finally:
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)


def test_oversized_bodies_are_refused_unread_and_on_record(settings: Any) -> None:
    client = browser(account(Office.STEWARD))
    cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())
    far = settings.FIREBREAK_MAX_UPLOAD_BYTES + 1
    for path, length in (("/sign-out", LARGEST_BODY + 1), ("/channels/upload", far)):
        status, body = ask(path, length, cookies)
        assert (status[:3], b"FB-DESK-BODY" in body) == ("413", True)
    status, body = ask("/api/v1/deliveries", far, authorization=f"Bearer {token()}")
    assert (status[:3], b"FB-DESK-BODY" in body) == ("413", True)
    assert refusals() == ["FB-DESK-BODY"] * 3
    assert ask("/sign-in", LARGEST_BODY + 1)[0][:3] == "413"  # nobody in particular: refused, and not on record
    assert len(refusals()) == 3


def test_a_session_that_was_planted_is_not_the_one_signed_in_with() -> None:
    user = account(Office.CITIZEN)
    client = Client()
    client.get("/sign-in")
    client.cookies["firebreak_session"] = "planted0planted0planted0planted0"
    client.post("/sign-in", {"username": user.username, "password": PASSWORD})
    assert client.cookies["firebreak_session"].value != "planted0planted0planted0planted0"
    assert not Session.objects.filter(session_key__startswith="planted").exists()
    assert entries("accounts.signed-in") == 1


def test_brute_force_on_a_password_locks_the_name_and_is_on_record() -> None:
    user = account(Office.CITIZEN)
    client = Client()
    codes = [
        client.post("/sign-in", {"username": user.username, "password": f"wrong {nth}"}).status_code for nth in range(8)
    ]
    assert codes[-1] == 429
    assert client.post("/sign-in", {"username": user.username, "password": PASSWORD}).status_code == 429
    assert entries("accounts.locked-out") == 1


def test_brute_force_on_tokens_is_stopped_and_on_record() -> None:
    codes = [bearing(f"fb_abc{nth}_x").get("/api/v1/me").status_code for nth in range(25)]
    assert set(codes) == {401, 429}
    assert entries("integrations.guessed") == 1


def test_mass_assignment_on_forms_changes_nothing_that_was_not_asked_for() -> None:
    administrator = browser(account(Office.ADMINISTRATOR))
    data = {"username": "new-one", "label": "x", "home": "3202", "is_active": "", "must_change_password": "", "id": "1",
            "password": "correct horse battery", "subject": "root"}  # fmt: skip
    assert administrator.post("/accounts/new", data).status_code == 200
    made = User.objects.get(username="new-one")
    assert (made.is_active, made.must_change_password, made.subject, made.check_password(PASSWORD)) == (
        True,
        True,
        None,
        False,
    )
    assert entries("accounts.created") >= 1
    steward = browser(account(Office.STEWARD))
    answer = steward.post("/channels/upload?name=a.csv&division_code=11&standing=taken", gates(),
                          content_type="application/octet-stream")  # fmt: skip
    told = selectors.delivery(receipt=answer.json()["receipt"], by=BY)
    assert (told.division_code, told.standing) == ("3202", "waiting")


@pytest.mark.parametrize(
    "text", ["' OR 1=1 --", "x'; DROP TABLE channels_delivery; --", "%", "\\", "a\x00b", "{{7*7}}"]
)
def test_sql_in_filters_and_sorts_is_a_value_and_nothing_else(text: str) -> None:
    delivered(gates())
    work()
    client = browser(account(Office.STEWARD))
    for address in ("/channels/", "/channels/deliveries/", "/channels/batches/", "/runs/"):
        for field in ("channel", "category", "by", "standing", "state", "sort", "cursor"):
            assert client.get(address, {field: text}).status_code in (200, 400), (address, field)
    number = selectors.batches(by=BY).get().batch_id
    for field in ("code", "scope"):
        assert client.get(f"/channels/batches/{number}", {field: text}).status_code in (200, 400)
    with acting_as(BY):
        assert everywhere(Delivery, because="test").count() == 1


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_no_cell_of_an_export_is_run_by_a_spreadsheet(form: str) -> None:
    delivered(gates(), "=HYPERLINK(1)闸机核验_.csv")
    delivered(gates(rows=2), "+cmd闸机核验_.csv")
    client = browser(account(Office.STEWARD))
    content = b"".join(client.post("/channels/deliveries/", {"format": form}).streaming_content)
    if form == "xlsx":
        content = zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml")
        assert b"<f>" not in content
    else:
        assert b",=HYPERLINK" not in content
        assert b",+cmd" not in content
    assert entries("channels.exported") == 1


def test_every_page_forbids_inline_script_and_style() -> None:
    client = browser(account(Office.STEWARD))
    for address in ("/", "/channels/", "/channels/upload", "/runs/", "/nowhere"):
        policy = client.get(address).headers["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy
