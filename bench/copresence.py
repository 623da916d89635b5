"""Co-presence on generated stays: this engine beside Polars and the naive SQL join, in one run, as ratios.

    python bench/copresence.py --data DIR                     # 200 million stays over 300,000 places, 14 days
    python bench/copresence.py --data DIR --rows 20000000 --iejoin

Stays are cut by day and sorted as the lake sorts ``presences``. For 1, 1,000, 10,000 and 100,000 stays of cases each
engine finds who was at the same place for at least 15 minutes, and counts pairs and minutes; all must count the same.
Ours tells besides the cell, the level and the relation. Files are made once in DIR and used again. Every engine runs in
a process of its own, so that its peak memory is its own; ``bytes`` is what the process had read from files.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from time import perf_counter, process_time

import duckdb
import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from firebreak.engine.backends.duckdb import Duck
from firebreak.engine.tracing.places import places
from firebreak.engine.tracing.rules import rule_named
from firebreak.engine.tracing.rules.model import SettingRule
from firebreak.engine.tracing.stays import SPANS, place_stays, stay_contacts
from firebreak.lake.parquet import ROWS_A_GROUP, encoding
from firebreak.terms.enums import Scope, Setting
from firebreak.terms.tables import PRESENCES

FIRST, DAY_US, CHUNKS = date(2020, 1, 10), 86_400_000_000, 12
SIZES = (1, 1_000, 10_000, 100_000)
KINDS = np.array(["hotel", "ward", "shop", "restaurant", "clinic", "entertainment"])
LEAST = 15
WHO = ("person_id", "cell_id", "record_id")


def place_sizes(count: int) -> tuple[np.ndarray, np.ndarray]:
    """(ids, share of the stays) of the places: hashes in order; most are small, a few very large."""
    draws = np.random.default_rng(5)
    ids = np.unique(draws.integers(1, 2**63 - 1, count + count // 100))[:count]
    weight = draws.lognormal(0, 1.2, count)
    return ids, weight / weight.sum()


def day_of_stays(day: int, rows: int, ids: np.ndarray, share: np.ndarray) -> list[pa.Table]:
    """One day in chunks of places, in order of place and start."""
    draws, chunks = np.random.default_rng(1_000 + day), []
    counts = draws.multinomial(rows, share)
    first = 0
    for part in np.array_split(np.arange(len(ids)), CHUNKS):
        chunks.append(_chunk(draws, day, first, part, ids, counts))
        first += int(counts[part].sum())
    return chunks


def _chunk(
    draws: np.random.Generator, day: int, first: int, part: np.ndarray, ids: np.ndarray, counts: np.ndarray
) -> pa.Table:
    place, n = np.repeat(part, counts[part]), int(counts[part].sum())
    start = ((FIRST - date(1970, 1, 1)).days + day) * DAY_US + draws.integers(6 * 60, 22 * 60, n) * 60_000_000
    order = np.lexsort((start, place))
    place, start = place[order], start[order]
    minutes = np.clip(draws.lognormal(3.6, 0.9, n), 2, 1_200).astype(np.int64)
    rooms = np.maximum(counts[place] // 8, 1)
    cell = ids[place] // 2 + draws.integers(0, 1 << 30, n) % rooms
    columns = {
        "person_id": pa.array(draws.integers(1, 10**7, n)),
        "place_id": pa.array(ids[place]),
        "cell_id": pa.array(cell, mask=draws.random(n) < 0.3),
        "place_kind": pa.array(KINDS[place % len(KINDS)]),
        "start_at": pa.array(start, pa.timestamp("us", "UTC")),
        "end_at": pa.array(start + minutes * 60_000_000, pa.timestamp("us", "UTC")),
        "assumed": pa.array(np.zeros(n, bool)),
        "record_id": pa.array((day << 32) + first + np.arange(n)),
        "part": pa.array(np.zeros(n, np.int16)),
    }
    return pa.table([columns[field.name] for field in PRESENCES.schema], schema=PRESENCES.schema)


def written(folder: Path, rows: int, count: int, days: int) -> list[Path]:
    """The files of all days, as the lake writes them; those that are there are used again."""
    here = folder / f"copresence-{rows}-{count}-{days}"
    here.mkdir(parents=True, exist_ok=True)
    ids, share = place_sizes(count)
    files = [here / f"{day:02}.parquet" for day in range(days)]
    for day, path in enumerate(files):
        if path.exists():
            continue
        with pq.ParquetWriter(
            path.with_suffix(".part"), PRESENCES.schema, store_schema=False, **encoding(PRESENCES)
        ) as writer:
            for chunk in day_of_stays(day, rows // days, ids, share):
                writer.write_table(chunk, row_group_size=ROWS_A_GROUP)
        path.with_suffix(".part").rename(path)
    return files


def case_stays(files: list[Path], size: int) -> pa.Table:
    """Stays of cases, spread over the days and the places; each is a case of its own, so that pairs are countable."""
    draws, each, parts = np.random.default_rng(size), -(-size // len(files)), []
    for file in files if size > 1 else files[len(files) // 2 :][:1]:
        groups = pq.ParquetFile(file)
        for group in draws.integers(0, groups.num_row_groups, min(each, 40)):
            rows = groups.read_row_group(int(group))
            take = draws.integers(0, rows.num_rows, max(1, each // min(each, 40)))
            parts.append(rows.take(pa.array(take)))
    own = pa.concat_tables(parts).slice(0, size)
    marked = pa.array(-1 - np.arange(own.num_rows))
    return own.set_column(own.schema.get_field_index("person_id"), "person_id", marked)


def ours(files: list[Path], cases: pa.Table) -> dict[str, int]:
    """The engine's question, as a trace asks it."""
    pack = rule_named("jiangsu-first-list")
    rules = (SettingRule(Setting.ANY, Scope.PLACE, minutes=LEAST),)
    pack = type(pack)(**{name: getattr(pack, name) for name in pack.__slots__} | {"settings": rules})
    ids = cases["person_id"]
    ends = (pa.array([FIRST - timedelta(days=1)] * len(ids)), pa.array([FIRST + timedelta(days=400)] * len(ids)))
    spans = pa.table([ids, ids, *(end.cast(pa.timestamp("us")).cast(pa.timestamp("us", "UTC")) for end in ends)],
                     schema=SPANS)  # fmt: skip
    with Duck(memory_limit="220MB", threads=2) as duck:
        presences = duck.scan("presences", files)
        stays = place_stays(duck, duck.put("own", cases), duck.put("spans", spans), pack, places())
        found = stay_contacts(duck, presences, stays, pack)
        told = duck.run(found.aggregate(pairs=found.count(), minutes=found.minutes.sum())).to_pylist()[0]
    return {"pairs": told["pairs"], "minutes": told["minutes"]}


def polars(files: list[Path], cases: pa.Table) -> dict[str, int]:
    """The same in Polars, streaming; who, in which cell, by which record comes along as in ours."""
    own = pl.from_arrow(cases.select(["place_id", "start_at", "end_at"])).rename({"start_at": "c_s", "end_at": "c_e"})
    frame = pl.scan_parquet(files).select(*WHO, "place_id", "start_at", "end_at").join(own.lazy(), on="place_id")
    spent = pl.min_horizontal("end_at", "c_e") - pl.max_horizontal("start_at", "c_s")
    met = frame.select(*WHO, spent.dt.total_seconds().alias("spent")).filter(pl.col("spent") >= LEAST * 60)
    people = [pl.col(name).sum().alias(name) for name in WHO]
    told = met.select(pl.len().alias("n"), (pl.col("spent") // 60).sum().alias("m"), *people).collect(
        engine="streaming"
    )
    return {"pairs": told["n"][0], "minutes": told["m"][0]}


def naive(files: list[Path], cases: pa.Table, place: bool = True) -> dict[str, int]:
    """What one writes first in SQL: an equi-join on the place, or (``place`` false) IEJoin on the times alone."""
    who, sums = ", ".join(f"p.{name}" for name in WHO), ", ".join(f"sum({name})" for name in WHO)
    with duckdb.connect() as connection:
        connection.execute("SET threads = 2; SET enable_progress_bar = false; SET TimeZone = 'UTC'")
        if not place:
            connection.execute("SET prefer_range_joins = true")
        connection.register("cases", cases)
        listed = ", ".join(f"'{file}'" for file in files)
        told = connection.execute(f"""
            WITH pairs AS (SELECT {who},
                epoch(least(p.end_at, c.end_at)) - epoch(greatest(p.start_at, c.start_at)) AS spent
                FROM read_parquet([{listed}]) p JOIN cases c ON p.place_id = c.place_id
                AND p.start_at < c.end_at AND p.end_at > c.start_at)
            SELECT count(*), sum(spent // 60)::BIGINT, {sums} FROM pairs WHERE spent >= {LEAST * 60}""").fetchone()
    assert told is not None
    return {"pairs": told[0], "minutes": told[1]}


ENGINES = {
    "firebreak": ours,
    "polars": polars,
    "naive SQL": naive,
    "IEJoin": lambda files, cases: naive(files, cases, place=False),
}


def measured(name: str, files: list[Path], cases: pa.Table, times: int) -> dict[str, float]:
    """First and best seconds, processor seconds of the best, peak memory, bytes read by the first, and the counts."""
    before, seconds = _bytes_read(), []
    for nth in range(times):
        start, spent = perf_counter(), process_time()
        told = ENGINES[name](files, cases)
        seconds.append((perf_counter() - start, process_time() - spent))
        if nth == 0:
            read = _bytes_read() - before
    best = min(seconds)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"first": seconds[0][0], "best": best[0], "cpu": best[1], "peak_mb": peak, "read_mb": read / 1e6, **told}


def _bytes_read() -> int:
    """Bytes this process asked the system for, whether they came from the disk or from memory."""
    lines = Path("/proc/self/io").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("rchar")).split()[1])


def main() -> int:
    options = argparse.ArgumentParser()
    options.add_argument("--data", type=Path, required=True)
    options.add_argument("--rows", type=int, default=200_000_000)
    options.add_argument("--places", type=int, default=300_000)
    options.add_argument("--days", type=int, default=14)
    options.add_argument("--sizes", type=int, nargs="*", default=SIZES)
    options.add_argument("--engines", nargs="*", default=["firebreak", "polars", "naive SQL"])
    options.add_argument("--iejoin", action="store_true")
    options.add_argument("--times", type=int, default=3)
    options.add_argument("--one", nargs=2, metavar=("ENGINE", "CASES"))
    given = options.parse_args()
    files = written(given.data, given.rows, given.places, given.days)
    if given.one:
        name, size = given.one
        print(json.dumps(measured(name, files, pq.read_table(_cases_of(files, int(size))), given.times)))
        return 0
    size = sum(file.stat().st_size for file in files) / 1e6
    _say(f"{given.rows:,} stays, {given.places:,} places, {given.days} days, {size:,.0f} MB")
    _say(f"duckdb {duckdb.__version__}, polars {pl.__version__}, 2 threads")
    same = True
    for size in given.sizes:
        path = _cases_of(files, size)
        if not path.exists():
            pq.write_table(case_stays(files, size), path)
        same &= _compared(given, size)
    return 0 if same else 1


def _cases_of(files: list[Path], size: int) -> Path:
    return files[0].with_name(f"cases-{size}.parquet.cases")


def _compared(given: argparse.Namespace, size: int) -> bool:
    counts: dict[str, float] = {}
    base = 0.0
    for name in [*given.engines, *(["IEJoin"] if given.iejoin else [])]:
        command = [sys.executable, __file__, "--data", str(given.data), "--rows", str(given.rows),
                   "--places", str(given.places), "--days", str(given.days), "--times", str(given.times),
                   "--one", name, str(size)]  # fmt: skip
        told = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        counts[name] = told["pairs"]
        base = base or told["best"]
        _say(f"{size:>7,} case stays  {name:<10} first {told['first']:6.2f} s, best {told['best']:6.2f} s "
             f"(processor {told['cpu']:6.2f} s), peak {told['peak_mb']:6.0f} MB, read {told['read_mb']:7.0f} MB, "
             f"{told['pairs']:,} pairs, {told['minutes']:,} min = {told['best'] / base:.1f} × ours")  # fmt: skip
    if len(set(counts.values())) > 1:
        _say("COUNTS DIFFER")
        return False
    return True


def _say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
