"""Contacts of other provinces: a signed file that only its addressee takes in, as it was signed, once."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.desks.people import BY, account, actor, browser
from tests.desks.test_orders import contact, issue, order, rows

from firebreak.ops.base.keyring import new_ring
from firebreak.ops.base.policy import Refused
from firebreak.ops.base.scope import acting_as
from firebreak.ops.ledger.models import Entry
from firebreak.ops.orders import actions, handover, selectors
from firebreak.ops.orders.models import Handover, Order, Partner, Task
from firebreak.ops.vault import actions as vault
from firebreak.ops.vault import selectors as values
from firebreak.terms.errors import FirebreakError
from firebreak.terms.offices import Office

WHY = "移交浙江"


def made() -> bytes:
    """A file for Zhejiang about two people."""
    people = [
        vault.Record(n, "330106", "", {"name": [f"演练{n}号"], "phone": [f"1390000000{n}"]}, True) for n in (1, 2)
    ]
    vault.store(kind="person", records=people, source="test", by=BY)
    issue([contact(1, "330106"), contact(2, "330106"), contact(3)])
    away = order("33")
    _, content = actions.hand_over(order_id=away.pk, version=away.version, reason=WHY, by=actor(Office.COMMANDER))
    return content


@pytest.fixture
def as_zhejiang(settings: Any) -> Callable[[], None]:
    """The same tests' database plays the other province: it answers for 33, and trusts the sender's key."""

    def change() -> None:
        settings.FIREBREAK_DIVISION = "33"
        actions.trust(name="江苏省", province="32", public_key=handover.public_key(), reason="电话核对",
                      by=actor(Office.ADMINISTRATOR))  # fmt: skip

    return change


def taken(content: bytes, by: Any = None) -> tuple[Handover, bool]:
    found: tuple[Handover, bool] = actions.take_in(
        content=content, reason="江苏来文", by=by or actor(Office.COMMANDER, "33", value="33")
    )
    return found


def test_a_file_is_taken_in_by_the_other_province_and_becomes_orders(as_zhejiang: Any) -> None:
    content = made()
    as_zhejiang()
    row, fresh = taken(content)
    assert fresh
    assert (row.contacts, row.partner, row.province) == (2, "江苏省", "32")
    codes = {(one.code, one.total) for one in rows(Order, handover_id=row.pk)}
    assert codes == {("33", 2), ("3301", 2), ("330106", 2)}
    tasks = rows(Task, kind="incoming")
    by = actor(Office.OFFICER, "3301", value="3301")
    with acting_as(by):
        seen = values.masked(kind="incoming", subject_ids=[one.subject_id for one in tasks], by=by)
    assert sorted(one["name"][0] for one in seen.values()) == ["演*", "演*"]


def test_the_same_file_twice_changes_nothing(as_zhejiang: Any) -> None:
    content = made()
    as_zhejiang()
    first, _ = taken(content)
    again, fresh = taken(content)
    assert (again.pk, fresh) == (first.pk, False)
    assert len(rows(Task, kind="incoming")) == 2


def test_a_key_that_nobody_trusts_is_refused(settings: Any) -> None:
    content = made()
    settings.FIREBREAK_DIVISION = "33"
    with pytest.raises(FirebreakError) as caught:
        taken(content)
    assert caught.value.code == "FB-HANDOVER-UNKNOWN"
    assert rows(Handover, incoming=True) == []


@pytest.mark.parametrize(
    "tamper",
    [
        lambda raw: raw["body"]["contacts"][0]["values"].update(phone=["13999999999"]),
        lambda raw: raw["body"]["contacts"].pop(),
        lambda raw: raw["body"].update(to="31"),
        lambda raw: raw["body"].update(number="another"),
        lambda raw: raw["body"]["contacts"][1].update(contact_level="general"),
        lambda raw: raw.update(signature="00" * 64),
        lambda raw: raw.update(signature="not hexadecimal"),
    ],
)
def test_a_tampered_file_is_refused_whole(as_zhejiang: Any, tamper: Any) -> None:
    raw = json.loads(made())
    as_zhejiang()
    tamper(raw)
    with pytest.raises(FirebreakError) as caught:
        taken(json.dumps(raw).encode())
    assert caught.value.code == "FB-HANDOVER-TAMPERED"
    assert rows(Task, kind="incoming") == []


def test_another_way_to_write_the_same_file_is_the_same_file(as_zhejiang: Any) -> None:
    raw = json.loads(made())
    as_zhejiang()
    assert taken(json.dumps(raw, indent=2, ensure_ascii=True).encode())[1]


def test_what_is_no_handover_says_so_without_a_value(as_zhejiang: Any) -> None:
    as_zhejiang()
    for content in (
        b"",
        b"\xff\xfe",
        b"[]",
        b"{}",
        b'{"body": 1, "key": "k", "signature": "s"}',
        b'{"a": NaN}',
        b"[" * 9999,
    ):
        with pytest.raises(FirebreakError) as caught:
            taken(content)
        assert caught.value.code == "FB-HANDOVER-FORM"


@pytest.mark.parametrize(
    "broken",
    [{"format": "other"}, {"contacts": {}}, {"contacts": [1]}, {"contacts": [{"values": {"name": "text"}}]},
     {"contacts": [{"values": {"age": ["1"]}, "contact_level": "close"}]}, {"number": 7},
     {"contacts": [{"values": {}, "contact_level": "close", "met_on": "yesterday"}]},
     {"contacts": [{"values": {}, "contact_level": "close", "minutes": -1}]}],
)  # fmt: skip
def test_a_signed_body_of_another_form_is_refused(as_zhejiang: Any, broken: dict[str, Any]) -> None:
    body = json.loads(made())["body"] | broken
    as_zhejiang()
    with pytest.raises(FirebreakError) as caught:
        taken(handover.sealed(body))
    assert caught.value.code == "FB-HANDOVER-FORM"


def test_a_file_for_another_province_and_a_drills_file_in_earnest_are_refused(as_zhejiang: Any, settings: Any) -> None:
    content = made()
    as_zhejiang()
    settings.FIREBREAK_DIVISION = "31"
    with pytest.raises(FirebreakError) as caught:
        taken(content)
    assert caught.value.code == "FB-HANDOVER-PLACE"
    settings.FIREBREAK_DIVISION, settings.FIREBREAK_DRILL = "33", False
    with pytest.raises(FirebreakError) as caught:
        taken(content)
    assert caught.value.code == "FB-HANDOVER-DRILL"


def test_only_a_commander_hands_over_and_each_persons_values_taken_are_on_record() -> None:
    made()
    away = order("33")
    with pytest.raises(Refused):
        actions.hand_over(order_id=away.pk, version=away.version, reason=WHY, by=actor(Office.OFFICER))
    with pytest.raises(FirebreakError) as caught:
        actions.hand_over(order_id=order("320213").pk, version=1, reason=WHY, by=actor(Office.COMMANDER))
    assert caught.value.code == "FB-HANDOVER-ORDER"
    (entry,) = rows(Entry, event="vault.taken")
    assert (entry.details["subjects"], entry.reason) == ([1, 2], WHY)
    (handed,) = rows(Entry, event="orders.handed-over")
    assert handed.details["digest"] == rows(Handover)[0].digest
    assert "演练" not in str(vars(handed)) + str([vars(one) for one in rows(Handover)])


def test_a_partners_key_is_entered_once_and_well_formed() -> None:
    by = actor(Office.ADMINISTRATOR)
    for key in ("", "zz" * 32, "ab" * 31):
        with pytest.raises(FirebreakError) as caught:
            actions.trust(name="浙江省", province="33", public_key=key, reason="电话核对", by=by)
        assert caught.value.code == "FB-ORDERS-KEY"
    actions.trust(name="浙江省", province="33", public_key="AB" * 32, reason="电话核对", by=by)
    with pytest.raises(FirebreakError) as caught:
        actions.trust(name="浙江", province="33", public_key="ab" * 32, reason="电话核对", by=by)
    assert caught.value.code == "FB-ORDERS-KEY-KNOWN"
    assert Partner.objects.get().public_key == "ab" * 32
    with pytest.raises(Refused):
        actions.trust(name="安徽省", province="34", public_key="cd" * 32, reason="核对", by=actor(Office.COMMANDER))


_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=9)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**15), 10**15) | _TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_TEXT, inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@given(st.dictionaries(st.text("abc", max_size=4), _JSON, max_size=5))
@settings(max_examples=60)
def test_what_is_sealed_opens_to_the_same_and_equal_content_is_equal_bytes(body: dict[str, Any]) -> None:
    content = handover.sealed(body)
    assert handover.unsealed(content, {handover.public_key()}) == (body, handover.public_key())
    turned = dict(reversed(list(body.items())))
    assert handover.canonical(turned) == handover.canonical(body)


@given(st.integers(0, 10**6), st.integers(1, 255))
@settings(max_examples=80)
def test_no_changed_byte_passes(at: int, by: int) -> None:
    body = {"number": "n", "contacts": [{"values": {"name": ["演练一号"]}}]}
    content = bytearray(handover.sealed(body))
    content[at % len(content)] ^= by
    try:
        opened, _ = handover.unsealed(bytes(content), {handover.public_key()})
    except FirebreakError:
        return
    assert opened == body  # only how it is written differs


def test_another_ring_has_another_key(monkeypatch: pytest.MonkeyPatch) -> None:
    before, other = handover.public_key(), new_ring()
    monkeypatch.setattr(handover, "ring", lambda: other)
    assert handover.public_key() != before


def test_handovers_are_seen_where_they_belong() -> None:
    made()
    seen = []
    for place in ("3202", "3205"):
        by = actor(Office.COMMANDER, place, value=place)
        with acting_as(by):
            seen.append(selectors.handovers(by=by).count())
    assert seen == [1, 0]


def test_the_page_hands_over_takes_in_and_trusts(settings: Any) -> None:
    made()
    away, commander = order("33"), account(Office.COMMANDER)
    client = browser(commander)
    assert handover.public_key() in client.get("/orders/handovers").content.decode()
    given = {"version": away.version, "reason": WHY}
    content = client.post(f"/orders/{away.pk}/hand-over", given).content
    assert handover.unsealed(content, {handover.public_key()})[0]["to"] == "33"
    keeper = browser(account(Office.ADMINISTRATOR))
    key = {
        "trust-name": "江苏省",
        "trust-province": "32",
        "trust-public_key": handover.public_key(),
        "trust-reason": "核对",
    }
    assert keeper.post("/orders/handovers/trust", key).status_code == 302
    assert keeper.post("/orders/handovers/trust", {**key, "trust-name": ""}).status_code == 200
    settings.FIREBREAK_DIVISION = "33"
    theirs = browser(account(Office.COMMANDER, "33", value="33"))
    file = SimpleUploadedFile("a.json", content)
    answer = theirs.post("/orders/handovers/take-in", {"in-file": file, "in-reason": "江苏来文"}, follow=True)
    assert "已接收 2 人" in answer.content.decode()
    bad = SimpleUploadedFile("a.json", content.replace(b"33", b"31", 1))
    refused = theirs.post("/orders/handovers/take-in", {"in-file": bad, "in-reason": "江苏来文"})
    assert "FB-HANDOVER-TAMPERED" in refused.content.decode()
    assert browser(account(Office.OFFICER)).get("/orders/handovers").status_code == 403
