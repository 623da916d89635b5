"""The desks with a million persons from a lake and a million entries in the ledger: p95 of each list and page.

    python bench/desks.py [--persons 1000000] [--entries 1000000] [--accounts 20000]

Every request goes through the whole stack (sessions, policies, row scope, templates) in this process, on the database
that DATABASE_URL names (SQLite in a temporary folder where it names none), and on a lake of as many persons, from which
they are published. Beside it, in the same run: the same page of the ledger by OFFSET, as plain paging would fetch it.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from statistics import quantiles
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from firebreak.lake.lake import Lake

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

WUXI = "3202"
ROUNDS = 60


def main() -> None:
    """Load, measure, print a table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--persons", type=int, default=1_000_000)
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--accounts", type=int, default=20_000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="firebreak-bench-") as folder:
        os.environ.setdefault("FIREBREAK_HOME", folder)
        os.environ["DJANGO_SETTINGS_MODULE"] = "firebreak.config.settings"
        from firebreak.config.serve import prepare

        os.environ.setdefault("FIREBREAK_LAKE", str(Path(folder) / "lake"))
        prepare()
        load(Path(folder) / "lake", given.persons, given.entries, given.accounts)
        measure(given.persons, given.entries)


def timed(what: str, work: Callable[[], object], rows: int) -> None:
    """Print how long loading took."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    print(f"{what}: {rows:,} rows, {wall:.1f} s ({cpu:.1f} s of processor), {rows / wall:,.0f} rows/s", flush=True)


def load(lake: Path, persons: int, entries: int, accounts: int) -> None:
    """Fill vault, ledger and accounts."""
    publish_all(lake, persons)
    timed("ledger", lambda: fill_ledger(entries), entries)
    timed("accounts", lambda: fill_accounts(accounts), accounts)


def chunks(numbers: range) -> Iterator[list[int]]:
    """2,000 at a time."""
    iterator = iter(numbers)
    while chunk := list(islice(iterator, 2000)):
        yield chunk


def publish_all(folder: Path, persons: int) -> None:
    """From a lake to the desks: sealed, indexed, with the queue."""
    from bench.desks_lake import make_lake

    from firebreak.bridge.publish import publish

    made: list[Lake] = []
    timed("lake", lambda: made.append(make_lake(folder, persons)), persons)
    timed("published", lambda: publish(made[0]), persons)
    timed("published again, nothing changed", lambda: publish(made[0]), persons)


def fill_ledger(entries: int) -> None:
    """Chained entries as the actions write them, in bulk."""
    from datetime import timedelta

    from django.db import transaction
    from django.utils import timezone

    from firebreak.ops.base.actor import system
    from firebreak.ops.base.keyring import ring
    from firebreak.ops.base.scope import acting_as
    from firebreak.ops.ledger.chain import START, seal_of
    from firebreak.ops.ledger.models import Entry, Head

    assert not Head.objects.filter(chain=WUXI).exists()
    seq, seal = 0, START
    start = timezone.now() - timedelta(seconds=entries)
    events = ("vault.shown", "vault.searched", "accounts.signed-in", "access.refused")
    with acting_as(system("bench")):
        for chunk in chunks(range(entries)):
            rows = []
            for number in chunk:
                seq += 1
                row = Entry(
                    chain=WUXI, seq=seq, at=start + timedelta(seconds=number), event=events[number % 4],
                    actor_id=number % 500 + 1, actor=f"bench-{number % 500}", subject_kind="person",
                    subject_id=str(number % 100_000), division_code="320213", reason="流调 演练", key=ring().current,
                    details={"fields": ["phone"]}, previous=seal,
                )  # fmt: skip
                row.seal = seal = seal_of(row, ring())
                rows.append(row)
            with transaction.atomic():
                Entry.scoped.bulk_create(rows)
    Head.objects.bulk_create([Head(chain=WUXI, seq=seq, seal=seal)])


def fill_accounts(accounts: int) -> None:
    """Grid workers, and one of each office that is measured."""
    from django_otp.plugins.otp_totp.models import TOTPDevice

    from firebreak.ops.accounts.models import Holding, User
    from firebreak.terms.offices import Office

    users = [
        User(username=f"bench-{number}", label=f"演练 {number}", home=f"320213{number % 90 + 1:03}", password="!",
             must_change_password=False)
        for number in range(accounts)
    ]  # fmt: skip
    for start in range(0, accounts, 2000):
        User.objects.bulk_create(users[start : start + 2000])
    keys = list(User.objects.filter(username__startswith="bench-").values_list("pk", flat=True))
    for start in range(0, accounts, 2000):
        Holding.objects.bulk_create(
            Holding(
                user_id=pk,
                office="grid_worker",
                kind="grid",
                value=f"320213001001{pk % 900 + 1:03}",
                granted_by="bench",
            )
            for pk in keys[start : start + 2000]
        )
    for office in (Office.AUDITOR, Office.ADMINISTRATOR, Office.OFFICER, Office.STEWARD):
        user = User.objects.create(username=f"the-{office}", label="演练", home=WUXI, must_change_password=False)
        Holding.objects.create(user=user, office=office, kind="division", value=WUXI, granted_by="bench")
        TOTPDevice.objects.create(user_id=user.pk, name="totp", key="31" * 20)


def client_of(office: str) -> Any:
    """A browser in which this office has signed in."""
    from django.test import Client
    from django_otp import DEVICE_ID_SESSION_KEY
    from django_otp.plugins.otp_totp.models import TOTPDevice

    from firebreak.ops.accounts.models import User

    user = User.objects.get(username=f"the-{office}")
    client = Client(HTTP_HOST="127.0.0.1")
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    session[DEVICE_ID_SESSION_KEY] = TOTPDevice.objects.get(user_id=user.pk).persistent_id
    session.save()
    return client


def p95(work: Callable[[int], object], rounds: int = ROUNDS) -> tuple[float, float]:
    """Milliseconds: median and 95th percentile."""
    work(0)
    seen = []
    for number in range(rounds):
        start = time.perf_counter()
        work(number)
        seen.append((time.perf_counter() - start) * 1000)
    cuts = quantiles(seen, n=20)
    return cuts[9], cuts[18]


def get(client: Any, address: str) -> Any:
    """A page that must be there."""
    answer = client.get(address)
    assert answer.status_code == 200, f"{address}: {answer.status_code}"
    return answer


def further(client: Any, pages: int, first: str = "/ledger/") -> str:
    """The address of a list's page so many pages on."""
    address = first
    for _ in range(pages):
        found = re.search(r'rel="next" href="([^"]+)"', get(client, address).content.decode())
        assert found
        address = first + found[1].replace("&amp;", "&")
    return address


def pages() -> dict[str, Callable[[int], object]]:
    """Every list and page of the accounts and ledger desks, in the ways they are asked for."""
    from firebreak.ops.accounts.models import User

    auditor, administrator = client_of("auditor"), client_of("administrator")
    deep = further(auditor, 20)
    number_of = {n: User.objects.get(username=f"bench-{n}").pk for n in range(ROUNDS)}
    return {
        "home": lambda _: get(auditor, "/"),
        "ledger": lambda _: get(auditor, "/ledger/"),
        "ledger, page 21": lambda _: get(auditor, deep),
        "ledger, oldest first": lambda _: get(auditor, "/ledger/?sort=at"),
        "ledger of one actor": lambda n: get(auditor, f"/ledger/?actor=bench-{n}"),
        "ledger of one person": lambda n: get(auditor, f"/ledger/?subject=person+{n * 7}"),
        "ledger, one event": lambda _: get(auditor, "/ledger/?event=vault.shown"),
        "ledger, an event nobody had": lambda _: get(auditor, "/ledger/?event=vault.exported"),
        "accounts": lambda _: get(administrator, "/accounts/"),
        "accounts by name": lambda n: get(administrator, f"/accounts/?name=bench-{n}"),
        "one account": lambda n: get(administrator, f"/accounts/{number_of[n]}"),
    }


def person_pages(persons: int) -> dict[str, Callable[[int], object]]:
    """Every list and page of the persons desk and the review queue, each search and look a ledger entry, too."""
    from bench.desks_lake import document, name_of, phone

    from firebreak.ops.base.actor import system
    from firebreak.ops.base.scope import everywhere
    from firebreak.ops.persons.models import Review

    officer, steward = client_of("officer"), client_of("steward")
    pairs = list(everywhere(Review, because=str(system("bench"))).values_list("pk", flat=True)[: ROUNDS * 2])
    deep = further(officer, 5, "/persons/")
    some = [number * 7919 % persons // 10 * 10 + 1 for number in range(ROUNDS + 1)]

    def find(field: str, value: str) -> Any:
        answer = officer.post("/persons/find", {"field": field, "value": value})
        assert b"/persons/" in answer.content, answer.status_code
        return answer

    return {
        "persons": lambda _: get(officer, "/persons/"),
        "persons, a county": lambda _: get(officer, "/persons/?division=320281"),
        "persons, by division backwards": lambda _: get(officer, "/persons/?sort=-division"),
        "persons, red (nobody)": lambda _: get(officer, "/persons/?colour=red"),
        "persons, page 6": lambda _: get(officer, deep),
        "find by number": lambda n: find("doc_number", document(some[n])),
        "find by phone": lambda n: find("phone", phone(some[n])),
        "find by name": lambda n: find("name", name_of(some[n])),
        "find by pinyin": lambda n: find("name", "wang wei wei"),
        "find by two characters": lambda n: find("name", name_of(some[n])[:2] + "*"),
        "a person's file": lambda n: get(officer, f"/persons/{some[n]}"),
        "a person's file in full": lambda n: officer.post(f"/persons/{some[n]}/show", {"reason": "演练"}),
        "review queue": lambda _: get(steward, "/reviews/"),
        "review queue, least likely": lambda _: get(steward, "/reviews/?sort=probability"),
        "review queue of one person": lambda n: get(steward, f"/reviews/?person={some[n]}"),
        "one pair": lambda n: get(steward, f"/reviews/{pairs[n]}"),
        "rulings": lambda _: get(steward, "/reviews/rulings/"),
    }


def looks(officer: Any) -> dict[str, Callable[[int], object]]:
    """Looks into the vault; each of the last three is a ledger entry, too."""
    from bench.desks_lake import phone

    from firebreak.ops.vault.actions import search, show
    from firebreak.ops.vault.selectors import masked

    return {
        "50 masked persons": lambda n: masked(kind="person", subject_ids=range(n * 50 + 1, n * 50 + 51), by=officer),
        "search by phone": lambda n: search(kind="person", field="phone", value=phone(n * 10 + 1), by=officer),
        "search by name (many)": lambda n: search(kind="person", field="name", value="王伟伟", by=officer),
        "show one phone": lambda n: show(
            kind="person", subject_id=n * 10 + 1, fields=["phone"], reason="演练", by=officer
        ),
    }


def measure(persons: int, entries: int) -> None:
    """Each page, then each look into the vault, then the alternative."""
    from django.db import models

    from firebreak.ops.accounts.actors import actor_of
    from firebreak.ops.accounts.models import User
    from firebreak.ops.base.actor import system
    from firebreak.ops.base.scope import acting_as
    from firebreak.ops.ledger.models import Entry
    from firebreak.ops.ledger.selectors import verdict

    officer = actor_of(User.objects.get(username="the-officer"), verified=True)
    print(f"\n{'':32} median    p95 (ms), {persons:,} persons, {entries:,} entries")
    failed: list[str] = []
    with acting_as(officer):
        for name, work in (pages() | person_pages(persons) | looks(officer)).items():
            try:
                middle, high = p95(work)
            except AssertionError as error:
                failed.append(f"{name}: {error}")
                continue
            print(f"{name:32} {middle:6.1f} {high:6.1f}", flush=True)
    with acting_as(system("bench")):
        rows = models.QuerySet(Entry).order_by("-at", "-pk")
        middle, high = p95(lambda _: list(rows[entries // 2 : entries // 2 + 50]), 5)
        print(f"{'(by OFFSET, half way)':32} {middle:6.1f} {high:6.1f}")
    timed("verify", lambda: verdict(by=system("bench")), entries)
    if failed:
        raise SystemExit("\n".join(failed))


if __name__ == "__main__":
    main()
