"""Who was where, and who belongs where: ``presences`` (by place and by person), ``memberships``, ``places``."""

from __future__ import annotations

from collections.abc import Iterator

import ibis
import pyarrow as pa

from firebreak.bridge.engines import DUCKDB
from firebreak.bridge.session import session
from firebreak.engine.backends.base import Executor, Expr
from firebreak.engine.tracing.memberships import memberships
from firebreak.engine.tracing.places import places
from firebreak.engine.tracing.presences import present
from firebreak.engine.tracing.resolve import CHINA_HOURS
from firebreak.engine.tracing.waiting import station_stops, waiting_places, waits
from firebreak.lake.lake import Lake
from firebreak.terms.tables import PRESENCES, PRESENCES_BY_PERSON

_ROWS_A_PART = 8_000_000
"""Presences that are in memory at once; a day that has more is one part of its own."""


def make_presences(lake: Lake, engine: str = DUCKDB) -> None:
    """Replace the four tables from the lake's stays, checks, registrations, registers and rosters, and from its rides
    the waits between two of them."""
    with lake.writer(), session(lake, engine) as opened, lake.scratch() as folder:
        executor, kinds = opened.executor, places()
        found = present(executor, kinds)
        belonging, organisations = memberships(executor, kinds)
        stations = station_stops(executor.table("services"), executor.table("stops"))
        waiting = executor.keep("b_waiting", waits(executor, executor.table("rides"), stations))
        everywhere = ibis.union(found.presences, waiting)
        kept = executor.keep("b_presences", everywhere.mutate(day=_day(everywhere)))
        by_person = folder / "by_person.parquet"
        executor.write(kept.select(PRESENCES.names), by_person, PRESENCES_BY_PERSON.sort)
        named = ibis.union(found.places, organisations, waiting_places(executor))
        lake.replace_together(
            {
                "presences": _in_parts(executor, kept),
                "presences_by_person": by_person,
                "memberships": executor.run(belonging, "memberships"),
                "places": executor.run(named, "places"),
            }
        )


def _day(presences: Expr) -> Expr:
    """Days since 1970, in Asia/Shanghai."""
    return (presences.start_at.epoch_seconds() + CHINA_HOURS * 3600) // 86_400


def _in_parts(executor: Executor, kept: Expr) -> Iterator[pa.Table]:
    """Whole days together, as many as fit in a part; the lake sorts and cuts them."""
    days = executor.run(kept.group_by("day").agg(rows=kept.count()).order_by("day"), "days").to_pylist()
    start, rows = 0, 0
    for index, day in enumerate(days):
        rows += day["rows"]
        if rows >= _ROWS_A_PART or index == len(days) - 1:
            wanted = kept.filter(kept.day.between(days[start]["day"], day["day"]))
            yield executor.run(wanted.select(PRESENCES.names), "presences")
            start, rows = index + 1, 0
