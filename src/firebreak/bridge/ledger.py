"""The ledger of identity in the lake: which merges, aliases and splits there were, before a run and after it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import polars as pl

from firebreak.bridge.session import Session, frame
from firebreak.engine.identity import rulings as ruled
from firebreak.engine.identity.link import Counts, Linked
from firebreak.engine.identity.model.model import Model
from firebreak.engine.identity.person_ids import KEY, Aliases
from firebreak.lake.frames import polars_schema
from firebreak.terms.enums import LinkKind

TABLES = ("merges", "merge_members", "aliases", "id_homes", "splits", "reviews", "set_aside", "link_runs")
_ENDS = ["left_record_id", "left_part", "right_record_id", "right_part"]


@dataclass(frozen=True, slots=True)
class Stamp:
    """Which run it is, of which kind, when and by whom."""

    run_id: int
    kind: LinkKind
    at: datetime
    by: str
    model: str | None


class Ledger:
    """The tables of earlier runs, read once."""

    def __init__(self, opened: Session) -> None:
        self.tables = {name: frame(opened, name) for name in TABLES}
        self.standing = ruled.in_force(frame(opened, "rulings"))

    @property
    def rulings(self) -> pl.DataFrame:
        """The rulings in force, as pairs of mentions."""
        return ruled.pairs(self.standing, self.tables["merge_members"])

    @property
    def aliases(self) -> Aliases:
        """Every id that stands for somebody else."""
        ids = self.tables["aliases"]
        members = self.tables["merge_members"].filter("absorbed")
        members = members.join(ids.select("merge_id", "alias_id"), on="merge_id")
        return Aliases(ids.select("alias_id", "person_id"), members.select("alias_id", *KEY), self.tables["id_homes"])

    def aliases_of(self, people: pl.Series) -> Aliases:
        """Those that stand for one of these people."""
        every, people_frame = self.aliases, people.rename("person_id").to_frame()
        ids = every.ids.join(people_frame, on="person_id", how="semi")
        issued = pl.concat([ids.select(id="alias_id"), people_frame.select(id="person_id")])
        members = every.members.join(ids, on="alias_id", how="semi")
        return Aliases(ids, members, every.homes.join(issued, on="id", how="semi"))

    def stamp(self, kind: LinkKind, by: str, model: Model | None) -> Stamp:
        """The next run."""
        runs = self.tables["link_runs"]["run_id"]
        number = int(max(runs.to_list(), default=0)) + 1
        return Stamp(number, kind, datetime.now(UTC), by, model.version if model else None)


def after(ledger: Ledger, found: Linked, stamp: Stamp) -> dict[str, pl.DataFrame]:
    """The tables after a run that looked at everything."""
    merges, members = _merges(ledger.tables, found, stamp)
    return _appended(ledger, found, stamp, members) | {
        "merges": merges,
        "aliases": _aliases(merges, found.moved.select("person_id", alias_id="id")),
        "id_homes": as_table("id_homes", found.homes),
        "reviews": as_table("reviews", found.reviews, run_id=stamp.run_id),
        "set_aside": as_table("set_aside", found.set_aside, run_id=stamp.run_id),
    }


def after_some(
    ledger: Ledger, found: Linked, stamp: Stamp, seeds: pl.DataFrame, links: pl.DataFrame
) -> dict[str, pl.DataFrame]:
    """The tables after a run that looked at some people. ``seeds``: mentions in question; ``links``: of the people that
    were looked at, before."""
    before = ledger.tables
    merges, members = _merges(before, found, stamp)
    looked_at = links.select("person_id").unique()
    elsewhere = before["aliases"].join(looked_at, on="person_id", how="anti").select("person_id", "alias_id")
    moved = pl.concat([elsewhere, found.moved.select("person_id", alias_id="id")])
    theirs = before["aliases"].join(looked_at, on="person_id", how="semi")
    issued = pl.concat([looked_at.select(id="person_id"), theirs.select(id="alias_id")])
    homes = pl.concat([before["id_homes"].join(issued, on="id", how="anti"), as_table("id_homes", found.homes)])
    notes = as_table("set_aside", found.set_aside, run_id=stamp.run_id)
    notes = pl.concat([before["set_aside"], notes]).unique(["field", "rule", *KEY], keep="first", maintain_order=True)
    return _appended(ledger, found, stamp, members) | {
        "merges": merges,
        "aliases": _aliases(merges, moved),
        "id_homes": homes.sort("id"),
        "reviews": _reviews(before["reviews"], found, stamp, seeds, ledger.rulings),
        "set_aside": notes,
    }


def _appended(ledger: Ledger, found: Linked, stamp: Stamp, members: pl.DataFrame) -> dict[str, pl.DataFrame]:
    before = ledger.tables
    return {
        "merge_members": pl.concat([before["merge_members"], members]),
        "splits": pl.concat([before["splits"], as_table("splits", found.splits, run_id=stamp.run_id)]),
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
    ends = found.links.select(right_record_id="record_id", right_part="part", sure="confidence")
    fresh = fresh.join(ends, on=["right_record_id", "right_part"], how="left", maintain_order="left")
    fresh = fresh.with_columns(probability=pl.coalesce("probability", "sure"))
    living = found.links.select(alias_id="person_id").unique()
    back = before["aliases"].join(living, on="alias_id", how="semi").select("merge_id")
    back = back.with_columns(back=pl.lit(stamp.run_id, dtype=pl.Int64))
    marked = old.join(back, on="merge_id", how="left", maintain_order="left")
    marked = marked.with_columns(undone_run_id=pl.coalesce("undone_run_id", "back")).select(old.columns)
    rows = as_table("merges", fresh, run_id=stamp.run_id, merged_at=stamp.at)
    members = found.members.join(fresh.select("merge_id", "absorbed_id"), on="absorbed_id")
    return pl.concat([marked, rows]), as_table("merge_members", members)


def _aliases(merges: pl.DataFrame, moved: pl.DataFrame) -> pl.DataFrame:
    """Every alias with the merge in which it became one. ``moved``: ``alias_id, person_id``."""
    standing = merges.filter(pl.col("undone_run_id").is_null()).sort("merge_id")
    latest = standing.unique("absorbed_id", keep="last").drop("person_id")
    return as_table("aliases", moved.join(latest, left_on="alias_id", right_on="absorbed_id")).sort("alias_id")


def _reviews(
    before: pl.DataFrame, found: Linked, stamp: Stamp, seeds: pl.DataFrame, rulings: pl.DataFrame
) -> pl.DataFrame:
    """The queue: pairs of the mentions in question as this run sees them, all others as they were, unless their people
    have become one or somebody ruled on them."""
    fresh = as_table("reviews", found.reviews, run_id=stamp.run_id)
    about = [_touches(frame, seeds) for frame in (before, fresh)]
    others = before.join(about[0], on=_ENDS, how="anti")
    for side in ("left", "right"):
        now = found.links.select(
            pl.col("record_id").alias(f"{side}_record_id"),
            pl.col("part").alias(f"{side}_part"),
            pl.col("person_id").alias("now"),
        )
        others = others.join(now, on=[f"{side}_record_id", f"{side}_part"], how="left", maintain_order="left")
        others = others.with_columns(pl.coalesce("now", f"{side}_person_id").alias(f"{side}_person_id")).drop("now")
    others = others.filter(pl.col("left_person_id") != pl.col("right_person_id"))
    others = others.join(rulings.select(_ENDS), on=_ENDS, how="anti")
    return pl.concat([others, fresh.join(about[1], on=_ENDS, how="semi")]).sort(
        "probability", *_ENDS, descending=[True, False, False, False, False]
    )


def _touches(reviews: pl.DataFrame, seeds: pl.DataFrame) -> pl.DataFrame:
    ends = [
        reviews.join(seeds, left_on=[f"{side}_record_id", f"{side}_part"], right_on=KEY, how="semi").select(_ENDS)
        for side in ("left", "right")
    ]
    return pl.concat(ends).unique()


def _run(counts: Counts, stamp: Stamp) -> pl.DataFrame:
    row = {name: getattr(counts, name) for name in counts.__slots__}
    row |= {"run_id": stamp.run_id, "kind": str(stamp.kind), "at": stamp.at}
    row |= {"decided_by": stamp.by, "model": stamp.model}
    return pl.DataFrame([row], schema=polars_schema("link_runs"), orient="row")
