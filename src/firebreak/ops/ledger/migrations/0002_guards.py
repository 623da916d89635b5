"""Append-only by triggers; on PostgreSQL readers see their own area, and everybody may add."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

from firebreak.ops.base.triggers import REACH_FUNCTION, sql
from firebreak.ops.ledger.guards import create

_ROWS = [
    REACH_FUNCTION,
    "ALTER TABLE ledger_entry ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE ledger_entry FORCE ROW LEVEL SECURITY",
    "CREATE POLICY ledger_entry_reach ON ledger_entry FOR SELECT"
    " USING (firebreak_reaches(division_code::text, NULL, NULL, NULL))",
    "CREATE POLICY ledger_entry_add ON ledger_entry FOR INSERT WITH CHECK (true)",
    # Not hidden from those who would change them: so the triggers speak, and nothing passes in silence.
    "CREATE POLICY ledger_entry_change ON ledger_entry FOR UPDATE USING (true)",
    "CREATE POLICY ledger_entry_remove ON ledger_entry FOR DELETE USING (true)",
]


class Migration(migrations.Migration):
    """The guards go up once; nothing takes them down."""

    dependencies: ClassVar = [("ledger", "0001_initial")]
    operations: ClassVar = [sql(sqlite=create()["sqlite"], postgresql=[*create()["postgresql"], *_ROWS])]
