"""The first pass of identity: records that a number, a phone with a name, or a ticket ties to one person.

Three rules, in this order:

1. ``document``: one valid document number is one person, where the names agree (``names.name_agreement``). A record
   whose name does not agree stands apart, as a conflict: borrowed and mistyped numbers would merge two people.
2. ``phone+name``: a record without a valid number joins the one person who has that phone and an agreeing name, if
   there is exactly one and year of birth and sex do not contradict; else it joins the other such records of that
   phone and name.
3. ``ticket``: records of one ticket (number, or seat on a segment) are one passenger, where names agree or are
   missing and two valid numbers do not speak against it.

Everything else stays apart. Steps that scan all records are Ibis expressions; what is left of a few records is Polars.
"""

from __future__ import annotations

from typing import Any

import ibis
import polars as pl

from firebreak.engine.backends.base import Executor, Expr
from firebreak.engine.identity import keys
from firebreak.engine.identity.agreements import agreements
from firebreak.engine.identity.loose import attach

CONFIDENCE = {"document": 1.0, "ticket": 0.98, "phone+name": 0.95, "own": 1.0, "conflict": 0.5}
"""Of a link by each rule. Ours, until the probabilistic pass measures it."""


def grouped(run: Executor, mentions: Expr, journeys: Expr) -> pl.DataFrame:
    """Every mention with its group: ``record_id, part, group, rule, confidence``. Groups are numbers without
    meaning."""
    run.keep("id_claims", keys.claims(mentions))
    run.keep("id_tickets", keys.shared_tickets(keys.tickets(journeys)))
    run.keep("id_documents", keys.documents_by_name(run.table("id_claims")))
    run.keep("id_main_names", keys.main_names(run.table("id_documents")))
    run.put("id_name_pairs", agreements(frame(run, _name_pairs(run))).to_arrow())
    numbered = run.keep("id_numbered", _numbered(run))
    nodes = run.keep("id_nodes", _nodes(numbered))
    tied = frame(run, _with_nodes(numbered, nodes))
    groups = attach(run, tied)
    return groups.with_columns(
        confidence=pl.col("rule").replace_strict(CONFIDENCE, return_dtype=pl.Float32),
    ).sort("record_id", "part")


def frame(run: Executor, expr: Expr) -> pl.DataFrame:
    """The rows of an expression, in Polars."""
    found = pl.from_arrow(run.run(expr))
    assert isinstance(found, pl.DataFrame)
    return found


def _name_pairs(run: Executor) -> Expr:
    """Pairs of the main name of a number and another name said with it."""
    said, main = run.table("id_documents"), run.table("id_main_names")
    pairs = said.join(main, "doc_key").select(one="main", other="name")
    return pairs.filter(pairs.one != pairs.other).distinct()


def _numbered(run: Executor) -> Expr:
    """``record_id, part, doc_key, node_key, conflict``: records with a valid number, and the person it ties them to."""
    claims, main, pairs = run.table("id_claims"), run.table("id_main_names"), run.table("id_name_pairs")
    strong = claims.filter(claims.doc_key.notnull()).left_join(main, "doc_key")
    strong = strong.select("record_id", "part", "doc_key", "name", "alias", "phone", "sex", "birth_year", "main")
    judged = strong.left_join(pairs, [strong.main == pairs.one, strong.name == pairs.other])
    agrees = (
        judged.name.isnull()
        | judged.main.isnull()
        | (judged.name == judged.main)
        | (judged["alias"] == judged.main).fill_null(False)
        | judged.agreement.notnull()
    )
    apart = judged.doc_key + "|" + judged.name
    return judged.select(
        "record_id",
        "part",
        "doc_key",
        "name",
        "main",
        "phone",
        "sex",
        "birth_year",
        conflict=~agrees,
        node_key=ibis.ifelse(agrees, judged.doc_key, apart),
    )


def _nodes(numbered: Expr) -> Expr:
    """``node_key, group``: a number for each person known by document, in the order of the keys."""
    distinct = numbered.select("node_key").distinct()
    return distinct.mutate(group=ibis.row_number().over(order_by=distinct.node_key).cast("int64"))


def _with_nodes(numbered: Any, nodes: Any) -> Expr:
    return numbered.join(nodes, "node_key").select("record_id", "part", "group", "conflict", "doc_key")
