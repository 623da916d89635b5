"""DuckDB and Spark on the same drill: the same tables, the same list for an order, and what each takes.

    python bench/executors.py                       # 20,000 people, 21 days, Spark in this process
    python bench/executors.py --people 200000 --engine spark://host:7077

Both start from the same ingested lake. Every derived table must be equal row by row (numbers with a fraction to six
digits); the order's report must be equal in everything but its times. The first start of Spark is timed by itself.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
from dataclasses import asdict
from datetime import date
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import polars as pl
from polars.testing import assert_frame_equal

from firebreak.bridge.engines import DUCKDB
from firebreak.bridge.orders import Order
from firebreak.bridge.run import STAGES, take
from firebreak.bridge.session import frame, session
from firebreak.bridge.specs import specs_from
from firebreak.bridge.trace import trace
from firebreak.lake.lake import Lake
from firebreak.world.channels import load_noise, render
from firebreak.world.generate import generate

DERIVED = ("links", "persons", "person_fields", "services", "rides", "presences", "memberships", "places")
AS_OF = date(2020, 1, 31)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=20_000)
    parser.add_argument("--days", type=int, default=21)
    parser.add_argument("--engine", default=f"spark-local[{os.cpu_count() or 2}]")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=".") as folder:
        case = ingested(Path(folder), given.people, given.days)
        started = start(given.engine, Path(folder) / DUCKDB)
        seconds = {engine: stages(Lake.open(Path(folder) / name), engine) for engine, name in named(given.engine)}
        rows = compared(Path(folder))
        asked = {
            engine: asked_twice(Lake.open(Path(folder) / name), engine, case) for engine, name in named(given.engine)
        }
    show(given, started, seconds, rows, asked)


def named(engine: str) -> list[tuple[str, str]]:
    """Each executor and the folder of its lake."""
    return [(DUCKDB, DUCKDB), (engine, "spark")]


def ingested(folder: Path, people: int, days: int) -> str:
    """Two copies of one lake with the drill's records; the case of its order."""
    generate(people, days, 7, folder / "drill")
    render(folder / "drill" / "truth", folder / "drill", load_noise(), 7)
    lake = Lake.open(folder / DUCKDB, create=True)
    take(lake, [folder / "drill" / "channels"], specs_from(()), AS_OF, "bench", lambda *_: None, 2)
    shutil.copytree(folder / DUCKDB, folder / "spark")
    orders = json.loads((folder / "drill" / "truth" / "orders.json").read_text("utf-8"))
    number: str = orders[0]["case_no"]
    return number


def start(engine: str, lake: Path) -> float:
    """Seconds until Spark answers its first question."""
    began = perf_counter()
    with session(Lake.open(lake), engine) as opened:
        opened.executor.run(opened.executor.table("links").count().as_table())
    return perf_counter() - began


def stages(lake: Lake, engine: str) -> dict[str, float]:
    """Seconds of each stage."""
    found = {}
    for key, stage in STAGES.items():
        began = perf_counter()
        stage(lake, engine)
        found[key] = perf_counter() - began
    return found


def compared(folder: Path) -> dict[str, int]:
    """Rows of each derived table. AssertionError where a row differs."""
    rows = {}
    with session(Lake.open(folder / DUCKDB)) as one, session(Lake.open(folder / "spark")) as other:
        for name in DERIVED:
            tables = [frame(opened, name).sort(pl.all()) for opened in (one, other)]
            assert_frame_equal(*tables, rel_tol=1e-6)
            rows[name] = tables[0].height
    return rows


def asked_twice(lake: Lake, engine: str, case: str) -> tuple[list[float], dict[str, Any]]:
    """Seconds of the order asked in two sessions one after the other, and its report without times."""
    seconds = []
    for _ in range(2):
        began = perf_counter()
        with session(lake, engine) as opened:
            report = trace(opened, Order(case_no=case), as_of=AS_OF, by="bench", specs=[])
        seconds.append(perf_counter() - began)
    told = asdict(report)
    told.pop("timings")
    return seconds, told


def show(
    given: argparse.Namespace, started: float, seconds: dict[str, dict[str, float]], rows: dict[str, int], asked: Any
) -> None:
    spark = given.engine
    print(f"{given.people:,} people, {given.days} days; {spark} starts in {started:.1f} s; {process_time():.0f} s here")
    print("equal: " + ", ".join(f"{name} {count:,}" for name, count in rows.items()))
    for key in STAGES:
        ours, theirs = seconds[DUCKDB][key], seconds[spark][key]
        print(f"{key:10} duckdb {ours:6.2f} s   spark {theirs:6.2f} s   {theirs / ours:5.1f}×")
    (ours, one), (theirs, other) = asked[DUCKDB], asked[spark]
    times = f"duckdb {ours[0]:.2f}, {ours[1]:.2f} s   spark {theirs[0]:.2f}, {theirs[1]:.2f} s"
    print(f"an order   {times}   {len(one['contacts'])} people")
    if one != other:
        sys.exit("the two reports differ")


if __name__ == "__main__":
    main()
