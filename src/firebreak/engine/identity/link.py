"""Identity as the rest of the house calls it: mentions in, links out, and what changed for those who were there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from firebreak.engine.backends.base import Executor
from firebreak.engine.identity import aliases as ids_of
from firebreak.engine.identity.causes import causes
from firebreak.engine.identity.model.model import Model
from firebreak.engine.identity.obey import obey
from firebreak.engine.identity.person_ids import KEY, Aliases, no_aliases, person_ids
from firebreak.engine.identity.resolution import Resolution, no_rulings
from firebreak.engine.identity.resolve import resolve
from firebreak.engine.identity.ties import ties

Resolver = Callable[..., Resolution]
"""``resolve``, or what stands for it."""
LINK = {"record_id": pl.Int64, "part": pl.Int16, "person_id": pl.Int64}


@dataclass(frozen=True, slots=True)
class Before:
    """What the runs before left: ``links`` (``record_id, part, person_id``) and the ids that are aliases."""

    links: pl.DataFrame
    aliases: Aliases


@dataclass(frozen=True, slots=True)
class Counts:
    """What a run changed. ``records``: linked for the first time; ``joined``: those of them that joined people who were
    there; ``new_people``: people nobody spoke of before; ``merged``: people that became one with another; ``split``:
    people that came out of another; ``reviews``: pairs in the band; ``set_aside``: values that tie nothing."""

    looked_at: int
    records: int
    new_people: int
    joined: int
    merged: int
    split: int
    reviews: int
    set_aside: int


@dataclass(frozen=True, slots=True)
class Linked:
    """``links``: rows of the table of that name. ``moved``: ``id, person_id, was_living`` of every alias. ``merges``:
    ``person_id, absorbed_id`` and the cause (see ``causes.CAUSES``), of this run; ``members``: their records;
    ``homes``, ``splits``: see ``aliases``. ``reviews`` with the persons of both sides; ``set_aside`` are the notes."""

    links: pl.DataFrame
    moved: pl.DataFrame
    merges: pl.DataFrame
    members: pl.DataFrame
    homes: pl.DataFrame
    splits: pl.DataFrame
    reviews: pl.DataFrame
    set_aside: pl.DataFrame
    counts: Counts


def link(run: Executor, previous: str | None = "links") -> pl.DataFrame:
    """Rows of the table ``links`` for every mention of the executor's ``mentions``, without model, rulings or aliases.

    ``previous`` names the table of earlier links, whose person ids are kept (None: there is none). Depends on the
    records alone, not on their order or on how they were batched.
    """
    return relink(run, None, Before(_previous(run, previous), no_aliases()), no_rulings()).links


def relink(
    run: Executor, model: Model | None, before: Before, rulings: pl.DataFrame, resolver: Resolver = resolve
) -> Linked:
    """Decide who is one person among the executor's ``mentions``, and give each the id it had.

    ``rulings``: pairs in force (``rulings.pairs``). ``before`` must speak of whole people: of every person of whom a
    mention is here, all mentions are here.
    """
    resolution = resolver(run, model, rulings)
    obedient = obey(resolution.groups, rulings, lambda wanted: ties(run, wanted))
    groups = obedient.select(*KEY, "group")
    ids = person_ids(groups, before.links, before.aliases)
    links = obedient.join(ids, on="group").select(*KEY, "person_id", "rule", "confidence").sort(KEY)
    moved = ids_of.moved(groups, ids, before.links, before.aliases)
    merges = ids_of.merges(moved)
    members = ids_of.members(merges, links, before.links)
    why = causes(run, merges, links.select(*KEY, "person_id", "rule"), members, rulings, resolution.joins)
    reviews = _reviews(resolution.reviews, links, rulings)
    splits = ids_of.splits(links, before.links, moved)
    return Linked(
        links=links,
        moved=moved,
        merges=merges.join(why, on="absorbed_id"),
        members=members,
        homes=ids_of.homes_elsewhere(groups, before.links, before.aliases),
        splits=splits,
        reviews=reviews,
        set_aside=resolution.notes,
        counts=_counts(links, before, merges, splits, reviews, resolution.notes),
    )


def _previous(run: Executor, name: str | None) -> pl.DataFrame:
    if name is None:
        return pl.DataFrame(schema=LINK)
    return pl.DataFrame(pl.from_arrow(run.run(run.table(name).select("record_id", "part", "person_id"))))


def _reviews(reviews: pl.DataFrame, links: pl.DataFrame, rulings: pl.DataFrame) -> pl.DataFrame:
    """The pairs with the persons of both sides; those that are one person by now, or were ruled on, need no clerk."""
    found = reviews
    for side in ("left", "right"):
        who = links.select(
            pl.col("record_id").alias(f"{side}_record_id"),
            pl.col("part").alias(f"{side}_part"),
            pl.col("person_id").alias(f"{side}_person_id"),
        )
        found = found.join(who, on=[f"{side}_record_id", f"{side}_part"])
    ends = ["left_record_id", "left_part", "right_record_id", "right_part"]
    turned = rulings.select(**dict(zip(ends, ends[2:] + ends[:2], strict=True)))
    ruled = pl.concat([rulings.select(ends), turned])
    open_ = found.filter(pl.col("left_person_id") != pl.col("right_person_id")).join(ruled, on=ends, how="anti")
    return open_.sort(pl.col("probability"), *ends, descending=[True, False, False, False, False])


def _counts(
    links: pl.DataFrame,
    before: Before,
    merges: pl.DataFrame,
    splits: pl.DataFrame,
    reviews: pl.DataFrame,
    notes: pl.DataFrame,
) -> Counts:
    fresh = links.join(before.links, on=KEY, how="anti")
    there = before.links.select("record_id", "part").join(links, on=KEY).select("person_id").unique()
    joined = fresh.join(there, on="person_id", how="semi").height
    new = fresh.join(there, on="person_id", how="anti")["person_id"].n_unique()
    living = before.links.select(split_id="person_id").unique()
    split = splits.join(living, on="split_id", how="anti")["split_id"].n_unique()
    return Counts(
        looked_at=links.height,
        records=fresh.height,
        new_people=new,
        joined=joined,
        merged=merges.height,
        split=split,
        reviews=reviews.height,
        set_aside=notes.height,
    )
