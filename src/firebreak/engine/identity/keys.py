"""What in a record can tie it to another record, as tables: numbers, phones with names, tickets."""

from __future__ import annotations

import ibis

from firebreak.engine.backends.base import Expr
from firebreak.engine.identity.set_aside import number_key

GIVEN_BACK = ("refunded", "changed")

STRONG_CHECKS = ("valid", "upgraded", "unchecked")
"""A number whose own structure contradicts it ties nothing by itself; a passport has no structure to check."""


def claims(mentions: Expr, numbers: Expr | None = None, phones: Expr | None = None) -> Expr:
    """``record_id, part, doc_key, weak_key, name, alias, phone, sex, birth_year`` of each mention; see ``claimed``."""
    said = claimed(mentions, numbers, phones)
    return said.select(
        "record_id", "part", "doc_key", "weak_key", "name", "alias", "phone", "sex",
        birth_year=ibis.coalesce(said.birth_date.year().cast("int16"), said.birth_year),
    )  # fmt: skip


def claimed(mentions: Expr, numbers: Expr | None = None, phones: Expr | None = None) -> Expr:
    """The mentions with ``doc_key`` and ``weak_key``.

    ``numbers`` and ``phones`` that are set aside count as not given (None: there are none).
    """
    said = mentions.mutate(number=number_key(mentions))
    if numbers is not None:
        said = said.left_join(numbers.select(aside="number"), said.number == numbers.number)
        said = said.mutate(number=ibis.ifelse(said.aside.isnull(), said.number, ibis.null("string"))).drop("aside")
    if phones is not None:
        said = said.left_join(phones.select(aside="phone"), said.phone == phones.phone)
        said = said.mutate(phone=ibis.ifelse(said.aside.isnull(), said.phone, ibis.null("string"))).drop("aside")
    return said.mutate(**_strong_or_weak(said)).drop("number")


def _strong_or_weak(said: Expr) -> dict[str, Expr]:
    """``doc_key``: kind and number where the ``number`` holds; ``weak_key``: where it does not (masked ones excepted).

    A number of no known kind has no structure at all: it ties only records that have a name to compare.
    """
    strong, nothing = said.number.notnull() & _holds(said), ibis.null("string")
    return {
        "doc_key": ibis.ifelse(strong, said.number, nothing),
        "weak_key": ibis.ifelse(strong, nothing, said.number),
    }


def _holds(mentions: Expr) -> Expr:
    is_known_kind = (mentions.doc_type.fill_null("other") != "other") | mentions.name.notnull()
    return mentions.doc_check.fill_null("unchecked").isin(STRONG_CHECKS) & is_known_kind


def numbers_by_name(mentions: Expr) -> Expr:
    """``number, name, alias, holds, records``: the ways a number is said, how often each; ``holds``: not contradicted
    by its own structure."""
    said = mentions.select("name", "alias", number=number_key(mentions), holds=_holds(mentions))
    told = said.filter(said.number.notnull())
    return told.group_by("number", "name", "alias", "holds").agg(records=lambda t: t.count())


def main_names(said: Expr) -> Expr:
    """``doc_key, main``: the name most records give; unmasked before masked, then the longest, then the first.

    ``said``: ``doc_key, name, records``; a name may stand in several rows.
    """
    by_name = said.group_by("doc_key", "name").agg(records=lambda t: t.records.sum())
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
