"""Time and memory of linkage as records grow: the mentions of a lake, copied as so many towns of other people.

    python bench/linkage_scale.py LAKE 1 4 11      # LAKE: e.g. build/demo/lake, of `make demo`

Every copy has its own numbers, phones and communities (digits exchanged alike throughout a copy), and the same names,
so that names become common as towns are added. Check digits do not survive the exchange: corrections fire in the first
copy only, and the model has the more to do in the others. Each size runs in a process of its own.
"""

from __future__ import annotations

import os
import resource
import sys
import tempfile
from pathlib import Path
from time import perf_counter, process_time

import duckdb

from firebreak.bridge.session import session
from firebreak.engine.backends.duckdb import Duck
from firebreak.engine.identity.compare.chinese import COMPARISONS
from firebreak.engine.identity.model.model import default
from firebreak.engine.identity.resolution import no_rulings
from firebreak.engine.identity.resolve import resolve
from firebreak.lake.lake import Lake

MEMORY = "2.5GB"
DIGITS = "0123456789"


def main() -> None:
    """Reads the arguments."""
    lake = Lake.open(Path(sys.argv[1]))
    for copies in map(int, sys.argv[2:]):
        with tempfile.TemporaryDirectory() as folder:
            _copied(lake, copies, Path(folder))
            pid = os.fork()
            if pid == 0:
                _resolved(Path(folder))
                os._exit(0)
            os.waitpid(pid, 0)


def _copied(lake: Lake, copies: int, folder: Path) -> None:
    """Write ``mentions`` and ``journeys``, a file a copy."""
    with session(lake) as opened:
        for table in ("mentions", "journeys"):
            opened.duck.write(opened.duck.table(table), folder / f"whole-{table}.parquet")
    connection = duckdb.connect()
    for copy in range(copies):
        turned = DIGITS[copy % 10 :] + DIGITS[: copy % 10]
        record = f"record_id + {copy << 24} AS record_id"
        more = str(copy // 10 or "")
        exchanged = f"translate({{0}}, '{DIGITS}', '{turned}') || '{more}' AS {{0}}"
        told = f"{exchanged.format('doc_number')}, {exchanged.format('phone')}"
        places = ", ".join(f"{column} || '{copy or ''}' AS {column}" for column in ("community", "plate"))
        mentions = f"SELECT * REPLACE ({record}, {told}, {places})"
        journeys = (
            f"SELECT * REPLACE ({record}, ticket_no || '-{copy}' AS ticket_no, service_no || '-{copy}' AS service_no)"
        )
        for table, columns in (("mentions", mentions), ("journeys", journeys)):
            source, target = folder / f"whole-{table}.parquet", folder / f"{table}-{copy}.parquet"
            connection.execute(f"COPY ({columns} FROM '{source}') TO '{target}' (FORMAT parquet, COMPRESSION zstd)")


def _resolved(folder: Path) -> None:
    files = {table: sorted(folder.glob(f"{table}-*.parquet")) for table in ("mentions", "journeys")}
    wall, cpu = perf_counter(), process_time()
    with Duck(files, memory_limit=MEMORY, spill=folder) as duck:
        found = resolve(duck, default(COMPARISONS), no_rulings())
    people = found.groups["group"].n_unique()
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    spent = f"{perf_counter() - wall:.1f} s, processor {process_time() - cpu:.1f} s, peak {most:.2f} GB"
    print(
        f"{found.groups.height:,} records, {people:,} groups, {found.reviews.height:,} to review: {spent}", flush=True
    )


if __name__ == "__main__":
    main()
