"""Seat neighbours on generated rides: this engine against pandas and Polars in one run, as ratios.

    python bench/seats.py                       # 10 million rides over 14 days
    python bench/seats.py --rows 100000000 --no-pandas

Rides are cut by day and sorted as the lake sorts them. For 1, 1,000 and 100,000 case rides, each engine finds everybody
in the same coach within three rows on an overlapping stretch, and counts them; all must count the same.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from time import perf_counter

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from firebreak.engine.backends.duckdb import Duck
from firebreak.engine.tracing.reach import reach
from firebreak.engine.tracing.rules import rule_named
from firebreak.engine.tracing.seats import exposures, seat_contacts
from firebreak.engine.tracing.trace import place_cases
from firebreak.terms.tables import RIDES

FIRST, SEATS, COACHES, STOPS, TURNS = date(2020, 1, 10), 85, 16, 10, 2
SIZES = (1, 1_000, 100_000)
COLUMNS = ["run_date", "service_id", "coach", "row", "letter", "board_seq", "alight_seq", "person_id"]


def day_of_rides(day: date, rows: int, seed: int) -> pa.Table:
    """Trains of 16 coaches of 17 rows, each seat sold for two stretches that follow one another."""
    draws = np.random.default_rng(seed)
    index = np.arange(rows)
    train, rest = index // (COACHES * SEATS * TURNS), index % (COACHES * SEATS * TURNS)
    coach, rest = rest // (SEATS * TURNS), rest % (SEATS * TURNS)
    row, rest = rest // (5 * TURNS), rest % (5 * TURNS)
    turn = rest % TURNS
    middle = draws.integers(2, STOPS - 1, rows // TURNS + 1).repeat(TURNS)[:rows]
    board = np.where(turn == 0, draws.integers(0, 2, rows), middle)
    alight = np.where(turn == 0, middle, STOPS)
    start = (day - date(1970, 1, 1)).days * 86_400_000_000 + 8 * 3_600_000_000
    columns = {
        "run_date": pa.array(np.full(rows, np.datetime64(day)), pa.date32()),
        "service_id": train.astype(np.int64) * 7_919 + 10**15,
        "coach": (coach + 1).astype(np.int16), "row": (row + 1).astype(np.int16),
        "letter": pa.array(np.array(list("ABCDF"))[rest // TURNS]), "place": pa.repeat("seat", rows),
        "role": pa.repeat("passenger", rows),
        "board_seq": board.astype(np.int16), "alight_seq": alight.astype(np.int16),
        "board_at": pa.array(start + board * 1_800_000_000, pa.timestamp("us", "UTC")),
        "alight_at": pa.array(start + alight * 1_800_000_000, pa.timestamp("us", "UTC")),
        "person_id": draws.integers(1, 10**7, rows), "record_id": index.astype(np.int64) + (seed << 32),
        "part": np.zeros(rows, np.int16),
    }  # fmt: skip
    arrays = [pa.array(columns[f.name], f.type) if f.name in columns else pa.nulls(rows, f.type) for f in RIDES.schema]
    return pa.table(arrays, schema=RIDES.schema)


def written(folder: Path, rows: int, days: int) -> list[Path]:
    files = []
    for number in range(days):
        path = folder / f"{number:02}.parquet"
        table = day_of_rides(FIRST + timedelta(days=number), rows // days, number)
        pq.write_table(table, path, compression="zstd", row_group_size=122_880)
        files.append(path)
    return files


def case_rides(files: list[Path], size: int) -> pa.Table:
    """Every n-th ride, so that cases spread over days and trains; one case is one ride of the middle day."""
    if size == 1:
        return pq.read_table(files[len(files) // 2]).slice(1_000, 1)
    each = size // len(files) + 1
    parts = [pq.read_table(file) for file in files]
    return pa.concat_tables([part.take(np.linspace(0, len(part) - 1, each).astype(int)) for part in parts]).slice(
        0, size
    )


def engine(files: list[Path], cases: pa.Table, duck: Duck) -> Callable[[], int]:
    rule = rule_named("jiangsu-first-list")
    days = {day.isoformat() for day in cases["run_date"].unique().to_pylist()}
    wanted = [file for number, file in enumerate(files) if (FIRST + timedelta(days=number)).isoformat() in days]

    def ask() -> int:
        rides = duck.scan("rides", wanted)
        placed = place_cases(duck, duck.put("cases_given", cases))
        found = exposures(seat_contacts(rides, reach(placed, rule), rule), rule)
        rows = duck.run(found.group_by("relation").agg(n=found.count(), m=found.minutes.sum())).to_pylist()
        return sum(row["n"] for row in rows if row["relation"] != "same_seat_later")

    return ask


def polars(files: list[Path], cases: pa.Table) -> Callable[[], int]:
    own = pl.from_arrow(cases).select(COLUMNS).rename(lambda name: name if name in COLUMNS[:3] else f"c_{name}")

    def ask() -> int:
        near = pl.scan_parquet(files).select(COLUMNS).join(own.lazy(), on=COLUMNS[:3])
        return int(near.filter(_near(pl.col)).select(pl.len()).collect(engine="streaming").item())

    return ask


def pandas(files: list[Path], cases: pa.Table) -> Callable[[], int]:
    everybody = pa.concat_tables([pq.read_table(file, columns=COLUMNS) for file in files]).to_pandas()
    own = cases.select(COLUMNS).to_pandas().rename(columns={name: f"c_{name}" for name in COLUMNS[3:]})

    def ask() -> int:
        near = everybody.merge(own, on=COLUMNS[:3])
        return int(_near(lambda name: near[name]).sum())

    return ask


def _near(column: Callable[[str], object]):  # type: ignore[no-untyped-def]
    rows = (column("row") - column("c_row")).abs() <= 3
    together = (column("board_seq") < column("c_alight_seq")) & (column("c_board_seq") < column("alight_seq"))
    return rows & together & (column("person_id") != column("c_person_id"))


def best(ask: Callable[[], int], times: int = 3) -> tuple[float, float, int]:
    """(first, best of the later, count)."""
    seconds = []
    for _ in range(times):
        start = perf_counter()
        count = ask()
        seconds.append(perf_counter() - start)
    return seconds[0], min(seconds[1:]), count


def main() -> int:
    options = argparse.ArgumentParser()
    options.add_argument("--rows", type=int, default=10_000_000)
    options.add_argument("--days", type=int, default=14)
    options.add_argument("--no-pandas", action="store_true")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder, Duck(memory_limit="1GB", threads=2) as duck:
        files = written(Path(folder), given.rows, given.days)
        print(
            f"{given.rows:,} rides, {given.days} days, {sum(f.stat().st_size for f in files) / 1e6:.0f} MB, 2 threads"
        )
        for size in SIZES:
            cases = case_rides(files, size)
            rivals = {"firebreak": engine(files, cases, duck), "polars": polars(files, cases)}
            first, ours, count = best(rivals["firebreak"])
            memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            print(f"{size:>7,} cases: {count:,} pairs, peak {memory:.0f} MB")
            print(f"         firebreak {first:.3f} s first, {ours:.3f} s warm")
            if not given.no_pandas:
                rivals["pandas"] = pandas(files, cases)
            for name in [*rivals][1:]:
                _, theirs, other = best(rivals[name])
                differs = "" if other == count else " COUNT DIFFERS"
                print(f"         {name} {theirs:.3f} s warm = {theirs / ours:.1f} × ours{differs}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
