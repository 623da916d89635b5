"""Assessing a province: 10 million people with 14 days of facts, all at once and one of them.

Every person has a temperature on each of the 14 days (140 million facts) and what a real population has beside it. Two
rule sets: the Jiangsu code of 2020-03-05 as shipped, and one that also asks for the highest temperature, so that every
row has to be read. One person as the desks ask: from the copy of the facts sorted by person, by the rules in Python.
Beside it the same assessment in pandas with the same answer, evidence included, on the part that fits.

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
from firebreak.engine.risk.person import Told, assess_one
from firebreak.engine.risk.rule_set import SEVERITY, Colour, Rule, RuleSet, set_named
from firebreak.engine.risk.vocabulary import CASE_STATES, CODES, Kind
from firebreak.lake.lookup import Lookup
from firebreak.terms.tables import FACTS_BY_PERSON

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


def seconds_of(file: Path, people: int, rule_set: RuleSet) -> tuple[float, dict[int, int]]:
    """Seconds for the first ``people``, and the record that proves each one's colour."""
    with Duck({"facts": [file]}, memory_limit="6GB") as run:
        facts, start = run.table("facts"), time.perf_counter()
        done = assess(run, facts.filter(facts.person_id < people), rule_set, AS_OF)
        keys = ["person_id", "rule"]
        proofs = run.run(done.findings.semi_join(done.colours, keys).select("person_id", "record_id")).to_pydict()
        return time.perf_counter() - start, dict(zip(proofs["person_id"], proofs["record_id"], strict=True))


def by_person(file: Path, people: int) -> list[Path]:
    """The copy sorted by person that the lake keeps beside the facts, in its files of 20 million rows."""
    width, folder = 1_200_000, file.parent / f"by-person-{people}"
    paths = [folder / f"made-00000001-{first // width:03d}.parquet" for first in range(0, people, width)]
    for number, path in enumerate(paths):
        if not path.exists():
            folder.mkdir(exist_ok=True)
            with Duck({"facts": [file]}, memory_limit="4GB") as run:
                rows, low = run.table("facts"), number * width
                mine = rows.filter((rows.person_id >= low) & (rows.person_id < low + width))
                run.write(mine, path, FACTS_BY_PERSON.sort)
    return paths


def one_person(file: Path, people: int, rule_set: RuleSet) -> tuple[float, float]:
    """Milliseconds of one person's assessment, warm: the median and the 95th of a hundred, of 200 people everywhere."""
    facts, kinds = Lookup("facts_by_person", by_person(file, people)), {code: kind for kind, code in CODES.items()}
    taken = []
    for person in [*range(0, people, people // 20), *range(7, people, people // 200)]:
        start = time.perf_counter()
        own = [
            Told(kinds[row["kind"]], row["on"], row["known_on"], row["value"], row["record_id"], row["part"])
            for row in facts.rows(person)
        ]
        assess_one(person, own, rule_set, AS_OF)
        taken.append((time.perf_counter() - start) * 1000)
    warm = sorted(taken[20:])
    return warm[len(warm) // 2], warm[len(warm) * 95 // 100]


def with_pandas(file: Path, people: int, rule_set: RuleSet) -> tuple[float, pd.DataFrame]:
    """A set by pandas on the first ``people``, as an analyst would write it; seconds, and each colour with its record.

    Rows of the kinds that the set uses, read by PyArrow; the newest fact of each kind, the rules as columns, the
    gravest that ends last, and its first record.
    """
    start, day = time.perf_counter(), pd.Timestamp(AS_OF)
    used = sorted({CODES[kind] for rule in rule_set.rules for kind in (*rule.since, *CASE_STATES, Kind.CLEARED)})
    columns = ["person_id", "kind", "on", "known_on", "value", "record_id", "part"]
    asked = [("kind", "in", used), ("person_id", "<", people), ("on", "<=", AS_OF), ("known_on", "<=", AS_OF)]
    rows = pd.read_parquet(file, columns=columns, filters=asked)
    rows["on"] = pd.to_datetime(rows["on"])
    since = (day - rows.groupby(["person_id", "kind"])["on"].max().unstack()).apply(lambda column: column.dt.days)
    since = since.reindex(columns=used)
    states = rows[rows["kind"].isin([CODES[kind] for kind in CASE_STATES])]
    newest = states.sort_values(["on", "known_on", "kind"]).groupby("person_id")["kind"].last()
    case = newest.map({CODES[kind]: str(kind) for kind in CASE_STATES}).reindex(since.index)
    recent = rows[(rows["kind"] == CODES[Kind.TEMPERATURE]) & (rows["on"] > day - pd.Timedelta(days=14))]
    warmest = recent.groupby("person_id")["value"].max().reindex(since.index)
    fired = pd.concat([_by_hand(rule, since, case, warmest) for rule in rule_set.rules])
    fired["since"] = day - pd.to_timedelta(fired["back"], unit="D")
    best = fired.sort_values(["severity", "end", "number"], ascending=[False, False, True]).groupby("person_id").head(1)
    proved = best.merge(rows, left_on=["person_id", "kind", "since"], right_on=["person_id", "kind", "on"])
    proved = proved.sort_values(["record_id", "part"]).groupby("person_id").head(1)
    return time.perf_counter() - start, proved


def _by_hand(rule: Rule, since: pd.DataFrame, case: pd.Series, warmest: pd.Series) -> pd.DataFrame:
    """Whom one rule of the two sets holds for."""
    of_rule = since[[CODES[kind] for kind in rule.since]]
    back = of_rule.min(axis=1)
    holds = back.notna() if rule.days is None else back < rule.days
    if rule.id in ("case-in-treatment", "asymptomatic", "discharged"):
        holds &= case.isin([str(kind) for kind in rule.since])
    elif rule.id == "warm":
        holds &= warmest >= 36.95
    elif rule.id != "symptoms":
        cleared = since[CODES[Kind.CLEARED]]
        holds &= cleared.isna() | (cleared > back)
    mine = back[holds]
    return pd.DataFrame(
        {
            "person_id": mine.index, "number": rule.number, "severity": SEVERITY[rule.colour], "back": mine.to_numpy(),
            "end": rule.days - mine.to_numpy() if rule.days is not None else 1e9,
            "kind": of_rule[holds].idxmin(axis=1).to_numpy() if len(mine) else [],
            "colour": str(rule.colour),
        }
    )  # fmt: skip


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
    median, high = one_person(file, given.people, sukang)
    print(f"one person: median {median:.1f} ms, 95 % {high:.1f} ms")
    part = min(given.people, 1_000_000)
    for name, rule_set in (("sukang@1", sukang), ("and every temperature", hungry(sukang))):
        own, proofs = seconds_of(file, part, rule_set)
        rival, found = with_pandas(file, part, rule_set)
        assert proofs == dict(zip(found["person_id"], found["record_id"], strict=True)), "pandas found otherwise"
        print(f"{name}, {part:,} people, the same answer: {own:.1f} s, pandas {rival:.1f} s = {rival / own:.1f} x")


if __name__ == "__main__":
    main()
