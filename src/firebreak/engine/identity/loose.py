"""Records without a valid number: which of the persons known by document they belong to, or which of each other.

Records with a name come first. A record without one joins afterwards, and only where everything it touches is one
person: it must never tie two people together.
"""

from __future__ import annotations

import polars as pl

from firebreak.engine.backends.base import Executor
from firebreak.engine.identity.agreements import agreements
from firebreak.engine.identity.components import components

_KEY = ["record_id", "part"]


def attach(run: Executor, tied: pl.DataFrame) -> pl.DataFrame:
    """All mentions with ``group`` and ``rule``; ``tied``: those with a valid number (``group, conflict, doc_key``)."""
    claims = pl.DataFrame(pl.from_arrow(run.run(run.table("id_claims"))))
    tickets = pl.DataFrame(pl.from_arrow(run.run(run.table("id_tickets"))))
    strong = claims.join(tied, on=_KEY, how="inner").with_columns(
        rule=pl.when("conflict").then(pl.lit("conflict")).otherwise(pl.lit("document"))
    )
    strong = _same_ticket_same_number(strong, tickets)
    loose = claims.join(strong.select(_KEY), on=_KEY, how="anti").sort(_KEY)
    loose = loose.with_columns(node=pl.int_range(pl.len(), dtype=pl.Int64))
    touching = _on_tickets(loose, strong, tickets)
    offset = 1 + max(strong["group"].to_list(), default=0)
    placed = _named(loose, strong, touching, offset)
    silent = _nameless(loose, placed, touching, offset)
    columns = [*_KEY, "group", "rule"]
    return pl.concat([part.select(columns) for part in (strong, placed, silent)])


def _same_ticket_same_number(strong: pl.DataFrame, tickets: pl.DataFrame) -> pl.DataFrame:
    """A conflicting name on the very ticket that the number's person holds is a misspelling, not another person."""
    seated = strong.select(*_KEY, "doc_key", "conflict", "group").join(tickets, on=_KEY, how="inner")
    holders = seated.filter(~pl.col("conflict")).select("ticket_key", "doc_key", holder="group").unique()
    healed = (
        seated.filter("conflict")
        .join(holders, on=["ticket_key", "doc_key"], how="inner")
        .group_by("group")
        .agg(pl.col("holder").min())
    )
    return strong.join(healed, on="group", how="left").with_columns(
        group=pl.coalesce("holder", "group"),
        rule=pl.when(pl.col("holder").is_not_null()).then(pl.lit("ticket")).otherwise("rule"),
    )


def _on_tickets(loose: pl.DataFrame, strong: pl.DataFrame, tickets: pl.DataFrame) -> pl.DataFrame:
    """Records on one ticket whose names agree or are missing: ``node, named`` and the other's ``other, other_named`` (a
    loose record) or ``group`` (a person known by document)."""
    here = loose.select(*_KEY, "node", "name").join(tickets, on=_KEY, how="inner").drop(_KEY)
    known = strong.select(*_KEY, "group", "name").join(tickets, on=_KEY, how="inner").drop(_KEY)
    there = pl.concat([here.rename({"node": "other"}), known], how="diagonal")
    pairs = here.join(there, on="ticket_key", suffix="_other").filter(
        pl.col("other").is_null() | (pl.col("other") != pl.col("node"))
    )
    agreeing = agreements(pairs.select(one="name", other="name_other"))
    found = pairs.join(agreeing, left_on=["name", "name_other"], right_on=["one", "other"], how="left")
    named, other_named = pl.col("name").is_not_null(), pl.col("name_other").is_not_null()
    return (
        found.filter(pl.col("agreement").is_not_null() | ~named | ~other_named)
        .select("node", "other", "group", named=named, other_named=other_named)
        .unique()
    )


def _named(loose: pl.DataFrame, strong: pl.DataFrame, touching: pl.DataFrame, offset: int) -> pl.DataFrame:
    """The loose records with a name: ``group`` and ``rule`` of each."""
    both = touching.filter("named")
    edges = pl.concat(
        [both.filter("other_named").drop_nulls("other").select(left="node", right="other"), *_same_name(loose)]
    )
    own = components(loose.height, edges["left"].to_numpy(), edges["right"].to_numpy())
    named = loose.with_columns(own=pl.Series(own)).drop_nulls("name")
    by_ticket = both.drop_nulls("group").join(named.select("node", "own"), on="node")
    found = _only_one(pl.concat([by_ticket.select("own", "group", rule=pl.lit("ticket")), _by_phone(named, strong)]))
    alone = pl.when(pl.len().over("own") > 1).then(pl.lit("phone+name")).otherwise(pl.lit("own"))
    return named.join(found, on="own", how="left").with_columns(
        group=pl.coalesce("group", pl.col("own") + offset), rule=pl.coalesce("rule", alone)
    )


def _nameless(loose: pl.DataFrame, placed: pl.DataFrame, touching: pl.DataFrame, offset: int) -> pl.DataFrame:
    """The loose records without a name: with the one person their tickets touch, else with each other."""
    pairs = touching.filter(~pl.col("named"))
    among = pairs.filter(~pl.col("other_named")).drop_nulls("other")
    own = components(loose.height, among["node"].to_numpy(), among["other"].to_numpy())
    silent = loose.with_columns(own=pl.Series(own)).filter(pl.col("name").is_null())
    touched = pairs.join(silent.select("node", "own"), on="node")
    people = pl.concat(
        [
            touched.drop_nulls("group").select("own", "group"),
            touched.join(placed.select(other="node", person="group"), on="other").select("own", group="person"),
        ]
    )
    found = _only_one(people.with_columns(rule=pl.lit("ticket")))
    alone = pl.when(pl.len().over("own") > 1).then(pl.lit("ticket")).otherwise(pl.lit("own"))
    return silent.join(found, on="own", how="left").with_columns(
        group=pl.coalesce("group", pl.col("own") + offset), rule=pl.coalesce("rule", alone)
    )


def _only_one(candidates: pl.DataFrame) -> pl.DataFrame:
    """``own, group, rule`` where exactly one person is a candidate."""
    counted = candidates.group_by("own").agg(
        pl.col("group").n_unique().alias("persons"), pl.col("group").min(), pl.col("rule").max()
    )
    return counted.filter(pl.col("persons") == 1).drop("persons")


def _same_name(loose: pl.DataFrame) -> list[pl.DataFrame]:
    """Ties of one phone, or one invalid number, with one name; none where sexes or years of birth contradict in it."""
    ties = []
    for key in ("phone", "weak_key"):
        years = pl.col("birth_year")
        one_sex = pl.col("sex").drop_nulls().n_unique().over(key, "name") <= 1
        one_age = ((years.max() - years.min()).over(key, "name") <= 1).fill_null(True)
        told = loose.drop_nulls([key, "name"]).filter(one_sex & one_age)
        ties.append(told.select(left="node", right=pl.col("node").min().over(key, "name")))
    return ties


def _by_phone(named: pl.DataFrame, strong: pl.DataFrame) -> pl.DataFrame:
    """Loose records and persons that share a phone and agree in name, with no contradiction of birth year or sex."""
    who = strong.filter(~pl.col("conflict")).drop_nulls(["phone", "name"])
    who = who.select("phone", "name", "group", "sex", "birth_year").unique()
    pairs = named.drop_nulls("phone").join(who, on="phone", suffix="_of")
    agreeing = agreements(pairs.select(one="name", other="name_of"))
    return (
        pairs.join(agreeing, left_on=["name", "name_of"], right_on=["one", "other"], how="inner")
        .filter(
            ((pl.col("birth_year") - pl.col("birth_year_of")).abs() <= 1).fill_null(True)
            & (pl.col("sex") == pl.col("sex_of")).fill_null(True)
        )
        .select("own", "group", rule=pl.lit("phone+name"))
        .unique()
    )
