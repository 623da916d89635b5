"""Two columns of ``rides`` that are made of others, so that who sat near whom is asked of two numbers.

``coach_key`` puts coaches in the order in which the lake lays rides: by day, service, coach. It is one number, because
an executor prunes files and rows by the values of one column, not by combinations of three. Two services may share its
40 bits, and coaches are told apart up to 255: what it finds is a candidate, compared in full afterwards.

``seat_key`` says where in the coach: 1–9999 a row, 10000 nowhere in particular, above it a printed number, 0 crew.
"""

from __future__ import annotations

from datetime import date
from typing import Any

DAY_SHIFT, COACHES, SERVICE_SHIFT = 48, 256, 23
"""Bits: 15 of the day (until 2059), 40 of the service, 8 of the coach."""

CREW, NOWHERE, LAST_ROW, LAST_SEAT = 0, 10_000, 9_999, 32_767
_EPOCH = date(1970, 1, 1)


def packed(day: Any, service: Any, coach: Any) -> Any:
    """``coach_key`` of a day number (since 1970), service id and coach: numbers, or columns of any library."""
    return day * (1 << DAY_SHIFT) + (service // (1 << SERVICE_SHIFT)) * COACHES + coach % COACHES


def coach_key(run_date: date, service_id: int, coach: int | None) -> int | None:
    """The key of a coach of a run; None where the coach is not known."""
    return None if coach is None else int(packed((run_date - _EPOCH).days, service_id, coach))


def seat_key(role: str | None, row: int | None, seat_no: int | None) -> int:
    """Where in the coach. A place with both a row and a number counts by its row."""
    if role == "crew":
        return CREW
    if row is not None:
        return min(max(row, 1), LAST_ROW)
    return NOWHERE if seat_no is None else NOWHERE + min(max(seat_no, 1), LAST_SEAT - NOWHERE)


def with_keys(ride: dict[str, Any]) -> dict[str, Any]:
    """A row of ``rides`` with both keys."""
    keys = {
        "coach_key": coach_key(ride["run_date"], ride["service_id"], ride.get("coach")),
        "seat_key": seat_key(ride.get("role"), ride.get("row"), ride.get("seat_no")),
    }
    return {**ride, **keys}
