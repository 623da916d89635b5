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

_BODY = f"BEGIN RAISE EXCEPTION '{_REASON}'; END"
_FUNCTION = f"""
CREATE OR REPLACE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
{_BODY} $$
"""


def create() -> dict[str, list[str]]:
    """The statements that put the guards up, by database."""
    sqlite = [f"CREATE TRIGGER {name} {when} BEGIN SELECT RAISE(ABORT, '{_REASON}'); END"
              for name, when in SQLITE.items()]  # fmt: skip
    postgresql = [f"CREATE TRIGGER {name} {when} EXECUTE FUNCTION ledger_refuse()" for name, when in POSTGRESQL.items()]
    return {"sqlite": sqlite, "postgresql": [_FUNCTION, *postgresql]}


def missing() -> set[str]:
    """The guards that are not there, or not word for word as they were put up, or are switched off."""
    return _missing_on_sqlite() if connection.vendor == "sqlite" else _missing_on_postgresql()


def _missing_on_sqlite() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        standing = dict(cursor.fetchall())
    wanted = zip(SQLITE, create()["sqlite"], strict=True)
    return {name for name, sql in wanted if standing.get(name) != sql}


def _missing_on_postgresql() -> set[str]:
    """``O`` and ``A``: fires for everybody but a replica, or always. The function's body is compared as well."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname, pg_get_triggerdef(pg_trigger.oid, true) FROM pg_trigger"
            " JOIN pg_proc ON pg_proc.oid = tgfoid"
            " WHERE tgrelid IN ('ledger_entry'::regclass, 'ledger_head'::regclass) AND tgenabled IN ('O', 'A')"
            " AND NOT tgisinternal AND proname = 'ledger_refuse' AND btrim(prosrc, E' \\n') = %s",
            [_BODY],
        )
        standing = {name: _plain(sql) for name, sql in cursor.fetchall()}
    wanted = zip(POSTGRESQL, create()["postgresql"][1:], strict=True)
    return {name for name, sql in wanted if standing.get(name) != _plain(sql)}


def _plain(sql: str) -> str:
    """A trigger's statement without what PostgreSQL adds when it says it: schema, casts, brackets, capitals, its order
    of events."""
    for added in ("public.", "::text", "(", ")"):
        sql = sql.replace(added, "")
    return " ".join(sql.lower().replace("update or delete", "delete or update").split())
