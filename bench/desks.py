"""The desks with a million persons in the vault and a million entries in the ledger: p95 of each list and page.

    python bench/desks.py [--persons 1000000] [--entries 1000000] [--accounts 20000]

Every request goes through the whole stack (sessions, policies, row scope, templates) in this process, on the database
that DATABASE_URL names (SQLite in a temporary folder where it names none). Beside it, in the same run: the same page of
the ledger by OFFSET, as plain paging would fetch it.
"""

from __future__ import annotations

import argparse
import os
import re
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import islice
from statistics import quantiles
from typing import Any

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

        prepare()
        load(given.persons, given.entries, given.accounts)
        measure(given.persons, given.entries)


def timed(what: str, work: Callable[[], object], rows: int) -> None:
    """Print how long loading took."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    print(f"{what}: {rows:,} rows, {wall:.1f} s ({cpu:.1f} s of processor), {rows / wall:,.0f} rows/s", flush=True)


def load(persons: int, entries: int, accounts: int) -> None:
    """Fill vault, ledger and accounts."""
    timed("vault", lambda: fill_vault(persons), persons)
    timed("ledger", lambda: fill_ledger(entries), entries)
    timed("accounts", lambda: fill_accounts(accounts), accounts)


def chunks(numbers: range) -> Iterator[list[int]]:
    """2,000 at a time."""
    iterator = iter(numbers)
    while chunk := list(islice(iterator, 2000)):
        yield chunk


def phone(number: int) -> str:
    """A phone of the drill's range."""
    return f"+86199{number:08}"


def fill_vault(persons: int) -> None:
    """Persons of Wuxi's grids, and a tenth of them elsewhere."""
    from firebreak.ops.base.actor import system
    from firebreak.ops.vault.actions import Record, store

    surnames, given = "王李张刘陈杨赵黄周吴", "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚"
    for chunk in chunks(range(1, persons + 1)):
        records = []
        for number in chunk:
            place = "320505001001" if number % 10 == 0 else f"320213{number % 90 + 1:03}{number % 20 + 1:03}"
            values = {
                "name": [surnames[number % 10] + given[number // 10 % 20] + given[number // 200 % 20]],
                "doc_number": [
                    f"320299{1950 + number % 60}{number % 12 + 1:02}{number % 28 + 1:02}{number % 10_000:04}"
                ],
                "phone": [phone(number)],
                "address": [f"江苏省无锡市梁溪区演练街道{number % 90}号{number % 40}室"],
            }
            records.append(Record(number, place, f"{place}{number % 40 + 1:03}", values, simulated=True))
        store(kind="person", records=records, source="bench", by=system("bench"))


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
    for office in (Office.AUDITOR, Office.ADMINISTRATOR, Office.OFFICER):
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


def further(client: Any, pages: int) -> str:
    """The address of the ledger's page so many pages on."""
    address = "/ledger/"
    for _ in range(pages):
        found = re.search(r'rel="next" href="([^"]+)"', get(client, address).content.decode())
        assert found
        address = "/ledger/" + found[1].replace("&amp;", "&")
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


def looks(officer: Any) -> dict[str, Callable[[int], object]]:
    """Looks into the vault; each of the last three is a ledger entry, too."""
    from firebreak.ops.vault.actions import search, show
    from firebreak.ops.vault.selectors import masked

    return {
        "50 masked persons": lambda n: masked(kind="person", subject_ids=range(n * 50 + 1, n * 50 + 51), by=officer),
        "find by phone": lambda n: search(kind="person", field="phone", value=phone(n * 10 + 1), by=officer),
        "find by name (many)": lambda n: search(kind="person", field="name", value="王伟伟", by=officer),
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
    with acting_as(officer):
        for name, work in (pages() | looks(officer)).items():
            middle, high = p95(work)
            print(f"{name:32} {middle:6.1f} {high:6.1f}", flush=True)
    with acting_as(system("bench")):
        rows = models.QuerySet(Entry).order_by("-at", "-pk")
        middle, high = p95(lambda _: list(rows[entries // 2 : entries // 2 + 50]), 5)
        print(f"{'(by OFFSET, half way)':32} {middle:6.1f} {high:6.1f}")
    timed("verify", lambda: verdict(by=system("bench")), entries)


if __name__ == "__main__":
    main()
