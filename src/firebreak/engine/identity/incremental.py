"""Linking a few records into many: whom they may concern, and what may change for those.

Looked at are the new records, everybody who shares a key with one of them, and all records of these people. They are
resolved among themselves by the same rules as everything. Two things keep that equal to a whole relink but for a rest
that is measured (docs/explanation/incremental.md): values that the last whole run set aside are set aside here too, and
people change only in groups that hold a new record.
"""

from __future__ import annotations

import polars as pl

from firebreak.engine.backends.base import Executor, Expr
from firebreak.engine.identity.identity_keys import OPEN, identity_keys
from firebreak.engine.identity.person_ids import KEY

COMMON = {"document": 50_000, "corrected": 50_000, "number": 50_000, "ticket": 50_000}
RARE = 300
"""Records that may share a key of these kinds, or (``RARE``) of any other: a phone, a room, a name with a date. Whoever
shares one that is more common is looked at by other keys only."""

COLUMNS = {"phone": "phone", "document": "doc_number", "doc_number": "doc_number", "name": "name"}
"""The column of mentions that holds a field of ``resolution.NOTES``."""


def concerned(run: Executor, seeds: pl.DataFrame) -> Expr:
    """``record_id, part`` of every mention to be looked at, kept as ``i_concerned``.

    ``seeds``: ``record_id, part`` of the records that are new, or whose person is in question. Reads ``mentions``,
    ``journeys``, ``links`` and ``identity_keys``, each once or twice and whole, so that the cost grows with the lake
    only as fast as it can be read.
    """
    asked = run.put("i_seeds", seeds.select(KEY).to_arrow())
    mentions, journeys = (run.table(name).semi_join(asked, KEY) for name in ("mentions", "journeys"))
    own = run.keep("i_own", identity_keys(run, mentions, journeys))
    told = own.mutate(only_open=~own.kind.startswith(OPEN) & ~own.kind.isin([*COMMON, "phone"]))
    wanted = run.keep("i_keys", told.group_by("key").agg(only_open=told.only_open.all()))
    met = run.table("identity_keys").join(wanted, "key")
    hits = run.keep("i_hits", met.filter(~met.only_open | met.kind.startswith(OPEN)).select("key", "kind", *KEY))
    counted = hits.group_by("key", "kind").agg(records=hits.count())
    most = counted.kind.cases(*COMMON.items(), else_=RARE)
    near = hits.semi_join(counted.filter(counted.records <= most), ["key", "kind"]).select(*KEY)
    found = run.keep("i_near", near.union(asked, distinct=True))
    links = run.table("links")
    people = run.keep("i_people", links.semi_join(found, KEY).select("person_id").distinct())
    theirs = links.semi_join(people, "person_id").select(*KEY)
    return run.keep("i_concerned", theirs.union(asked, distinct=True))


def without(mentions: pl.DataFrame, values: pl.DataFrame) -> pl.DataFrame:
    """The mentions without the values that tie nothing. ``values``: ``field`` and ``value`` (of a document its
    number)."""
    for field, column in COLUMNS.items():
        gone = values.filter(pl.col("field") == field)["value"].drop_nulls().unique()
        if gone.len():
            kept = pl.when(pl.col(column).is_in(gone.implode())).then(None).otherwise(pl.col(column))
            mentions = mentions.with_columns(kept.alias(column))
    return mentions


def sticky(groups: pl.DataFrame, seeds: pl.DataFrame, links: pl.DataFrame) -> pl.DataFrame:
    """The groups, but whoever is in none with a seed stays who he was.

    ``groups``: ``resolution.GROUPS``; ``links``: rows of that table, before. Without it, people at the edge of what was
    looked at would be judged without those they resemble.
    """
    touched = groups.join(seeds.select(KEY), on=KEY, how="semi").select("group").unique()
    free = groups.join(touched, on="group", how="semi")
    held = groups.join(touched, on="group", how="anti").drop("group", "rule", "confidence").join(links, on=KEY)
    offset = 1 + int(max(groups["group"].to_list(), default=0))
    people = held.select("person_id").unique().sort("person_id").with_row_index("group", offset)
    held = held.join(people.with_columns(pl.col("group").cast(pl.Int64)), on="person_id").select(groups.columns)
    return pl.concat([free, held]).sort(KEY)
