"""Resolved journeys → rides: who sat where between which stops, each ride once, with the records that prove it."""

from __future__ import annotations

from dataclasses import dataclass

import ibis

from firebreak.engine.backends.base import Executor, Expr
from firebreak.engine.tracing.keyed import PLAIN, with_keys
from firebreak.engine.tracing.layout import ONE_ROOM
from firebreak.engine.tracing.resolve import resolve
from firebreak.terms.tables import SERVICES

_RUN = ("person_id", "run_date", "service_id")
_SEAT = ("coach", "row", "letter", "seat_no")
_PARTS = 1 << 15
_PROOF = "decimal(38, 0)"


@dataclass(frozen=True, slots=True)
class Boarded:
    """Expressions in the columns of ``services`` and ``rides``, and ``record_id, part, outcome`` of every journey."""

    services: Expr
    rides: Expr
    resolutions: Expr


def board(executor: Executor) -> Boarded:
    """Rides of the executor's ``journeys``, ``links`` and ``stops``. Nothing is dropped without an outcome."""
    resolved, resolutions, services = resolve(executor)
    resolved = in_one_room(resolved, services)
    grouped = executor.keep("t_grouped", collapse(in_each_coach(resolved), orders(executor.table("journeys"))))
    several = executor.keep("t_several", on_one_run(grouped))
    kept = executor.keep("t_kept", without_vaguer(several))
    single = grouped.anti_join(several, list(_RUN))
    rides = ibis.union(single.select(PLAIN), cut_by_seat_changes(kept).select(PLAIN))
    return Boarded(services.select(SERVICES.names), with_keys(rides), resolutions)


def orders(journeys: Expr) -> Expr:
    """``order_no, order_id`` of orders that more than one record names; an order is known by the smallest of them."""
    named = journeys.filter(journeys.order_no.notnull())
    found = named.group_by("order_no").agg(order_id=named.record_id.min(), records=named.record_id.count())
    return found.filter(found.records > 1).drop("records")


def in_one_room(resolved: Expr, services: Expr) -> Expr:
    """Whoever is on a vehicle without coaches is in its coach 1, where no record says more."""
    rooms = services.filter(services["mode"].isin(ONE_ROOM)).select("service_id").distinct()
    known = resolved.left_join(rooms.mutate(room=ibis.literal(1, "int16")), "service_id").drop("service_id_right")
    return known.mutate(coach=ibis.coalesce(known.coach, known.room)).drop("room")


def in_each_coach(resolved: Expr) -> Expr:
    """A record of coaches 4–6 puts the person, seat unknown, in each of them."""
    span = resolved.coach_last.notnull() & resolved.coach.notnull() & (resolved.coach_last > resolved.coach)
    one, wide = resolved.filter(~span | span.isnull()), resolved.filter(span)
    each = wide.mutate(coach_no=ibis.range(wide.coach.cast("int64"), wide.coach_last.cast("int64") + 1).unnest())
    each = each.mutate(
        coach=each.coach_no.cast("int16"),
        row=ibis.null("int16"),
        letter=ibis.null("string"),
        seat_no=ibis.null("int16"),
    )
    return ibis.union(one, each.select(one.columns))


def collapse(resolved: Expr, order_ids: Expr) -> Expr:
    """One ride a person, run, seat and segment; the record with the smallest id proves it, ``records`` counts them."""
    known = resolved.left_join(order_ids, "order_no").drop("order_no_right")
    known = known.mutate(run_date=known.origin, proof=known.record_id.cast(_PROOF) * _PARTS + known.part.cast(_PROOF))
    keys = (*_RUN, *_SEAT, "board_seq", "alight_seq")
    one = known.group_by(*keys).agg(
        place=known.place.min(),
        crew=(known.role == "crew").any(),
        board_at=known.stop_board_at.min(),
        alight_at=known.stop_alight_at.max(),
        proof=known.proof.min(),
        record_id=known.record_id.min(),
        order_id=known.order_id.min(),
        records=known.record_id.count().cast("int32"),
    )
    return one.select(
        *(name for name in PLAIN if name not in ("place", "role", "part")),
        place=ibis.coalesce(one.place, "unknown"),
        role=ibis.ifelse(ibis.coalesce(one.crew, False), "crew", "passenger"),
        part=(one.proof % _PARTS).cast("int16"),
    )


def on_one_run(rides: Expr) -> Expr:
    """The rides of people who have more than one on the same run."""
    runs = rides.group_by(*_RUN).agg(rides=rides.record_id.count())
    runs = runs.filter(runs.rides > 1).drop("rides")
    return rides.semi_join(runs, list(_RUN))


def without_vaguer(rides: Expr) -> Expr:
    """Drop a ride that only says less than another of the same person on the same segment of the same run.

    No coach says less than a coach; no place in a coach says less than a place in it. A standing ticket is a place.
    """
    together = _with_others(rides)
    overlap = (together.board_seq < together.alight_seq_b) & (together.board_seq_b < together.alight_seq)
    no_coach = together.coach.isnull() & together.coach_b.notnull()
    no_place = (together.coach == together.coach_b) & _unplaced(together, "") & ~_unplaced(together, "_b")
    vaguer = together.filter(overlap & (no_coach | ibis.coalesce(no_place, False)))
    gone = vaguer.select("record_id", "part", "coach", "board_seq", "alight_seq", *_RUN).distinct()
    gone = gone.mutate(coach_key=ibis.coalesce(gone.coach, -1)).drop("coach")
    keyed = rides.mutate(coach_key=ibis.coalesce(rides.coach, -1))
    keys = ["record_id", "part", "coach_key", "board_seq", "alight_seq", *_RUN]
    vague = keyed.filter(_unplaced(keyed, "")).anti_join(gone, keys)
    return ibis.union(vague, keyed.filter(~_unplaced(keyed, "")).select(vague.columns)).drop("coach_key")


def _with_others(rides: Expr) -> Expr:
    """Each ride beside each of the same person's on the same run, whose columns end in ``_b``."""
    other = rides.rename("{name}_b")
    return rides.join(other, [rides[name] == other[f"{name}_b"] for name in _RUN])


def _unplaced(rides: Expr, suffix: str) -> Expr:
    return rides[f"row{suffix}"].isnull() & rides[f"seat_no{suffix}"].isnull() & (rides[f"place{suffix}"] != "standing")


def cut_by_seat_changes(rides: Expr) -> Expr:
    """Who moves to another seat under way leaves the first there: the earlier segment ends where the later begins."""
    seated = rides.mutate(seat=_seat_key(rides))
    pairs = _with_others(seated)
    moved = pairs.filter(
        (pairs.seat != pairs.seat_b) & (pairs.board_seq < pairs.board_seq_b) & (pairs.board_seq_b < pairs.alight_seq)
    )
    keys = [*_RUN, "seat", "board_seq", "alight_seq"]
    ends = moved.group_by(*keys).agg(end_seq=moved.board_seq_b.min(), end_at=moved.board_at_b.argmin(moved.board_seq_b))
    cut = seated.left_join(ends, keys)
    return cut.mutate(
        alight_seq=ibis.coalesce(cut.end_seq, cut.alight_seq), alight_at=ibis.coalesce(cut.end_at, cut.alight_at)
    )


def _seat_key(rides: Expr) -> Expr:
    parts = [ibis.coalesce(rides[name].cast("string"), "-") for name in _SEAT]
    return parts[0] + "|" + parts[1] + "|" + parts[2] + "|" + parts[3]
