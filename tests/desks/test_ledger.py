"""The ledger: append-only, chained, written with what it records."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from tests.desks.people import BY, SUZHOU, WUXI, account, actor

from firebreak.ops.accounts import actions as accounts
from firebreak.ops.accounts.models import User
from firebreak.ops.base.actor import system
from firebreak.ops.base.policy import Refused
from firebreak.ops.base.scope import Unscoped, acting_as, everywhere
from firebreak.ops.ledger import guards, selectors
from firebreak.ops.ledger.models import Entry, Head
from firebreak.ops.ledger.verify import Fault, verify
from firebreak.terms.offices import Office


def run(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)


@pytest.fixture
def entries() -> int:
    """A ledger with some entries in two chains."""
    for place in (WUXI, WUXI, SUZHOU, WUXI, SUZHOU, WUXI):
        account(Office.OFFICER, place)
    with acting_as(system("test")):
        return everywhere(Entry, because="test").count()


@pytest.fixture
def unguarded(entries: int) -> int:
    """The same, and somebody who owns the database has taken the guards down."""
    for name in guards.SQLITE if connection.vendor == "sqlite" else guards.POSTGRESQL:
        table = "ledger_head" if name.startswith("ledger_head") else "ledger_entry"
        run(f"DROP TRIGGER {name}" + ("" if connection.vendor == "sqlite" else f" ON {table}"))
    if connection.vendor == "postgresql":
        run("ALTER TABLE ledger_entry DISABLE ROW LEVEL SECURITY")
    return entries


def faults() -> set[tuple[Fault, str, int]]:
    with acting_as(system("test")):
        return {(one.fault, one.chain, one.seq) for one in verify().problems if one.fault is not Fault.GUARD}


def test_an_untouched_ledger_is_whole(entries: int) -> None:
    with acting_as(system("test")):
        verdict = verify()
    assert verdict.problems == ()
    assert verdict.entries == entries
    assert set(verdict.heads) == {WUXI, SUZHOU}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_entry SET reason = 'other'",
        "DELETE FROM ledger_entry",
        "UPDATE ledger_head SET seq = 1",
        "UPDATE ledger_head SET seq = seq + 2",
        "DELETE FROM ledger_head",
        "INSERT OR REPLACE INTO ledger_entry SELECT * FROM ledger_entry WHERE seq = 1",
        "INSERT OR REPLACE INTO ledger_head SELECT * FROM ledger_head",
        "TRUNCATE ledger_entry",
        "TRUNCATE ledger_head",
    ],
)
def test_the_database_itself_refuses_to_rewrite_the_ledger(entries: int, statement: str) -> None:
    only = {"INSERT OR REPLACE": "sqlite", "TRUNCATE": "postgresql"}
    vendor = next((name for start, name in only.items() if statement.startswith(start)), connection.vendor)
    if vendor != connection.vendor:
        pytest.skip(f"a statement of {vendor}")
    with acting_as(system("test")), pytest.raises(DatabaseError), transaction.atomic():
        run(statement)
    assert faults() == set()


@pytest.mark.parametrize("column", ["event", "actor", "subject_kind", "subject_id", "division_code", "reason", "at"])
def test_a_changed_column_is_found(unguarded: int, column: str) -> None:
    value = "2020-01-23 00:00:00+00:00" if column == "at" else "x"
    run(f"UPDATE ledger_entry SET {column} = %s WHERE chain = %s AND seq = 3", value, WUXI)
    assert faults() == {(Fault.CHANGED, WUXI, 3)}


def test_changed_details_are_found(unguarded: int) -> None:
    run("UPDATE ledger_entry SET details = %s WHERE chain = %s AND seq = 2", '{"name": "other"}', WUXI)
    assert faults() == {(Fault.CHANGED, WUXI, 2)}


def test_a_removed_entry_is_found(unguarded: int) -> None:
    run("DELETE FROM ledger_entry WHERE chain = %s AND seq = 2", WUXI)
    assert faults() == {(Fault.REMOVED, WUXI, 2)}


def test_entries_cut_off_the_end_are_found(unguarded: int) -> None:
    run("DELETE FROM ledger_entry WHERE chain = %s AND seq >= 3", SUZHOU)
    assert faults() == {(Fault.REMOVED, SUZHOU, 3)}


def test_a_whole_chain_removed_is_found(unguarded: int) -> None:
    run("DELETE FROM ledger_entry WHERE chain = %s", SUZHOU)
    assert faults() == {(Fault.REMOVED, SUZHOU, 1)}


def test_an_inserted_entry_is_found(unguarded: int) -> None:
    last = Head.objects.get(chain=SUZHOU)
    columns = (
        "chain, at, event, actor_id, actor, subject_kind, subject_id, division_code, reason, details, key, previous"
    )
    run(
        f"INSERT INTO ledger_entry (seq, seal, {columns}) SELECT %s, %s, {columns} FROM ledger_entry"
        " WHERE chain = %s AND seq = %s",
        last.seq + 1, "0" * 64, SUZHOU, last.seq,
    )  # fmt: skip
    assert faults() == {(Fault.INSERTED, SUZHOU, last.seq + 1)}


def test_entries_written_while_it_runs_are_sound_and_the_last_of_them_is_noted(
    entries: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = Head.objects.get(chain=SUZHOU).seq

    def read_after_more_was_written(*args: Any, **named: Any) -> Any:
        account(place=SUZHOU)
        account(place="3204")
        return everywhere(*args, **named)

    monkeypatch.setattr("firebreak.ops.ledger.verify.everywhere", read_after_more_was_written)
    with acting_as(system("test")):
        verdict = verify()
    assert verdict.problems == ()
    assert verdict.heads == {head.chain: (head.seq, head.seal) for head in Head.objects.all()}
    assert verdict.heads[SUZHOU][0] == before + 1


def test_an_entry_moved_to_another_place_is_found(unguarded: int) -> None:
    run("DELETE FROM ledger_entry WHERE chain = %s AND seq = 3", WUXI)
    run("UPDATE ledger_entry SET seq = 3 WHERE chain = %s AND seq = 4", WUXI)
    assert (Fault.CHANGED, WUXI, 3) in faults()


def test_a_head_set_back_with_the_end_cut_off_is_found_by_the_anchor(unguarded: int) -> None:
    with acting_as(system("test")):
        noted = verify().heads
        kept = everywhere(Entry, because="test").get(chain=SUZHOU, seq=2)
    run("DELETE FROM ledger_entry WHERE chain = %s AND seq > 2", SUZHOU)
    run("UPDATE ledger_head SET seq = 2, seal = %s WHERE chain = %s", kept.seal, SUZHOU)
    with acting_as(system("test")):
        assert {one.fault for one in verify().problems} == {Fault.GUARD}  # it looks whole: an old copy was put back
        assert (Fault.ANCHOR, SUZHOU) in {(one.fault, one.chain) for one in verify(noted).problems}


def test_guards_that_are_gone_are_found(unguarded: int) -> None:
    with acting_as(system("test")):
        gone = {one.name for one in verify().problems}
    assert gone == set(guards.SQLITE if connection.vendor == "sqlite" else guards.POSTGRESQL)


def test_a_guard_of_the_same_name_that_guards_less_is_found(entries: int) -> None:
    name = "ledger_entry_no_update"
    if connection.vendor == "sqlite":
        run(f"DROP TRIGGER {name}")
        run(f"CREATE TRIGGER {name} BEFORE UPDATE ON ledger_entry WHEN 0 BEGIN SELECT RAISE(ABORT, 'x'); END")
    else:
        run(f"DROP TRIGGER {name} ON ledger_entry")
        run(
            f"CREATE TRIGGER {name} BEFORE UPDATE OR DELETE ON ledger_entry FOR EACH ROW WHEN (false)"
            " EXECUTE FUNCTION ledger_refuse()"
        )
    assert guards.missing() == {name}


def test_a_guard_on_another_table_or_for_replicas_only_is_found(entries: int) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("a matter of PostgreSQL")
    run("ALTER TABLE ledger_head ENABLE REPLICA TRIGGER ledger_head_forward")
    made = guards.create()["postgresql"]
    run("DROP TRIGGER ledger_entry_no_update ON ledger_entry")
    run(next(one for one in made if "ledger_entry_no_update" in one).replace("ON ledger_entry", "ON accounts_user"))
    assert guards.missing() == {"ledger_head_forward", "ledger_entry_no_update"}


def test_what_fails_leaves_neither_a_change_nor_an_entry(entries: int) -> None:
    officer = account(Office.OFFICER)
    with acting_as(system("test")):
        before = everywhere(Entry, because="test").count()
    with pytest.raises(Refused):
        accounts.revoke(user_id=officer.pk, holding_id=999_999, by=BY)
    with acting_as(system("test")):
        assert everywhere(Entry, because="test").count() == before
    assert officer.holdings.count() == 1


def test_a_refusal_is_an_entry() -> None:
    officer = actor(Office.OFFICER)
    with pytest.raises(Refused):
        accounts.create_account(username="somebody", label="x", home=WUXI, by=officer)
    with acting_as(system("test")):
        last = everywhere(Entry, because="test").order_by("-id").first()
    assert (last.event, last.actor_id, last.subject_id) == ("access.refused", officer.user_id, "accounts.manage")
    assert not User.objects.filter(username="somebody").exists()


def test_an_auditor_sees_the_entries_of_the_own_area_only(entries: int) -> None:
    auditor = actor(Office.AUDITOR, SUZHOU)
    with acting_as(auditor):
        seen = set(selectors.entries(by=auditor).values_list("chain", flat=True))
    assert seen == {SUZHOU}


def test_the_ledger_is_not_read_without_saying_for_whom() -> None:
    with pytest.raises(Unscoped):
        Entry.scoped.first()


@pytest.mark.parametrize("office", [one for one in Office if one is not Office.AUDITOR])
def test_nobody_but_an_auditor_reads_the_ledger(office: Office) -> None:
    with pytest.raises(Refused):
        selectors.entries(by=actor(office))
