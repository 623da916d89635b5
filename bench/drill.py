"""How fast a province is made: rows, seconds, peak memory, on this machine.

    python bench/drill.py --people 10000000 --days 60 --rides-a-day 0.167   # 10 M people, 100 M tickets, into a lake
    python bench/drill.py --people 200000 --days 21 --truth                 # the truth of a drill

What it writes is deleted again unless --keep names a folder.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import shutil
import tempfile
import time
from datetime import date
from pathlib import Path

import polars as pl

from firebreak.cli.drill import TABLES, into_lake
from firebreak.world.generate import RIDES_A_DAY, START, generate
from firebreak.world.scale import Province


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--days", type=int, default=60)
    parser.add_argument("--rides-a-day", type=float, default=RIDES_A_DAY)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--start", type=date.fromisoformat, default=START)
    parser.add_argument("--truth", action="store_true", help="the truth of a drill instead of a lake")
    parser.add_argument("--keep", type=Path, help="write here and leave it")
    given = parser.parse_args()
    folder = given.keep or Path(tempfile.mkdtemp(prefix="drill-", dir="build"))
    try:
        (run_truth if given.truth else run_lake)(given, folder)
    finally:
        if given.keep is None:
            shutil.rmtree(folder)


def run_truth(given: argparse.Namespace, folder: Path) -> None:
    began = time.perf_counter()
    rows = generate(given.people, given.days, given.seed, folder, given.start, rides_a_day=given.rides_a_day)
    report(rows, {"all": time.perf_counter() - began}, folder)


def run_lake(given: argparse.Namespace, folder: Path) -> None:
    province = Province(given.people, given.days, given.seed, given.start, given.rides_a_day)
    began, done = time.perf_counter(), dict.fromkeys(TABLES, 0)
    ended: dict[str, float] = {}

    def progress(table: str, rows: int) -> None:
        done[table] += rows
        ended[table] = time.perf_counter() - began
        print(f"\r{table}: {done[table]:,} rows, {ended[table]:.0f} s", end="", flush=True)

    rows = into_lake(folder, province, progress)
    print()
    starts = [0.0, *ended.values()]
    seconds = {table: ended[table] - starts[number] for number, table in enumerate(TABLES)}
    seconds["commit"] = time.perf_counter() - began - starts[-1]
    report(rows, seconds, folder)


def report(rows: dict[str, int], seconds: dict[str, float], folder: Path) -> None:
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    for table, count in rows.items():
        print(f"{table:<12}{count:>14,} rows{seconds.get(table, 0.0):>9.1f} s")
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(f"total {sum(seconds.values()):.1f} s, {size / 1e9:.2f} GB on disk")
    print(
        f"processor time {used.ru_utime + used.ru_stime:.1f} s, load {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores"
    )
    print(f"peak memory {used.ru_maxrss / 1e6:.2f} GB")
    print(f"python {platform.python_version()}, polars {pl.__version__}")


if __name__ == "__main__":
    main()
