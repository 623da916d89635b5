"""What ties a few records to one another by their own words: the evidence looked at again, for one group at a time."""

from __future__ import annotations

import polars as pl

from firebreak.engine.backends.base import Executor
from firebreak.engine.identity import keys
from firebreak.engine.identity.agreements import agreements
from firebreak.engine.identity.person_ids import KEY

RULES = ("ruling", "document", "ticket", "phone+name", "number+name")
"""What may tie two records, strongest first."""

TIES = {"scope": pl.Int64, "tie": pl.String, "rule": pl.String, "record_id": pl.Int64, "part": pl.Int16}


def ties(run: Executor, wanted: pl.DataFrame) -> pl.DataFrame:
    """``scope, tie, rule, record_id, part``: records of one scope with one ``tie`` belong together, as ``rule`` says.

    ``wanted``: ``scope, record_id, part``; a record may stand in several scopes, and in several ties. One valid
    document number, one ticket, one phone or one invalid number with names that agree (``names.name_agreement``); ties
    of one record are left out. ``tie`` holds values of people and is not to be kept.
    """
    if wanted.is_empty():
        return pl.DataFrame(schema=TIES)
    asked = run.put("tied_records", wanted.select(KEY).unique().to_arrow())
    said = _frame(run, keys.claims(run.table("mentions").semi_join(asked, KEY)))
    tickets = _frame(run, keys.tickets(run.table("journeys").semi_join(asked, KEY)))
    said, tickets = wanted.join(said, on=KEY), wanted.join(tickets, on=KEY)
    found = [
        _same(said.rename({"doc_key": "value"}), "document"),
        _same(tickets.rename({"ticket_key": "value"}), "ticket"),
        _same_and_named(said.rename({"phone": "value"}), "phone+name"),
        _same_and_named(said.rename({"weak_key": "value"}), "number+name"),
    ]
    every = pl.concat(found).unique()
    return every.filter(pl.len().over("scope", "tie") > 1).sort("scope", "tie", *KEY)


def _same(said: pl.DataFrame, rule: str) -> pl.DataFrame:
    told = said.drop_nulls("value").with_columns(tie=pl.format("{}|{}", pl.lit(rule), "value"), rule=pl.lit(rule))
    return told.select(list(TIES))


def _same_and_named(said: pl.DataFrame, rule: str) -> pl.DataFrame:
    """One tie for each pair of agreeing names under one value: agreement is not transitive."""
    told = said.drop_nulls(["value", "name"]).select("scope", "value", "name", *KEY)
    names = told.select("scope", "value", "name").unique()
    pairs = names.join(names, on=["scope", "value"], suffix="_other").filter(pl.col("name") <= pl.col("name_other"))
    agreeing = agreements(pairs.select(one="name", other="name_other"))
    pairs = pairs.join(agreeing, left_on=["name", "name_other"], right_on=["one", "other"], how="semi")
    tie = pl.format("{}|{}|{}|{}", pl.lit(rule), "value", "name", "name_other")
    pairs = pairs.with_columns(tie=tie, rule=pl.lit(rule))
    either = [pairs.select("scope", "value", "tie", "rule", name=column) for column in ("name", "name_other")]
    return told.join(pl.concat(either).unique(), on=["scope", "value", "name"]).select(list(TIES))


def _frame(run: Executor, expr: object) -> pl.DataFrame:
    return pl.DataFrame(pl.from_arrow(run.run(expr)))
