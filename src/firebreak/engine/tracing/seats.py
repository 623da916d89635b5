"""The seat rule: who sat near a case in the same coach, on a stretch both were on board."""

from __future__ import annotations

from typing import Any

import ibis

from firebreak.engine.backends.base import Expr
from firebreak.engine.tracing.rules import ContactRule


def seat_contacts(rides: Expr, case_rides: Expr, rule: ContactRule) -> Expr:
    """Judged pairs at seat and coach level of ``placed`` case rides.

    Same service, run date and coach, segments that overlap (left at stop 4 and boarded at stop 4 do not), never the
    case itself. Both rows known: ``seat`` within ``rule.rows``, relation ``same_seat`` (one seat sold twice),
    ``adjacent`` (next letter, no aisle between), ``same_row``, ``rows_k``. Both berth numbers known: ``seat`` within
    ``rule.bays``, relation ``same_bay``, ``bays_k``. Whoever took the case's own seat after it was left:
    ``same_seat_later``. A place of either that is not known, or standing: ``coach``, never nearer. Everybody else in
    the coach where the rule takes the whole coach. Crew is the crew rule's.
    """
    cases = _reach(case_rides.filter(case_rides.c_role != "crew"), rule)
    near = rides.filter(rides.role != "crew").join(
        cases,
        [
            rides.service_id == cases.c_service_id,
            rides.run_date == cases.c_run_date,
            rides.coach == cases.c_coach,
            rides.person_id != cases.c_person_id,
        ],
    )
    near = near.filter(_within(near, rule))
    named = near.mutate(seat_relation=_relation(near, rule))
    relation = named.seat_relation
    level = ibis.ifelse(relation == "coach", "coach", "seat")
    return judged(named, level, relation, _gap(named))


def overlap(pairs: Expr) -> Expr:
    """Were both on board between some two stops?"""
    return (pairs.board_seq < pairs.c_alight_seq) & (pairs.c_board_seq < pairs.alight_seq)


_OF_CONTACT = (
    "person_id",
    "run_date",
    "service_id",
    "coach",
    "board_seq",
    "alight_seq",
    "board_at",
    "alight_at",
    "record_id",
    "part",
)
_OF_CASE = ("c_person_id", "c_board_seq", "c_alight_seq", "c_board_at", "c_alight_at", "c_record_id", "c_part")


def judged(pairs: Expr, level: Any, relation: Any, gap: Any) -> Expr:
    """Pairs of a contact's and a case's ride with the level, the relation and the rows between them."""
    return pairs.select(*_OF_CONTACT, *_OF_CASE, level=level, relation=relation, row_gap=gap.cast("int16"))


def exposures(pairs: Expr, rule: ContactRule) -> Expr:
    """Judged pairs in the columns of ``exposures``.

    Minutes are those both were on board, 0 where the contact came later, null where a time is not known.
    """
    times = [pairs[name] for name in ("board_at", "c_board_at", "alight_at", "c_alight_at")]
    known = times[0].notnull() & times[1].notnull() & times[2].notnull() & times[3].notnull()
    together = overlap(pairs)
    begin, end = ibis.greatest(times[0], times[1]), ibis.least(times[2], times[3])
    minutes = ((end.epoch_seconds() - begin.epoch_seconds()) // 60).cast("int32")
    none = ibis.null("timestamp('UTC', 6)")
    return pairs.select(
        case_person_id="c_person_id",
        person_id="person_id",
        rule=ibis.literal(rule.cite),
        level="level",
        relation="relation",
        run_date="run_date",
        service_id="service_id",
        coach="coach",
        row_gap="row_gap",
        from_seq=ibis.greatest(pairs.board_seq, pairs.c_board_seq),
        to_seq=ibis.ifelse(together, ibis.least(pairs.alight_seq, pairs.c_alight_seq), pairs.alight_seq),
        from_at=ibis.ifelse(known, begin, none),
        to_at=ibis.ifelse(known, ibis.ifelse(together, end, times[2]), none),
        minutes=ibis.ifelse(known, ibis.ifelse(together, minutes, ibis.literal(0, "int32")), ibis.null("int32")),
        case_record_id="c_record_id",
        case_part="c_part",
        record_id="record_id",
        part="part",
    )


def _gap(pairs: Expr) -> Expr:
    return (pairs.row - pairs.c_row).abs()


def _bay_gap(pairs: Expr) -> Expr:
    """Bays between two numbered berths; null where the coach has none."""
    own, case = (pairs.seat_no - 1) // pairs.c_bay, (pairs.c_seat_no - 1) // pairs.c_bay
    return (own - case).abs()


def _seat_known(pairs: Expr) -> Expr:
    """Do both places say how far apart they are?"""
    rows = pairs.row.notnull() & pairs.c_row.notnull()
    berths = pairs.seat_no.notnull() & pairs.c_seat_no.notnull() & pairs.c_bay.notnull()
    return rows | berths


def _same_seat(pairs: Expr) -> Expr:
    lettered = (pairs.row == pairs.c_row) & (pairs.letter == pairs.c_letter)
    numbered = pairs.row.isnull() & pairs.c_row.isnull() & (pairs.seat_no == pairs.c_seat_no) & (pairs.place == "seat")
    return ibis.coalesce(lettered, False) | ibis.coalesce(numbered, False)


def _later(pairs: Expr) -> Expr:
    return _same_seat(pairs) & (pairs.board_seq >= pairs.c_alight_seq)


def _reach(case_rides: Expr, rule: ContactRule) -> Expr:
    """Rows and berth numbers within the rule, worked out once a case and not once a pair."""
    bay = (case_rides.c_seat_no - 1) // case_rides.c_bay
    return case_rides.mutate(
        c_row_low=case_rides.c_row - rule.rows,
        c_row_high=case_rides.c_row + rule.rows,
        c_berth_low=(bay - rule.bays) * case_rides.c_bay + 1,
        c_berth_high=(bay + rule.bays + 1) * case_rides.c_bay,
    )


def _within(pairs: Expr, rule: ContactRule) -> Expr:
    """Who is listed at all: comparisons only, since this runs on every pair of the coach."""
    rows = ibis.coalesce(pairs.row.between(pairs.c_row_low, pairs.c_row_high), False)
    berths = ibis.coalesce(pairs.seat_no.between(pairs.c_berth_low, pairs.c_berth_high), False)
    near = rows | berths | ~_seat_known(pairs) if rule.unplaced else rows | berths | _same_seat(pairs)
    wanted = overlap(pairs) if rule.whole_coach else overlap(pairs) & near
    return wanted | _later(pairs) if rule.same_seat_later else wanted


def _relation(pairs: Expr, rule: ContactRule) -> Expr:
    """The nearest relation that holds; ``coach`` for everybody else who is listed."""
    gap, bay_gap = _gap(pairs), _bay_gap(pairs)
    beside = ibis.coalesce(pairs.c_beside.contains(pairs.letter), False)
    return ibis.cases(
        (~overlap(pairs), "same_seat_later"),
        (_same_seat(pairs), "same_seat"),
        ((gap == 0) & beside, "adjacent"),
        (gap == 0, "same_row"),
        *((gap == distance, f"rows_{distance}") for distance in range(1, rule.rows + 1)),
        (bay_gap == 0, "same_bay"),
        *((bay_gap == distance, f"bays_{distance}") for distance in range(1, rule.bays + 1)),
        else_="coach",
    )
