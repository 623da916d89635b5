"""The API: closed by default, errors as problems, each request done once, every row accounted for."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponse
from tests.desks.integration import bearing, token
from tests.desks.people import BY, account, browser
from tests.desks.test_deliveries import gates, work

from firebreak.ops.base.scope import acting_as, everywhere
from firebreak.ops.channels.models import Delivery
from firebreak.ops.integrations import actions
from firebreak.ops.integrations.models import Answer, Token
from firebreak.ops.ledger.models import Entry
from firebreak.ops.runs.models import Run
from firebreak.terms.offices import Office
from firebreak.web.api.operations import ClosedRouter, operation
from firebreak.web.api.urls import api

NAME = "无锡站闸机核验_20200127.csv"
URL = "/api/v1/deliveries"
RECORD = {"核验时间": "2020-01-21 08:00:00", "车站": "无锡站", "进出": "进站", "姓名": "演练甲"}


@pytest.fixture(autouse=True)
def _places(tmp_path: Path, settings: Any) -> None:
    settings.FIREBREAK_SPOOL = tmp_path / "spool"
    settings.FIREBREAK_LAKE = tmp_path / "lake"


def send(client: Any, data: bytes, name: str = NAME, **headers: str) -> Any:
    return client.post(f"{URL}?name={name}", data, content_type="application/octet-stream", headers=headers)


def refusals() -> list[str]:
    with acting_as(BY):
        rows = everywhere(Entry, because="test").filter(event="access.refused").order_by("id")
        return [f"{row.actor} {row.details['code']}" for row in rows]


def count(model: Any) -> int:
    with acting_as(BY):
        return int(everywhere(model, because="test").count())


def test_a_file_is_delivered_taken_in_and_its_rejects_told() -> None:
    client = bearing(token())
    answer = send(client, gates(bad=3))
    assert answer.status_code == 202
    receipt = answer.json()["receipt"]
    assert answer.json()["standing"] == "waiting"
    work()
    told = client.get(f"{URL}/{receipt}").json()
    assert (told["standing"], told["rows_in"], told["rows_kept"], told["rows_rejected"]) == ("taken", 9, 6, 3)
    first = client.get(f"{URL}/{receipt}/rejects?size=2").json()
    rest, cursor = [], first["next"]
    while cursor:
        page = client.get(f"{URL}/{receipt}/rejects?size=2&cursor={cursor}").json()
        rest, cursor = rest + page["items"], page["next"]
    rejects = first["items"] + rest
    assert len(rejects) == sum(one["count"] for one in told["rejects"])
    assert {one["line"] for one in rejects if one["scope"] == "row"} == {7, 8, 9}
    assert "320202199001011234" not in json.dumps(rejects)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (json.dumps(RECORD).encode(), "application/json"),
        (json.dumps([RECORD, {"车站": "无锡站"}]).encode(), "application/json"),
        ("\n".join(json.dumps(one, ensure_ascii=False) for one in (RECORD, RECORD)).encode(), "application/x-ndjson"),
    ],
)
def test_records_come_one_by_one_in_a_list_or_as_lines(body: bytes, kind: str) -> None:
    client = bearing(token())
    answer = client.post("/api/v1/channels/rail-gates/records", body, content_type=kind)
    assert answer.status_code == 202, answer.content
    work()
    told = client.get(f"{URL}/{answer.json()['receipt']}").json()
    assert told["channel"] == "rail-gates"
    assert told["rows_kept"] + told["rows_rejected"] == told["rows_in"] > 0


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b"7", b"[1]", b'{"a":1}\n{"b"', b"\xff\xfe", b"[" * 5000, b'["x"]']
)
def test_what_is_no_record_is_refused_whole(body: bytes) -> None:
    answer = bearing(token()).post("/api/v1/channels/rail-gates/records", body, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (422, "FB-API-RECORDS")
    assert count(Delivery) == 0


def test_the_same_key_is_done_once_and_answered_the_same(settings: Any) -> None:
    client = bearing(token())
    first = send(client, gates(), **{"Idempotency-Key": "k-1"})
    second = send(client, gates(), **{"Idempotency-Key": "k-1"})
    assert (first.status_code, first.content) == (second.status_code, second.content)
    assert "Idempotent-Replayed" in second.headers
    assert count(Delivery) == 1
    assert len(list(settings.FIREBREAK_SPOOL.iterdir())) == 1
    other = send(client, gates(rows=3), **{"Idempotency-Key": "k-1"})
    assert (other.status_code, other.json()["code"]) == (409, "FB-API-KEY-REUSED")
    assert send(bearing(token()), gates(), **{"Idempotency-Key": "k-1"}).status_code == 202  # somebody else's key
    assert send(client, gates(), **{"Idempotency-Key": "ü"}).status_code == 422


def test_a_refused_request_leaves_its_key_unused_and_is_on_record() -> None:
    client = bearing(token(channels=["hotels"]))
    bad = client.post("/api/v1/channels/rail-gates/records", json.dumps(RECORD), content_type="application/json",
                      headers={"Idempotency-Key": "k"})  # fmt: skip
    assert bad.json()["code"] == "FB-API-CHANNEL"
    refused = send(client, gates(), "..%2Fx.csv", **{"Idempotency-Key": "k"})
    assert (refused.status_code, refused.json()["code"]) == (400, "FB-CHANNEL-NAME")
    assert Answer.objects.count() == 0
    assert refusals()[-1].endswith("FB-CHANNEL-NAME")


@pytest.mark.parametrize("text", ["", "x", "fb_", "fb_abc_def", "fb_é_x", "fb_" + "9" * 5000])
def test_without_a_token_in_force_nothing_opens(text: str) -> None:
    answer = bearing(text).get("/api/v1/me")
    assert (answer.status_code, answer.json()["code"]) == (401, "FB-API-TOKEN-UNKNOWN")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert answer.headers["Content-Type"].startswith("application/problem+json")


def test_a_token_ends_is_taken_back_or_its_integration_is_kept_out() -> None:
    text = token()
    client = bearing(text)
    row = Token.objects.get()
    assert client.get("/api/v1/me").status_code == 200
    assert row.digest not in text
    assert text.rpartition("_")[2] not in json.dumps([str(one) for one in Token.objects.values_list()])
    actions.switch(integration_id=row.integration_id, active=False, by=BY)
    assert client.get("/api/v1/me").status_code == 401
    actions.switch(integration_id=row.integration_id, active=True, by=BY)
    assert client.get("/api/v1/me").status_code == 200
    Token.objects.update(expires_at=row.created_at)
    assert client.get("/api/v1/me").status_code == 401
    Token.objects.update(expires_at=row.expires_at)
    actions.revoke(integration_id=row.integration_id, token_id=row.pk, by=BY)
    assert client.get("/api/v1/me").status_code == 401


def test_a_token_does_what_its_scope_says_and_the_rest_is_on_record() -> None:
    client = bearing(token(scopes=["receipts"], name="reader"))
    assert client.get("/api/v1/channels").status_code == 200
    for answer in (send(client, gates()), client.get("/api/v1/runs"),
                   client.post("/api/v1/runs", {"kind": "chain"}, content_type="application/json")):  # fmt: skip
        assert (answer.status_code, answer.json()["code"]) == (403, "FB-API-SCOPE")
    assert refusals() == ["integration:reader FB-API-SCOPE"] * 3


def test_a_sessions_cookie_opens_nothing() -> None:
    client = browser(account(Office.STEWARD))
    assert client.get("/api/v1/deliveries").status_code == 401


def test_one_integration_never_sees_anothers_deliveries() -> None:
    mine, neighbour, elsewhere = bearing(token()), bearing(token()), bearing(token("3205"))
    receipt = send(mine, gates()).json()["receipt"]
    for other in (neighbour, elsewhere):
        assert other.get(f"{URL}/{receipt}").status_code == 404
        assert other.get(f"{URL}/{receipt}/rejects").status_code == 404
        assert other.get(URL).json()["items"] == []
    assert len(refusals()) == 4


def test_fields_nobody_asked_for_are_refused_and_on_record() -> None:
    client = bearing(token())
    body = {"kind": "chain", "state": "done", "asked_by": "root", "result": {"x": 1}, "id": 7}
    answers = [
        client.post("/api/v1/runs", body, content_type="application/json"),
        client.post(f"{URL}?name=a.csv&division_code=11", gates(), content_type="application/octet-stream"),
        client.get(f"{URL}?delivered_by=integration:other"),
    ]
    assert [(one.status_code, one.json()["code"]) for one in answers] == [(422, "FB-API-FIELDS")] * 3
    assert (Run.objects.count(), count(Delivery), len(refusals())) == (0, 0, 3)


def test_pages_of_receipts_hold_each_once() -> None:
    client = bearing(token())
    sent = [send(client, gates(rows=nth + 1)).json()["receipt"] for nth in range(5)]
    seen, cursor = [], ""
    while cursor is not None:
        page = client.get(f"{URL}?size=2&cursor={cursor}").json()
        seen += [one["receipt"] for one in page["items"]]
        cursor = page["next"]
    assert seen == sent[::-1]
    assert client.get(f"{URL}?cursor=!").status_code == 422
    assert client.get(f"{URL}?cursor=zz").status_code == 400


def test_who_tries_tokens_is_stopped_and_on_record_once() -> None:
    codes = [bearing(f"fb_abc_{nth}").get("/api/v1/me").status_code for nth in range(30)]
    assert codes == [401] * 20 + [429] * 10
    with acting_as(BY):
        assert everywhere(Entry, because="test").filter(event="integrations.guessed").count() == 1


@pytest.mark.parametrize("path", ["/api/", "/api/v1/", "/api/v1/nothing", "/api/v2/me"])
def test_an_unknown_address_is_a_problem(path: str) -> None:
    answer = bearing(token()).get(path)
    assert (answer.status_code, answer.json()["code"]) == (404, "FB-DESK-ADDRESS")
    assert answer.headers["Content-Type"].startswith("application/problem+json")


def test_another_method_is_a_problem_that_names_those_allowed() -> None:
    answer = bearing(token()).delete("/api/v1/me")
    assert (answer.status_code, answer.json()["code"], answer.headers["Allow"]) == (405, "FB-API-METHOD", "GET")


def test_a_problem_speaks_chinese_unless_english_is_asked_for() -> None:
    text = token()
    english = bearing(text).get(f"{URL}/{'0' * 32}").json()
    chinese = bearing(text).get(f"{URL}/{'0' * 32}", headers={"Accept-Language": "zh-CN"}).json()
    assert english["rule"].startswith("It is not there")
    assert english["code"] == chinese["code"]
    assert any("一" <= one <= "鿿" for one in chinese["rule"])


def test_an_operation_without_a_policy_cannot_be_added() -> None:
    router = ClosedRouter()

    def forgotten(request: Any) -> HttpResponse:
        return HttpResponse("open")

    with pytest.raises(AssertionError, match="has no policy"):
        router.get("/forgotten")(forgotten)
    assert callable(operation)


def test_every_operation_has_a_policy_with_a_scope() -> None:
    operations = [
        one for _, router in api._routers for view in router.path_operations.values() for one in view.operations
    ]
    assert len(operations) >= 10
    for one in operations:
        assert one.view_func.policy.scope in ("deliver", "receipts", "runs"), one.path
        assert one.auth_param is not None, one.path
