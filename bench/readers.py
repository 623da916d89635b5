"""How fast each format is read, against pandas and plain readers in the same run.

    python bench/readers.py [--rows 1000000] [--tree-rows 100000]

Prints rows/s, MB/s and the ratio for each format. Texts are made, not measured. Encoding is detected in every run.
"""

from __future__ import annotations

import argparse
import csv
import gc
import io
import json
import resource
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from time import perf_counter

import pandas as pd
import polars as pl
import xlsxwriter
import yaml
from lxml import etree

from firebreak.engine.intake.readers import read, tables_in
from firebreak.engine.intake.spec import ChannelSpec, FileSpec
from firebreak.terms.enums import Category

NAMES = ["name", "document", "phone", "service", "coach", "seat", "board", "from", "to", "memo"]
RUNS = 3


def spec_of(file: FileSpec) -> ChannelSpec:
    """A spec that says what the file is, and nothing of its columns."""
    return ChannelSpec(
        "bench", 1, date(2020, 1, 1), None, "", "", Category.JOURNEY, "", True, file, {}, (), (), (), {}, Path()
    )


def rows(count: int) -> Iterator[list[str]]:
    """Made-up rows of ten columns, about 95 bytes each in UTF-8."""
    for n in range(count):
        yield [
            "张三", f"3202021990{n % 10**8:08d}", f"138{n % 10**8:08d}", f"G{n % 9000}", f"{n % 16:02d}",
            f"{n % 20}A", "2020-01-23 10:05", "汉口", "无锡", "x",
        ]  # fmt: skip


def csv_text(count: int, quoting: int = csv.QUOTE_MINIMAL, delimiter: str = ",") -> str:
    """The rows as CSV."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=quoting, delimiter=delimiter, lineterminator="\n")
    writer.writerow(NAMES)
    writer.writerows(rows(count))
    return out.getvalue()


def ragged(text: str) -> str:
    """Every hundredth row loses a cell."""
    lines = text.split("\n")
    lines[100::100] = [line.rpartition(",")[0] for line in lines[100::100]]
    return "\n".join(lines)


def workbook(count: int) -> bytes:
    """The rows as XLSX."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate([NAMES, *rows(count)]):
            sheet.write_row(at, 0, row)
    return out.getvalue()


def fixed_text(count: int) -> bytes:
    """The rows in columns of twenty bytes of GB18030."""
    return b"".join(b"".join(cell.encode("gb18030").ljust(20) for cell in row) + b"\n" for row in rows(count))


def xml_text(count: int) -> str:
    """The rows as XML."""
    items = "".join(
        "<r>" + "".join(f"<{n}>{c}</{n}>" for n, c in zip(NAMES, row, strict=True)) + "</r>" for row in rows(count)
    )
    return f"<d>{items}</d>"


def objects(count: int) -> list[dict[str, str]]:
    """The rows as objects."""
    return [dict(zip(NAMES, row, strict=True)) for row in rows(count)]


def best(job: Callable[[], int]) -> tuple[int, float]:
    """The job's result and its best time of RUNS."""
    times, result = [], 0
    for _ in range(RUNS):
        gc.collect()
        start = perf_counter()
        result = job()
        times.append(perf_counter() - start)
    return result, min(times)


def ours(path: Path, file: FileSpec) -> Callable[[], int]:
    """Count the rows, problems included."""
    return lambda: sum(chunk.rows_in for found in tables_in(path) for chunk in read(found, spec_of(file)))


def by_lxml(path: Path) -> int:
    """Plain lxml: a dictionary a record."""
    found = [{child.tag: child.text for child in record} for _, record in etree.iterparse(str(path), tag="r")]
    return len(pd.DataFrame(found, dtype=str))


@dataclass(frozen=True)
class Case:
    """A format: how the file is made, what it is, and who else reads it."""

    name: str
    file: FileSpec
    make: Callable[[], bytes]
    other: Callable[[Path], int]
    other_name: str


def pandas(reader: str, **options: object) -> Callable[[Path], int]:
    """Count the rows that a reader of pandas gives."""
    return lambda path: len(getattr(pd, reader)(path, **options))


def cases(n: int, m: int) -> list[Case]:
    """Every format; ``n`` rows of flat text, ``m`` of those that pass through objects."""
    text = {"dtype": str, "keep_default_na": False}
    comma, fixed = FileSpec("csv"), FileSpec("fixed", widths=tuple((name, 20) for name in NAMES))
    tabs = FileSpec("tsv", delimiter="\t")

    def lines() -> bytes:
        return "\n".join(json.dumps(each, ensure_ascii=False) for each in objects(m)).encode()

    def flat(name: str, file: FileSpec, make: Callable[[], bytes], **more: object) -> Case:
        return Case(name, file, make, pandas("read_csv", **text, **more), "pandas.read_csv")

    return [
        flat("csv utf-8", comma, lambda: csv_text(n).encode()),
        flat("csv gb18030", comma, lambda: csv_text(n).encode("gb18030"), encoding="gb18030"),
        flat("csv all quoted", comma, lambda: csv_text(n, csv.QUOTE_ALL).encode()),
        flat("csv 1 % ragged", comma, lambda: ragged(csv_text(n)).encode(), on_bad_lines="skip"),
        flat("tsv", tabs, lambda: csv_text(n, delimiter="\t").encode(), sep="\t"),
        Case(
            "fixed gb18030",
            fixed,
            lambda: fixed_text(m),
            pandas("read_fwf", widths=[20] * 10, encoding="gb18030", header=None, **text),
            "pandas.read_fwf",
        ),
        Case(
            "xlsx", FileSpec("xlsx"), lambda: workbook(m), pandas("read_excel", dtype=str, engine="calamine"), "pandas"
        ),
        Case(
            "json",
            FileSpec("json"),
            lambda: json.dumps(objects(m), ensure_ascii=False).encode(),
            pandas("read_json", dtype=False),
            "pandas.read_json",
        ),
        Case("jsonl", FileSpec("jsonl"), lines, pandas("read_json", dtype=False, lines=True), "pandas.read_json"),
        Case("xml", FileSpec("xml", record_path="d/r"), lambda: xml_text(m).encode(), by_lxml, "lxml + pandas"),
        Case(
            "yaml",
            FileSpec("yaml"),
            lambda: yaml.dump(objects(m // 100), allow_unicode=True).encode(),
            lambda path: len(yaml.safe_load(path.read_text("utf-8"))),
            "yaml.safe_load",
        ),
    ]


def measure(case: Case, path: Path) -> str:
    """One line of the table."""
    path.write_bytes(case.make())
    count, seconds = best(ours(path, case.file))
    other_count, other_seconds = best(lambda: case.other(path))
    rate, other_rate, size = count / seconds, other_count / other_seconds, path.stat().st_size / 1e6
    path.unlink()
    return (
        f"{case.name:20}{count:>10,}{size:8.1f}{rate / 1e3:10.0f}{size / seconds:8.0f}{other_rate / 1e3:12.0f}"
        f"{rate / other_rate:8.1f}  {case.other_name}"
    )


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser()
    options.add_argument("--rows", type=int, default=1_000_000)
    options.add_argument("--tree-rows", type=int, default=100_000)
    asked = options.parse_args()
    print(f"polars {pl.__version__}, pandas {pd.__version__}; best of {RUNS} runs; ten columns")
    print(f"{'format':20}{'rows':>10}{'MB':>8}{'k rows/s':>10}{'MB/s':>8}{'other':>12}{'ratio':>8}")
    with tempfile.TemporaryDirectory() as folder:
        for case in cases(asked.rows, asked.tree_rows):
            print(measure(case, Path(folder) / f"{case.name.split()[0]}.{case.file.format}"), flush=True)
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10:,} MB, the other readers' included")


if __name__ == "__main__":
    main()
