"""Companions without a common order: people who travelled together several times within a few days."""

from __future__ import annotations

from dataclasses import replace

import ibis

from firebreak.engine.backends.base import Executor, Expr
from firebreak.engine.tracing.reach import reach
from firebreak.engine.tracing.rules import RulePack
from firebreak.engine.tracing.seats import exposures, judged

ROWS_APART = 1
NUMBERS_APART = 2
"""Seats of people who travel together: rows, or printed numbers where there are no rows, at most so far apart."""


def trips_together(rides: Expr, own: Expr) -> Expr:
    """Pairs of a ride and an ``own`` ride (``c_`` columns) of two people who travelled together on that run.

    Same run, same boarding and leaving stops, and one order or the same coach with seats at most ``ROWS_APART`` rows
    (``NUMBERS_APART`` numbers) apart. A seat that nobody knows brings nobody near. Crew travels together by duty.
    """
    pairs = rides.join(own, [rides.service_id == own.c_service_id, rides.run_date == own.c_run_date])
    pairs = pairs.filter((pairs.role != "crew") & (pairs.c_role != "crew") & (pairs.person_id != pairs.c_person_id))
    same_stops = (pairs.board_seq == pairs.c_board_seq) & (pairs.alight_seq == pairs.c_alight_seq)
    order = ibis.coalesce(pairs.order_id == pairs.c_order_id, False)
    coach = ibis.coalesce(pairs.coach, -1) == ibis.coalesce(pairs.c_coach, -1)
    rows = ibis.coalesce((pairs.row - pairs.c_row).abs() <= ROWS_APART, False)
    numbers = pairs.row.isnull() & pairs.c_row.isnull()
    numbers = numbers & ibis.coalesce((pairs.seat_no - pairs.c_seat_no).abs() <= NUMBERS_APART, False)
    return pairs.filter(same_stops & (order | (coach & (rows | numbers))))


def companions(trips: Expr, pack: RulePack) -> Expr:
    """``c_person_id, person_id``: who made at least ``joint_trips`` runs together within ``within_days`` days."""
    days = trips.select("c_person_id", "person_id", "service_id", "run_date").distinct()
    later = days.select("c_person_id", "person_id", later_id="service_id", later_date="run_date")
    near = days.join(later, ["c_person_id", "person_id"], rname="{name}_l")
    gap = (near.later_date.epoch_days() - near.run_date.epoch_days()).cast("int32")
    near = near.filter((gap >= 0) & (gap < pack.companions.within_days))
    counted = near.group_by("c_person_id", "person_id", "service_id", "run_date").agg(trips=near.later_id.count())
    enough = counted.filter(counted.trips >= pack.companions.joint_trips)
    return enough.select("c_person_id", "person_id").distinct()


def joint_trip_contacts(executor: Executor, rides: Expr, own: Expr, case_rides: Expr, pack: RulePack) -> Expr:
    """Exposures at level ``joint_trip`` in the columns of ``exposures``: the rides of ``case_rides`` (those that count)
    that a companion was on too. ``own`` are all known rides of the cases, the earlier ones included, placed likewise;
    they tell who travels with the case."""
    trips = executor.keep("j_trips", trips_together(rides, reach(own, pack)))
    wanted = case_rides.select("c_person_id", "c_record_id", "c_part").distinct()
    pairs = trips.semi_join(companions(trips, pack), ["c_person_id", "person_id"])
    pairs = pairs.semi_join(wanted, ["c_person_id", "c_record_id", "c_part"])
    word = ibis.literal("joint_trip")
    gap = (pairs.row - pairs.c_row).abs()
    timeless = replace(pack, settings=())
    close, never = ibis.literal("close"), ibis.literal(value=False)
    told = judged(pairs, level=word, relation=word, gap=gap, contact_level=close, timed=never)
    return exposures(told, timeless)
