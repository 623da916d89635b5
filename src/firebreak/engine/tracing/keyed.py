"""The two keys of ``rides`` (``terms.ride_keys``) as columns."""

from __future__ import annotations

import ibis

from firebreak.engine.backends.base import Expr
from firebreak.terms.ride_keys import CREW, LAST_ROW, LAST_SEAT, NOWHERE, packed
from firebreak.terms.tables import RIDES

KEYS = ("coach_key", "seat_key")
PLAIN = tuple(name for name in RIDES.names if name not in KEYS)
"""The columns of ``rides`` that the keys are made of, and all others."""


def with_keys(rides: Expr) -> Expr:
    """Rides in the columns of ``rides``, their keys worked out."""
    days = rides.run_date.cast("timestamp").epoch_seconds() // 86_400
    row = _clamped(rides.row, LAST_ROW)
    number = NOWHERE + _clamped(rides.seat_no, LAST_SEAT - NOWHERE)
    place = ibis.coalesce(row, number, ibis.literal(NOWHERE, "int32"))
    crew = ibis.coalesce(rides.role == "crew", False)
    return rides.select(
        *PLAIN,
        coach_key=packed(days.cast("int64"), rides.service_id, rides.coach.cast("int64")).cast("int64"),
        seat_key=ibis.ifelse(crew, ibis.literal(CREW, "int32"), place).cast("int16"),
    )


def _clamped(column: Expr, highest: int) -> Expr:
    """Between 1 and ``highest``; null stays null (``greatest`` would pass it over)."""
    wide = column.cast("int32")
    return ibis.cases(
        (wide < 1, ibis.literal(1, "int32")), (wide > highest, ibis.literal(highest, "int32")), else_=wide
    )
