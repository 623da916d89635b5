"""The desks for commands: Django is set up only when one of them asks."""

from __future__ import annotations

import os
from pathlib import Path

from firebreak.terms.errors import ConfigError


def start(*, migrate: bool = True) -> None:
    """Read the installation's settings (or refuse), and make sure that its tables are there and up to date.

    ``migrate``: put them up to date; else only look, and touch nothing. Errors: ConfigError, also in production where
    the database holds a drill's logins.
    """
    os.umask(0o077)  # what is written here is for this user alone
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "firebreak.config.settings")
    import django
    from django.core.management import call_command

    django.setup()
    from django.conf import settings

    if not migrate:
        check_migrated()
        return
    settings.FIREBREAK_HOME.mkdir(parents=True, exist_ok=True)
    call_command("migrate", verbosity=0, interactive=False)
    from firebreak.ops.accounts.drill import refuse_in_production

    refuse_in_production()


def check_migrated() -> None:
    """Raise ConfigError unless the database has the tables of this version. It is only read."""
    from django.db import DatabaseError, connection
    from django.db.migrations.executor import MigrationExecutor

    absent = connection.vendor == "sqlite" and not _there(str(connection.settings_dict["NAME"]))
    try:
        executor = None if absent else MigrationExecutor(connection)
    except DatabaseError:
        executor = None
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes()) if executor else None
    if waiting is None or waiting:
        found = (
            "no database is there, or it does not answer"
            if waiting is None
            else f"{len(waiting)} steps are not applied"
        )
        raise ConfigError(
            "FB-CONFIG-MIGRATE", found, "What only looks at a database does not change it.",
            "Start the desks of this version once (firebreak serve), or correct DATABASE_URL or FIREBREAK_HOME.",
        )  # fmt: skip


def _there(name: str) -> bool:
    """Is there such a SQLite database? Opening one that is not there would make it."""
    return "memory" in name or Path(name).exists()
