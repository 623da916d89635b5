"""The API in process, on SQLite: a page of 500 receipts, written at once and (the rival, in the same run) validated by
ninja's shapes; 10,000 records until the receipt, and until they are in the lake.

``PYTHONPATH=. python bench/api.py``: no option, everything in a temporary folder and in memory.
"""

from __future__ import annotations

import json
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.test import Client
from tests.desks import django_setup  # noqa: F401 - before any model is imported
from tests.desks.integration import token
from tests.desks.people import BY

from firebreak.bridge import desk_work
from firebreak.ops.channels.models import Delivery
from firebreak.ops.runs.progress import Job
from firebreak.web.api import operations
from firebreak.web.api.schemas import Receipts

PAGE, RECORDS, TIMES = 500, 10_000, 40


def main() -> None:
    """Measure and print."""
    call_command("migrate", verbosity=0)
    operations.REQUESTS_A_MINUTE = 10**9
    settings.ALLOWED_HOSTS = ["*"]
    with tempfile.TemporaryDirectory() as folder:
        settings.FIREBREAK_SPOOL, settings.FIREBREAK_LAKE = Path(folder, "spool"), Path(folder, "lake")
        client = Client(headers={"Authorization": f"Bearer {token()}"})
        pages(client)
        records(client)


def pages(client: Client) -> None:
    """A page of 500 receipts with three rejects each."""
    name = client.get("/api/v1/me").json()["integration"]
    rejects = [["value", "phone", "电话", "phone.length", 3]] * 3
    Delivery.scoped.bulk_create(
        Delivery(receipt=f"{nth:032x}", division_code="3202", file_name="a.csv", bytes=1, sha256="0" * 64,
                 delivered_by=f"integration:{name}", delivered_at="2020-01-23T00:00:00Z", rejects=rejects)
        for nth in range(5_000)
    )  # fmt: skip
    address = f"/api/v1/deliveries?size={PAGE}"
    body = json.loads(client.get(address).content)
    whole = timed(lambda: client.get(address))
    rival = timed(lambda: Receipts.model_validate(body).model_dump_json())
    print(
        f"a page of {PAGE} receipts: {whole[0]:.1f} ms (p95 {whole[1]:.1f}); ninja's shapes would add {rival[0]:.1f} ms"
    )


def records(client: Client) -> None:
    """10,000 records of a gate in one request; then 50 requests of one record. What a process pays once comes first."""
    sent(client, 100)
    told, done = sent(client, RECORDS)
    print(f"{RECORDS:,} records: receipt after {told:.2f} s, in the lake {done:.2f} s later")
    told, done = sent(client, 1, 50)
    print(f"50 requests of one record: receipts after {told:.2f} s, in the lake {done:.2f} s later")


def sent(client: Client, count: int, times: int = 1) -> tuple[float, float]:
    """Seconds until so many requests of so many records had their receipts, and until all were in the lake."""
    bodies = ["\n".join(record(nth + time_ * count) for nth in range(count)) for time_ in range(times)]
    begin = time.perf_counter()
    for body in bodies:
        answer = client.post("/api/v1/channels/rail-gates/records", body, content_type="application/x-ndjson")
        assert answer.status_code == 202, answer.content
    told = time.perf_counter()
    counts = desk_work.take_in(Job(0, {}, BY))
    assert counts["kept"] == count * times
    return told - begin, time.perf_counter() - told


def record(nth: int) -> str:
    """A gate's record."""
    at = f"2020-01-{1 + nth % 28:02d} 08:{nth % 60:02d}:00"
    return json.dumps({"核验时间": at, "车站": "无锡站", "姓名": "演练", "设备号": f"Z{nth}"})


def timed(call: Callable[[], object]) -> tuple[float, float]:
    """Median and 95th percentile, in milliseconds."""
    taken = []
    for _ in range(TIMES):
        begin = time.perf_counter()
        call()
        taken.append(1000 * (time.perf_counter() - begin))
    return statistics.median(taken), sorted(taken)[int(0.95 * TIMES)]


if __name__ == "__main__":
    main()
