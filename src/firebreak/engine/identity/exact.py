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

import polars as pl

from firebreak.engine.backends.base import Executor, Expr
from firebreak.engine.identity import keys
from firebreak.engine.identity.frames import frame
from firebreak.engine.identity.loose import attach
from firebreak.engine.identity.numbers import bearers, placed
from firebreak.engine.identity.set_aside import aside, set_aside

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


def grouped(run: Executor, mentions: Expr, journeys: Expr) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Every mention with its group, ``resolution.GROUPS``, and the notes of what was set aside.

    Groups are numbers without meaning.
    """
    notes = group(run, mentions, journeys)
    groups = run.table("id_groups")
    found = frame(run, groups.mutate(confidence=confidence(groups.rule)).order_by("record_id", "part"))
    return found, notes


def group(run: Executor, mentions: Expr, journeys: Expr) -> pl.DataFrame:
    """Keep ``id_groups``: ``record_id, part, group, rule`` of every mention; the notes.

    Kept as well: ``id_claims``, what each mention claims, and whom a number says it is.
    """
    run.keep("id_said_numbers", keys.numbers_by_name(mentions))
    notes = set_aside(run, mentions)
    bearers(run)
    run.keep("id_claims", placed(keys.claims(mentions, *aside(run)), run))
    run.keep("id_tickets", keys.shared_tickets(keys.tickets(journeys)))
    run.keep("id_groups", attach(run))
    return notes


def confidence(rule: Expr) -> Expr:
    """Of a link by a rule of this pass."""
    return rule.cases(*CONFIDENCE.items(), else_=0.0).cast("float32")
