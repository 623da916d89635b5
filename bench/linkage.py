"""Linkage, side by side: ours, Splink as its documentation recommends, the exact-only linker.

    python bench/linkage.py public            # febrl 4a/4b, fake_1000 (shared data)
    python bench/linkage.py drill             # drill records at three levels of dirt
    python bench/linkage.py scale 1000000     # time and memory at so many records (drill, medium dirt)

Ours uses the model that comes with the program (trained on another drill, without labels) and, for the public tables,
what the table itself teaches. No threshold is set on labels: a join needs odds of 1,000 to 1 among people, even odds in
the public tables. For Splink the threshold its example uses is shown, and the best of several, chosen on the labels.
"""

from __future__ import annotations

import argparse
import gzip
import os
import resource
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from time import perf_counter, process_time

import polars as pl

from firebreak.bridge.run import take
from firebreak.bridge.session import session
from firebreak.bridge.specs import specs_from
from firebreak.engine.backends.duckdb import Duck
from firebreak.engine.identity.compare.chinese import COMPARISONS
from firebreak.engine.identity.exact import grouped
from firebreak.engine.identity.model.model import default
from firebreak.engine.identity.resolution import Resolution, no_rulings
from firebreak.engine.identity.resolve import resolve
from firebreak.engine.identity.tables import linked
from firebreak.lake.lake import Lake
from firebreak.world.channels import load_noise, render
from firebreak.world.channels.noise import LEVELS
from firebreak.world.generate import generate
from linkage_scores import Scores, scores

SHARED = Path(os.environ.get("FIREBREAK_SHARED", "../shared")) / "data"
KEY = ["record_id", "part"]
THRESHOLDS = (0.5, 0.9, 0.95, 0.99, 0.999)
RECORDS_A_PERSON = 5.63
"""Of a drill of 21 days."""


@contextmanager
def timed(what: str) -> Iterator[None]:
    """Prints wall and processor seconds, and the most memory the process had so far."""
    wall, cpu = perf_counter(), process_time()
    yield
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(
        f"  {what}: {perf_counter() - wall:.1f} s, processor {process_time() - cpu:.1f} s, peak {most:.2f} GB",
        flush=True,
    )


def public() -> None:
    """febrl 4a/4b and fake_1000."""
    from linkage_splink import fake_1000, febrl4

    for name, read, kinds, rival, documented in (
        ("febrl 4a/4b", _febrl, FEBRL, lambda table, at: febrl4(table.partition_by("source"), at), 0.99),
        ("fake_1000", _fake, FAKE, fake_1000, 0.5),
    ):
        table = read()
        people = table.select("unique_id", "person")
        print(f"\n{name}: {table.height:,} records")
        with timed("ours"), Duck() as duck:
            groups = linked(duck, table, kinds).rename({"cluster": "group"})
        print(scores(groups, people, ["unique_id"]).line("ours"), flush=True)
        found = {at: _rival(rival, table, people, at) for at in THRESHOLDS}
        best = max(found, key=lambda at: found[at].f1)
        print(found[documented].line(f"Splink, documented, at {documented}"))
        print(found[best].line(f"Splink, documented, best ({best})"))


def _rival(
    rival: Callable[[pl.DataFrame, float], pl.DataFrame], table: pl.DataFrame, people: pl.DataFrame, at: float
) -> Scores:
    found = rival(table, at)
    if "rec_id" in found.columns:
        found = found.join(table.select("rec_id", "unique_id"), on="rec_id")
    return scores(found.select("unique_id", "group"), people, ["unique_id"])


FEBRL = {
    "given_name": "given",
    "surname": "surname",
    "date_of_birth": "birth",
    "soc_sec_id": "identifier",
    "street_number": "code",
    "address_1": "place",
    "suburb": "place",
    "postcode": "code",
}
FAKE = {"first_name": "given", "surname": "surname", "dob": "birth", "city": "place", "email": "email"}


def _febrl() -> pl.DataFrame:
    parts = []
    for part in "ab":
        packed = (SHARED / f"febrl/dataset4{part}.csv.gz").read_bytes()
        raw = pl.read_csv(gzip.decompress(packed), infer_schema_length=0)
        clean = raw.rename({name: name.strip() for name in raw.columns}).with_columns(pl.all().str.strip_chars())
        parts.append(clean.with_columns(pl.all().replace("", None), source=pl.lit(part)))
    table = pl.concat(parts).with_columns(person=pl.col("rec_id").str.extract(r"rec-(\d+)"))
    return table.with_row_index("unique_id").cast({"unique_id": pl.Int64})


def _fake() -> pl.DataFrame:
    table = pl.read_csv(SHARED / "splink/fake_1000.csv", infer_schema_length=0)
    return table.cast({"unique_id": pl.Int64}).rename({"cluster": "person"})


def drill(people: int, seed: int, rival: bool) -> None:
    """Three levels of dirt."""
    for level in LEVELS:
        with tempfile.TemporaryDirectory() as folder:
            lake, truth = _drilled(Path(folder), people, seed, level)
            print(
                f"\ndrill (演练), {level} dirt: {truth.height:,} records of {people:,} people, seed {seed}", flush=True
            )
            _three(lake, truth, rival)


def _three(lake: Lake, truth: pl.DataFrame, rival: bool) -> None:
    with session(lake) as opened:
        with timed("ours"):
            found = resolve(opened.duck, default(COMPARISONS), no_rulings())
        print(scores(found.groups, truth, KEY).line("ours"))
        _band(found, truth)
    with session(lake) as opened:
        with timed("exact only"):
            groups, _ = grouped(opened.duck, opened.duck.table("mentions"), opened.duck.table("journeys"))
        print(scores(groups, truth, KEY).line("exact only"), flush=True)
        table = as_one_table(opened.duck) if rival else None
    if table is not None:
        _documented(table, truth)


def _band(found: Resolution, truth: pl.DataFrame) -> None:
    share = found.reviews.height / found.groups.height
    people = truth.drop_nulls("person")
    sides = found.reviews
    for side in ("left", "right"):
        named = people.select(*(pl.col(name).alias(f"{side}_{name}") for name in (*KEY, "person")))
        sides = sides.join(named, on=[f"{side}_{name}" for name in KEY], how="left")
    same = sides.filter(pl.col("left_person") == pl.col("right_person")).height
    print(
        f"  review: {found.reviews.height:,} pairs, {share:.2%} of records; of them {same:,} are one person", flush=True
    )


def as_one_table(duck: Duck) -> pl.DataFrame:
    told = duck.table("mentions")
    rows = told.select(*KEY, "name", "doc_number", "phone", "sex", "address", birth_date=told.birth_date.cast("string"))
    found = pl.DataFrame(pl.from_arrow(duck.run(rows)))
    return found.sort(KEY).with_row_index("unique_id").cast({"unique_id": pl.Int64})


def _documented(table: pl.DataFrame, truth: pl.DataFrame) -> None:
    from linkage_splink import drill as rival

    with timed("Splink on everything"):
        groups = rival(table.drop(KEY), 0.99).select("unique_id", "group")
    found = groups.join(table.select("unique_id", *KEY), on="unique_id")
    print(scores(found, truth, KEY).line("Splink, library comparisons, 0.99"), flush=True)


def _drilled(out: Path, people: int, seed: int, level: str) -> tuple[Lake, pl.DataFrame]:
    """A lake of a drill's files, and whom each of its records is about."""
    generate(out=out, people=people, days=21, seed=seed)
    render(out / "truth", out, load_noise().at(level), seed)
    lake = Lake.open(out / "lake", create=True)
    take(lake, [out / "channels"], specs_from(), date(2020, 1, 31), "bench", lambda *_: None, workers=2)
    return lake, truth_of(lake, out / "truth")


def truth_of(lake: Lake, folder: Path) -> pl.DataFrame:
    """``record_id, part, person``."""
    copies = dict(pl.read_parquet(folder / "files.parquet").filter(pl.col("of") != "").select("file", "of").iter_rows())
    with session(lake) as opened:
        names = [
            (number, one.file_name.removeprefix("channels/"), one.member) for number, one in opened.batches.items()
        ]
        keys = pl.DataFrame(pl.from_arrow(opened.duck.run(opened.duck.table("mentions").select(*KEY))))
    batches = pl.DataFrame(
        [(number, copies.get(name, name), member or "") for number, name, member in names],
        schema={"batch": pl.Int64, "file": pl.String, "member": pl.String},
        orient="row",
    )
    rows = pl.read_parquet(folder / "rows.parquet", columns=["file", "member", "line", "part", "person"])
    told = keys.with_columns(
        batch=pl.col("record_id") // (1 << 32), line=(pl.col("record_id") % (1 << 32)).cast(pl.Int32)
    )
    told = told.join(batches, on="batch", how="left")
    rows = rows.with_columns(pl.col("member").fill_null(""))
    return told.join(rows, on=["file", "member", "line", "part"], how="left").select(*KEY, "person")


def scale(records: int, seed: int) -> None:
    """Time and memory of our linker alone, in a process of its own per size."""
    people = int(records / RECORDS_A_PERSON)
    with tempfile.TemporaryDirectory() as folder:
        lake, truth = _drilled(Path(folder), people, seed, "medium")
        print(f"\ndrill (演练), medium dirt: {truth.height:,} records of {people:,} people", flush=True)
        pid = os.fork()
        if pid == 0:
            with session(lake) as opened:
                with timed("ours"):
                    found = resolve(opened.duck, default(COMPARISONS), no_rulings())
                print(scores(found.groups, truth, KEY).line("ours"))
                _band(found, truth)
            os._exit(0)
        os.waitpid(pid, 0)


def main() -> None:
    """Reads the arguments."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["public", "drill", "scale"])
    parser.add_argument("records", nargs="?", type=int, default=1_000_000)
    parser.add_argument("--people", type=int, default=40_000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--no-rival", action="store_true")
    given = parser.parse_args()
    if given.what == "public":
        public()
    elif given.what == "drill":
        drill(given.people, given.seed, not given.no_rival)
    else:
        scale(given.records, given.seed)


if __name__ == "__main__":
    main()
