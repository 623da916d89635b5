"""Ingest of mixed drill channels (演练/DRILL) against a row loop of pandas and python-stdnum, in one run.

    python bench/ingest.py --people 1700000 --workers 2      # about 10 million rows
    python bench/ingest.py --delivery DRILL/channels         # a delivery that is there already

Prints rows, rows/s (wall and per CPU second), peak memory of the largest process and of all together at most, and the
ratio to the row loop. The loop does less: it types four columns of a register and keeps neither provenance nor rejects.
"""

from __future__ import annotations

import argparse
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

import pandas as pd
import phonenumbers
from stdnum.cn import ric

from firebreak.engine.intake.ingest import ingest
from firebreak.engine.intake.readers import read, tables_in
from firebreak.engine.intake.report import IngestReport
from firebreak.engine.intake.spec import SHIPPED, load_specs
from firebreak.lake import Lake

AS_OF = date(2020, 2, 1)
SAMPLE = 20_000


def main() -> None:
    """Run the benchmark and print its table."""
    options = _options()
    with tempfile.TemporaryDirectory(dir=options.scratch) as folder:
        delivery = options.delivery or _drill(Path(folder) / "drill", options.people)
        loop = _row_loop(delivery)
        before = _cpu()
        report = _ingest(delivery, Path(folder) / "lake", options.workers)
        _print(report, _cpu() - before, loop, options.workers)
        shutil.rmtree(Path(folder) / "lake")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=1_700_000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--delivery", type=Path)
    parser.add_argument("--scratch", type=Path)
    return parser.parse_args()


def _drill(folder: Path, people: int) -> Path:
    firebreak = Path(sys.executable).with_name("firebreak")
    subprocess.run([firebreak, "drill", "--people", str(people), "--seed", "7", folder], check=True)
    return folder / "channels"


def _ingest(delivery: Path, root: Path, workers: int) -> IngestReport:
    specs = load_specs([SHIPPED / "drill"])
    return ingest([delivery], Lake.open(root, create=True), specs, AS_OF, "bench", workers=workers)


def _row_loop(delivery: Path) -> float:
    """Rows per second of a plain loop over a register: number checked, birth date, phone, name."""
    spec = next(spec for spec in load_specs([SHIPPED / "drill"]) if spec.id == "phone-owners")
    file = max(delivery.glob("*phone-owners/*"), key=lambda path: path.stat().st_size)
    tables = tables_in(file)  # an archive's members live as long as this
    frame = next(read(next(tables), spec)).frame.head(SAMPLE).to_pandas()
    fields = {column.field: column.source for column in spec.columns if column.field}
    start = time.perf_counter()
    rows = [_row(row, fields) for _, row in frame.iterrows()]
    return len(rows) / (time.perf_counter() - start)


def _row(row: pd.Series, fields: dict[str, str]) -> tuple[object, ...]:
    number = str(row[fields["document"]]).strip().upper()
    birth = ric.get_birth_date(number) if ric.is_valid(number) else None
    try:
        phone = phonenumbers.parse(str(row[fields["phone"]]), "CN")
        line = phonenumbers.format_number(phone, phonenumbers.PhoneNumberFormat.E164)
    except phonenumbers.NumberParseException:
        line = None
    return number, birth, line, str(row[fields["name"]]).strip()


def _cpu() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def _print(report: IngestReport, cpu: float, loop: float, workers: int) -> None:
    own, largest = (resource.getrusage(who).ru_maxrss >> 10 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    rate = report.rows_in / report.seconds
    print("演练/DRILL")
    print(f"rows            {report.rows_in:,} in = {report.rows_kept:,} kept + {report.rows_rejected:,} rejected")
    print(f"wall            {report.seconds:.1f} s, {rate:,.0f} rows/s with {workers} workers")
    print(f"CPU             {cpu:.1f} s, {report.rows_in / cpu:,.0f} rows per CPU second")
    print(f"memory          {own:,} MB this process, {largest:,} MB the largest worker")
    print(f"                ≤ {own + workers * largest:,} MB together")
    print(f"row loop        {loop:,.0f} rows/s (pandas, python-stdnum, phonenumbers; {SAMPLE:,} rows, four columns)")
    print(f"ratio           {rate / loop:.1f}")


if __name__ == "__main__":
    main()
