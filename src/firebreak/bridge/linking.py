"""Who each record speaks of, kept in the lake: one run of identity, its ledger of merges, aliases and splits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import polars as pl

from firebreak.bridge.session import Session, session
from firebreak.engine.identity import rulings as ruled
from firebreak.engine.identity.link import Before, Counts, Linked, Resolver, relink
from firebreak.engine.identity.model.model import Model
from firebreak.engine.identity.person_ids import Aliases
from firebreak.engine.identity.resolve import resolve
from firebreak.lake.frames import polars_schema
from firebreak.lake.lake import Lake
from firebreak.terms.enums import LinkKind

LEDGER = ("merges", "merge_members", "aliases", "id_homes", "splits", "reviews", "set_aside", "link_runs")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run changed, under which number."""

    run_id: int
    kind: LinkKind
    counts: Counts
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Stamp:
    """Which run it is, of which kind, when and by whom."""

    run_id: int
    kind: LinkKind
    at: datetime
    by: str
    model: str | None


def link_whole(lake: Lake, by: str = "", model: Model | None = None, resolver: Resolver = resolve) -> Outcome:
    """Link every record of the lake. Ids given before are kept, rulings in force are obeyed."""
    with lake.writer(), session(lake) as opened:
        ledger = Ledger(opened)
        stamp = ledger.stamp(LinkKind.WHOLE, by, model)
        before = Before(frame(opened, "links").select("record_id", "part", "person_id"), ledger.aliases)
        found = relink(opened.duck, model, before, ledger.rulings, resolver)
        lake.replace("links", found.links)
        keep(lake, ledger, found, stamp)
        return Outcome(stamp.run_id, stamp.kind, found.counts)


def frame(opened: Session, table: str) -> pl.DataFrame:
    """A table of the lake, whole, in Polars."""
    return pl.DataFrame(pl.from_arrow(opened.duck.run(opened.duck.table(table), table)))


class Ledger:
    """The tables of earlier runs, read once."""

    def __init__(self, opened: Session) -> None:
        self.tables = {name: frame(opened, name) for name in LEDGER}
        self.standing = ruled.in_force(frame(opened, "rulings"))

    @property
    def rulings(self) -> pl.DataFrame:
        """The rulings in force, as pairs of mentions."""
        return ruled.pairs(self.standing, self.tables["merge_members"])

    @property
    def aliases(self) -> Aliases:
        ids = self.tables["aliases"]
        members = self.tables["merge_members"].filter("absorbed")
        members = members.join(ids.select("merge_id", "alias_id"), on="merge_id")
        return Aliases(
            ids.select("alias_id", "person_id"),
            members.select("alias_id", "record_id", "part"),
            self.tables["id_homes"],
        )

    def stamp(self, kind: LinkKind, by: str, model: Model | None) -> Stamp:
        """The next run."""
        runs = self.tables["link_runs"]["run_id"]
        number = int(max(runs.to_list(), default=0)) + 1
        return Stamp(number, kind, datetime.now(UTC), by, model.version if model else None)


def keep(lake: Lake, ledger: Ledger, found: Linked, stamp: Stamp) -> None:
    """Write the ledger of a run that looked at the whole lake."""
    tables = _after(ledger.tables, found, stamp)
    for name, table in tables.items():
        if not table.equals(ledger.tables[name]):
            lake.replace(name, table)


def _after(before: Mapping[str, pl.DataFrame], found: Linked, stamp: Stamp) -> dict[str, pl.DataFrame]:
    merges, members = _merges(before, found, stamp)
    return {
        "merges": merges,
        "merge_members": pl.concat([before["merge_members"], members]),
        "aliases": _aliases(before["aliases"], merges, found, stamp),
        "id_homes": as_table("id_homes", found.homes),
        "splits": pl.concat([before["splits"], as_table("splits", found.splits, run_id=stamp.run_id)]),
        "reviews": as_table("reviews", found.reviews, run_id=stamp.run_id),
        "set_aside": as_table("set_aside", found.set_aside, run_id=stamp.run_id),
        "link_runs": pl.concat([before["link_runs"], _run(found.counts, stamp)]),
    }


def as_table(name: str, rows: pl.DataFrame, **constants: object) -> pl.DataFrame:
    """The rows with the columns of a table; what they lack is null, or a constant."""
    schema = polars_schema(name)
    given = {column: pl.lit(constants.get(column)) for column in schema if column not in rows.columns}
    return rows.with_columns(**given).select(pl.col(column).cast(kind) for column, kind in schema.items())


def _merges(before: Mapping[str, pl.DataFrame], found: Linked, stamp: Stamp) -> tuple[pl.DataFrame, pl.DataFrame]:
    """All merges, those of this run included and those that no longer stand marked; and the members of this run's."""
    old = before["merges"]
    first = int(max(old["merge_id"].to_list(), default=0)) + 1
    fresh = found.merges.sort("person_id", "absorbed_id").with_row_index("merge_id", first)
    fresh = fresh.with_columns(pl.col("merge_id").cast(pl.Int64))
    probability = fresh.join(
        found.links.select(right_record_id="record_id", right_part="part", probability="confidence"),
        on=["right_record_id", "right_part"],
        how="left",
        maintain_order="left",
    )
    living = found.links.select(alias_id="person_id").unique()
    came_back = before["aliases"].join(living, on="alias_id", how="semi").select("merge_id")
    came_back = came_back.with_columns(back=pl.lit(stamp.run_id, dtype=pl.Int64))
    marked = old.join(came_back, on="merge_id", how="left", maintain_order="left")
    marked = marked.with_columns(undone_run_id=pl.coalesce("undone_run_id", "back")).select(old.columns)
    rows = as_table("merges", probability, run_id=stamp.run_id, merged_at=stamp.at)
    members = found.members.join(fresh.select("merge_id", "absorbed_id"), on="absorbed_id")
    return pl.concat([marked, rows]), as_table("merge_members", members)


def _aliases(old: pl.DataFrame, merges: pl.DataFrame, found: Linked, stamp: Stamp) -> pl.DataFrame:
    """Every alias with the merge it became one in: of this run, or as it was."""
    latest = merges.filter(pl.col("undone_run_id").is_null()).sort("merge_id").unique("absorbed_id", keep="last")
    rows = found.moved.select("person_id", alias_id="id").join(
        latest.drop("person_id"), left_on="alias_id", right_on="absorbed_id"
    )
    return as_table("aliases", rows).sort("alias_id")


def _run(counts: Counts, stamp: Stamp) -> pl.DataFrame:
    row = {name: getattr(counts, name) for name in counts.__slots__}
    row |= {
        "run_id": stamp.run_id,
        "kind": str(stamp.kind),
        "at": stamp.at,
        "decided_by": stamp.by,
        "model": stamp.model,
    }
    return pl.DataFrame([row], schema=polars_schema("link_runs"), orient="row")
