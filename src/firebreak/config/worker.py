"""The background worker's process: takes tasks from the database, ends with the server that started it."""

from __future__ import annotations

import os
import signal
import threading
import time

RECOVER = 15.0
"""Seconds between two looks for work whose worker died."""


def main() -> None:
    """Take tasks until told to stop, or until the server is gone."""
    threading.Thread(target=_leave_with, args=(os.getppid(),), daemon=True).start()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "firebreak.config.settings")
    import django
    from django.core.management import call_command

    django.setup()
    threading.Thread(target=_recover, daemon=True).start()
    call_command("db_worker", verbosity=0, interval=0.5, startup_delay=False, reload=False)


def _recover() -> None:
    """Now and then take up the work that a dead worker left, this one's forerunner first."""
    from django.db import DatabaseError, connection

    from firebreak.ops.runs.tasks import recover

    while True:
        try:
            recover()
        except DatabaseError:
            pass  # busy or away: the next time
        finally:
            connection.close()
        time.sleep(RECOVER)


def _leave_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1.0)
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    main()
