"""On PostgreSQL orders, tasks, assignments and handovers are seen within the reach of whoever is acting."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

from firebreak.ops.base.triggers import row_level_security, sql


class Migration(migrations.Migration):
    """Row-level security."""

    dependencies: ClassVar = [("orders", "0001_initial")]
    operations: ClassVar = [
        sql(
            postgresql=[
                *row_level_security("orders_order", division="division_code", grid="grid_code"),
                *row_level_security("orders_task", division="division_code", grid="grid_code"),
                *row_level_security("orders_assignment", division="division_code", grid="grid_code"),
                *row_level_security("orders_handover", division="division_code"),
            ]
        )
    ]
