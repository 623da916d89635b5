"""A file of about 20,000 people into a lake that is linked, with a report of every row: the goal is at most 10 s.

    python bench/import_report.py --delivery build/demo/drill/channels      # make demo PEOPLE=20000 makes it

The lake takes everything else that was delivered and is linked; then the largest register comes. What it writes is
deleted again.
"""

from __future__ import annotations

import argparse
import os
import shutil
import tempfile
import time
from datetime import date
from pathlib import Path

from firebreak.bridge.import_report import import_report
from firebreak.bridge.linking import link_new, link_whole, the_model
from firebreak.bridge.run import take
from firebreak.bridge.session import session
from firebreak.bridge.specs import specs_from
from firebreak.engine.intake.report import Outcome
from firebreak.lake.lake import Lake
from firebreak.web.identity.files import write_import

LATE = "household-register"
AS_OF = date(2020, 1, 31)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--delivery", type=Path, required=True)
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="import-", dir="build"))
    try:
        run(given.delivery, folder)
    finally:
        shutil.rmtree(folder)


def run(delivery: Path, folder: Path) -> None:
    lake, specs = Lake.open(folder / "lake", create=True), specs_from(())
    folders = sorted(delivery.iterdir())
    late = [path for path in folders if LATE in path.name]
    take(lake, [path for path in folders if path not in late], specs, AS_OF, "bench", lambda *_: None, 2)
    link_whole(lake, "bench", the_model())
    began, processor = time.perf_counter(), time.process_time()
    laps = {}
    report = take(lake, late, specs, AS_OF, "bench", lambda *_: None)
    laps["ingest"] = time.perf_counter() - began
    outcome = link_new(lake, "bench", the_model())
    laps["link"] = time.perf_counter() - began - laps["ingest"]
    with session(lake) as opened:
        for file in report.of(Outcome.TAKEN):
            assert file.batch_id is not None
            made = import_report(opened, file.batch_id)
            write_import(made, folder / "report", "zh")
    took = time.perf_counter() - began
    laps["report"] = took - sum(laps.values())
    steps = ", ".join(f"{step} {seconds:.2f}" for step, seconds in laps.items())
    print(f"{report.rows_in:,} rows into {lake.snapshot().rows('links'):,}: {took:.2f} s ({steps})")
    print(f"processor {time.process_time() - processor:.1f} s, load {os.getloadavg()[0]:.1f}; {dict(outcome.seconds)}")
    print(outcome.counts)


if __name__ == "__main__":
    main()
