"""The same people on Spark as on DuckDB: identity with its model over one drill, both executors in one run.

    python bench/same_clusters.py                    # 40,000 people: about 200,000 records
    python bench/same_clusters.py --people 5000

Every record must be with the same others by the same rule, and the review band must hold the same pairs.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from time import perf_counter

import polars as pl

from firebreak.bridge.engines import DUCKDB
from firebreak.bridge.run import take
from firebreak.bridge.session import session
from firebreak.bridge.specs import specs_from
from firebreak.engine.identity.compare.chinese import COMPARISONS
from firebreak.engine.identity.model.model import default
from firebreak.engine.identity.resolution import Resolution, no_rulings
from firebreak.engine.identity.resolve import resolve
from firebreak.lake.lake import Lake
from firebreak.world.channels import load_noise, render
from firebreak.world.generate import generate

AS_OF = date(2020, 1, 31)
KEY = ["record_id", "part"]
PAIR = ["left_record_id", "left_part", "right_record_id", "right_part"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=40_000)
    parser.add_argument("--days", type=int, default=21)
    parser.add_argument("--engine", default=f"spark-local[{os.cpu_count() or 2}]")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=".") as folder:
        lake = ingested(Path(folder), given.people, given.days)
        found = {engine: timed(lake, engine) for engine in (DUCKDB, given.engine)}
    (ours, one), (theirs, other) = found.values()
    print(f"{one.groups.height:,} records, {one.groups['group'].n_unique():,} people, {one.reviews.height:,} in review")
    print(f"duckdb {ours:.1f} s, {given.engine} {theirs:.1f} s, {theirs / ours:.1f}×")
    differing = different(one, other, named) or different(one, other, reviewed)
    if differing:
        sys.exit(f"{differing} rows differ")
    print("the same clusters and the same review band")


def ingested(folder: Path, people: int, days: int) -> Lake:
    """A lake with the drill's records."""
    generate(people, days, 7, folder / "drill")
    render(folder / "drill" / "truth", folder / "drill", load_noise(), 7)
    lake = Lake.open(folder / "lake", create=True)
    take(lake, [folder / "drill" / "channels"], specs_from(()), AS_OF, "bench", lambda *_: None, 2)
    return lake


def timed(lake: Lake, engine: str) -> tuple[float, Resolution]:
    """Seconds, without the start of the executor, and what was found."""
    with session(lake, engine) as opened:
        opened.executor.run(opened.executor.table("links").count().as_table())
        began = perf_counter()
        found = resolve(opened.executor, default(COMPARISONS), no_rulings())
        return perf_counter() - began, found


def named(found: Resolution) -> pl.DataFrame:
    """Each record with the smallest record of its group, which names the group alike whatever its number."""
    first = pl.struct(KEY).min().over("group").alias("people")
    return found.groups.select(*KEY, "rule", first)


def reviewed(found: Resolution) -> pl.DataFrame:
    """The pairs of the review band."""
    return found.reviews.select(PAIR)


def different(one: Resolution, other: Resolution, view: Callable[[Resolution], pl.DataFrame]) -> int:
    """Rows that only one of them has."""
    both = [view(found).with_columns(side=pl.lit(side)) for side, found in enumerate((one, other))]
    columns = [name for name in both[0].columns if name != "side"]
    return pl.concat(both).group_by(columns).agg(pl.len()).filter(pl.col("len") != 2).height


if __name__ == "__main__":
    main()
