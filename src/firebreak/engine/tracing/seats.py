"""The seat rule: who sat near a case in the same coach, on a stretch both were on board."""

from __future__ import annotations

from typing import Any

import ibis

from firebreak.engine.backends.base import Expr
from firebreak.engine.tracing.duration import long_enough
from firebreak.engine.tracing.geometry import measured, metres, near_enough
from firebreak.engine.tracing.nearby import in_the_coach
from firebreak.engine.tracing.reach import named, on_board
from firebreak.engine.tracing.rules import RulePack
from firebreak.terms.enums import ContactLevel
from firebreak.terms.tables import EXPOSURES


def seat_contacts(rides: Expr, cases: Expr, pack: RulePack) -> Expr:
    """Judged pairs at seat and coach level of case rides with their ``reach``.

    Same service, run date and coach, segments that overlap (left at stop 4 and boarded at stop 4 do not), never the
    case itself. Both rows known: within the rule's rows, relation ``same_seat`` (one seat sold twice), ``adjacent``
    (next letter, no aisle between), ``same_row``, ``rows_k``. Both berth numbers known: within its bays, ``same_bay``,
    ``bays_k``. Whoever took the case's own seat after it was left: ``same_seat_later``. A place of either that is not
    known, or standing: ``coach``, never nearer. Everybody else in the coach where the rule takes the whole coach, and
    where it says what the rest of the coach is. Crew is the crew rule's.
    """
    cases = cases.filter(cases.c_passengers & (cases.c_role != "crew"))
    near = in_the_coach(rides, cases)
    near = near.filter(_listed(near, pack))
    near = near.mutate(seat_relation=_relation(near, pack))
    relation = near.seat_relation
    level = ibis.ifelse(relation == "coach", "coach", "seat")
    return judged(
        near,
        level=level,
        relation=relation,
        gap=_gap(near),
        contact_level=_contact_level(near, pack),
        timed=overlap(near),
        distance=metres(near),
    )


def overlap(pairs: Expr) -> Expr:
    """Were both on board between some two stops? Where no stop list tells (a taxi, an unknown train) their times do."""
    apart = (pairs.board_at >= pairs.c_alight_at) | (pairs.c_board_at >= pairs.alight_at)
    stops = (pairs.board_seq < pairs.c_alight_seq) & (pairs.c_board_seq < pairs.alight_seq)
    return stops & ~ibis.coalesce(apart, False)


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
_OF_CASE = (
    "c_person_id",
    "c_board_seq",
    "c_alight_seq",
    "c_board_at",
    "c_alight_at",
    "c_record_id",
    "c_part",
    "c_setting",
)
_OF_TIME = ("c_rest", "c_least", "c_cumulative", "c_hours")


def judged(
    pairs: Expr, *, level: Any, relation: Any, gap: Any = None, contact_level: Any, timed: Any, distance: Any = None
) -> Expr:
    """Pairs of a contact's and a case's ride with the level, the relation, rows and metres between them, what the
    contact is called, and whether the rule's minutes count (``timed``)."""
    return pairs.select(
        *_OF_CONTACT,
        *_OF_CASE,
        *_OF_TIME,
        level=level,
        relation=relation,
        row_gap=ibis.null("int16") if gap is None else gap.cast("int16"),
        distance=ibis.null("float32") if distance is None else distance.cast("float32"),
        contact_level=contact_level,
        timed=timed,
    )


def exposures(pairs: Expr, pack: RulePack) -> Expr:
    """Judged pairs in the columns of ``exposures``.

    Minutes are those both were on board, 0 where the contact came later, null where a time is not known. Whoever was
    there for less than the rule's minutes is what the rest of the coach is, or not listed.
    """
    times = [pairs[name] for name in ("board_at", "c_board_at", "alight_at", "c_alight_at")]
    known = times[0].notnull() & times[1].notnull() & times[2].notnull() & times[3].notnull()
    together = overlap(pairs)
    begin, end = ibis.greatest(times[0], times[1]), ibis.least(times[2], times[3])
    minutes = ((end.epoch_seconds() - begin.epoch_seconds()) // 60).cast("int32")
    none = ibis.null("timestamp('UTC', 6)")
    found = pairs.select(
        case_person_id="c_person_id",
        person_id="person_id",
        rule=ibis.literal(pack.cite),
        degree=ibis.literal(1, "int8"),
        via_person_id=ibis.null("int64"),
        setting="c_setting",
        contact_level="contact_level",
        level="level",
        relation="relation",
        run_date="run_date",
        service_id="service_id",
        coach="coach",
        row_gap="row_gap",
        distance="distance",
        place_id=ibis.null("int64"),
        from_seq=ibis.greatest(pairs.board_seq, pairs.c_board_seq),
        to_seq=ibis.ifelse(together, ibis.least(pairs.alight_seq, pairs.c_alight_seq), pairs.alight_seq),
        from_at=ibis.ifelse(known, begin, none),
        to_at=ibis.ifelse(known, ibis.ifelse(together, end, times[2]), none),
        minutes=ibis.ifelse(known, ibis.ifelse(together, minutes, ibis.literal(0, "int32")), ibis.null("int32")),
        cumulative_minutes=ibis.null("int32"),
        case_record_id="c_record_id",
        case_part="c_part",
        record_id="record_id",
        part="part",
        **{name: name for name in (*_OF_TIME, "timed")},
    )
    return long_enough(found, pack).select(EXPOSURES.names)


def _gap(pairs: Expr) -> Expr:
    return (pairs.row - pairs.c_row).abs()


def _bay_gap(pairs: Expr) -> Expr:
    """Bays between two numbered berths; null where the coach has none."""
    own, case = (pairs.seat_no - 1) // pairs.c_bay, (pairs.c_seat_no - 1) // pairs.c_bay
    return (own - case).abs()


def _seat_known(pairs: Expr) -> Expr:
    """Do both places say how far apart they are, in what the rule counts?"""
    rows = pairs.row.notnull() & pairs.c_row_low.notnull()
    berths = pairs.seat_no.notnull() & pairs.c_berth_low.notnull()
    return rows | berths


def _same_seat(pairs: Expr) -> Expr:
    lettered = (pairs.row == pairs.c_row) & (pairs.letter == pairs.c_letter)
    numbered = pairs.row.isnull() & pairs.c_row.isnull() & (pairs.seat_no == pairs.c_seat_no) & (pairs.place == "seat")
    return ibis.coalesce(lettered, False) | ibis.coalesce(numbered, False)


def _later(pairs: Expr) -> Expr:
    return _same_seat(pairs) & (pairs.board_seq >= pairs.c_alight_seq)


def _near(pairs: Expr, pack: RulePack) -> Expr:
    """Within the rule's rows or bays, or nobody knows how near. Comparisons only: it sees every pair of the coach."""
    rows = ibis.coalesce(pairs.row.between(pairs.c_row_low, pairs.c_row_high), False)
    berths = ibis.coalesce(pairs.seat_no.between(pairs.c_berth_low, pairs.c_berth_high), False)
    if measured(pack):
        rows = rows & near_enough(pairs)
    return rows | berths | _same_seat(pairs) | (pairs.c_unplaced & ~_seat_known(pairs))


def _listed(pairs: Expr, pack: RulePack) -> Expr:
    """Who is listed at all."""
    inside = pairs.c_all | _near(pairs, pack)
    if _has_rest(pack):
        inside = inside | pairs.c_rest.notnull()
    wanted = overlap(pairs) & inside
    later = any(rule.same_seat_later for rule in on_board(pack))
    return wanted | (pairs.c_later & _later(pairs)) if later else wanted


def _has_rest(pack: RulePack) -> bool:
    return any(rule.otherwise is not None for rule in on_board(pack))


def _contact_level(pairs: Expr, pack: RulePack) -> Expr:
    """Inside the rule what the rule says; whoever only came later was never together with the case: general."""
    inside = pairs.c_level
    if _has_rest(pack):
        inside = ibis.ifelse(pairs.c_all | _near(pairs, pack), pairs.c_level, pairs.c_rest)
    return ibis.ifelse(overlap(pairs), inside, ContactLevel.GENERAL.value)


def _relation(pairs: Expr, pack: RulePack) -> Expr:
    """The nearest relation that holds, whatever the rule reaches; ``coach`` for everybody else who is listed."""
    rows, bays = named(pack)
    gap, bay_gap = _gap(pairs), _bay_gap(pairs)
    beside = ibis.coalesce(pairs.c_beside.contains(pairs.letter), False)
    return ibis.cases(
        (~overlap(pairs), "same_seat_later"),
        (_same_seat(pairs), "same_seat"),
        ((gap == 0) & beside, "adjacent"),
        (gap == 0, "same_row"),
        *((gap == distance, f"rows_{distance}") for distance in range(1, rows + 1)),
        (bay_gap == 0, "same_bay"),
        *((bay_gap == distance, f"bays_{distance}") for distance in range(1, bays + 1)),
        else_="coach",
    )
