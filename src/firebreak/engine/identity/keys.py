"""What in a record can tie it to another record, as tables: numbers, phones with names, tickets."""

from __future__ import annotations

import ibis

from firebreak.engine.backends.base import Expr

GIVEN_BACK = ("refunded", "changed")

STRONG_CHECKS = ("valid", "upgraded", "unchecked")
"""A number whose own structure contradicts it ties nothing by itself; a passport has no structure to check."""


def claims(mentions: Expr) -> Expr:
    """One row a mention: ``record_id, part, doc_key, weak_key, name, alias, phone, sex, birth_year``.

    ``doc_key`` is kind and number where the number holds, ``weak_key`` where it does not (masked ones excepted). A
    number of no known kind has no structure at all: it ties only records that have a name to compare.
    """
    key = mentions.doc_type.fill_null("other") + "|" + mentions.doc_number
    holds = mentions.doc_check.fill_null("unchecked").isin(STRONG_CHECKS)
    is_known_kind = (mentions.doc_type.fill_null("other") != "other") | mentions.name.notnull()
    strong = mentions.doc_number.notnull() & holds & is_known_kind
    weak = mentions.doc_number.notnull() & ~strong & (mentions.doc_check.fill_null("") != "masked")
    return mentions.select(
        "record_id",
        "part",
        doc_key=ibis.ifelse(strong, key, ibis.null("string")),
        weak_key=ibis.ifelse(weak, key, ibis.null("string")),
        name=mentions.name,
        alias=mentions["alias"],
        phone=mentions.phone,
        sex=mentions.sex,
        birth_year=ibis.coalesce(mentions.birth_date.year().cast("int16"), mentions.birth_year),
    )


def documents_by_name(claims: Expr) -> Expr:
    """``doc_key, name, records``: which names one number is said with, and how often."""
    return (
        claims.filter(claims.doc_key.notnull() & claims.name.notnull())
        .group_by("doc_key", "name")
        .agg(records=lambda t: t.count())
    )


def main_names(by_name: Expr) -> Expr:
    """``doc_key, main``: the name most records give; unmasked before masked, then the longest, then the first."""
    masked = by_name.name.contains("*") | by_name.name.contains("某")
    best = ibis.row_number().over(
        group_by=by_name.doc_key,
        order_by=[masked, ibis.desc(by_name.records), ibis.desc(by_name.name.length()), by_name.name],
    )
    ranked = by_name.mutate(best=best)
    return ranked.filter(ranked.best == 0).select("doc_key", main="name")


def tickets(journeys: Expr) -> Expr:
    """``record_id, part, ticket_key``: records with one key are one passenger, for one seat holds one person.

    By ticket number, and by the seat on one public number, day, coach and segment. A ticket given back frees its seat
    for the next passenger, so only its number ties.
    """
    number = journeys.filter(journeys.ticket_no.notnull()).select(
        "record_id", "part", ticket_key=ibis.literal("t|") + journeys.mode.fill_null("") + "|" + journeys.ticket_no
    )
    seated = journeys.filter(
        ~ibis.coalesce(journeys.ticket_state.isin(GIVEN_BACK), False)
        & journeys.letter.notnull()
        & journeys.row.notnull()
        & journeys.coach.notnull()
        & journeys.service_no.notnull()
        & journeys.board_date.notnull()
        & journeys.from_place.notnull()
        & journeys.to_place.notnull()
    )
    parts = [
        ibis.literal("s"),
        *(seated[name].cast("string") for name in ("service_no", "board_date", "coach", "row", "letter")),
        seated.from_place,
        seated.to_place,
    ]
    seat = seated.select("record_id", "part", ticket_key=ibis.literal("|").join(parts))
    return ibis.union(number, seat, distinct=False)


def shared_tickets(tickets: Expr) -> Expr:
    """Only the keys that more than one record has: the others tie nothing."""
    shared = tickets.group_by("ticket_key").agg(records=lambda t: t.count()).filter(lambda t: t.records > 1)
    return tickets.semi_join(shared, "ticket_key")
