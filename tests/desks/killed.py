"""A worker that can be killed, in a process of its own on a real database: ``python -m tests.desks.killed WORK``.

``WORK``: which function of ``tests.desks.works`` does runs of kind ``chain``. ``ask`` only asks for such a run.
"""

from __future__ import annotations

import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "firebreak.config.settings")


def main(wanted: str) -> None:
    """Ask, or work until killed."""
    import django
    from django.conf import settings
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0, interactive=False)
    if wanted == "ask":
        from firebreak.ops.base.actor import system
        from firebreak.ops.runs import actions

        print(actions.request(kind="chain", by=system("test")).pk)  # noqa: T201
        return
    settings.FIREBREAK_WORK["chain"] = f"tests.desks.works:{wanted}"
    from firebreak.config import worker

    worker.RECOVER = 0.5
    worker.main()


if __name__ == "__main__":
    main(sys.argv[1])
