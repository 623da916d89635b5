"""The first pass of identity: records that a number, a phone with a name, or a ticket ties to one person.

Four rules, in this order:

1. ``document``: one valid document number is one person, where the names agree (``names.name_agreement``). A record
   whose name does not agree stands apart, as a conflict: borrowed and mistyped numbers would merge two people.
2. ``corrected``: a number that its own check digit contradicts is the number of a known person where, of its
   corrections (``corrections``), exactly one belongs to a known person of that name.
3. ``phone+name``: a record without a valid number joins the one person who has that phone and that name, or one that
   sounds or looks the same, if there is exactly one and year of birth and sex do not contradict; else it joins the
   other such records of that phone and name. A masked or shortened name is not enough: a family shares its phone.
4. ``ticket``: records of one ticket (number, or seat on a segment) are one passenger, where names agree or are
   missing and two valid numbers do not speak against it.

Everything else stays apart. Steps that scan all records are Ibis expressions; what is left of a few records is Polars.
"""

from __future__ import annotations

import ibis
import polars as pl

from firebreak.engine.backends.base import Executor, Expr
from firebreak.engine.identity import keys
from firebreak.engine.identity.agreements import WHOLE_NAMES, agreements
from firebreak.engine.identity.corrections import corrections
from firebreak.engine.identity.frames import frame
from firebreak.engine.identity.loose import attach
from firebreak.engine.identity.set_aside import set_aside

CONFIDENCE = {
    "document": 1.0,
    "corrected": 0.99,
    "ticket": 0.98,
    "phone+name": 0.95,
    "plate": 0.6,
    "own": 1.0,
    "conflict": 0.5,
}
"""Of a link by each rule. Ours: a link that the model makes carries the model's probability instead."""


_SAID = ("record_id", "part", "name", "phone", "sex", "birth_year")
_RESIDENT = "resident|"


def grouped(run: Executor, mentions: Expr, journeys: Expr) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Every mention with its group, ``record_id, part, group, rule, confidence``, and the notes of what was set aside.

    Groups are numbers without meaning.
    """
    run.keep("id_said_numbers", keys.numbers_by_name(mentions))
    notes = set_aside(run, mentions)
    run.keep("id_claims", keys.claims(mentions, *_aside(run)))
    run.keep("id_tickets", keys.shared_tickets(keys.tickets(journeys)))
    run.keep("id_documents", keys.documents_by_name(run.table("id_said_numbers"), run.table("id_aside_numbers")))
    run.keep("id_main_names", keys.main_names(run.table("id_documents")))
    run.put("id_name_pairs", agreements(frame(run, _name_pairs(run))).to_arrow())
    numbered = _numbered(run)
    run.keep("id_nodes", _nodes(numbered))
    run.put("id_corrected", corrected(run).to_arrow())
    run.keep("id_tied", ibis.union(_tied(run, numbered), _tied_by_correction(run), distinct=False))
    groups = attach(run)
    confident = pl.col("rule").replace_strict(CONFIDENCE, return_dtype=pl.Float32)
    return groups.with_columns(confidence=confident).sort("record_id", "part"), notes


def _aside(run: Executor) -> tuple[Expr | None, Expr | None]:
    """The tables of numbers and phones that are set aside, None where one has no row: a join less over every record."""
    found = []
    for name in ("id_aside_numbers", "id_aside_phones"):
        table = run.table(name)
        found.append(table if run.run(table.limit(1)).num_rows else None)
    return found[0], found[1]


def _name_pairs(run: Executor) -> Expr:
    """Pairs of the main name of a number and another name said with it."""
    said, main = run.table("id_documents"), run.table("id_main_names")
    pairs = said.join(main, "doc_key").select(one="main", other="name")
    return pairs.filter(pairs.one != pairs.other).distinct()


def _numbered(run: Executor) -> Expr:
    """Records with a valid number: what they say, ``doc_key``, ``conflict``, and ``node_key``, whom it ties them to."""
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
        *_SAID,
        "doc_key",
        conflict=~agrees,
        node_key=ibis.ifelse(agrees, judged.doc_key, apart),
    )


def _nodes(numbered: Expr) -> Expr:
    """``node_key, doc_key, group``: a number for each person known by document; those whose name fits come first."""
    distinct = numbered.select("node_key", "doc_key").distinct()
    order = [distinct.node_key != distinct.doc_key, distinct.node_key]
    return distinct.mutate(group=ibis.row_number().over(order_by=order).cast("int64"))


def _tied(run: Executor, numbered: Expr) -> Expr:
    """Records with a valid number: ``record_id, part, name, phone, sex, birth_year, group, holder, rule``.

    ``holder`` is the group of those who bear the number with its main name.
    """
    nodes = run.table("id_nodes")
    holders = nodes.filter(nodes.node_key == nodes.doc_key).select(held="doc_key", holder="group")
    known = nodes.select("node_key", "group").join(numbered, "node_key")
    placed = known.left_join(holders, known.doc_key == holders.held)
    rule = ibis.ifelse(placed.conflict, "conflict", "document")
    return placed.select(*_SAID, "group", holder=ibis.coalesce(placed.holder, placed.group), rule=rule)


def _tied_by_correction(run: Executor) -> Expr:
    """The same of records whose number has one correction that fits."""
    claims, found, nodes = run.table("id_claims"), run.table("id_corrected"), run.table("id_nodes")
    fitting = claims.join(found, ["weak_key", "name"]).select(*_SAID, node_key=found.doc_key)
    placed = fitting.join(nodes.select("node_key", "group"), "node_key")
    return placed.select(*_SAID, "group", holder=placed.group, rule=ibis.literal("corrected"))


def corrected(run: Executor) -> pl.DataFrame:
    """``weak_key, name, doc_key``: wrong numbers, the names they are said with, and the one known number that fits."""
    claims = run.table("id_claims")
    said = frame(
        run, claims.filter(claims.weak_key.notnull() & claims.name.notnull()).select("weak_key", "name").distinct()
    )
    weak = said.filter(pl.col("weak_key").str.starts_with(_RESIDENT)).with_columns(
        number=pl.col("weak_key").str.strip_prefix(_RESIDENT)
    )
    possible = weak.join(corrections(weak["number"]), on="number").with_columns(doc_key=_RESIDENT + pl.col("corrected"))
    run.put("id_possible", possible.select("weak_key", "doc_key").unique().to_arrow())
    known = frame(run, run.table("id_main_names").semi_join(run.table("id_possible"), "doc_key"))
    candidates = possible.join(known, on="doc_key")
    agreeing = agreements(candidates.select(one="name", other="main")).filter(pl.col("agreement").is_in(WHOLE_NAMES))
    fitting = candidates.join(agreeing, left_on=["name", "main"], right_on=["one", "other"])
    only = pl.col("doc_key").n_unique().over("weak_key", "name") == 1
    return fitting.filter(only).select("weak_key", "name", "doc_key").unique()
