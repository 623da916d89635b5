"""Time and memory of linkage as records grow: ours, Splink on everything, exact only, each in a process of its own.

    python bench/linkage_scale.py --people 200000 1000000            # a drill of each size, and the growth between them
    python bench/linkage_scale.py --people 5000000 --records 12500000 --keep build/scale   # the goal: 50 s, 6.4 GB
    python bench/linkage_scale.py --people 5000000 --records 12500000 --keep build/scale --rival

A drill of two days with medium dirt: registers of households, phones, communities and vehicles, tickets, hotels; two
registers mask their numbers. ``--records``: no more than so many, drawn by record (all of them else). What linkage
reads lies in Parquet files before the clock starts, as it does in a lake; what is timed is ``resolve``: from mentions
to people and review pairs. Everybody is simulated (演练/DRILL). What is written is deleted again unless --keep names a
folder; there it is found and used again.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import tempfile
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import polars as pl

from firebreak.bridge.run import take
from firebreak.bridge.session import session
from firebreak.bridge.specs import specs_from
from firebreak.engine.backends.duckdb import Duck
from firebreak.engine.identity.compare.chinese import COMPARISONS
from firebreak.engine.identity.exact import grouped
from firebreak.engine.identity.model.model import default
from firebreak.engine.identity.resolution import no_rulings
from firebreak.engine.identity.resolve import resolve
from firebreak.lake.lake import Lake
from firebreak.world.channels import load_noise, render
from firebreak.world.generate import generate
from linkage import as_one_table, truth_of
from linkage_scores import scores

KEY = ["record_id", "part"]
DAYS, SEED, WHOLE = 2, 7, 1_000_000
MEMORY = "3GB"
READ = ("mentions", "journeys")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, nargs="+", default=[200_000])
    parser.add_argument("--records", type=int, help="at most so many")
    parser.add_argument("--memory", default=MEMORY, help="DuckDB's share of the memory")
    parser.add_argument("--rival", action="store_true", help="and Splink on everything, and exact only")
    parser.add_argument("--keep", type=Path, help="make it here and leave it")
    parser.add_argument("--only-make", action="store_true", help="measure nothing (with --keep)")
    given = parser.parse_args()
    folder = given.keep or Path(tempfile.mkdtemp(prefix="linkage-", dir="build"))
    try:
        spent = [_one_size(folder / str(people), people, given) for people in given.people]
    finally:
        if given.keep is None:
            shutil.rmtree(folder)
    for (less, small), (more, large) in pairwise(spent):
        print(f"{more / less:.1f}× the records: {large / small:.1f}× the time")


def _one_size(folder: Path, people: int, given: argparse.Namespace) -> tuple[int, float]:
    """Records, and seconds of ours."""
    if not (folder / "truth.parquet").exists():
        _alone(_make, folder, people, given.records)
    records = pl.scan_parquet(folder / "truth.parquet").select(pl.len()).collect().item()
    print(f"\ndrill (演练): {records:,} records of {people:,} people", flush=True)
    if given.only_make:
        return records, 1.0
    seconds = _alone(_ours, folder, given.memory)
    if given.rival:
        _alone(_exact, folder, given.memory)
        _alone(_splink, folder, given.memory)
    return records, seconds


def _alone(work: Callable[..., float], *given: object) -> float:
    """In a process of its own, so that its peak of memory is its own."""
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        return pool.submit(work, *given).result()


def _make(folder: Path, people: int, records: int | None) -> float:
    """``mentions.parquet``, ``journeys.parquet`` and ``truth.parquet`` in the folder."""
    began = perf_counter()
    with tempfile.TemporaryDirectory(dir=_made(folder)) as scratch:
        out = Path(scratch)
        generate(people, DAYS, SEED, out)
        render(out / "truth", out, load_noise().at("medium"), SEED)
        lake = Lake.open(out / "lake", create=True)
        take(lake, [out / "channels"], specs_from(), date(2020, 1, 31), "bench", lambda *_: None, workers=2)
        _write(lake, out / "truth", folder, records)
    print(f"made in {perf_counter() - began:.0f} s")
    return 0.0


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _write(lake: Lake, truth: Path, folder: Path, records: int | None) -> None:
    known = truth_of(lake, truth)
    part = WHOLE if records is None else min(WHOLE, int(WHOLE * records / known.height))
    with session(lake) as opened:
        for name in READ:
            table = opened.duck.table(name)
            opened.duck.write(table.filter(_mixed(table.record_id) < part), folder / f"{name}.parquet", tuple(KEY))
    known.filter(_mixed(pl.col("record_id")) < part).write_parquet(folder / "truth.parquet")


def _mixed(record_id: Any) -> Any:
    """A number below ``WHOLE`` that has nothing to do with the order of files or lines: Knuth's multiplicative hash."""
    line, batch = record_id % 4_294_967_296, record_id // 4_294_967_296
    return (line * 435_761 + batch * 7_919) % WHOLE


def _opened(folder: Path, memory: str) -> Duck:
    return Duck({name: [folder / f"{name}.parquet"] for name in READ}, memory_limit=memory, spill=folder)


def _ours(folder: Path, memory: str) -> float:
    began, processor = perf_counter(), process_time()
    with _opened(folder, memory) as duck:
        found = resolve(duck, default(COMPARISONS), no_rulings())
    seconds = _spent("ours", began, processor)
    share = found.reviews.height / found.groups.height
    print(f"  {found.groups['group'].n_unique():,} people, {found.reviews.height:,} pairs to review ({share:.2%})")
    _scored("ours", found.groups, folder)
    return seconds


def _exact(folder: Path, memory: str) -> float:
    began, processor = perf_counter(), process_time()
    with _opened(folder, memory) as duck:
        groups, _ = grouped(duck, duck.table("mentions"), duck.table("journeys"))
    seconds = _spent("exact only", began, processor)
    _scored("exact only", groups, folder)
    return seconds


def _splink(folder: Path, memory: str) -> float:
    from linkage_splink import drill

    with _opened(folder, memory) as duck:
        table = as_one_table(duck)
    began, processor = perf_counter(), process_time()
    groups = drill(table.drop(KEY), 0.99).select("unique_id", "group")
    seconds = _spent("Splink on everything, with the library's comparisons", began, processor)
    _scored("Splink", groups.join(table.select("unique_id", *KEY), on="unique_id"), folder)
    return seconds


def _spent(what: str, began: float, processor: float) -> float:
    seconds, most = perf_counter() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    load = os.getloadavg()[0]
    print(
        f"  {what}: {seconds:.1f} s, processor {process_time() - processor:.1f} s, peak {most:.2f} GB, load {load:.1f}"
    )
    return seconds


def _scored(what: str, groups: pl.DataFrame, folder: Path) -> None:
    print(scores(groups, pl.read_parquet(folder / "truth.parquet"), KEY).line(what), flush=True)


if __name__ == "__main__":
    main()
