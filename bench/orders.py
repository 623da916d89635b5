"""20,000 contacts of one case become orders, and the pages that show them: ``python bench/orders.py [CONTACTS]``.

On a SQLite database of its own in a temporary folder (``DATABASE_URL`` for another). The vault holds everybody's
values, so that pages mask what they show. Beside it: the same contacts as bare inserts, the least any such desk
has to write.
"""

from __future__ import annotations

import os
import sqlite3
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

HOME = Path(tempfile.mkdtemp(prefix="orders-"))
os.environ.setdefault("FIREBREAK_HOME", str(HOME))
os.environ["DJANGO_SETTINGS_MODULE"] = "firebreak.config.settings"
sys.path.insert(0, str(Path(__file__).parents[1]))


def main(contacts: int) -> None:
    """Make, issue, look; print seconds."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0, interactive=False)
    call_command("collectstatic", verbosity=0, interactive=False)
    from tests.desks.people import account, actor, browser

    from firebreak.ops.base.actor import system
    from firebreak.ops.orders import actions, selectors
    from firebreak.ops.orders.issuing import Contact, Source
    from firebreak.ops.vault import actions as vault
    from firebreak.terms.offices import Office

    homes = [
        (f"3202{n % 9 + 10}", f"3202{n % 9 + 10}{n % 17 + 1:03d}{n % 23 + 1:03d}{n % 5 + 1:03d}")
        for n in range(contacts)
    ]
    people = [Contact(n, *home, "close", "train_sealed", "same_row", "rule@1") for n, home in enumerate(homes, start=1)]
    for start in range(0, contacts, vault.CHUNK):
        part = people[start : start + vault.CHUNK]
        records = [
            vault.Record(
                one.subject_id, one.division_code, one.grid_code, {"name": ["演练员"], "phone": ["13900000000"]}, True
            )
            for one in part
        ]
        vault.store(kind="person", records=records, source="bench", by=system("bench"))
    by = actor(Office.OFFICER)
    source = Source(desk="320213", case_no="WX-1", case_id=1, simulated=True)
    begin = time.perf_counter()
    done: Any = actions.issue(source=source, contacts=people, reason="bench", by=by)
    issued = time.perf_counter() - begin
    ratio = issued / bare(people)
    print(f"{done.contacts:,} contacts on {done.orders:,} orders: {issued:.2f} s ({ratio:.1f} x bare inserts)")
    client = browser(account(Office.OFFICER))
    for path in ("/orders/tasks", "/orders/", "/orders/tasks?state=open&sort=-id"):
        print(f"{path}: p95 {1000 * p95(client, path):.0f} ms")
    task = selectors.tasks(by=by).first()
    assert task is not None
    begin = time.perf_counter()
    actions.report(task_id=task.pk, move="isolate", version=task.version, by=by)
    print(f"one result, counted up to the province: {1000 * (time.perf_counter() - begin):.0f} ms")


def p95(client: Any, path: str, times: int = 40) -> float:
    """Seconds that 95 of 100 answers take at most, one after another, the first two not counted."""
    found = []
    for _ in range(times + 2):
        begin = time.perf_counter()
        assert client.get(path).status_code == 200
        found.append(time.perf_counter() - begin)
    return statistics.quantiles(found[2:], n=20)[18]


def bare(people: list[Any]) -> float:
    """Seconds to insert as many rows of three numbers, twice, into SQLite with nothing around them."""
    with sqlite3.connect(HOME / "bare.sqlite") as database:
        for name in ("a", "b"):
            database.execute(f"CREATE TABLE {name} (id INTEGER PRIMARY KEY, subject INTEGER, code TEXT)")
        begin = time.perf_counter()
        for name in ("a", "b"):
            rows = [(one.subject_id, one.grid_code) for one in people]
            database.executemany(f"INSERT INTO {name} (subject, code) VALUES (?, ?)", rows)
        database.commit()
        return time.perf_counter() - begin


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)
