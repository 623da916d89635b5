"""Assessing a province: 10 million people with 14 days of facts, all at once and one of them.

Every person has a temperature on each of the 14 days (140 million facts) and what a real population has beside it. Two
rule sets: the Jiangsu code of 2020-03-05 as shipped, and one that also asks for the highest temperature, so that every
row has to be read. Beside it the same assessment in pandas, as an analyst would write it, on the part that fits.

    python bench/risk.py --people 10000000 --folder FOLDER
"""

from __future__ import annotations

import argparse
import resource
import time
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pandas as pd

from firebreak.engine.backends.duckdb import Duck
from firebreak.engine.risk.assess import assess
from firebreak.engine.risk.condition import parse
from firebreak.engine.risk.rule_set import Colour, Rule, RuleSet, set_named
from firebreak.engine.risk.vocabulary import CODES, Kind

AS_OF = date(2020, 3, 15)
SHARES = {
    Kind.DECLARED: (0.6, 14), Kind.NEGATIVE: (0.1, 14), Kind.SYMPTOM: (0.02, 14), Kind.FEVER: (0.01, 14),
    Kind.CLOSE: (0.003, 20), Kind.GENERAL: (0.01, 20), Kind.KEY_AREA: (0.01, 30), Kind.HIGH_AREA: (0.01, 20),
    Kind.MEDIUM_AREA: (0.03, 20), Kind.HOUSEHOLD_FEVER: (0.03, 14), Kind.CONFIRMED: (0.0001, 20),
    Kind.RECOVERED: (0.00005, 10), Kind.RESIDENT: (0.9, 700), Kind.VENUE: (0.5, 14),
}  # fmt: skip


def make(folder: Path, people: int) -> None:
    """Facts of a population, in the lake's columns and order. Kept for the next run of the same size."""
    done = folder / f"facts-{people}.parquet"
    if done.exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    day = f"DATE '{AS_OF}'"
    measured = (
        f"SELECT person_id, {CODES[Kind.TEMPERATURE]}, {day} - back::INT, "
        f"36.2 + (hash(person_id, back) % 9) / 10.0 FROM range({people}) p(person_id), range(14) b(back)"
    )
    kinds = [(CODES[Kind.TEMPERATURE], measured)]
    for kind, (share, back) in SHARES.items():
        seen = (
            f"SELECT person_id, {CODES[kind]}, {day} - (hash(person_id, {CODES[kind]}, 1) % {back})::INT, NULL "
            f"FROM range({people}) p(person_id) WHERE hash(person_id, {CODES[kind]}) % 1000000 < {share * 1_000_000}"
        )
        kinds.append((CODES[kind], seen))
    with duckdb.connect() as run, TemporaryDirectory(dir=folder) as parts:
        run.execute(f"SET memory_limit = '6GB'; SET threads = 2; SET temp_directory = '{parts}/spill'")
        for code, rows in kinds:
            run.execute(_copy(f"({rows})", f"{parts}/{code:03}.parquet"))
        together = [f"{parts}/{code:03}.parquet" for code, _ in sorted(kinds)]
        run.execute(f"COPY (FROM read_parquet({together})) TO '{done}' (FORMAT parquet, COMPRESSION zstd)")


def _copy(rows: str, file: str) -> str:
    """A statement that writes one kind's facts by person and day: never 190 million sorted at once."""
    return (
        'COPY (SELECT person_id::BIGINT AS person_id, kind::TINYINT AS kind, d::DATE AS "on", '
        "d::DATE AS known_on, v::FLOAT AS value, NULL::VARCHAR AS place, "
        "(hash(person_id, kind) & 9223372036854775807)::BIGINT AS record_id, "
        f"0::SMALLINT AS part FROM {rows} t(person_id, kind, d, v) ORDER BY person_id, d) "
        f"TO '{file}' (FORMAT parquet, COMPRESSION zstd)"
    )


def hungry(rule_set: RuleSet) -> RuleSet:
    """The set and one more rule that has to look at every temperature."""
    rule = Rule(
        id="warm", number=len(rule_set.rules) + 1, zh="", en="", when=parse("highest_temperature >= 36.95"),
        level="symptom", colour=Colour.PENDING, since=(Kind.TEMPERATURE,), days=3, until=("", ""), why=("", ""),
        do=("", ""),
    )  # fmt: skip
    return RuleSet(
        **{**{f: getattr(rule_set, f) for f in RuleSet.__dataclass_fields__}, "rules": (*rule_set.rules, rule)}
    )


def ours(file: Path, rule_set: RuleSet) -> tuple[float, int]:
    """Seconds and people with a colour."""
    with Duck({"facts": [file]}, memory_limit="6GB") as run:
        start = time.perf_counter()
        found = run.run(assess(run, run.table("facts"), rule_set, AS_OF).colours)
        return time.perf_counter() - start, found.num_rows


def one_person(file: Path, rule_set: RuleSet) -> float:
    """Milliseconds of one person's assessment, warm; the median of 20 people."""
    with Duck({"facts": [file]}) as run:
        taken = []
        for person in range(1000, 21_000, 1000):
            start = time.perf_counter()
            mine = run.table("facts").filter(run.table("facts").person_id == person)
            run.run(assess(run, mine, rule_set, AS_OF).colours)
            taken.append(time.perf_counter() - start)
    return sorted(taken)[len(taken) // 2] * 1000


def with_pandas(file: Path, people: int) -> float:
    """The shipped set's windows by pandas on the first ``people``, without evidence; seconds."""
    with duckdb.connect() as run:
        rows = run.execute(f"SELECT person_id, kind, \"on\" FROM '{file}' WHERE person_id < {people}").df()
    start = time.perf_counter()
    last = rows.groupby(["person_id", "kind"])["on"].max().unstack()
    since = (pd.Timestamp(AS_OF) - last).apply(lambda column: column.dt.days)
    red = (since[CODES[Kind.CLOSE]] < 14) | (since[CODES[Kind.HIGH_AREA]] < 14) | (since[CODES[Kind.KEY_AREA]] < 14)
    yellow = (since[CODES[Kind.MEDIUM_AREA]] < 14) | (since[CODES[Kind.SYMPTOM]] < 7) | (since[CODES[Kind.FEVER]] < 7)
    assert (red | yellow).any()
    return time.perf_counter() - start


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--people", type=int, default=10_000_000)
    asked.add_argument("--folder", type=Path, required=True)
    given = asked.parse_args()
    make(given.folder, given.people)
    file = given.folder / f"facts-{given.people}.parquet"
    rows = duckdb.sql(f"SELECT count(*) FROM '{file}'").fetchall()[0][0]
    sukang = set_named("sukang", AS_OF)
    print(f"{given.people:,} people, {rows:,} facts, {file.stat().st_size / 1e9:.2f} GB")
    for name, rule_set in (("sukang@1", sukang), ("and every temperature", hungry(sukang))):
        seconds, coloured = ours(file, rule_set)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
        print(f"{name}: {seconds:.1f} s, {coloured:,} people not green, {peak:.2f} GB peak")
    print(f"one person: {one_person(file, sukang):.1f} ms")
    part = min(given.people, 500_000)
    seconds = with_pandas(file, part)
    print(f"pandas, {part:,} people: {seconds:.1f} s = {seconds * given.people / part:.0f} s for all at its rate")


if __name__ == "__main__":
    main()
