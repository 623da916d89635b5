"""A person's reach counts for subjects that are persons: the number of another kind of subject may be the same."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

from firebreak.ops.base.triggers import sql

_PERSON = "CASE WHEN kind = 'person' THEN subject_id::text END"
_TABLES = ("vault_sealed", "vault_token")


class Migration(migrations.Migration):
    """Row-level security, with the kind of subject."""

    dependencies: ClassVar = [("vault", "0002_reach")]
    operations: ClassVar = [
        sql(
            postgresql=[
                f"ALTER POLICY {table}_reach ON {table}"
                f" USING (firebreak_reaches(division_code::text, grid_code::text, NULL, {_PERSON}))"
                for table in _TABLES
            ]
        )
    ]
