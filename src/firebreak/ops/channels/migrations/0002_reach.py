"""On PostgreSQL deliveries, batches and channels are seen within the reach of whoever is acting."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

from firebreak.ops.base.triggers import row_level_security, sql

_TABLES = ("channels_delivery", "channels_batch", "channels_channel")


class Migration(migrations.Migration):
    """Row-level security."""

    dependencies: ClassVar = [("channels", "0001_initial")]
    operations: ClassVar = [
        sql(postgresql=[line for table in _TABLES for line in row_level_security(table, division="division_code")])
    ]
