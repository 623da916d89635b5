"""Which services run on which day, how full they are, and who works on them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from firebreak.world.draws import I64, Draws
from firebreak.world.network import Network, build_network
from firebreak.world.population import Population
from firebreak.world.rides import crew_needed
from firebreak.world.seats import places_of
from firebreak.world.slots import Planted, draw_slots
from firebreak.world.timetable import DAY_MINUTES, base_services, repeated

WUXI_DAY = date(2020, 1, 23)
WUXI_KEY = "42000D30080H"
WUHAN_CLOSED = (date(2020, 1, 23), 10 * 60)  # from then on, minutes after midnight, no train calls there
_WUHAN = ("汉口", "武昌", "武汉")
_FULL, _EMPTIEST = 0.78, 0.03
_CREW_SPARE = 1.4


@dataclass(frozen=True, slots=True)
class Plan:
    """``tickets``: about how many each service sells at the usual load; ``target``: tickets wanted a day."""

    network: Network
    tickets: I64
    target: int
    crew: I64
    order_day: date
    planted: Planted

    seasonal: bool = True

    def runs(self, draws: Draws, day: date) -> tuple[I64, float]:
        """The services that run on ``day`` and their load (share of places sold in each turn)."""
        number = (day - date(1970, 1, 1)).days
        rank = draws.bits("runs", number, np.arange(len(self.tickets))).astype(np.float64)
        if day == self.order_day:
            rank[self.planted.service] = -1.0
        order = np.argsort(rank, kind="stable")
        order = order[~self._closed(day)[order]] if self.seasonal else order
        target = self.target * (_season(day) if self.seasonal else 1.0)
        filled = np.cumsum(self.tickets[order])
        count = min(len(order), int(np.searchsorted(filled, target)) + 1)
        load = min(_FULL, max(_EMPTIEST, _FULL * target / filled[count - 1]))
        return np.sort(order[:count]), load

    def _closed(self, day: date) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Services that would leave or pass Wuhan after it was closed on 2020-01-23 at 10:00."""
        days, minute = (WUHAN_CLOSED[0] - day).days, WUHAN_CLOSED[1]
        return np.array(
            [
                any(
                    station.startswith(_WUHAN) and at >= days * DAY_MINUTES + minute
                    for station, at in zip(service.stations, service.depart, strict=True)
                )
                for service in self.network.services
            ]
        )


def _season(day: date) -> float:
    """Travel against the usual: the rush before the Spring Festival of 2020 (01-25), almost none, then a little."""
    steps = ((date(2020, 1, 10), 1.0), (date(2020, 1, 24), 1.25), (date(2020, 1, 26), 0.5), (date(2020, 2, 10), 0.25))
    return next((share for before, share in steps if day < before), 0.35 if day < date(2020, 4, 1) else 1.0)


def make_plan(draws: Draws, world: Population, rides_a_day: float, days: int, seasonal: bool = True) -> Plan:
    """``rides_a_day``: tickets a person and day. The Wuxi order falls on 2020-01-23, else in the middle of the days."""
    base = base_services()
    sold = _usual_tickets(draws, build_network(base))
    target = max(1, int(world.people * rides_a_day))
    network = build_network(repeated(base, -(-target // int(sold.sum()))))
    tickets = np.tile(sold, len(network.services) // len(base))
    last = world.start + timedelta(days=days - 1)
    order_day = WUXI_DAY if world.start <= WUXI_DAY <= last else world.start + timedelta(days=days // 2)
    crew = _crew(draws, world, network, tickets, target)
    return Plan(network, tickets, target, crew, order_day, _planted(draws, network), seasonal)


def _usual_tickets(draws: Draws, network: Network) -> I64:
    slots = draw_slots(draws, -1, network.services, np.arange(len(network.services)), _FULL, None)
    return np.maximum(1, np.bincount(slots.service, minlength=len(network.services)))


def _crew(draws: Draws, world: Population, network: Network, tickets: I64, target: int) -> I64:
    """Heads of household of working age, enough for both halves of the days."""
    need = crew_needed(network)
    a_day = need.sum() * target / tickets.sum() * _CREW_SPARE + 3 * need.max()
    age = world.age[world.first]
    fit = np.flatnonzero((age >= 22) & (age < 55))
    chosen = fit[np.argsort(draws.bits("crew", fit), kind="stable")[: int(2 * a_day) + 1]]
    return np.sort(world.first[chosen])


def _planted(draws: Draws, network: Network) -> Planted:
    """A second-class seat of the Wuxi train, well inside a coach, from 汉口 to 无锡."""
    service = network.index(WUXI_KEY)
    places = places_of(network.services[service].formation)
    inside = np.flatnonzero((places.coach == 3) & (places.row >= 7) & (places.row <= 12))
    stations = network.services[service].stations
    place = int(inside[draws.below(len(inside), "planted", 0)[0]])
    return Planted(service, place, stations.index("汉口"), stations.index("无锡"))
