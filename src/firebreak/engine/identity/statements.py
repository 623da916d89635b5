"""What every record says about every field of a person, and how far each value is supported: Ibis steps."""

from __future__ import annotations

import ibis

from firebreak.engine.backends.base import Expr
from firebreak.engine.identity.survivorship import FIELDS

_VALIDITY = {"valid": 0, "upgraded": 1, "unchecked": 2, "masked": 4}
_CONTRADICTED = 3


def statements(mentions: Expr, links: Expr) -> Expr:
    """``person_id, field, value, worse, record_id, part, channel, seen_on``, one row a statement.

    ``worse`` is 0 for the best validity. A document is ``type|number``; dates are ISO text.
    """
    said = mentions.join(links.select("record_id", "part", "person_id"), ["record_id", "part"])
    return ibis.union(*(_of_field(said, field) for field in FIELDS), distinct=False)


def _of_field(said: Expr, field: str) -> Expr:
    value, worse = _value(said, field)
    rows = said.select(
        "person_id",
        field=ibis.literal(field),
        value=value,
        worse=worse.cast("int16"),
        record_id=said.record_id,
        part=said.part,
        channel=said.channel,
        seen_on=said.seen_on,
    )
    return rows.filter(rows.value.notnull())


def _value(said: Expr, field: str) -> tuple[Expr, Expr]:
    best = ibis.literal(0)
    if field == "document":
        check = said.doc_check.fill_null("unchecked")
        worse = check.cases(*_VALIDITY.items(), else_=_CONTRADICTED)
        return said.doc_type.fill_null("other") + "|" + said.doc_number, worse
    if field == "name":
        masked = said.name.contains("*") | said.name.contains("某")
        return said.name, ibis.ifelse(masked, 1, 0)
    if field == "birth_date":
        return said.birth_date.cast("string"), best
    if field == "address":
        return said.address, ibis.ifelse(said.room.isnull(), 1, 0)
    return said[field], best


def supports(statements: Expr, trusted: Expr) -> Expr:
    """``person_id, field, value, worse, source, trust``: the best statement of each independent source for each value."""
    known = statements.join(trusted, ["channel", "field"])
    return known.group_by("person_id", "field", "value", "source").agg(
        trust=known.trust.max(),
        worse=known.worse.min(),
        seen_on=known.seen_on.max(),
    )


def values(supports: Expr) -> Expr:
    """One row a value: ``agreeing, support, top, worse, seen_on`` and its ``confidence`` (docs/reference/survivorship.md)."""
    by_value = supports.group_by("person_id", "field", "value").agg(
        agreeing=supports.count().cast("int16"),
        support=1 - (1 - supports.trust).ln().sum().exp(),
        top=supports.trust.max(),
        worse=supports.worse.min(),
        seen_on=supports.seen_on.max(),
    )
    total = by_value.support.sum().over(group_by=["person_id", "field"])
    return by_value.mutate(confidence=(by_value.support * by_value.support / total).cast("float32"))


def chosen(values: Expr) -> Expr:
    """The same rows with ``chosen``: by validity, trust, agreement, day and, last, the text."""
    best = ibis.row_number().over(
        group_by=["person_id", "field"],
        order_by=[
            values.worse,
            ibis.desc(values.top),
            ibis.desc(values.agreeing),
            ibis.desc(values.seen_on),
            values.value,
        ],
    )
    return values.mutate(chosen=best == 0)


def evidence(statements: Expr) -> Expr:
    """For each value the record that shows it: the latest, then the smallest id."""
    first = ibis.row_number().over(
        group_by=["person_id", "field", "value"],
        order_by=[ibis.desc(statements.seen_on), statements.record_id, statements.part],
    )
    ranked = statements.mutate(first=first)
    return ranked.filter(ranked.first == 0).select("person_id", "field", "value", "record_id", "part", "channel")


def person_fields(chosen: Expr, evidence: Expr) -> Expr:
    """Rows of the table ``person_fields``."""
    return chosen.join(evidence, ["person_id", "field", "value"]).select(
        "person_id", "field", "value", "chosen", "record_id", "part", "channel", "seen_on", "agreeing", "confidence"
    )
