"""The truth tables ``services`` and ``stops``."""

from __future__ import annotations

import polars as pl

from firebreak.world.network import Network


def service_frame(network: Network) -> pl.DataFrame:
    """One row a service."""
    rows = [(s.key, s.mode, s.no, s.formation, s.operator) for s in network.services]
    return pl.DataFrame(rows, schema=["service_key", "mode", "service_no", "formation", "operator"], orient="row")


def stop_frame(network: Network) -> pl.DataFrame:
    """One row a stop: no arrival at the origin, no departure at the terminus."""
    rows = []
    for service in network.services:
        last = len(service.stations) - 1
        for i, station in enumerate(service.stations):
            arrive, depart = service.arrive[i] if i else None, service.depart[i] if i < last else None
            rows.append((service.key, i, station, arrive, depart, service.mode))
    names = ["service_key", "stop_seq", "station", "arrive_min", "depart_min", "mode"]
    return pl.DataFrame(rows, schema=names, orient="row", infer_schema_length=None)
