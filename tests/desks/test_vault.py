"""The vault: sealed at rest, found by a blind index, masked until there is a reason."""

from __future__ import annotations

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st
from tests.desks.people import SUZHOU, actor

from firebreak.ops.base import keyring
from firebreak.ops.base.actor import Actor, system
from firebreak.ops.base.policy import Refused
from firebreak.ops.base.scope import acting_as, everywhere
from firebreak.ops.ledger.models import Entry
from firebreak.ops.vault import actions, selectors
from firebreak.ops.vault.actions import Record
from firebreak.ops.vault.boxes import FIELDS, alike, open_box, seal
from firebreak.ops.vault.models import Sealed, Token
from firebreak.terms.errors import FirebreakError
from firebreak.terms.offices import Office

BRIDGE = system("bridge")
WANG = {
    "name": ["王演练"], "doc_number": ["320202199001011234"], "phone": ["+8613912345678"],
    "address": ["江苏省无锡市梁溪区演练街道1号"],
}  # fmt: skip
GRID = "320213001001001"


def keep(
    subject_id: int = 1, place: str = "320213", values: dict[str, list[str]] | None = None, grid: str = GRID
) -> None:
    record = Record(subject_id, place, grid, values or WANG, simulated=True)
    actions.store(kind="person", records=[record], source="test", by=BRIDGE)


def last_entry() -> Entry:
    with acting_as(BRIDGE):
        entry = everywhere(Entry, because="test").order_by("-id").first()
    assert entry is not None
    return entry


def masked(by: Actor) -> dict[int, dict[str, list[str]]]:
    with acting_as(by):
        return selectors.masked(kind="person", subject_ids=[1], by=by)


def test_no_value_lies_in_the_database_in_the_clear() -> None:
    keep()
    with acting_as(BRIDGE), connection.cursor() as cursor:
        found = b""
        for table in ("vault_sealed", "vault_token", "ledger_entry"):
            cursor.execute(f"SELECT * FROM {table}")
            for row in cursor.fetchall():
                found += b"|".join(
                    bytes(cell) if isinstance(cell, bytes | memoryview) else str(cell).encode() for cell in row
                )
    for values in WANG.values():
        for value in values:
            assert value.encode() not in found


def test_values_are_shown_masked() -> None:
    keep()
    assert masked(actor(Office.OFFICER)) == {
        1: {
            "name": ["王*"],
            "doc_number": ["3202**********1234"],
            "phone": ["139****5678"],
            "address": ["江苏省无锡市梁溪区****"],
        }
    }


def test_a_value_is_shown_in_full_for_a_reason_that_stays_on_record() -> None:
    keep()
    officer = actor(Office.OFFICER)
    shown = actions.show(kind="person", subject_id=1, fields=["phone"], reason="流调 WX-0001", by=officer)
    entry = last_entry()
    assert shown == {"phone": ["+8613912345678"]}
    assert (entry.event, entry.actor_id, entry.subject_kind, entry.subject_id) == (
        "vault.shown", officer.user_id, "person", "1",
    )  # fmt: skip
    assert (entry.reason, entry.details, entry.division_code) == ("流调 WX-0001", {"fields": ["phone"]}, "320213")


@pytest.mark.parametrize("reason", ["", "   ", "x", "\n\t"])
def test_without_a_reason_nothing_is_shown(reason: str) -> None:
    keep()
    with pytest.raises(FirebreakError) as refused:
        actions.show(kind="person", subject_id=1, fields=["phone"], reason=reason, by=actor(Office.OFFICER))
    assert refused.value.code == "FB-VAULT-REASON"


def test_somebody_elsewhere_sees_nothing_and_it_is_on_record() -> None:
    keep()
    stranger = actor(Office.OFFICER, SUZHOU)
    assert masked(stranger) == {}
    with pytest.raises(Refused) as refused:
        actions.show(kind="person", subject_id=1, fields=["phone"], reason="因公", by=stranger)
    assert refused.value.code == "FB-DESK-ABSENT"
    assert (last_entry().event, last_entry().actor_id) == ("access.refused", stranger.user_id)


def test_a_grid_worker_sees_the_own_grid_only() -> None:
    keep(1)
    keep(2, grid="320213001001002")
    worker = actor(Office.GRID_WORKER, value=GRID)
    with acting_as(worker):
        assert set(selectors.masked(kind="person", subject_ids=[1, 2], by=worker)) == {1}


def test_a_citizen_reaches_no_subject_of_another_kind_with_the_same_number() -> None:
    record = Record(2, "320213", GRID, WANG, simulated=True)
    actions.store(kind="contact", records=[record], source="test", by=BRIDGE)
    citizen = actor(Office.CITIZEN, value="2")
    with acting_as(citizen):
        assert selectors.masked(kind="contact", subject_ids=[2], by=citizen) == {}


def test_a_citizen_sees_the_own_person_only() -> None:
    keep(1)
    keep(2)
    citizen = actor(Office.CITIZEN, value="2")
    with acting_as(citizen):
        assert set(selectors.masked(kind="person", subject_ids=[1, 2], by=citizen)) == {2}


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("doc_number", "320202199001011234"), ("doc_number", " 3202 0219 9001 0112 34 "), ("phone", "13912345678"),
        ("phone", "+86 139 1234 5678"), ("name", "王演练"), ("name", "王 演练"),
    ],
)  # fmt: skip
def test_somebody_is_found_by_number_phone_and_name_however_it_is_written(field: str, typed: str) -> None:
    keep()
    officer = actor(Office.OFFICER)
    assert actions.search(kind="person", field=field, value=typed, by=officer) == [1]
    assert typed not in str(last_entry().details)
    assert last_entry().details["found"] == 1


def test_a_search_finds_nobody_elsewhere_and_nothing_that_is_merely_alike() -> None:
    keep()
    assert actions.search(kind="person", field="phone", value="13912345678", by=actor(Office.OFFICER, SUZHOU)) == []
    assert actions.search(kind="person", field="phone", value="13912345679", by=actor(Office.OFFICER)) == []


def test_storing_again_replaces_what_was_known() -> None:
    keep()
    keep(values={"name": ["李演练"]})
    officer = actor(Office.OFFICER)
    assert actions.search(kind="person", field="name", value="王演练", by=officer) == []
    assert actions.search(kind="person", field="name", value="李演练", by=officer) == [1]


def test_what_is_erased_is_gone_and_the_account_of_it_stays() -> None:
    keep()
    actions.erase(kind="person", subject_ids=[1], reason="保存期满", by=BRIDGE)
    assert (last_entry().event, last_entry().details["count"]) == ("vault.erased", 1)
    with acting_as(BRIDGE):
        assert not everywhere(Sealed, because="test").exists()
        assert not everywhere(Token, because="test").exists()


def test_an_export_leaves_out_who_lies_elsewhere() -> None:
    keep(1)
    keep(2, place="320505", grid="")
    taken = actions.export(
        kind="person", subject_ids=[1, 2], fields=["name"], reason="上报名单", by=actor(Office.OFFICER)
    )
    assert set(taken) == {1}
    assert (last_entry().event, last_entry().details["count"], last_entry().details["asked"]) == (
        "vault.exported",
        1,
        2,
    )


def test_an_export_names_everybody_it_took_in_the_chain_where_they_belong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "PART", 2)
    for number in (1, 2, 3):
        keep(number)
    keep(4, place="320505", grid="")
    actions.export(
        kind="person", subject_ids=[4, 3, 2, 1], fields=["name"], reason="上报名单", by=actor(Office.OFFICER, "32")
    )
    with acting_as(BRIDGE):
        named = everywhere(Entry, because="test").filter(event="vault.taken").order_by("chain", "seq")
        said = [(one.chain, one.division_code, one.details["subjects"], one.reason) for one in named]
    assert said == [
        ("3202", "320213", [1, 2], "上报名单"),
        ("3202", "320213", [3], "上报名单"),
        ("3205", "320505", [4], "上报名单"),
    ]


def test_a_box_that_was_changed_does_not_open() -> None:
    keep()
    with acting_as(BRIDGE):
        row = everywhere(Sealed, because="test").get(subject_id=1)
        box = bytearray(row.box)
        box[-1] ^= 1
        everywhere(Sealed, because="test").filter(pk=row.pk).update(box=bytes(box))
    with pytest.raises(FirebreakError) as refused:
        masked(actor(Office.OFFICER))
    assert refused.value.code == "FB-VAULT-OPEN"


def test_a_box_that_was_moved_to_somebody_else_does_not_open() -> None:
    keep(1)
    keep(2, values={"name": ["李演练"]})
    with acting_as(BRIDGE):
        other = everywhere(Sealed, because="test").get(subject_id=2)
        everywhere(Sealed, because="test").filter(subject_id=1).update(box=bytes(other.box))
    with pytest.raises(FirebreakError) as refused:
        masked(actor(Office.OFFICER))
    assert refused.value.code == "FB-VAULT-OPEN"


def test_after_a_rotation_all_is_found_before_and_after_sealing_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    keep()
    old = keyring.ring()
    new = old.rotated()
    for module in ("firebreak.ops.vault.actions", "firebreak.ops.vault.selectors", "firebreak.ops.ledger.recording"):
        monkeypatch.setattr(f"{module}.ring", lambda: new)
    officer = actor(Office.OFFICER)
    assert actions.search(kind="person", field="phone", value="13912345678", by=officer) == [1]
    assert actions.reseal(by=BRIDGE) == 1
    assert actions.reseal(by=BRIDGE) == 0
    assert actions.search(kind="person", field="phone", value="13912345678", by=officer) == [1]
    without_old = keyring.KeyRing({new.current: new.keys[new.current]})
    for module in ("firebreak.ops.vault.actions", "firebreak.ops.vault.selectors"):
        monkeypatch.setattr(f"{module}.ring", lambda: without_old)
    assert actions.search(kind="person", field="phone", value="13912345678", by=officer) == [1]
    assert masked(officer)[1]["name"] == ["王*"]


def test_nobody_but_the_program_stores_or_erases() -> None:
    for office in Office:
        with pytest.raises(Refused):
            actions.store(kind="person", records=[], source="x", by=actor(office))
        with pytest.raises(Refused):
            actions.erase(kind="person", subject_ids=[], reason="因公", by=actor(office))


def test_more_than_a_chunk_is_refused_whole() -> None:
    records = [Record(number, "320213", "", {"name": ["演练"]}) for number in range(2001)]
    with pytest.raises(FirebreakError) as refused:
        actions.store(kind="person", records=records, source="x", by=BRIDGE)
    assert refused.value.code == "FB-VAULT-MANY"


VALUES = st.dictionaries(st.sampled_from(FIELDS), st.lists(st.text(max_size=20), max_size=3))


@given(VALUES, st.integers(-(2**63), 2**63 - 1))
def test_what_is_sealed_opens_to_the_same_values_for_the_same_subject_only(
    values: dict[str, list[str]], who: int
) -> None:
    ring = keyring.new_ring()
    number, box = seal(ring, "person", who, values)
    assert open_box(ring, "person", who, number, box) == values
    for kind, other in (("person", who + 1), ("contact", who)):
        with pytest.raises(FirebreakError):
            open_box(ring, kind, other, number, box)


@given(st.text("王小明李ABcx019·- \u3000", min_size=1, max_size=20), st.integers(0, 20))
def test_spaces_width_and_case_make_no_difference_to_a_search(text: str, where: int) -> None:
    wide = "".join(chr(ord(one) + 0xFEE0) if "!" <= one <= "~" else one for one in text)
    spaced = f"{text[:where]} {text[where:]}"
    for field in ("name", "doc_number"):
        assert len({alike(field, one) for one in (text, wide, spaced, text.upper(), text.lower())}) == 1
