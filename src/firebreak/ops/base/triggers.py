"""SQL that both databases need in their own words, for migrations."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.db.migrations.operations import RunPython

Editor = Any


def sql(*, sqlite: Sequence[str] = (), postgresql: Sequence[str] = ()) -> RunPython:
    """A migration step that runs each database's own statements. It has no way back: guards are not taken down."""
    return RunPython(_run({"sqlite": sqlite, "postgresql": postgresql}), RunPython.noop)


def _run(statements: dict[str, Sequence[str]]) -> Callable[[Any, Editor], None]:
    def run(_: Any, editor: Editor) -> None:
        with editor.connection.cursor() as cursor:
            for statement in statements[editor.connection.vendor]:
                cursor.execute(statement)

    return run


REACH_FUNCTION = """
CREATE OR REPLACE FUNCTION firebreak_reaches(division text, grid text, enterprise text, person text)
RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT coalesce(current_setting('firebreak.all', true), '') = '*'
        OR EXISTS (
            SELECT 1 FROM unnest(string_to_array(current_setting('firebreak.division', true), ',')) AS held(prefix)
            WHERE prefix <> '' AND (prefix = '*' OR starts_with(division, prefix)))
        OR grid = ANY (string_to_array(nullif(current_setting('firebreak.grid', true), ''), ','))
        OR enterprise = ANY (string_to_array(nullif(current_setting('firebreak.enterprise', true), ''), ','))
        OR person = ANY (string_to_array(nullif(current_setting('firebreak.person', true), ''), ','))
$$
"""


def row_level_security(table: str, **columns: str) -> list[str]:
    """PostgreSQL's statements that hide rows outside the reach of whoever is acting, from the table's owner too.

    ``columns``: the column for ``division``, ``grid``, ``enterprise``, ``person``; what is not named reaches nothing.
    """
    arguments = ", ".join(
        f"{columns[kind]}::text" if kind in columns else "NULL" for kind in ("division", "grid", "enterprise", "person")
    )
    return [
        REACH_FUNCTION,
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
        f"CREATE POLICY {table}_reach ON {table} USING (firebreak_reaches({arguments}))",
    ]
