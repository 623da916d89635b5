"""What every record says about every field of a person, and how far each value is supported: Ibis steps.

Statements are narrow: a person, a value, and two integers for the mention, ``recency`` (its place when all mentions are
put in order of day) and ``channel_no``. Day, record and channel come back by one join at the end.
"""

from __future__ import annotations

import ibis

from firebreak.engine.backends.base import Expr

_VALIDITY = {"valid": 0, "upgraded": 1, "unchecked": 2, "masked": 4}
_CONTRADICTED = 3


def recency(mentions: Expr) -> Expr:
    """``record_id, part, recency``: the later the day, the higher; ties by record, part."""
    narrow = mentions.select("record_id", "part", day=mentions.seen_on.fill_null(ibis.date(1, 1, 1)))
    order = [narrow.day, ibis.desc(narrow.record_id), ibis.desc(narrow.part)]
    return narrow.select("record_id", "part", recency=ibis.row_number().over(order_by=order).cast("int64"))


def ordered(mentions: Expr, links: Expr, recency: Expr, channel_numbers: Expr) -> Expr:
    """Mentions with ``person_id``, ``channel_no`` and ``recency``."""
    who = links.select("record_id", "part", "person_id").join(recency, ["record_id", "part"])
    return mentions.join(who, ["record_id", "part"]).join(channel_numbers, "channel")


def statements(ordered: Expr, field: str) -> Expr:
    """``person_id, value, worse, recency, channel_no`` of one field. ``worse`` is 0 for the best validity.

    A document is ``type|number``; dates are ISO text.
    """
    value, worse = _value(ordered, field)
    rows = ordered.select("person_id", "recency", "channel_no", value=value, worse=worse.cast("int8"))
    return rows.filter(rows.value.notnull())


def _value(said: Expr, field: str) -> tuple[Expr, Expr]:
    best = ibis.literal(0)
    if field == "document":
        check = said.doc_check.fill_null("unchecked")
        return said.doc_type.fill_null("other") + "|" + said.doc_number, check.cases(
            *_VALIDITY.items(), else_=_CONTRADICTED
        )
    if field == "name":
        return said.name, ibis.ifelse(said.name.contains("*") | said.name.contains("某"), 1, 0)
    if field == "birth_date":
        return said.birth_date.cast("string"), best
    if field == "address":
        return said.address, ibis.ifelse(said.room.isnull(), 1, 0)
    return said[field], best


def values(statements: Expr, trusted: Expr) -> Expr:
    """One row a value: ``person_id, value, agreeing, support, top, worse, recency, confidence``.

    ``trusted``: ``channel_no, source, trust`` of this field. Formula: docs/reference/survivorship.md.
    """
    known = statements.join(trusted, "channel_no")
    by_source = known.group_by("person_id", "value", "source").agg(
        trust=known.trust.max(), worse=known.worse.min(), recency=known.recency.max()
    )
    by_value = by_source.group_by("person_id", "value").agg(
        agreeing=by_source.count().cast("int16"),
        support=1 - (1 - by_source.trust).ln().sum().exp(),
        top=by_source.trust.max(),
        worse=by_source.worse.min(),
        recency=by_source.recency.max(),
    )
    total = by_value.support.sum().over(group_by="person_id")
    return by_value.mutate(confidence=(by_value.support * by_value.support / total).cast("float32"))


def chosen(values: Expr) -> Expr:
    """The same rows with ``chosen``: by validity, trust, agreement and recency."""
    best = ibis.row_number().over(
        group_by="person_id",
        order_by=[values.worse, ibis.desc(values.top), ibis.desc(values.agreeing), ibis.desc(values.recency)],
    )
    return values.mutate(chosen=best == 0)


def person_fields(chosen: Expr, ordered: Expr, field: str) -> Expr:
    """Rows of the table ``person_fields``: the latest record that states the value is its evidence."""
    when = ordered.select("recency", "record_id", "part", "channel", "seen_on")
    return chosen.join(when, "recency").select(
        "person_id",
        "value",
        "chosen",
        "record_id",
        "part",
        "channel",
        "seen_on",
        "agreeing",
        "confidence",
        field=ibis.literal(field),
    )
