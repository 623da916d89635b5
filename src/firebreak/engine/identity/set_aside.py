"""Evidence that says nothing of one person: default numbers, numbers and phones of very many names, empty names.

A desk that has no number types 111111 or 000000; an agency gives its own phone for every guest. Such a value must tie
nobody, and must not cost the square of its uses. It is found before anything is compared, and told.
"""

from __future__ import annotations

import ibis
import polars as pl

from firebreak.engine.backends.base import Executor, Expr
from firebreak.engine.identity.frames import frame
from firebreak.engine.identity.resolution import NOTES
from firebreak.terms.errors import value_class

NAMES = 8
"""A number said with more names than this, none of them in half of its records, is nobody's number."""
PEOPLE = 50
"""A phone said with more names than this is an institution's."""
LONG = 6
"""Digits a default number has at least."""
IN_ORDER = "123456789012345678901234567890"

_KEY = ("record_id", "part")


def number_key(mentions: Expr) -> Expr:
    """``type|number`` of a mention; null for a number shown in part."""
    key = mentions.doc_type.fill_null("other") + "|" + mentions.doc_number
    return ibis.ifelse(mentions.doc_check.fill_null("") == "masked", ibis.null("string"), key)


def set_aside(run: Executor, mentions: Expr) -> pl.DataFrame:
    """Keep ``id_aside_numbers`` (``number``, ``rule``) and ``id_aside_phones`` (``phone``, ``rule``); the notes.

    Reads ``id_said_numbers``.
    """
    run.keep("id_aside_numbers", _numbers(run))
    run.keep("id_aside_phones", _phones(run, mentions))
    told = [
        _noted(run, mentions, "id_aside_numbers", "document", number_key(mentions)),
        _noted(run, mentions, "id_aside_phones", "phone", mentions.phone),
        _nameless(run, mentions),
    ]
    return pl.concat(told).sort("field", "rule", "record_id")


def aside(run: Executor) -> tuple[Expr | None, Expr | None]:
    """The tables of numbers and phones set aside, None where one has no row: a join less over every record."""
    found = []
    for name in ("id_aside_numbers", "id_aside_phones"):
        table = run.table(name)
        found.append(table if run.run(table.limit(1)).num_rows else None)
    return found[0], found[1]


def _numbers(run: Executor) -> Expr:
    """Numbers that are typed where there is none, and numbers of many names of which none prevails."""
    said = run.table("id_said_numbers")
    plain = said.number.split("|")[1]
    repeated = plain.replace(plain.substr(0, 1), "") == ""
    typed = (plain.length() >= LONG) & (repeated | ibis.literal(IN_ORDER).startswith(plain))
    defaults = said.filter(typed).select("number", rule=ibis.literal("default_number")).distinct()
    often = said.group_by("number").agg(ways=lambda t: t.count()).filter(lambda t: t.ways > NAMES)
    told = run.keep("id_often", said.filter(said.name.notnull()).semi_join(often, "number"))
    by_name = told.group_by("number", "name").agg(records=lambda t: t.records.sum())
    judged = by_name.group_by("number").agg(
        names=lambda t: t.count(), most=lambda t: t.records.max(), records=lambda t: t.records.sum()
    )
    shared = judged.filter((judged.names > NAMES) & (judged.most * 2 < judged.records))
    shared = shared.select("number", rule=ibis.literal("many_names")).anti_join(defaults, "number")
    return ibis.union(defaults, shared, distinct=False)


def _phones(run: Executor, mentions: Expr) -> Expr:
    used = mentions.filter(mentions.phone.notnull())
    often = run.keep(
        "id_phones_often",
        used.group_by("phone").agg(records=lambda t: t.count()).filter(lambda t: t.records > PEOPLE).select("phone"),
    )
    named = used.semi_join(often, "phone").group_by("phone").agg(names=lambda t: t.name.nunique())
    return named.filter(named.names > PEOPLE).select("phone", rule=ibis.literal("many_names"))


def _noted(run: Executor, mentions: Expr, aside: str, field: str, value: Expr) -> pl.DataFrame:
    """A note for each value set aside: its shape, its records, the first of them."""
    table = run.table(aside)
    name = table.columns[0]
    rows = mentions.select(*_KEY, value=value)
    found = rows.join(table, rows.value == table[name]).group_by("value", "rule")
    counted = frame(run, found.agg(records=lambda t: t.count(), record_id=lambda t: t.record_id.min()))
    shapes = [value_class(text.rpartition("|")[2]) for text in counted["value"].to_list()]
    return counted.select(
        field=pl.lit(field),
        rule="rule",
        value_class=pl.Series(shapes, dtype=pl.String),
        records=pl.col("records").cast(pl.Int64),
        record_id="record_id",
        part=pl.lit(0, pl.Int16),
    ).select(list(NOTES))


def _nameless(run: Executor, mentions: Expr) -> pl.DataFrame:
    """One note for the records without a name, where there are any: a name that is missing agrees with none."""
    silent = mentions.filter(mentions.name.isnull())
    counted = frame(run, silent.agg(records=silent.count().cast("int64"), record_id=silent.record_id.min()))
    return (
        counted.filter(pl.col("records") > 0)
        .select(
            field=pl.lit("name"),
            rule=pl.lit("empty"),
            value_class=pl.lit("missing"),
            records="records",
            record_id="record_id",
            part=pl.lit(0, pl.Int16),
        )
        .select(list(NOTES))
    )
