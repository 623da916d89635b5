"""How fast cells are typed, next to the named alternatives, in one run on this machine.

    python bench/normalise.py                     # 10 M rows
    python bench/normalise.py --rows 1000000

1. The check digit, date, division and sex of GB 11643 numbers over one column, against python-stdnum's loop (on a
   sample), its check digit alone and its whole validation.
2. Six columns of messy text (document, phone, name, sex, date, time), in chunks as an ingest has them, against the
   same normalisers called row by row (on a sample).
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl
import stdnum
from stdnum.cn import ric

from firebreak.engine.intake.normalise import resident
from firebreak.engine.intake.normalise.base import CannotTypeError, Context, apply
from firebreak.engine.intake.normalise.registry import normalisers

CHUNK = 250_000
DISTINCT = 8
CONTEXT = Context(date(2020, 2, 1))
COLUMNS = ("document", "phone", "name", "sex", "day", "instant")

# What share of a column has which shape of dirt. Each makes a text of the clean one.
_FULL_WIDTH = str.maketrans("0123456789-:/", "０１２３４５６７８９－：／")
Dirt = tuple[tuple[float, Callable[[str], str]], ...]
DOCUMENTS: Dirt = (
    (0.010, lambda text: text[:6] + " " + text[6:14] + " " + text[14:]),
    (0.005, lambda text: text.translate(_FULL_WIDTH)),
    (0.010, str.lower),
    (0.015, lambda text: text[:16] + str((int(text[16]) + 1) % 10) + text[17:]),  # a slip: bad check digit
    (0.003, lambda text: text[:10] + "13" + text[12:]),  # no such month
    (0.005, lambda text: "身份证:" + text),
    (0.005, lambda text: text[:6] + "********" + text[14:]),
    (0.005, lambda text: text[:6] + text[8:17]),  # 15 digits
    (0.005, lambda text: "E" + text[6:14]),
    (0.003, lambda text: text[:17]),
    (0.010, lambda text: "不详"),
)
PHONES: Dirt = (
    (0.020, lambda text: "+86 " + text),
    (0.020, lambda text: f"{text[:3]}-{text[3:7]}-{text[7:]}"),
    (0.015, lambda text: f"{text[:3]} {text[3:7]} {text[7:]}"),
    (0.005, lambda text: text.translate(_FULL_WIDTH)),
    (0.005, lambda text: f"0510-{text[3:]}"),
    (0.003, lambda text: f"{text}/{text[::-1]}"),
    (0.003, lambda text: text[:10]),
    (0.010, lambda text: "无"),
)
NAMES: Dirt = (
    (0.015, lambda text: " ".join(text)),
    (0.010, lambda text: text + "先生"),
    (0.005, lambda text: f"{text}（{text[::-1]}）"),
    (0.005, lambda text: text[0] + "某"),
    (0.005, lambda text: "姓名：" + text),
    (0.002, lambda text: text + "2"),
)
SEXES: Dirt = ((0.02, lambda text: text + "性"), (0.01, lambda text: "未说明"), (0.005, lambda text: "3"))
DAYS: Dirt = (
    (0.100, lambda text: text.replace("-", "/")),
    (0.100, lambda text: text.replace("-", "")),
    (0.050, lambda text: f"{text[:4]}年{int(text[5:7])}月{int(text[8:])}日"),
    (0.020, lambda text: f"{int(text[5:7])}/{int(text[8:])}"),
    (0.010, lambda text: str((date.fromisoformat(text) - date(1899, 12, 30)).days)),
    (0.005, lambda text: text[:8] + "32"),
)
INSTANTS: Dirt = (
    (0.100, lambda text: text.replace("-", "/")[:16]),
    (0.050, lambda text: text.replace(" ", "T")),
    (0.020, lambda text: f"{text[:4]}年{int(text[5:7])}月{int(text[8:10])}日{text[11:13]}时{text[14:16]}分"),
    (0.003, lambda text: text[:11] + "24:00"),
    (0.003, lambda text: text[:11] + "晚上8点半"),
    (0.005, lambda text: text[:10]),
)
DIRT = dict(zip(COLUMNS, (DOCUMENTS, PHONES, NAMES, SEXES, DAYS, INSTANTS), strict=True))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--sample", type=int, default=20_000, help="rows for the row-by-row alternatives")
    given = parser.parse_args()
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, Polars {pl.__version__},")
    print(f"python-stdnum {stdnum.__version__}; {given.rows:,} rows in chunks of {CHUNK:,}, {given.threads} threads\n")
    check_digits(given.rows, given.sample)
    six_columns(given.rows, given.sample, given.threads)
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")


def check_digits(rows: int, sample: int) -> None:
    made = [clean(seed)["document"] for seed in range(DISTINCT)]
    numbers = pl.concat([made[number % DISTINCT] for number in range(-(-rows // CHUNK))]).head(rows)
    resident.check_column(numbers.head(1), CONTEXT.as_of)  # the look-up tables, once a process
    began = time.process_time()
    seconds, ours = timed(lambda: (resident.check_column(numbers, CONTEXT.as_of)["check"] == "valid").sum())
    cpu = time.process_time() - began
    loop, theirs = timed(lambda: sum(ric.calc_check_digit(number) == number[-1] for number in numbers.head(sample)))
    ric.is_valid(numbers[0])  # reads its list of divisions, once a process
    whole, _ = timed(lambda: sum(map(ric.is_valid, numbers.head(sample // 10))))
    report("GB 11643, one column", rows / seconds, "python-stdnum, check digit alone", sample / loop)
    report("GB 11643, one column", rows / seconds, "python-stdnum, validity as ours", sample // 10 / whole)
    print(f"  {seconds:.1f} s, {cpu:.1f} CPU s: {rows / cpu / 1e6:.2f} M rows a CPU second")
    print(f"  {ours:,} of {rows:,} valid; stdnum finds the digit right in {theirs:,} of the first {sample:,}\n")


def six_columns(rows: int, sample: int, threads: int) -> None:
    known = normalisers()
    seconds, cpu, rejected = 0.0, 0.0, 0

    def typed(name: str, cells: pl.Series) -> int:
        return apply(known[name], cells, CONTEXT).issues.height

    with ThreadPoolExecutor(threads) as pool:
        for chunk in chunks(rows):
            began, worked = time.perf_counter(), time.process_time()
            rejected += sum(pool.map(typed, COLUMNS, [chunk[name] for name in COLUMNS]))
            seconds += time.perf_counter() - began
            cpu += time.process_time() - worked
    loop, _ = timed(lambda: row_loop(messy(clean(0)).head(sample)))
    report("six columns, messy, together", rows / seconds, "the same, row by row in Python", sample / loop)
    print(f"  {seconds:.1f} s, {cpu:.1f} CPU s: {rows / cpu / 1e6:.2f} M rows a CPU second")
    print(f"  {rejected:,} cells rejected\n")


def row_loop(frame: pl.DataFrame) -> int:
    """What a loop over rows would do: every cell by its normaliser's meaning."""
    ones = [normalisers()[name].one for name in COLUMNS]
    rejected = 0
    for row in frame.iter_rows():
        for one, cell in zip(ones, row, strict=True):
            try:
                one(cell, CONTEXT)
            except CannotTypeError:
                rejected += 1
    return rejected


def report(what: str, ours: float, other: str, theirs: float) -> None:
    print(f"{what}: {ours / 1e6:.2f} M rows/s; {other}: {theirs / 1e6:.4f} M rows/s; ratio {ours / theirs:,.0f}")


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    began = time.perf_counter()
    result = work()
    return time.perf_counter() - began, result


def chunks(rows: int) -> Iterator[pl.DataFrame]:
    """Messy chunks; the making is not in the figures. Each is typed alone, so some few may come again and again."""
    made = [messy(clean(seed)) for seed in range(min(DISTINCT, -(-rows // CHUNK)))]
    for number, start in enumerate(range(0, rows, CHUNK)):
        yield made[number % len(made)].head(rows - start)


_COUNTIES = ("320211", "320106", "320505", "320602", "420103", "310115", "110105", "340103", "330106", "411502")
_SURNAMES, _GIVEN = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗", "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华"


def clean(seed: int) -> pl.DataFrame:
    """A chunk of the six columns, made up, as an orderly channel would send it."""
    rng = np.random.default_rng(seed)
    born = date(1930, 1, 1).toordinal() + rng.integers(0, 32_000, CHUNK)
    body = [
        f"{county}{date.fromordinal(day):%Y%m%d}{order:03d}"
        for county, day, order in zip(
            rng.choice(_COUNTIES, CHUNK), born.tolist(), rng.integers(1, 996, CHUNK).tolist(), strict=True
        )
    ]
    digits = np.frombuffer("".join(body).encode(), np.uint8).reshape(CHUNK, 17) - 48
    last = np.array(list(resident.CHECK_DIGITS))[(digits.astype(np.int64) @ np.array(resident.WEIGHTS)) % 11]
    length = rng.integers(1, 3, CHUNK)
    names = zip(rng.choice(list(_SURNAMES), CHUNK), rng.choice(list(_GIVEN), (CHUNK, 2)), length, strict=True)
    at = date(2020, 1, 1).toordinal() + rng.integers(0, 31, CHUNK)
    minute = rng.integers(0, 86400, CHUNK)
    days = [date.fromordinal(day).isoformat() for day in at.tolist()]
    return pl.DataFrame(
        {
            "document": [number + check for number, check in zip(body, last.tolist(), strict=True)],
            "phone": rng.integers(13_000_000_000, 20_000_000_000, CHUNK).astype(str),
            "name": [surname + "".join(given[:many]) for surname, given, many in names],
            "sex": rng.choice(["男", "女"], CHUNK),
            "day": days,
            "instant": [
                f"{day} {timedelta(seconds=second)!s:0>8}" for day, second in zip(days, minute.tolist(), strict=True)
            ],
        }
    )


def messy(frame: pl.DataFrame) -> pl.DataFrame:
    """Each column with its share of each kind of dirt."""
    rng = np.random.default_rng(frame.height)
    return pl.DataFrame({name: _dirty(frame[name].to_list(), DIRT[name], rng.random(frame.height)) for name in COLUMNS})


def _dirty(cells: list[str], dirt: Dirt, chance: np.ndarray) -> list[str]:
    start = 0.0
    for share, change in dirt:
        for index in np.flatnonzero((chance >= start) & (chance < start + share)).tolist():
            cells[index] = change(cells[index])
        start += share
    return cells


if __name__ == "__main__":
    main()
