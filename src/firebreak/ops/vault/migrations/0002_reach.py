"""On PostgreSQL a box and its tokens are seen within the reach of whoever is acting, whatever the program asks for."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

from firebreak.ops.base.triggers import row_level_security, sql

_PLACE = {"division": "division_code", "grid": "grid_code", "person": "subject_id"}


class Migration(migrations.Migration):
    """Row-level security."""

    dependencies: ClassVar = [("vault", "0001_initial")]
    operations: ClassVar = [
        sql(postgresql=[*row_level_security("vault_sealed", **_PLACE), *row_level_security("vault_token", **_PLACE)])
    ]
