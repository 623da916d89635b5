"""New records into a lake that is linked: seconds of each step, beside a whole relink, and whether both agree.

    python bench/incremental.py --people 10000000 --new 100000             # the goal: at most 10 s
    python bench/incremental.py --people 100000 --new 5000 --compare       # and the same people as a whole relink?

A province's people, each in a register, a quarter of them a second time by phone and name alone; then one batch of
whom 60 % give a number that is there, 25 % a phone and a name that are, 5 % a number with a digit off, 10 % are new.
Everybody is simulated (演练/DRILL). What it writes is deleted again unless --keep names a folder.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import resource
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from firebreak.bridge.linking import link_new, link_whole, the_model, write_keys
from firebreak.bridge.session import frame, session
from firebreak.lake.batches import Batch
from firebreak.lake.frames import polars_schema
from firebreak.lake.lake import Lake
from firebreak.terms.ids import record_id
from firebreak.world.generate import START
from firebreak.world.scale import Province

NAMES = "name sex birth_date doc_type doc_number phone division_code community building room"
SAID = tuple(NAMES.split())
SECOND = 4


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--new", type=int, default=100_000, help="0: only make the lake (with --keep)")
    parser.add_argument("--compare", action="store_true", help="link the base and, at the end, everything, whole")
    parser.add_argument("--keep", type=Path)
    given = parser.parse_args()
    folder = given.keep or Path(tempfile.mkdtemp(prefix="incremental-", dir="build"))
    try:
        run(Lake.open(folder / "lake", create=True), given.people, given.new, given.compare)
    finally:
        if given.keep is None:
            shutil.rmtree(folder)


def run(lake: Lake, people: int, new: int, compare: bool) -> None:
    began = time.perf_counter()
    if not lake.snapshot().rows("links"):
        base(lake, people)
        if compare:
            link_whole(lake, "bench", the_model())
        else:
            linked(lake)
    if not new:
        return
    register = some_of(lake, people)
    print(f"base: {people:,} people, {lake.snapshot().rows('mentions'):,} records, {time.perf_counter() - began:.0f} s")
    deliver(lake, register, new)
    used, began = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
    outcome = link_new(lake, "bench", the_model())
    took, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_SELF)
    processor = after.ru_utime + after.ru_stime - used.ru_utime - used.ru_stime
    steps = ", ".join(f"{step} {seconds:.2f}" for step, seconds in outcome.seconds.items())
    print(f"{new:,} new records: {took:.2f} s ({processor:.1f} s of processor): {steps}")
    print(
        f"{outcome.counts}; peak {after.ru_maxrss / 1e6:.2f} GB; load {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores"
    )
    if compare:
        differing(lake)


def base(lake: Lake, people: int) -> None:
    """The register, and the second batch."""
    province = Province(people, 1, 7, START, 0.0)

    def register() -> Iterator[pl.DataFrame]:
        for chunk in province.persons():
            yield chunk.select(SAID).with_columns(doc_check=pl.lit("valid"))

    def seconds() -> Iterator[pl.DataFrame]:
        for chunk in province.persons():
            yield chunk.gather_every(SECOND).select("name", "phone", "sex")

    if not lake.batches():
        batch(lake, "register", register())
        batch(lake, "second", seconds())


def some_of(lake: Lake, people: int) -> pl.DataFrame:
    """People of the register, to draw new records from."""
    every = max(1, people // 400_000)
    with session(lake) as opened:
        said = opened.duck.table("mentions").filter(lambda t: (t.channel == "register") & (t.record_id % every == 0))
        return pl.DataFrame(pl.from_arrow(opened.duck.run(said.select(*SAID))))


def batch(lake: Lake, name: str, chunks: Iterator[pl.DataFrame]) -> None:
    digest = hashlib.sha256(name.encode()).hexdigest()
    number, line, schema = lake.id_for(digest), 0, polars_schema("mentions")
    made = Batch(number, digest, name, 1, "residence", f"{name}.csv", "", 1, True, START, "bench")
    with lake.commit(made) as commit:
        for chunk in chunks:
            lines = pl.int_range(line + 1, line + 1 + chunk.height, dtype=pl.Int64, eager=True)
            rows = chunk.with_columns(record_id=lines + record_id(number, 0), part=pl.lit(0, pl.Int16))
            said = {"channel": pl.lit(name), "seen_on": pl.lit(START), "relation": pl.lit("self")}
            line += chunk.height
            absent = [column for column in schema if column not in (*rows.columns, *said)]
            said |= {column: pl.lit(None, schema[column]) for column in absent}
            commit.write("mentions", rows.with_columns(**said).select(schema.names()))
        commit.count(line, line, 0)


def linked(lake: Lake) -> None:
    """The links as the records were made, without linking them: at this size that is another benchmark."""
    with lake.writer(), session(lake) as opened, lake.scratch() as folder:
        said = frame_of(opened, ("record_id", "part", "channel"))
        first = said.filter(pl.col("channel") == "register")
        second = said.filter(pl.col("channel") == "second")
        owners = first["record_id"].sort().gather_every(SECOND) if second.height else first["record_id"].head(0)
        known = first.select("record_id", "part", person_id="record_id", rule=pl.lit("document"))
        again = second.sort("record_id").with_columns(person_id=owners, rule=pl.lit("phone+name"))
        links = pl.concat([known, again.select(known.columns)]).with_columns(confidence=pl.lit(1.0, pl.Float32))
        lake.replace_together({"links": links, "identity_keys": write_keys(opened.duck, folder)})


def frame_of(opened: object, columns: tuple[str, ...]) -> pl.DataFrame:
    duck = opened.duck  # type: ignore[attr-defined]
    return pl.DataFrame(pl.from_arrow(duck.run(duck.table("mentions").select(*columns))))


def deliver(lake: Lake, register: pl.DataFrame, new: int) -> None:
    some = register.sample(min(new, register.height), seed=2, shuffle=True)
    cut = [int(some.height * share) for share in (0.6, 0.85, 0.9, 1.0)]
    by_number = some[: cut[0]].select("name", "doc_type", "doc_number", doc_check=pl.lit("valid"))
    by_phone = some[cut[0] : cut[1]].select("name", "phone", "sex")
    wrong = pl.col("doc_number").str.slice(0, 16) + "9" + pl.col("doc_number").str.slice(17)
    slipped = some[cut[1] : cut[2]]
    off = slipped.select("name", "phone", "doc_type", doc_number=wrong, doc_check=pl.lit("bad_check_digit"))
    fresh = next(iter(Province(some.height - cut[2], 1, 99, START, 0.0).persons())).select("name", "birth_date", "sex")
    shapes = [by_number, by_phone, off, fresh]
    batch(lake, "new", iter([pl.concat(shapes, how="diagonal").sample(fraction=1.0, seed=3, shuffle=True)]))


def differing(lake: Lake) -> None:
    """Relink everything, and compare: records that are with others than one by one."""
    with session(lake) as opened:
        before = frame(opened, "links").select("record_id", "part", one="person_id")
    began = time.perf_counter()
    link_whole(lake, "bench", the_model())
    took = time.perf_counter() - began
    with session(lake) as opened:
        after = frame(opened, "links").select("record_id", "part", other="person_id", rule="rule")
    both = before.join(after, on=["record_id", "part"])
    sizes = both.with_columns(a=pl.len().over("one"), b=pl.len().over("other"), both=pl.len().over("one", "other"))
    odd = sizes.filter((pl.col("a") != pl.col("both")) | (pl.col("b") != pl.col("both")))
    renamed = sizes.join(odd, on=["record_id", "part"], how="anti").filter(pl.col("one") != pl.col("other"))
    print(f"a whole relink: {took:.2f} s; of {both.height:,} records {odd.height:,} are with others than one by one,")
    print(f"{renamed.height:,} renamed")
    print(odd["rule"].value_counts(sort=True))


if __name__ == "__main__":
    main()
