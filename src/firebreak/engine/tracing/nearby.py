"""Which rides can be near a case's at all: a few comparisons that an executor makes while it reads.

The exact rule needs rows, letters, berths and nulls of both sides, and sees every pair of a coach if nothing is left
out before. Here each case ride becomes one to three *seeks*: a coach key, a span of seat keys, and the stops between
which the other must be on board. They are joined to the rides on one number, with comparisons only, so that both
executors push the keys down into the scan (row groups and rows are skipped) and test the rest before any other column
is read. What comes out holds everything the rule can list, each pair once, and little else.
"""

from __future__ import annotations

from typing import Any

import ibis

from firebreak.engine.backends.base import Expr
from firebreak.terms.ride_keys import CREW, LAST_ROW, LAST_SEAT, NOWHERE

_MOST, _LEAST = (ibis.literal(str(end)).cast("int16") for end in (32_767, -32_767))
"""Ibis writes a short integer as a bare number; the column it is compared with would be widened row by row."""


SEEK = ("c_coach_key", "s_low", "s_high", "s_board_from", "s_board_before", "s_alight_after", "c_person_id")
"""A seek in numbers: the key of the coach, the span of seats, of boarding and of leaving, and who is not meant."""


def in_the_coach(rides: Expr, cases: Expr) -> Expr:
    """Pairs of rides (no crew) and case rides with their ``reach`` that may be listed at seat or coach level.

    Same service, run date and coach; another person; on board together or, where the rule lists it, later on the
    case's own seat. The columns of ``rides`` and of ``cases``.
    """
    sought = _seeks(cases.filter(cases.c_coach.notnull()))
    pairs = rides.join(
        sought,
        [
            rides.coach_key == sought.c_coach_key,
            rides.seat_key >= sought.s_low,
            rides.seat_key <= sought.s_high,
            rides.board_seq < sought.s_board_before,
            rides.alight_seq > sought.s_alight_after,
            rides.board_seq >= sought.s_board_from,
            rides.person_id != sought.c_person_id,
            *same_run(rides, sought),
        ],
    )
    return pairs.filter(pairs.coach - pairs.c_coach == 0)


def same_run(rides: Expr, cases: Expr) -> list[Expr]:
    """The same service and run date, as spans: equalities would become keys of the join beside the one that an executor
    can push down, while spans still tell the scan which row groups hold the runs."""
    return [
        rides.service_id >= cases.c_service_id,
        rides.service_id <= cases.c_service_id,
        rides.run_date >= cases.c_run_date,
        rides.run_date <= cases.c_run_date,
    ]


def seeks(cases: Expr) -> Expr:
    """The spans of ``case_rides`` with their ``reach`` that passengers are sought in, in numbers alone."""
    cases = cases.filter(cases.c_passengers & (cases.c_role != "crew") & cases.c_coach.notnull())
    return _seeks(cases).select(*SEEK)


def needs(cases: Expr, *, companions: bool) -> Expr:
    """What of a run is asked for beyond the seeks: everybody (``n_whole``), its crew (``n_crew``), those on the order
    (``n_order``), for each case ride with its ``reach``. ``companions``: does the rule list them?"""
    crew = cases.c_crew != "none"
    duty = cases.c_role == "crew"
    order = cases.c_order_id.notnull() if companions else ibis.literal(value=False)
    return cases.select(
        "c_run_date", "c_service_id", "c_order_id",
        n_whole=ibis.ifelse(duty, crew, cases.c_wide.notnull()),
        n_crew=crew,
        n_order=order,
    )  # fmt: skip


def _seeks(cases: Expr) -> Expr:
    rows, numbers, later = _rows(cases), _numbers(cases), _own_seat(cases)
    found = ibis.union(_while_on_board(rows), _while_on_board(numbers), _afterwards(later))
    return found.filter(found.s_low <= found.s_high)


def _whole(cases: Expr) -> Expr:
    """Is everybody in the coach listed, or may be?"""
    nowhere = cases.c_unplaced & cases.c_row_low.isnull() & cases.c_berth_low.isnull()
    return cases.c_all | cases.c_rest.notnull() | nowhere


def _rows(cases: Expr) -> Expr:
    """Rows the rule reaches; the whole coach where it takes it; where berths decide, every lettered seat, to be judged
    in full."""
    lettered = cases.c_row_low.notnull() & cases.c_berth_low.isnull()
    return _span(
        cases,
        (_whole(cases), CREW + 1, LAST_SEAT),
        (lettered, _row(cases.c_row_low), _row(cases.c_row_high)),
        (cases.c_unplaced | cases.c_berth_low.notnull(), 1, NOWHERE),
        (cases.c_row.notnull(), _row(cases.c_row), _row(cases.c_row)),
    )


def _numbers(cases: Expr) -> Expr:
    """Printed numbers the rule reaches, and those nowhere in particular where only rows decide."""
    return _span(
        cases,
        (_whole(cases), 1, 0),
        (cases.c_berth_low.notnull(), _number(cases.c_berth_low), _number(cases.c_berth_high)),
        (cases.c_unplaced, NOWHERE, LAST_SEAT),
        (cases.c_seat_no.notnull(), _number(cases.c_seat_no), _number(cases.c_seat_no)),
    )


def _own_seat(cases: Expr) -> Expr:
    seated = cases.c_later & (cases.c_seat_key != NOWHERE)
    return _span(cases, (seated, cases.c_seat_key, cases.c_seat_key))


def _span(cases: Expr, *choices: tuple[Expr, Any, Any]) -> Expr:
    """The cases with ``s_low`` and ``s_high`` of the first choice that holds; an empty span where none does."""
    low = ibis.cases(*((when, _wide(first)) for when, first, _ in choices), else_=_wide(1))
    high = ibis.cases(*((when, _wide(last)) for when, _, last in choices), else_=_wide(0))
    return cases.mutate(s_low=low.cast("int16"), s_high=high.cast("int16"))


def _wide(value: Any) -> Expr:
    return ibis.literal(value, "int32") if isinstance(value, int) else value.cast("int32")


def _row(row: Expr) -> Expr:
    return _between(_wide(row), 1, LAST_ROW)


def _number(number: Expr) -> Expr:
    return _between(NOWHERE + _wide(number), NOWHERE + 1, LAST_SEAT)


def _between(value: Expr, lowest: int, highest: int) -> Expr:
    return ibis.cases((value < lowest, _wide(lowest)), (value > highest, _wide(highest)), else_=value)


def _while_on_board(cases: Expr) -> Expr:
    return cases.mutate(s_board_from=_LEAST, s_board_before=cases.c_alight_seq, s_alight_after=cases.c_board_seq)


def _afterwards(cases: Expr) -> Expr:
    return cases.mutate(
        s_board_from=cases.c_alight_seq,
        s_board_before=_MOST,
        s_alight_after=_LEAST,
    )
