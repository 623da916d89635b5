"""Journeys as channels give them → the service, the run date and the stops they mean; or the reason why not.

A ticket prints the boarding date and a public number. What joins people is the operator's key and the date at the
origin: boarding date minus the days the service has been under way at that stop. Every journey comes out once.
"""

from __future__ import annotations

import ibis

from firebreak.engine.backends.base import Executor, Expr
from firebreak.engine.tracing.timetable import keyed_stops, one_delivery, public_numbers, service_ids, versions

DAY_MINUTES = 1440
CHINA_HOURS = 8
"""Asia/Shanghai is UTC+8 without summer time since 1992."""

_VOID = ("refunded", "changed")
_SEAT = ("coach", "coach_last", "row", "letter", "seat_no", "berth_level", "place", "role", "order_no")


def asked(journeys: Expr, links: Expr, mentions: Expr) -> Expr:
    """Journeys with their person and the reason, if any, why they cannot put anybody on board.

    A refund or a change voids every record of that ticket number, not only the one that says so.
    """
    void = journeys.filter(journeys.ticket_state.isin(_VOID) & journeys.ticket_no.notnull())
    void = void.select("ticket_no").distinct().mutate(void=True)
    known = journeys.left_join(links.select("record_id", "part", "person_id"), ["record_id", "part"]).drop(
        "record_id_right", "part_right"
    )
    known = known.left_join(void, "ticket_no").drop("ticket_no_right")
    known = known.left_join(cars(journeys, mentions), "record_id").drop("record_id_right")
    known = known.mutate(service_key=_key_of_a_car(known))
    reason = ibis.cases(
        (known.person_id.isnull(), "no_person"),
        (known.ticket_state.isin(_VOID) | known.void.notnull(), "void"),
        (known.service_no.isnull() & known.service_key.isnull(), "no_service"),
        (known.board_date.isnull() & known.run_date.isnull(), "no_date"),
    )
    return known.select(
        "record_id", "part", "person_id", "mode", "service_no", "service_key", "run_date", "board_date", "board_at",
        "alight_at", "from_place", "to_place", *_SEAT, reason=reason,
    )  # fmt: skip


def cars(journeys: Expr, mentions: Expr) -> Expr:
    """``record_id, plate, shared`` of records of taxis and cars: the plate any part of the record gives, and, where it
    names several occupants, a key of its own."""
    driven = journeys.filter(journeys["mode"].isin(CARS))
    parts = driven.group_by("record_id").agg(parts=driven.part.nunique())
    plates = mentions.filter(mentions.plate.notnull()).group_by("record_id").agg(plate=mentions.plate.min())
    both = parts.left_join(plates, "record_id").drop("record_id_right")
    own = ibis.literal("record ") + both.record_id.cast("string")
    return both.select("record_id", "plate", shared=ibis.ifelse(both.parts > 1, own, ibis.null("string")))


CARS = ("taxi", "car")
"""A taxi or car has no number of its own."""


def _key_of_a_car(known: Expr) -> Expr:
    """In one car were those on one order, else in a car with one plate that day (when, their times tell), else those
    whom one record names."""
    alone = known.service_no.isnull() & known.service_key.isnull() & known["mode"].isin(CARS)
    return ibis.ifelse(
        ibis.coalesce(alone, False), ibis.coalesce(known.order_no, known.plate, known.shared), known.service_key
    )


def candidates(trips: Expr, services: Expr, numbers: Expr) -> Expr:
    """``record_id, part, service_id, valid_from, valid_to``: by the operator's key, else by any public number."""
    trips = trips.filter(trips.reason.isnull())
    by_key = trips.filter(trips.service_key.notnull()).join(services, "service_key")
    by_key = by_key.filter(ibis.coalesce(by_key.mode == by_key.mode_right, True))
    by_key = by_key.select("record_id", "part", "service_id", "valid_from", "valid_to")
    unknown = trips.anti_join(services, "service_key").filter(trips.service_no.notnull())
    unknown = unknown.select("record_id", "part", "mode", number=unknown.service_no.split("/").unnest())
    by_number = unknown.join(numbers, "number")
    by_number = by_number.filter(ibis.coalesce(by_number.mode == by_number.mode_right, True))
    by_number = by_number.select("record_id", "part", "service_id", "valid_from", "valid_to").distinct()
    return ibis.union(by_key, by_number)


def boardings(stops: Expr) -> Expr:
    """Where one may board: the first stop of that name; under an empty name the origin (a journey that names none)."""
    named = stops.group_by("service_id", "valid_from", "station").agg(
        board_seq=stops.stop_seq.min(), board_min=stops.depart_min.argmin(stops.stop_seq)
    )
    origin = stops.group_by("service_id", "valid_from").agg(
        station=ibis.literal(""), board_seq=stops.stop_seq.min(), board_min=stops.depart_min.argmin(stops.stop_seq)
    )
    return ibis.union(named, origin.select(named.columns))


def alightings(stops: Expr) -> Expr:
    """Where one may leave: the last stop of that name, and under an empty name the terminus."""
    named = stops.group_by("service_id", "valid_from", "station").agg(
        alight_seq=stops.stop_seq.max(), alight_min=stops.arrive_min.argmax(stops.stop_seq)
    )
    terminus = stops.group_by("service_id", "valid_from").agg(
        station=ibis.literal(""), alight_seq=stops.stop_seq.max(), alight_min=stops.arrive_min.argmax(stops.stop_seq)
    )
    return ibis.union(named, terminus.select(named.columns))


def matched(trips: Expr, found: Expr, board: Expr, alight: Expr) -> Expr:
    """Every candidate with its run date, stops and times, and ``fault`` where it does not fit the journey."""
    both = trips.join(found, ["record_id", "part"])
    both = both.mutate(from_name=ibis.coalesce(both.from_place, ""), to_name=ibis.coalesce(both.to_place, ""))
    both = both.left_join(
        board,
        [both.service_id == board.service_id, both.valid_from == board.valid_from, both.from_name == board.station],
    ).drop("service_id_right", "valid_from_right", "station")
    both = both.left_join(
        alight,
        [both.service_id == alight.service_id, both.valid_from == alight.valid_from, both.to_name == alight.station],
    ).drop("service_id_right", "valid_from_right", "station")
    days = (ibis.coalesce(both.board_min, 0) // DAY_MINUTES).cast("int32")
    origin = ibis.coalesce(both.run_date, both.board_date - days.as_interval("D"))
    both = both.mutate(origin=origin)
    fault = ibis.cases(
        (both.board_seq.isnull() | both.alight_seq.isnull(), "no_such_stop"),
        ((both.origin < both.valid_from) | (both.origin > both.valid_to), "not_in_force"),
        (both.board_seq >= both.alight_seq, "wrong_way"),
    )
    return both.mutate(
        fault=fault,
        stop_board_at=_instant(both.origin, both.board_min),
        stop_alight_at=_instant(both.origin, both.alight_min),
    )


def _instant(day: Expr, minutes: Expr) -> Expr:
    """The UTC instant of minutes after 00:00 Asia/Shanghai of a day."""
    shifted = minutes.cast("int32") - CHINA_HOURS * 60
    return (day.cast("timestamp") + shifted.as_interval("m")).cast("timestamp('UTC', 6)")


def chosen(fits: Expr) -> Expr:
    """One candidate a journey: one without fault, nearest to the given departure; later timetable, then smaller id.

    Two different runs that fit a journey which gives no time are ``ambiguous``.
    """
    mine = ibis.window(group_by=["record_id", "part"])
    fits = fits.mutate(choices=fits.service_id.count().over(mine))
    single, several = fits.filter(fits.choices == 1), fits.filter(fits.choices > 1)
    far = (several.board_at.epoch_seconds() - several.stop_board_at.epoch_seconds()).abs()
    order = [
        several.fault.notnull().cast("int8"),
        ibis.coalesce(far, 0),
        several.valid_from.desc(),
        several.service_id,
    ]
    ranked = several.mutate(
        nth=ibis.row_number().over(group_by=["record_id", "part"], order_by=order),
        good=several.fault.isnull().cast("int32").sum().over(mine),
        least=several.service_id.min(where=several.fault.isnull()).over(mine),
        most=several.service_id.max(where=several.fault.isnull()).over(mine),
    )
    vague = (ranked.good > 1) & ranked.board_at.isnull() & (ranked.least != ranked.most)
    best = ranked.mutate(fault=ibis.ifelse(vague, "ambiguous", ranked.fault)).filter(ranked.nth == 0)
    return ibis.union(single, best.select(single.columns)).drop("choices")


def without_stop_list(trips: Expr, found: Expr) -> Expr:
    """Journeys on a service that no timetable knows: number and date stand for the run, with a list of two stops."""
    left = trips.filter(trips.reason.isnull()).anti_join(found, ["record_id", "part"])
    return left.mutate(
        mode=ibis.coalesce(left.mode, "other"),
        service_key=ibis.coalesce(left.service_key, left.service_no.split("/")[0]),
        origin=ibis.coalesce(left.run_date, left.board_date),
    )


def resolve(executor: Executor) -> tuple[Expr, Expr, Expr]:
    """(journeys resolved, resolutions, services) of the executor's ``journeys``, ``links`` and ``stops``.

    Resolutions hold ``record_id, part, outcome`` for every journey: ``stop_list``, ``no_stop_list``, or the reason why
    it puts nobody on board (no_person, void, no_service, no_date, no_such_stop, not_in_force, wrong_way, ambiguous).
    """
    stops = executor.keep("t_delivery", one_delivery(executor.table("stops")))
    ids = service_ids(executor, stops, "t_service_ids")
    known = executor.keep("t_versions", versions(stops, ids))
    lists = executor.keep("t_stops", keyed_stops(stops, ids))
    trips = executor.keep("t_trips", asked(*(executor.table(name) for name in ("journeys", "links", "mentions"))))
    found = executor.keep("t_candidates", candidates(trips, known, public_numbers(known)))
    fits = executor.keep("t_fits", chosen(matched(trips, found, boardings(lists), alightings(lists))))
    loose = executor.keep("t_loose", without_stop_list(trips, found))
    loose_ids = service_ids(executor, loose, "t_loose_ids")
    resolved = ibis.union(_on_list(fits), _off_list(loose, loose_ids))
    services = ibis.union(known, _own_services(loose, loose_ids).anti_join(known, "service_id").select(known.columns))
    return resolved, _outcomes(trips, fits, loose), services


_OUT = (
    "record_id", "part", "person_id", "service_id", "origin", "board_seq", "alight_seq", "stop_board_at",
    "stop_alight_at", *_SEAT,
)  # fmt: skip


def _on_list(fits: Expr) -> Expr:
    return fits.filter(fits.fault.isnull()).select(*_OUT)


def _off_list(loose: Expr, ids: Expr) -> Expr:
    own = loose.join(ids, ["mode", "service_key"])
    own = own.mutate(
        board_seq=ibis.literal(0, "int16"),
        alight_seq=ibis.literal(1, "int16"),
        stop_board_at=own.board_at,
        stop_alight_at=own.alight_at,
    )
    return own.select(*_OUT)


def _own_services(loose: Expr, ids: Expr) -> Expr:
    own = loose.join(ids, ["mode", "service_key"])
    return own.group_by("service_id", "mode", "service_key").agg(
        valid_from=own.origin.min(),
        service_no=own.service_no.max(),
        formation=ibis.null("string"),
        valid_to=own.origin.max(),
    )


def _outcomes(trips: Expr, fits: Expr, loose: Expr) -> Expr:
    never = trips.filter(trips.reason.notnull()).select("record_id", "part", outcome="reason")
    listed = fits.select("record_id", "part", outcome=ibis.coalesce(fits.fault, "stop_list"))
    own = loose.select("record_id", "part", outcome=ibis.literal("no_stop_list"))
    return ibis.union(never, listed, own)
