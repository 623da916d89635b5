"""The services as padded arrays, so that stops of many tickets are looked up at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from firebreak.world.draws import I64
from firebreak.world.timetable import Service


@dataclass(frozen=True, slots=True)
class Network:
    """``arrive``, ``depart`` (minutes after 00:00 of the run date) and ``station``: shape (services, most stops)."""

    services: list[Service]
    stations: list[str]
    station: I64
    arrive: I64
    depart: I64
    last: I64

    def index(self, key: str) -> int:
        """Position of the service with this key. Raises StopIteration where there is none."""
        return next(i for i, service in enumerate(self.services) if service.key == key)


def build_network(services: list[Service]) -> Network:
    """Arrays of the services; cells past a service's terminus are -1."""
    stations = sorted({station for service in services for station in service.stations})
    number = {station: i for i, station in enumerate(stations)}
    most = max(len(service.stations) for service in services)
    station, arrive, depart = (np.full((len(services), most), -1, dtype=np.int64) for _ in range(3))
    for i, service in enumerate(services):
        stops = len(service.stations)
        station[i, :stops] = [number[name] for name in service.stations]
        arrive[i, :stops] = service.arrive
        depart[i, :stops] = service.depart
    last = np.array([len(service.stations) - 1 for service in services])
    return Network(services, stations, station, arrive, depart, last)
