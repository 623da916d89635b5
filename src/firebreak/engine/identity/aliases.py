"""What a run changed about people who were there: who became an alias of whom, who came back, who came out of whom."""

from __future__ import annotations

import polars as pl

from firebreak.engine.identity.person_ids import KEY, Aliases, homes


def moved(groups: pl.DataFrame, ids: pl.DataFrame, previous: pl.DataFrame, aliases: Aliases) -> pl.DataFrame:
    """``id, person_id, was_living``: every id that was ever given and stands for somebody else now.

    ``groups``: ``record_id, part, group``; ``ids``: ``group, person_id``; ``previous``: links before. An id stands for
    the person it is at home with, so that one look is enough however often people were merged. An alias of which no
    record is left follows the id it stood for; a person of whom none is left is gone.
    """
    at_home = homes(groups, previous, aliases).join(ids, on="group").select("id", "person_id", was_living="living")
    lost = aliases.ids.join(at_home, left_on="alias_id", right_on="id", how="anti")
    followed = lost.join(at_home.select(person_id="id", now="person_id"), on="person_id")
    lost = followed.select(id="alias_id", person_id="now", was_living=pl.lit(False))
    return pl.concat([at_home, lost]).join(ids.select(id="person_id"), on="id", how="anti").sort("id")


def homes_elsewhere(groups: pl.DataFrame, previous: pl.DataFrame, aliases: Aliases) -> pl.DataFrame:
    """``id, record_id, part``: the ids that are at home with another mention than their own, to be kept for later."""
    return homes(groups, previous, aliases).filter(~pl.col("own")).select("id", *KEY).sort("id")


def merges(moved: pl.DataFrame) -> pl.DataFrame:
    """``absorbed_id, person_id``: people who were there and became an alias in this run."""
    return moved.filter("was_living").select("person_id", absorbed_id="id").sort("person_id", "absorbed_id")


def members(merges: pl.DataFrame, links: pl.DataFrame, previous: pl.DataFrame) -> pl.DataFrame:
    """``absorbed_id, record_id, part, absorbed``: of each merge the records that were there before, on either side.

    The side that stayed is everybody else who is the same person now: undoing the merge keeps the absorbed one apart
    from all of them. ``links``: ``record_id, part, person_id`` after the run.
    """
    before = previous.join(merges.select("person_id").unique(), on="person_id", how="semi")
    before = pl.concat([before, previous.join(merges, left_on="person_id", right_on="absorbed_id", how="semi")])
    now = before.unique(KEY).rename({"person_id": "was"}).join(links.select(*KEY, "person_id"), on=KEY)
    found = merges.join(now, on="person_id").with_columns(absorbed=pl.col("was") == pl.col("absorbed_id"))
    return found.select("absorbed_id", *KEY, "absorbed").sort("absorbed_id", *KEY)


def splits(links: pl.DataFrame, previous: pl.DataFrame, moved: pl.DataFrame) -> pl.DataFrame:
    """``person_id, split_id, records``: of each person who was there, who else some of his records are now."""
    both = previous.rename({"person_id": "was"}).join(links.select(*KEY, "person_id"), on=KEY)
    both = both.filter(pl.col("was") != pl.col("person_id"))
    stands_for = moved.filter("was_living").select(was="id", now="person_id")
    other = both.join(stands_for, on="was", how="left").filter(pl.col("person_id").ne_missing(pl.col("now")))
    counted = other.group_by("was", "person_id").agg(records=pl.len().cast(pl.Int32))
    return counted.select(person_id="was", split_id="person_id", records="records").sort("person_id", "split_id")
