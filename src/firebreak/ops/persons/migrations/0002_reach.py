"""On PostgreSQL persons, aliases, pairs and rulings are seen within the reach of whoever is acting."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

from firebreak.ops.base.triggers import row_level_security, sql

_PERSON = {"division": "division_code", "grid": "grid_code", "person": "person_id"}


class Migration(migrations.Migration):
    """Row-level security."""

    dependencies: ClassVar = [("persons", "0001_initial")]
    operations: ClassVar = [
        sql(
            postgresql=[
                *row_level_security("persons_person", **_PERSON),
                *row_level_security("persons_alias", **_PERSON),
                *row_level_security("persons_review", division="division_code"),
                *row_level_security("persons_ruling", division="division_code"),
            ]
        )
    ]
