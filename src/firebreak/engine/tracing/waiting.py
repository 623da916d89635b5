"""Waiting at a transfer station: whoever left one ride there and boarded another is at the station in between.

A wait is a presence like any other (kind ``waiting``), so the rules of waiting halls apply to it with their minutes and
hours. It is a place apart from the station's gates, whose checks tell a moment (``places.toml``). Only those of whom
both rides are known are seen waiting; the others in the hall are in no ticket.
"""

from __future__ import annotations

import ibis
import pyarrow as pa

from firebreak.engine.backends.base import Executor, Expr
from firebreak.terms.ids import place_id
from firebreak.terms.tables import PLACES, PRESENCES

WAITING = "waiting"
LONGEST_WAIT_HOURS = 12
"""Longer than that one has left the station: an assumption, long rather than short."""


def station_stops(services: Expr, stops: Expr) -> Expr:
    """``service_id, valid_from, valid_to, stop_seq, station`` of every stop of every list in force."""
    lists = services.select("service_id", "mode", "service_key", "valid_from", "valid_to")
    told = stops.filter(stops.station.notnull() & stops.stop_seq.notnull()).select(
        "service_key",
        "stop_seq",
        "station",
        mode=ibis.coalesce(stops["mode"], "train"),
        valid_from=ibis.coalesce(stops.valid_from, ibis.date("1900-01-01")),
    )
    both = lists.join(told, ["mode", "service_key", "valid_from"])
    return both.select("service_id", "valid_from", "valid_to", "stop_seq", "station").distinct()


def waits(executor: Executor, rides: Expr, stations: Expr, people: Expr | None = None) -> Expr:
    """Presences between two rides, in the columns of ``presences``.

    ``people`` (``person_id``): only theirs. Each ride left at a station is followed by the next one boarded there
    within ``LONGEST_WAIT_HOURS``; the ride that was left proves it. Crew waits by duty and is left out.
    """
    own = rides if people is None else rides.semi_join(people, "person_id")
    own = own.filter(own.role != "crew")
    left = _at_stop(own.filter(own.alight_at.notnull()), stations, "alight_seq").select(
        "person_id", "record_id", "part", "station", begin="alight_at"
    )
    boarded = _at_stop(own.filter(own.board_at.notnull()), stations, "board_seq").select(
        "person_id", "station", end="board_at"
    )
    pairs = left.join(boarded, ["person_id", "station"])
    hours = (pairs.end.epoch_seconds() - pairs.begin.epoch_seconds()) / 3600
    pairs = pairs.filter((hours > 0) & (hours <= LONGEST_WAIT_HOURS))
    each = pairs.group_by("person_id", "record_id", "part", "station", "begin").agg(end=pairs.end.min())
    named = each.join(_place_ids(executor, each), "station")
    found = named.select(
        "person_id", "place_id", "record_id", "part", start_at="begin", end_at="end",
        cell_id=ibis.null("int64"), place_kind=ibis.literal(WAITING), assumed=ibis.literal(value=False),
    )  # fmt: skip
    return found.select(PRESENCES.names)


def waiting_places(executor: Executor) -> Expr:
    """The stations of the last ``waits``, in the columns of ``places``."""
    known = executor.table("w_stations")
    found = known.select(
        "place_id", place_name="station", place_kind=ibis.literal(WAITING), cell_id=ibis.null("int64"),
        place_code=ibis.null("string"), place_division=ibis.null("string"), cell=ibis.null("string"),
    )  # fmt: skip
    return found.select(PLACES.names)


def _at_stop(rides: Expr, stations: Expr, seq: str) -> Expr:
    """Rides with the station of one of their two stops, by the stop list in force that day."""
    found = rides.join(stations, [rides.service_id == stations.service_id, rides[seq] == stations.stop_seq])
    return found.filter((found.run_date >= found.valid_from) & (found.run_date <= found.valid_to))


def _place_ids(executor: Executor, each: Expr) -> Expr:
    """``station, place_id`` of the stations somebody waited at."""
    names = executor.run(each.select("station").distinct(), "stations")["station"].to_pylist()
    ids = pa.array([place_id(WAITING, "", f"name:{name}") for name in names], pa.int64())
    return executor.put("w_stations", pa.table({"station": pa.array(names, pa.string()), "place_id": ids}))
