"""Many writers at once, in a process of its own on a real database: ``python -m tests.desks.crowd WRITERS WRITES``.

Prints JSON: seconds, actions done, errors, entries, problems found by verifying afterwards.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "firebreak.config.settings")


def main(writers: int, writes: int) -> None:
    """Write, verify, say how it went."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0, interactive=False)
    from django.db import connection

    from firebreak.ops.accounts import actions
    from firebreak.ops.accounts.actors import actor_of
    from firebreak.ops.base.actor import system
    from firebreak.ops.ledger.selectors import verdict
    from firebreak.terms.offices import Office, ReachKind

    by = system("crowd")
    people, errors = [], []
    for number in range(writers):
        place = ("3202", "3205")[number % 2]
        user, _ = actions.create_account(username=f"crowd-{number}", label="x", home=place, by=by)
        actions.grant(user_id=user.pk, office=Office.OFFICER, kind=ReachKind.DIVISION, value=place, by=by)
        people.append(actor_of(user, verified=True))

    def write(who: int) -> None:
        try:
            for number in range(writes):
                actions.change_language(language=("en", "zh-hans")[number % 2], by=people[who])
        except Exception as error:
            errors.append(type(error).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=(who,)) for who in range(writers)]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - start
    found = verdict(by=by)
    print(json.dumps({  # noqa: T201
        "database": connection.vendor, "seconds": round(seconds, 2), "actions": writers * writes, "errors": errors,
        "per_second": round(writers * writes / seconds), "entries": found.entries, "problems": len(found.problems),
    }))  # fmt: skip


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
