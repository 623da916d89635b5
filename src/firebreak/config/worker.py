"""The background worker's process: takes tasks from the database, ends with the server that started it."""

from __future__ import annotations

import os
import signal
import threading
import time


def main() -> None:
    """Take tasks until told to stop, or until the server is gone."""
    threading.Thread(target=_leave_with, args=(os.getppid(),), daemon=True).start()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "firebreak.config.settings")
    import django
    from django.core.management import call_command

    django.setup()
    call_command("db_worker", verbosity=0, interval=0.5, startup_delay=False, reload=False)


def _leave_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1.0)
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    main()
