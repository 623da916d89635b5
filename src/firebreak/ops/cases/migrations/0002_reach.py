"""On PostgreSQL cases, their steps and lists are seen within the reach of whoever is acting."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

from firebreak.ops.base.triggers import row_level_security, sql


class Migration(migrations.Migration):
    """Row-level security."""

    dependencies: ClassVar = [("cases", "0001_initial")]
    operations: ClassVar = [
        sql(
            postgresql=[
                *row_level_security("cases_case", division="division_code"),
                *row_level_security("cases_step", division="division_code"),
                *row_level_security("cases_contactlist", division="division_code"),
                *row_level_security("cases_contact", division="division_code"),
            ]
        )
    ]
