"""The chain as functions: delivered files → records → people → rides → lists. Each stage can be run again alone."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Protocol

import polars as pl
import pyarrow as pa

from firebreak.bridge.engines import DUCKDB
from firebreak.bridge.linking import Outcome, link_whole, the_model
from firebreak.bridge.presences import make_presences
from firebreak.bridge.session import Session, session
from firebreak.bridge.timeline import make_timeline
from firebreak.engine.backends.base import Expr
from firebreak.engine.backends.duckdb import Duck
from firebreak.engine.identity.completion import complete as completed
from firebreak.engine.intake.ingest import files_under, ingest
from firebreak.engine.intake.report import FileReport, IngestReport
from firebreak.engine.intake.spec import ChannelSpec
from firebreak.engine.tracing.rides import board
from firebreak.lake.lake import Lake
from firebreak.terms.enums import LinkKind

Step = Callable[[int, int | None, str], None]
"""Called with what is done, of how many, and a note that names a file or a table, never a person."""


def take(
    lake: Lake, paths: Iterable[Path], specs: Sequence[ChannelSpec], as_of: date, by: str, step: Step, workers: int = 1
) -> IngestReport:
    """Ingest, telling ``step`` of each file. The same bytes again change nothing."""
    paths = list(paths)
    total, done = sum(1 for _ in files_under(paths)), 0

    def tell(file: FileReport) -> None:
        nonlocal done
        done += 1
        step(min(done, total), total, file.name)

    return ingest(paths, lake, specs, as_of, by, tell, workers)


def identify(lake: Lake, engine: str = DUCKDB) -> None:
    """Which person each record speaks of: the table ``links``. Ids given before are kept."""
    link_whole(lake, model=the_model(), engine=engine)


def complete(lake: Lake, engine: str = DUCKDB) -> None:
    """What is known of each person, from all channels: the tables ``persons`` and ``person_fields``."""
    with lake.writer(), session(lake, engine) as opened:
        executor = opened.executor
        executor.keep("new_links", executor.table("links"))
        persons, fields = completed(executor, channels_of(opened))
        tables = {"persons": executor.run(persons, "persons"), "person_fields": executor.run(fields, "person_fields")}
        for name, table in tables.items():
            lake.replace(name, table)


def complete_some(lake: Lake, people: Collection[int]) -> None:
    """The same for a few people, laid over the tables; of those who are somebody else now, nothing is left.

    What a new record tells of a building's grid reaches the neighbours with the next whole run.
    """
    if not people or not lake.snapshot().rows("persons"):
        complete(lake)
        return
    with lake.writer(), session(lake) as opened, Duck() as few:
        asked = opened.duck.put("s_people", pa.table({"person_id": pa.array(sorted(people), pa.int64())}))
        links = opened.duck.keep("s_links", opened.duck.table("links").semi_join(asked, "person_id"))
        mentions = opened.duck.table("mentions")
        few.put("new_links", opened.duck.run(links))
        few.put("mentions", opened.duck.run(mentions.semi_join(links, ["record_id", "part"])))
        near = mentions.semi_join(few_places(opened, links), ["division_code", "community"])
        told = near.filter(near.grid_code.notnull()).select(*_OF_GRIDS)
        register = few.put("s_register", opened.duck.run(told))
        persons, fields = completed(few, channels_of(opened), register)
        tables = {"persons": few.run(persons), "person_fields": few.run(fields)}
        lake.replace_together({}, {name: _with_gone(name, table, people) for name, table in tables.items()})


_OF_GRIDS = ("record_id", "seen_on", "division_code", "community", "building", "grid_code")


def few_places(opened: Session, links: Expr) -> Expr:
    """The communities that some people's records name."""
    theirs = opened.duck.table("mentions").semi_join(links, ["record_id", "part"])
    return theirs.filter(theirs.community.notnull()).select("division_code", "community").distinct()


def _with_gone(name: str, table: pa.Table, people: Collection[int]) -> pl.DataFrame:
    """The rows of a layer, and one without values for everybody who is not there any more."""
    rows = pl.DataFrame(pl.from_arrow(table))
    gone = pl.DataFrame({"person_id": sorted(set(people) - set(rows["person_id"]))}, schema={"person_id": pl.Int64})
    return pl.concat([rows, gone], how="diagonal")


def channels_of(opened: Session) -> pl.DataFrame:
    """``channel, category, source`` for completion; a register is told apart by its kind (hukou, community …)."""
    duck = opened.duck
    residences, mentions = duck.table("residences"), duck.table("mentions")
    told = residences.join(mentions, ["record_id", "part"]).select("channel", "kind").distinct()
    kinds = {row["channel"]: row["kind"] for row in duck.run(told, "kinds").to_pylist() if row["kind"]}
    channels = sorted(
        {(one.channel, kinds.get(one.channel, one.category), one.channel) for one in opened.batches.values()}
    )
    schema = {"channel": pl.String, "category": pl.String, "source": pl.String}
    return pl.DataFrame(channels, schema=schema, orient="row")


def make_rides(lake: Lake, engine: str = DUCKDB) -> None:
    """Who sat where between which stops: the tables ``services`` and ``rides``, and its copy sorted by person."""
    with lake.writer(), session(lake, engine) as opened:
        boarded = board(opened.executor)
        services = opened.executor.run(boarded.services, "services")
        rides = opened.executor.run(boarded.rides, "rides")
        lake.replace_together({"services": services, "rides": rides, "rides_by_person": rides})


def after_links(lake: Lake, outcome: Outcome, progress: Callable[[str], None], engine: str = DUCKDB) -> None:
    """What follows a run of identity: what is known of those concerned, their rides, and where they were.

    Call it in the writer that linked, so that no other run comes between.
    """
    progress("complete")
    if outcome.kind is LinkKind.WHOLE:
        complete(lake, engine)
    else:
        complete_some(lake, outcome.people)
    progress("rides")
    make_rides(lake, engine)
    progress("presences")
    make_presences(lake, engine)
    progress("timeline")
    make_timeline(lake, engine)


class Stage(Protocol):
    """A stage of the chain over a lake, its large steps run by an executor (``bridge.engines``)."""

    def __call__(self, lake: Lake, engine: str = DUCKDB) -> None: ...


STAGES: dict[str, Stage] = {
    "identify": identify,
    "complete": complete,
    "rides": make_rides,
    "presences": make_presences,
    "timeline": make_timeline,
}
"""The stages after ingest, in their order. Each replaces its tables whole, so running it again changes nothing.

Each is the lake's one writer from before it reads until it has replaced: an older run cannot overwrite a newer one.
"""
