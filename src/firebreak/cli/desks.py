"""The desks for commands: Django is set up only when one of them asks."""

from __future__ import annotations

import os


def start() -> None:
    """Read the installation's settings (or refuse), and make sure that its tables are there and up to date."""
    os.umask(0o077)  # what is written here is for this user alone
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "firebreak.config.settings")
    import django
    from django.core.management import call_command

    django.setup()
    from django.conf import settings

    settings.FIREBREAK_HOME.mkdir(parents=True, exist_ok=True)
    call_command("migrate", verbosity=0, interactive=False)
