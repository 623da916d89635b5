"""The triggers that make the ledger append-only, in both databases' words."""

from __future__ import annotations

from django.db import connection

_REASON = "the ledger is append-only"

SQLITE = {
    "ledger_entry_no_update": "BEFORE UPDATE ON ledger_entry",
    "ledger_entry_no_delete": "BEFORE DELETE ON ledger_entry",
    # INSERT OR REPLACE deletes without firing delete triggers.
    "ledger_entry_no_replace": (
        "BEFORE INSERT ON ledger_entry WHEN EXISTS (SELECT 1 FROM ledger_entry"
        " WHERE id = NEW.id OR (chain = NEW.chain AND seq = NEW.seq))"
    ),
    "ledger_head_no_delete": "BEFORE DELETE ON ledger_head",
    "ledger_head_no_replace": (
        "BEFORE INSERT ON ledger_head WHEN EXISTS (SELECT 1 FROM ledger_head WHERE chain = NEW.chain)"
    ),
    "ledger_head_forward": "BEFORE UPDATE ON ledger_head WHEN NEW.chain <> OLD.chain OR NEW.seq <> OLD.seq + 1",
}

POSTGRESQL = {
    "ledger_entry_no_update": "BEFORE UPDATE OR DELETE ON ledger_entry FOR EACH ROW",
    "ledger_entry_no_truncate": "BEFORE TRUNCATE ON ledger_entry FOR EACH STATEMENT",
    "ledger_head_no_delete": "BEFORE DELETE ON ledger_head FOR EACH ROW",
    "ledger_head_no_truncate": "BEFORE TRUNCATE ON ledger_head FOR EACH STATEMENT",
    "ledger_head_forward": (
        "BEFORE UPDATE ON ledger_head FOR EACH ROW WHEN (NEW.chain <> OLD.chain OR NEW.seq <> OLD.seq + 1)"
    ),
}

_FUNCTION = f"""
CREATE OR REPLACE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '{_REASON}'; END $$
"""


def create() -> dict[str, list[str]]:
    """The statements that put the guards up, by database."""
    sqlite = [f"CREATE TRIGGER {name} {when} BEGIN SELECT RAISE(ABORT, '{_REASON}'); END"
              for name, when in SQLITE.items()]  # fmt: skip
    postgresql = [f"CREATE TRIGGER {name} {when} EXECUTE FUNCTION ledger_refuse()" for name, when in POSTGRESQL.items()]
    return {"sqlite": sqlite, "postgresql": [_FUNCTION, *postgresql]}


def missing() -> set[str]:
    """The guards that are not there, or not as they were put up, or are switched off."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            standing = dict(cursor.fetchall())
            return {name for name, when in SQLITE.items() if when not in standing.get(name, "")}
        cursor.execute(
            "SELECT tgname FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid"
            " WHERE tgenabled <> 'D' AND proname = 'ledger_refuse' AND prosrc LIKE %s",
            [f"%RAISE EXCEPTION '{_REASON}'%"],
        )
        return set(POSTGRESQL) - {name for (name,) in cursor.fetchall()}
