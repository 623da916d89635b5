"""Seat contacts at the size of a province: 1, 1,000 and 100,000 cases, cold and warm, beside what others would use.

    python bench/tracing.py                               # 101 M tickets, made once and kept in build/bench/province
    python bench/tracing.py --province FOLDER --rivals ''  # a lake that is there; no rivals

The tickets are those of ``world.scale``, laid as the lake lays them. A case is one ride of the middle fortnight. Two
questions: *near*: who sat within the rule (pairs, counted, which is what the rivals do), and *judged*: with relation,
minutes, level, crew and companions, as ``firebreak trace`` lists them. Rivals get some ten million tickets of whole
services, and we answer the same tickets beside them; all must count the same pairs. PostgreSQL has the index that suits
the question, (run_date, service_id, coach), and its table clustered by it.
"""

from __future__ import annotations

import argparse
import gc
import os
import platform
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import duckdb
import polars as pl
import pyarrow as pa

from firebreak.cli.drill import into_lake
from firebreak.engine.backends.duckdb import Duck
from firebreak.engine.tracing.find import contacts_in_parts, near_pairs
from firebreak.engine.tracing.nearby import in_the_coach
from firebreak.engine.tracing.reach import reach
from firebreak.engine.tracing.rules import rule_named
from firebreak.engine.tracing.trace import contacts, place_cases
from firebreak.lake.lake import Lake
from firebreak.terms.tables import RIDES
from firebreak.world.generate import START
from firebreak.world.scale import Province

SIZES = (1, 1_000, 100_000)
DAYS = 14
RIVALS_HOLD = 12_000_000
"""So many tickets of whole services, of which some have no row."""
NARROW = ["run_date", "service_id", "coach", "row", "board_seq", "alight_seq", "person_id"]
PACK = rule_named("jiangsu-first-list")
ROWS_ALONE = replace(PACK, settings=tuple(replace(one, same_seat_later=False) for one in PACK.settings))
"""What the rivals are asked too: three rows each way, on board together."""


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--province", type=Path, default=Path("build/bench/province"))
    options.add_argument("--people", type=int, default=10_000_000)
    options.add_argument("--days", type=int, default=60)
    options.add_argument("--rides-a-day", type=float, default=0.167)
    options.add_argument("--rivals", default="naive,pandas,postgres")
    options.add_argument("--sizes", default=",".join(map(str, SIZES)))
    given = options.parse_args()
    if not (given.province / "catalog.sqlite").exists():
        given.province.parent.mkdir(parents=True, exist_ok=True)
        into_lake(given.province, Province(given.people, given.days, 7, START, given.rides_a_day), lambda *_: None)
    lake, sizes = Lake.open(given.province), [int(size) for size in given.sizes.split(",")]
    files = fortnight(lake)
    print(f"{lake.snapshot().rows('rides'):,} tickets; the question's {DAYS} days: {floor(files)}")
    for size in sizes:
        ours(lake, files, size)
    if rivals := [name for name in given.rivals.split(",") if name]:
        beside(lake, files, list(sizes), rivals)
    print(f"python {platform.python_version()}, duckdb {duckdb.__version__}, polars {pl.__version__}, 2 threads, "
          f"load {os.getloadavg()[0]:.1f}, largest memory {peak(since_start=True):.0f} MB")  # fmt: skip
    return 0


def fortnight(lake: Lake) -> list[Path]:
    """Files of the middle fourteen days."""
    days = sorted({entry.day for entry in lake.snapshot().by_table["rides"] if entry.day})
    middle = days[max(len(days) // 2 - DAYS // 2, 0) :][:DAYS]
    return lake.files("rides", middle[0], middle[-1])


def column_bytes(file: Path, columns: list[str]) -> int:
    """Compressed bytes of these columns."""
    import pyarrow.parquet as pq

    footer, found = pq.read_metadata(file), 0
    for group in range(footer.num_row_groups):
        chunks = (footer.row_group(group).column(n) for n in range(footer.num_columns))
        found += sum(chunk.total_compressed_size for chunk in chunks if chunk.path_in_schema in columns)
    return found


def floor(files: list[Path]) -> str:
    """Bytes that the narrowest question must read, and the seconds a plain read of them takes."""
    keys = ["coach_key", "seat_key", "board_seq", "alight_seq", "person_id"]
    needed = sum(column_bytes(file, keys) for file in files)
    whole = sum(file.stat().st_size for file in files)
    return f"{whole / 1e6:.0f} MB, of which {needed / 1e6:.0f} MB keys, stops and people"


@contextmanager
def executor(lake: Lake, files: list[Path], **more: Any) -> Iterator[Duck]:
    with Duck({"services": lake.files("services"), "rides": files}, memory_limit="1GB", threads=2, **more) as duck:
        yield duck


def case_rides(duck: Duck, size: int) -> pa.Table:
    """Every n-th passenger's ride, spread over days and trains."""
    rides = duck.table("rides")
    count = int(duck.run(rides.aggregate(n=rides.count()))["n"][0].as_py())
    step = max(count // size, 1)
    seated = rides.filter((rides.role != "crew") & (rides.record_id % step == step // 2))
    return duck.run(seated).slice(0, size)


Ask = Callable[[], int]


def questions(duck: Duck, cases: pa.Table) -> dict[str, Ask]:
    """The two questions, asked of the case rides."""
    rides, placed = duck.table("rides"), place_cases(duck, duck.put("cases_given", cases))
    joined = in_the_coach(rides, reach(placed, PACK))
    whole = contacts(rides, placed, PACK)
    return {
        "near": lambda: near_pairs(duck, placed, PACK),
        "judged": lambda: sum(counted(duck, part) for part in contacts_in_parts(duck, placed, PACK)),
        "near, joined by DuckDB": lambda: int(duck.run(joined.aggregate(n=joined.count()))["n"][0].as_py()),
        "judged by DuckDB alone": lambda: counted(duck, whole),
    }


def counted(duck: Duck, exposures: Any) -> int:
    """Exposures, counted by relation and with their minutes, so that all of them have been judged."""
    by_relation = exposures.group_by("relation").agg(n=exposures.count(), m=exposures.minutes.sum())
    return sum(duck.run(by_relation)["n"].to_pylist())


def ours(lake: Lake, files: list[Path], size: int) -> None:
    with executor(lake, files) as duck:
        cases = case_rides(duck, size)
        days = set(cases["run_date"].to_pylist())
        wanted = [file for file in files if date.fromisoformat(file.parent.name[4:]) in days]
        duck.scan("rides", wanted)
        for name, ask in questions(duck, cases).items():
            held = fresh()
            ask()
            cold = timed(ask) if emptied() else None
            read = bytes_read(ask) if emptied() else 0
            warm = min((timed(ask) for _ in range(3)), key=lambda one: one[0])
            first = f"{cold[0]:.3f} s cold, read {read / 1e6:.1f} MB, " if cold else "cold: needs root, "
            print(f"{len(cases):>8,} cases {name:>7}: {warm[2]:>10,} rows, {first}{warm[0]:.3f} s warm "
                  f"({warm[1]:.3f} s of processor), {peak() - held:.0f} MB over {held:.0f} MB held")  # fmt: skip
        if size == 1:
            print(f"         needed: {needed(wanted, cases) / 1e6:.2f} MB (that run's share of the question's columns)")


def needed(files: list[Path], cases: pa.Table) -> float:
    """Bytes of the question's columns in proportion to the rides of the case's coach-run."""
    file = files[0]
    keys = pl.read_parquet(file, columns=["service_id"], hive_partitioning=False)
    share = (keys["service_id"] == cases["service_id"][0].as_py()).sum() / keys.height
    return column_bytes(file, [*RIDES.names]) * share


def timed(ask: Ask) -> tuple[float, float, int]:
    start, processor = perf_counter(), process_time()
    count = ask()
    return perf_counter() - start, process_time() - processor, count


def emptied() -> bool:
    """Drop the page cache; False where that is not allowed."""
    try:
        os.sync()
        Path("/proc/sys/vm/drop_caches").write_text("3")
    except OSError:
        return False
    return True


def bytes_read(ask: Ask) -> int:
    """Bytes this process had the disk give it, by the kernel's account."""

    def account() -> int:
        lines = Path("/proc/self/io").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("read_bytes"))

    before = account()
    ask()
    return account() - before


def peak(since_start: bool = False) -> float:
    """Megabytes of memory this process held at most since ``fresh`` was called."""
    if since_start:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def fresh() -> float:
    """Count the most memory from here on; megabytes held now, by what was loaded before the question."""
    gc.collect()
    pa.default_memory_pool().release_unused()
    Path("/proc/self/clear_refs").write_text("5")
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


def beside(lake: Lake, files: list[Path], sizes: list[int], rivals: list[str]) -> None:
    """The same pairs from everybody: rows both known, three each way, on board together, another person."""
    with executor(lake, files) as duck:
        rides = duck.table("rides")
        whole = int(duck.run(rides.aggregate(n=rides.count()))["n"][0].as_py())
        share = min(1_000 * RIVALS_HOLD // whole, 1_000)
        rides = rides.filter((rides.service_id % 1_000 < share) & (rides.role != "crew") & rides.row.notnull())
        tenth = duck.run(rides)
    spread = lambda size: tenth.take(pa.array(range(0, len(tenth), max(len(tenth) // size, 1)))).slice(0, size)  # noqa: E731
    samples = {size: spread(size) for size in sizes}
    print(f"\nbeside the others, {len(tenth):,} tickets with a row, pairs counted, warm, best of 3:")
    with tempfile.TemporaryDirectory() as folder, rival_engines(rivals, tenth, Path(folder)) as engines:
        for cases in samples.values():
            answers = {name: ask(cases) for name, ask in engines.items()}
            seconds, counts = {}, {}
            for name, ask in answers.items():
                best = min((timed(ask) for _ in range(3)), key=lambda one: one[0])
                seconds[name], counts[name] = best[0], best[2]
            mine = seconds["firebreak"]
            shown = ", ".join(f"{name} {spent:.3f} s = {spent / mine:.1f} ×" for name, spent in seconds.items())
            agreed = "" if len(set(counts.values())) == 1 else f"  COUNTS DIFFER {counts}"
            print(f"{len(cases):>8,} cases, {counts['firebreak']:,} pairs: {shown}{agreed}", flush=True)


Engine = Callable[[pa.Table], Ask]


@contextmanager
def rival_engines(names: list[str], tenth: pa.Table, folder: Path) -> Iterator[dict[str, Engine]]:
    from firebreak.lake import parquet

    file = folder / "tenth.parquet"
    parquet.write(pl.DataFrame(pl.from_arrow(tenth)), RIDES, file)
    with Duck({"rides": [file]}, memory_limit="1GB", threads=2) as duck:
        engines: dict[str, Engine] = {"firebreak": lambda cases: _firebreak(duck, cases)}
        if "naive" in names:
            engines["naive SQL join"] = lambda cases: _naive(file, cases)
        if "pandas" in names:
            everybody = tenth.select(NARROW).to_pandas()
            engines["pandas"] = lambda cases: _pandas(everybody, cases)
        if "postgres" in names:
            with postgres(folder, tenth) as query:
                engines["PostgreSQL"] = query
                yield engines
                return
        yield engines


def _firebreak(duck: Duck, cases: pa.Table) -> Ask:
    placed = place_cases(duck, duck.put("cases_given", cases))
    return lambda: near_pairs(duck, placed, ROWS_ALONE)


_SQL = """SELECT count(*) FROM cases c JOIN rides r
    ON r.run_date = c.run_date AND r.service_id = c.service_id AND r.coach = c.coach
    AND abs(r."row" - c."row") <= 3 AND r.board_seq < c.alight_seq AND c.board_seq < r.alight_seq
    AND r.person_id <> c.person_id"""


def _naive(file: Path, cases: pa.Table) -> Ask:
    connection = duckdb.connect()
    connection.execute("SET threads = 2; SET memory_limit = '1GB'")
    connection.register("given", cases)
    connection.execute("CREATE TABLE cases AS FROM given")
    connection.execute(f"CREATE VIEW rides AS FROM read_parquet('{file}')")
    return lambda: int(connection.execute(_SQL).fetchone()[0])


def _pandas(everybody: Any, cases: pa.Table) -> Ask:
    own = cases.select(NARROW).to_pandas().rename(columns={name: f"c_{name}" for name in NARROW[3:]})

    def ask() -> int:
        near = everybody.merge(own, on=NARROW[:3])
        rows = (near["row"] - near["c_row"]).abs() <= 3
        together = (near["board_seq"] < near["c_alight_seq"]) & (near["c_board_seq"] < near["alight_seq"])
        return int((rows & together & (near["person_id"] != near["c_person_id"])).sum())

    return ask


@contextmanager
def postgres(folder: Path, tenth: pa.Table) -> Iterator[Engine]:
    """A throw-away cluster, run by an unprivileged user, its table clustered by the index."""
    import psycopg

    server = subprocess.run(["readlink", "-f", str(shutil.which("postgres"))], capture_output=True, text=True)
    bins, data = Path(server.stdout.strip()).parent, folder / "cluster"
    data.mkdir()
    folder.chmod(0o755)
    as_other: dict[str, Any] = {"user": "nobody"} if os.getuid() == 0 else {}
    if as_other:
        shutil.chown(data, "nobody")
    run = lambda *command: subprocess.run(command, check=True, capture_output=True, cwd="/", **as_other)  # noqa: E731
    run(str(bins / "initdb"), "-D", str(data), "-U", "bench", "--auth=trust")
    settings = (
        f"-k {data} -c listen_addresses= -c shared_buffers=1GB -c work_mem=256MB -c max_wal_size=8GB -c fsync=off"
    )
    run(str(bins / "pg_ctl"), "-D", str(data), "-w", "-o", settings, "-l", str(data / "log"), "start")
    try:
        with psycopg.connect(f"host={data} user=bench dbname=postgres", autocommit=True) as connection:
            _fill(connection, "rides", tenth)
            connection.execute("CREATE INDEX of_coach ON rides (run_date, service_id, coach)")
            connection.execute("CLUSTER rides USING of_coach")
            connection.execute("VACUUM ANALYZE rides")
            size = connection.execute("SELECT pg_total_relation_size('rides')").fetchone()
            version = connection.execute("SHOW server_version").fetchone()
            print(f"PostgreSQL {version[0]}: {size[0] / 1e6:.0f} MB with its index", flush=True)

            def query(cases: pa.Table) -> Ask:
                connection.execute("DROP TABLE IF EXISTS cases")
                _fill(connection, "cases", cases)
                connection.execute("ANALYZE cases")
                return lambda: int(connection.execute(_SQL).fetchone()[0])

            yield query
    finally:
        run(str(bins / "pg_ctl"), "-D", str(data), "-w", "-m", "fast", "stop")


def _fill(connection: Any, table: str, rows: pa.Table) -> None:
    connection.execute(f"""CREATE TABLE {table} (run_date date, service_id bigint, coach smallint, "row" smallint,
        board_seq smallint, alight_seq smallint, person_id bigint)""")
    with connection.cursor().copy(f"COPY {table} FROM STDIN (FORMAT csv)") as copy:
        for batch in pl.DataFrame(pl.from_arrow(rows.select(NARROW))).iter_slices(500_000):
            copy.write(batch.write_csv(include_header=False))


if __name__ == "__main__":
    sys.exit(main())
