"""Records without a valid number: which of the persons known by document they belong to, or which of each other.

Records with a name come first. A record without one joins afterwards, and only where everything it touches is one
person: it must never tie two people together.
"""

from __future__ import annotations

import ibis
import polars as pl

from firebreak.engine.backends.base import Executor, Expr
from firebreak.engine.identity.agreements import WHOLE_NAMES, agreements
from firebreak.engine.identity.components import components
from firebreak.engine.identity.frames import frame

_KEY = ["record_id", "part"]
_LOOSE = ("name", "phone", "weak_key", "sex", "birth_year")


def attach(run: Executor) -> Expr:
    """All mentions: ``record_id, part, group, rule``. Reads the executor's ``id_claims`` and ``id_tickets``."""
    claims, tickets = run.table("id_claims"), run.table("id_tickets")
    run.keep("id_loose", claims.filter(claims.rule.isnull()).select(*_KEY, *_LOOSE))
    loose = frame(run, run.table("id_loose")).sort(_KEY).with_columns(node=pl.int_range(pl.len(), dtype=pl.Int64))
    run.put("id_heals", _same_ticket_same_number(run).to_arrow())
    strong = _healed(tied(run), run.table("id_heals"))
    near = frame(run, _near(run, strong)).unique(_KEY)
    here = tickets.semi_join(run.table("id_loose"), _KEY).select("ticket_key").distinct()
    touching = _on_tickets(loose, near, frame(run, tickets.semi_join(here, "ticket_key")))
    offset = 1 + (frame(run, claims.agg(last=claims.group.max())).item() or 0)
    placed = _named(loose, near, touching, offset)
    silent = _nameless(loose, placed, touching, offset)
    columns = [*_KEY, "group", "rule"]
    rest = run.put("id_attached", pl.concat([part.select(columns) for part in (placed, silent)]).to_arrow())
    return ibis.union(strong.select(columns), rest, distinct=False)


def tied(run: Executor) -> Expr:
    """The rows of ``id_claims`` that a number ties to somebody."""
    claims = run.table("id_claims")
    return claims.filter(claims.rule.notnull())


def _near(run: Executor, strong: Expr) -> Expr:
    """The records with a valid number that share a phone or a ticket with one that has none, and what they say."""
    loose, tickets = run.table("id_loose"), run.table("id_tickets")
    here = tickets.semi_join(loose, _KEY).select("ticket_key").distinct()
    by_ticket = strong.semi_join(tickets.semi_join(here, "ticket_key"), _KEY)
    by_phone = strong.semi_join(loose.filter(loose.phone.notnull()), "phone")
    found = ibis.union(by_ticket, by_phone, distinct=False)
    return found.select(*_KEY, "name", "phone", "sex", "birth_year", "group", "rule")


def _same_ticket_same_number(run: Executor) -> pl.DataFrame:
    """``group, heals``: a conflicting name on the very ticket that the number's person holds is a misspelling, not
    another person."""
    said, tickets = tied(run), run.table("id_tickets")
    odd = said.filter(said.rule == "conflict").select(*_KEY, "group", "holder").join(tickets, _KEY)
    held = said.filter(said.rule != "conflict").select(*_KEY, "holder").join(tickets, _KEY)
    return frame(run, odd.semi_join(held, ["ticket_key", "holder"]).select("group", heals="holder").distinct())


def _healed(strong: Expr, heals: Expr) -> Expr:
    found = strong.left_join(heals, "group")
    return found.mutate(
        group=ibis.coalesce(found.heals, found.group),
        rule=ibis.ifelse(found.heals.notnull(), ibis.literal("ticket"), found.rule),
    ).drop("group_right", "heals")


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
    """Ties of one phone, or one invalid number, with one name in full; none where sexes or years contradict."""
    ties = []
    for key in ("phone", "weak_key"):
        years = pl.col("birth_year")
        one_sex = pl.col("sex").drop_nulls().n_unique().over(key, "name") <= 1
        one_age = ((years.max() - years.min()).over(key, "name") <= 1).fill_null(True)
        told = loose.drop_nulls([key, "name"]).filter(one_sex & one_age & ~pl.col("name").str.contains("[*某]"))
        ties.append(told.select(left="node", right=pl.col("node").min().over(key, "name")))
    return ties


def _by_phone(named: pl.DataFrame, strong: pl.DataFrame) -> pl.DataFrame:
    """Loose records and persons that share a phone and agree in name, with no contradiction of birth year or sex."""
    who = strong.filter(pl.col("rule") != "conflict").drop_nulls(["phone", "name"])
    who = who.select("phone", "name", "group", "sex", "birth_year").unique()
    pairs = named.drop_nulls("phone").join(who, on="phone", suffix="_of")
    agreeing = agreements(pairs.select(one="name", other="name_of")).filter(pl.col("agreement").is_in(WHOLE_NAMES))
    return (
        pairs.join(agreeing, left_on=["name", "name_of"], right_on=["one", "other"], how="inner")
        .filter(
            ((pl.col("birth_year") - pl.col("birth_year_of")).abs() <= 1).fill_null(True)
            & (pl.col("sex") == pl.col("sex_of")).fill_null(True)
        )
        .select("own", "group", rule=pl.lit("phone+name"))
        .unique()
    )
