"""Timetables as delivered (facts ``stops``) to services, versions of their stop lists, and public numbers."""

from __future__ import annotations

from typing import Any

import ibis
import pyarrow as pa

from firebreak.engine.backends.base import Executor, Expr
from firebreak.terms.ids import LINE_BITS, service_id

FIRST_DAY, LAST_DAY = "1900-01-01", "9999-12-31"


def one_delivery(stops: Expr) -> Expr:
    """Of several deliveries of one list (mode, key, valid_from), the stops of the one with the smallest batch id."""
    batch = stops.record_id >> LINE_BITS
    listed = stops.filter(stops.service_key.notnull() & stops.stop_seq.notnull() & stops.station.notnull()).mutate(
        mode=ibis.coalesce(stops.mode, "train"),
        valid_from=ibis.coalesce(stops.valid_from, ibis.date(FIRST_DAY)),
        valid_to=ibis.coalesce(stops.valid_to, ibis.date(LAST_DAY)),
        batch=batch,
    )
    whole = ibis.window(group_by=["mode", "service_key", "valid_from"])
    first = listed.mutate(chosen=listed.batch.min().over(whole))
    first = first.filter(first.batch == first.chosen)
    return first.group_by("mode", "service_key", "valid_from", "stop_seq").agg(
        valid_to=first.valid_to.max(),
        service_no=first.service_no.argmin(first.record_id),
        station=first.station.argmin(first.record_id),
        arrive_min=ibis.coalesce(first.arrive_min, first.depart_min).argmin(first.record_id),
        depart_min=ibis.coalesce(first.depart_min, first.arrive_min).argmin(first.record_id),
        formation=first.formation.argmin(first.record_id),
    )


def versions(stops: Expr, ids: Expr) -> Expr:
    """One row a stop list in force between two dates, in the columns of ``services``."""
    listed = stops.join(ids, ["mode", "service_key"])
    return listed.group_by("service_id", "mode", "service_key", "valid_from").agg(
        service_no=listed.service_no.max(), formation=listed.formation.max(), valid_to=listed.valid_to.max()
    )


def keyed_stops(stops: Expr, ids: Expr) -> Expr:
    """``service_id, valid_from, station, stop_seq, arrive_min, depart_min`` of every stop."""
    listed = stops.join(ids, ["mode", "service_key"])
    return listed.select("service_id", "valid_from", "station", "stop_seq", "arrive_min", "depart_min")


def public_numbers(services: Expr) -> Expr:
    """``number, mode, service_id, valid_from, valid_to``: a service may have many numbers, a number many services."""
    return services.select(
        "service_id", "valid_from", "valid_to", "mode", number=services.service_no.split("/").unnest()
    ).distinct()


def service_ids(executor: Executor, keys: Expr, name: str) -> Expr:
    """Put ``mode, service_key, service_id`` under ``name`` for the distinct pairs of ``keys``."""
    pairs = executor.run(keys.select("mode", "service_key").distinct(), name).to_pydict()
    ids = [service_id(mode, key) for mode, key in zip(pairs["mode"], pairs["service_key"], strict=True)]
    columns: dict[str, Any] = {**pairs, "service_id": pa.array(ids, pa.int64())}
    schema = pa.schema([("mode", pa.string()), ("service_key", pa.string()), ("service_id", pa.int64())])
    return executor.put(name, pa.table(columns, schema=schema))
