"""Records without a valid number: which of the persons known by document they belong to, or which of each other."""

from __future__ import annotations

import numpy as np
import polars as pl

from firebreak.engine.backends.base import Executor
from firebreak.engine.identity.agreements import agreements
from firebreak.engine.identity.components import components

_KEY = ["record_id", "part"]


def attach(run: Executor, tied: pl.DataFrame) -> pl.DataFrame:
    """All mentions with ``group`` and ``rule``; ``tied`` are those with a valid number (``group, conflict,
    doc_key``)."""
    claims = pl.DataFrame(pl.from_arrow(run.run(run.table("id_claims"))))
    tickets = pl.DataFrame(pl.from_arrow(run.run(run.table("id_tickets"))))
    strong = claims.join(tied, on=_KEY, how="inner").with_columns(
        rule=pl.when("conflict").then(pl.lit("conflict")).otherwise(pl.lit("document"))
    )
    strong = _same_ticket_same_number(strong, tickets)
    loose = claims.filter(pl.col("doc_key").is_null()).sort(_KEY).with_row_index("node")
    on_tickets = _on_tickets(loose, strong, tickets)
    loose = loose.with_columns(own=pl.Series(_own_groups(loose, on_tickets)))
    found = _candidates(loose, strong, on_tickets)
    offset = int(strong["group"].max() or 0) + 1 if strong.height else 1  # type: ignore[arg-type]
    placed = loose.join(found, on="own", how="left").with_columns(
        group=pl.coalesce("group", pl.col("own") + offset),
        rule=pl.coalesce("rule", pl.when(pl.len().over("own") > 1).then(pl.lit("phone+name")).otherwise(pl.lit("own"))),
    )
    columns = [*_KEY, "group", "rule"]
    return pl.concat([strong.select(columns), placed.select(columns)])


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
    """Pairs on one ticket whose names agree or are missing: ``node`` and the other's ``other_node`` or ``group``."""
    here = loose.select(*_KEY, "node", "name").join(tickets, on=_KEY, how="inner")
    there = pl.concat(
        [
            here.select("ticket_key", "name", pl.lit(None, pl.Int64).alias("group"), other_node=pl.col("node")),
            strong.select(*_KEY, "name", "group")
            .join(tickets, on=_KEY, how="inner")
            .select("ticket_key", "name", "group", pl.lit(None, pl.UInt32).alias("other_node")),
        ]
    )
    pairs = here.select("ticket_key", "node", "name").join(there, on="ticket_key", suffix="_other")
    pairs = pairs.filter(pl.col("other_node").is_null() | (pl.col("node") < pl.col("other_node")))
    agreeing = agreements(pairs.select(one="name", other="name_other"))
    return (
        pairs.join(agreeing, left_on=["name", "name_other"], right_on=["one", "other"], how="left")
        .filter(pl.col("agreement").is_not_null() | pl.col("name").is_null() | pl.col("name_other").is_null())
        .select("node", "other_node", "group")
        .unique()
    )


def _own_groups(loose: pl.DataFrame, on_tickets: pl.DataFrame) -> np.ndarray:
    """Components of the loose records over phone with name, invalid number with name, and tickets."""
    edges = [on_tickets.drop_nulls("other_node").select(left="node", right="other_node")]
    for key in ("phone", "weak_key"):
        firsts = loose.drop_nulls([key, "name"]).select(left="node", right=pl.col("node").min().over(key, "name"))
        edges.append(firsts.filter(pl.col("left") != pl.col("right")))
    pairs = pl.concat(edges)
    return components(
        loose.height,
        pairs["left"].to_numpy().astype(np.int64),
        pairs["right"].to_numpy().astype(np.int64),
    )


def _candidates(loose: pl.DataFrame, strong: pl.DataFrame, on_tickets: pl.DataFrame) -> pl.DataFrame:
    """``own, group, rule`` of the loose groups that exactly one person known by document can be."""
    by_ticket = (
        on_tickets.drop_nulls("group")
        .join(loose.select("node", "own"), on="node")
        .select("own", "group", rule=pl.lit("ticket"))
    )
    by_phone = _by_phone(loose, strong)
    return (
        pl.concat([by_ticket, by_phone])
        .group_by("own")
        .agg(pl.col("group").n_unique().alias("persons"), pl.col("group").min(), pl.col("rule").max())
        .filter(pl.col("persons") == 1)
        .select("own", "group", "rule")
    )


def _by_phone(loose: pl.DataFrame, strong: pl.DataFrame) -> pl.DataFrame:
    """Loose records and persons that share a phone and agree in name, with no contradiction of birth year or sex."""
    who = strong.filter(~pl.col("conflict")).drop_nulls(["phone", "name"])
    who = who.select("phone", "name", "group", "sex", "birth_year").unique()
    pairs = loose.drop_nulls(["phone", "name"]).join(who, on="phone", suffix="_of")
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
