"""Who each record speaks of, kept in the lake: a run of identity over everything, or over whom something concerns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from time import perf_counter

import polars as pl

from firebreak.bridge.engines import DUCKDB
from firebreak.bridge.ledger import Ledger, after, after_some
from firebreak.bridge.session import Session, frame, session
from firebreak.engine.backends.base import Executor, Expr
from firebreak.engine.backends.duckdb import Duck
from firebreak.engine.identity import keys
from firebreak.engine.identity.compare.chinese import COMPARISONS
from firebreak.engine.identity.identity_keys import by_kind, identity_keys
from firebreak.engine.identity.incremental import COLUMNS, concerned, sticky, without
from firebreak.engine.identity.link import Before, Counts, Resolver, relink
from firebreak.engine.identity.model.model import Model, default
from firebreak.engine.identity.person_ids import KEY
from firebreak.engine.identity.resolution import Population, Resolution
from firebreak.engine.identity.resolve import resolve
from firebreak.lake.lake import Lake
from firebreak.terms.enums import LinkKind
from firebreak.terms.tables import TABLES

Timings = dict[str, float]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run changed, under which number, and the seconds of its steps. ``people``: whose links changed, the ids
    before and after."""

    run_id: int
    kind: LinkKind
    counts: Counts
    seconds: Mapping[str, float]
    people: frozenset[int] = frozenset()


@cache
def the_model() -> Model:
    """The model that comes with the program."""
    return default(COMPARISONS)


def link_whole(
    lake: Lake, by: str = "", model: Model | None = None, resolver: Resolver = resolve, engine: str = DUCKDB
) -> Outcome:
    """Link every record of the lake. Ids given before are kept, rulings in force are obeyed."""
    with lake.writer(), session(lake, engine) as opened, lake.scratch() as folder:
        clock = _Clock()
        ledger = Ledger(opened)
        stamp = ledger.stamp(LinkKind.WHOLE, by, model)
        before = Before(frame(opened, "links").select(*KEY, "person_id"), ledger.aliases)
        clock.lap("read")
        found = relink(opened.executor, model, before, ledger.rulings, resolver)
        clock.lap("resolve")
        findable = write_keys(opened.duck, folder)
        clock.lap("keys")
        lake.replace_together({"links": found.links, "identity_keys": findable, **after(ledger, found, stamp)})
        clock.lap("write")
        return Outcome(stamp.run_id, stamp.kind, found.counts, clock.laps)


def link_new(
    lake: Lake, by: str = "", model: Model | None = None, resolver: Resolver = resolve, engine: str = DUCKDB
) -> Outcome:
    """Link the records of batches that were taken in since the last run, into the people who are there.

    ``engine`` counts where there is nobody yet: what few new records concern is looked up in process.
    """
    with lake.writer(), session(lake) as opened:
        clock = _Clock()
        fresh = unlinked(opened)
        if not opened.snapshot.rows("links") or not opened.snapshot.rows("identity_keys"):
            return link_whole(lake, by, model, resolver, engine)
        clock.lap("read")
        return _link_some(lake, opened, fresh, LinkKind.NEW, by, model, resolver, clock)


def link_concerned(
    lake: Lake, seeds: pl.DataFrame, by: str = "", model: Model | None = None, resolver: Resolver = resolve
) -> Outcome:
    """Resolve again the people to whom these mentions (``record_id, part``) belong, and who is near them."""
    with lake.writer(), session(lake) as opened:
        if not opened.snapshot.rows("identity_keys"):
            return link_whole(lake, by, model, resolver)
        duck = opened.duck
        asked, links = duck.put("l_asked", seeds.select(KEY).to_arrow()), duck.table("links")
        people = links.semi_join(asked, KEY).select("person_id").distinct()
        theirs = _polars(duck, links.semi_join(people, "person_id").select(*KEY))
        seeds = pl.concat([seeds.select(KEY), theirs]).unique().sort(KEY)
        return _link_some(lake, opened, seeds, LinkKind.RULING, by, model, resolver, _Clock())


def write_keys(duck: Duck, folder: Path) -> list[Path]:
    """What every record can be found by, a sorted file a kind; in process, as it is looked up."""
    paths = []
    for nth, (kind, found) in enumerate(by_kind(duck, *_said(duck)).items()):
        path = folder / f"keys-{nth}.parquet"
        if duck.write(found, path, TABLES["identity_keys"].sort, kind):
            paths.append(path)
    return paths


def unlinked(opened: Session) -> pl.DataFrame:
    """``record_id, part`` of the mentions that no run has linked yet. Batches are linked whole, so files of batches
    that were linked are not looked at."""
    duck = opened.duck
    links = duck.table("links")
    done = set(duck.run(links.select(batch=links.record_id // (1 << 32)).distinct()).column("batch").to_pylist())
    files = [path for path in opened.snapshot.files("mentions") if _batch_of(path.name) not in done]
    if not files:
        return pl.DataFrame(schema={"record_id": pl.Int64, "part": pl.Int16})
    fresh = pl.scan_parquet(files, hive_partitioning=False).select(KEY).collect()
    return fresh.sort(KEY)


def _said(duck: Duck) -> tuple[Expr, Expr]:
    """Mentions and journeys."""
    return duck.table("mentions"), duck.table("journeys")


def _batch_of(name: str) -> int | None:
    kind, number, *_ = name.split("-")
    return int(number) if kind == "batch" else None


class _Clock:
    """Seconds of each step."""

    def __init__(self) -> None:
        self.laps: Timings = {}
        self._at = perf_counter()

    def lap(self, step: str) -> None:
        now = perf_counter()
        self.laps[step], self._at = now - self._at, now


def _link_some(
    lake: Lake,
    opened: Session,
    seeds: pl.DataFrame,
    kind: LinkKind,
    by: str,
    model: Model | None,
    resolver: Resolver,
    clock: _Clock,
) -> Outcome:
    ledger, duck = Ledger(opened), opened.duck
    stamp = ledger.stamp(kind, by, model)
    asked = concerned(duck, seeds)
    clock.lap("find")
    links = _polars(duck, duck.table("links").semi_join(asked, KEY))
    before = Before(links.select(*KEY, "person_id"), ledger.aliases_of(links["person_id"].unique()))
    with Duck() as few:
        mentions = _polars(duck, duck.table("mentions").semi_join(asked, KEY))
        few.put("mentions", without(mentions, _set_aside(opened, ledger)).to_arrow())
        few.put("journeys", duck.run(duck.table("journeys").semi_join(asked, KEY)))
        clock.lap("fetch")
        sticking = _sticking(resolver, seeds, links, _population(duck, mentions["name"]))
        found = relink(few, model, before, ledger.rulings, sticking)
        clock.lap("resolve")
        new = seeds.join(links, on=KEY, how="anti")
        fresh = few.put("l_new", new.select(KEY).to_arrow())
        findable = few.run(identity_keys(few, *(one.semi_join(fresh, KEY) for one in _said(few))))
    changed = _changed(found.links, links)
    lake.replace_together(after_some(ledger, found, stamp, seeds, links), {"links": changed, "identity_keys": findable})
    clock.lap("write")
    people = frozenset(changed["person_id"].to_list()) | frozenset(
        links.join(changed, on=KEY, how="semi")["person_id"].to_list()
    )
    return Outcome(stamp.run_id, kind, found.counts, clock.laps, people)


def _sticking(resolver: Resolver, seeds: pl.DataFrame, links: pl.DataFrame, population: Population) -> Resolver:
    def resolved(run: Executor, model: Model | None, rulings: pl.DataFrame) -> Resolution:
        found = resolver(run, model, rulings, population)
        return replace(found, groups=sticky(found.groups, seeds, links))

    return resolved


def _population(duck: Duck, names: pl.Series) -> Population:
    """How many people the lake has, and how many documents stand with each of these names."""
    people = duck.run(duck.table("links").person_id.nunique().as_table())[0][0].as_py()
    asked = duck.put("l_names", names.drop_nulls().unique().rename("name").to_frame().to_arrow())
    told = keys.claims(duck.table("mentions")).filter(lambda t: t.doc_key.notnull()).semi_join(asked, "name")
    counted = told.group_by("name").agg(people=told.doc_key.nunique())
    return Population(int(people), _polars(duck, counted))


def _changed(links: pl.DataFrame, before: pl.DataFrame) -> pl.DataFrame:
    """The rows that are new or differ from what they were."""
    same = links.join(before, on=KEY, suffix="_before")
    for column in ("person_id", "rule", "confidence"):
        same = same.filter(pl.col(column).eq_missing(pl.col(f"{column}_before")))
    return links.join(same, on=KEY, how="anti")


def _set_aside(opened: Session, ledger: Ledger) -> pl.DataFrame:
    """``field, value``: what the last whole run set aside, read from the first record each stands in."""
    notes = ledger.tables["set_aside"]
    if notes.is_empty():
        return pl.DataFrame(schema={"field": pl.String, "value": pl.String})
    asked = opened.duck.put("l_notes", notes.select(KEY).unique().to_arrow())
    said = _polars(opened.duck, opened.duck.table("mentions").semi_join(asked, KEY))
    told = notes.select("field", *KEY).join(said, on=KEY)
    value = pl.coalesce(pl.when(pl.col("field") == field).then(pl.col(column)) for field, column in COLUMNS.items())
    return told.select("field", value=value)


def _polars(duck: Duck, expr: object) -> pl.DataFrame:
    return pl.DataFrame(pl.from_arrow(duck.run(expr)))
