"""A drill in its course: one day after the other, with the rides, acts and infections of each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypedDict

import numpy as np
import polars as pl

from firebreak.world.cases import sick_today
from firebreak.world.disease import DAY
from firebreak.world.draws import I64, Draws
from firebreak.world.epidemic import Epidemic, Infection
from firebreak.world.life import acts, arrivals, background, hotel_stays
from firebreak.world.on_board import cancel_isolated, infect_on_board, seed_from_wuhan
from firebreak.world.plan import Plan
from firebreak.world.population import Population
from firebreak.world.rides import REFUNDED, VALID, Rides, draw_rides
from firebreak.world.travellers import draw_pools, half_of_crew, half_of_homes

Bools = np.ndarray[Any, np.dtype[np.bool_]]
_EPOCH = date(1970, 1, 1)
_WORKS_UNTIL, _LEARNS_UNTIL = date(2020, 1, 23), date(2020, 1, 17)
_WUHAN_CLOSED = (date(2020, 1, 23) - _EPOCH).days
_DOUBLING = 6.0  # days
_LONG_AGO = -1_000_000
_EVENING = 20 * 60 + 30  # after the last train of the day before has arrived


class Perturbation(TypedDict, total=False):
    """A change to one person: ``action`` is ``stays_home`` (no journeys) or ``moves`` (another home)."""

    person: int
    action: str


@dataclass(frozen=True, slots=True)
class Today:
    """What happened on ``day``. ``clinic``: array (visits, 2) of person and minute since 1970."""

    day: date
    rides: Rides
    events: list[pl.DataFrame]
    hotels: pl.DataFrame
    clinic: I64


class Drill:
    """The state that goes from one day to the next: who is infected, and when everybody travelled last."""

    def __init__(
        self, draws: Draws, world: Population, plan: Plan, length: int, seed_share: float, perturb: Perturbation
    ) -> None:
        self.draws, self.world, self.plan, self.length = draws, world, plan, length
        self.seed_share, self.perturb = seed_share, perturb
        self.first = (world.start - _EPOCH).days
        self.epidemic = Epidemic(draws, world, _number(_WORKS_UNTIL), _number(_LEARNS_UNTIL))
        self._last_run = np.full(world.people, _LONG_AGO, dtype=np.int64)
        self._crew = set(plan.crew.tolist())
        order_day = _number(plan.order_day)
        self.planted_person = int(draw_pools(draws, world, plan.crew, order_day).singles[0])
        self.epidemic.infections[self.planted_person] = _planted(self.planted_person, order_day)

    def person_who(self, action: str) -> int | None:
        """The perturbed person, where that is what they do."""
        return self.perturb.get("person") if self.perturb.get("action", "stays_home") == action else None

    def days(self) -> Iterator[Today]:
        """Each day in turn."""
        for number in range(self.first, self.first + self.length):
            yield self._day(number)

    def rides(self, number: int) -> Rides:
        """The tickets of day ``number`` before anybody fell ill."""
        day = _EPOCH + timedelta(days=number)
        running, load = self.plan.runs(self.draws, day)
        pools = draw_pools(self.draws, self.world, self.plan.crew, number)
        planted = self.plan.planted if day == self.plan.order_day else None
        rides = draw_rides(self.draws, number, self.first, self.plan.network, running, load, pools, planted)
        absent = [self.person_who("stays_home")] + [self.planted_person] * (planted is None)
        return rides.where(~np.isin(rides.person, [person for person in absent if person is not None]))

    def _day(self, number: int) -> Today:
        day, network = _EPOCH + timedelta(days=number), self.plan.network
        rides = self.rides(number)
        share = self.seed_share * 2.0 ** ((number - _WUHAN_CLOSED) / _DOUBLING)
        seed_from_wuhan(self.epidemic, self.draws, network, number, rides, share, self._last_run)
        rides = cancel_isolated(self.epidemic, network, number, rides, REFUNDED)
        self._last_run[rides.person[rides.state == VALID]] = number
        away = self._last_run >= number - 1
        self.epidemic.live_day(number, away)
        infect_on_board(self.epidemic, self.draws, network, number, rides)
        isolated = self._isolated(number)
        sick = sick_today(list(self.epidemic.infections.values()), number)
        sick = sick[~away[sick]]
        at_home = background(self.draws, self.world, day, away | isolated | _mask(len(away), sick))
        ill = [acts(self.draws, self.world, kind, day, sick, fever=True) for kind in ("clinic", "pharmacy")]
        hotels = hotel_stays(self.draws, self.world, network, day, rides)
        events = [*at_home, *ill, *arrivals(self.draws, network, day, rides)]
        return Today(day, rides, events, self._checked_in(hotels), _visits(at_home[0]))

    def _isolated(self, number: int) -> Bools:
        found = [one.person for one in self.epidemic.infections.values() if one.isolated_at < (number + 1) * DAY]
        return _mask(self.world.people, np.array(found, dtype=np.int64))

    def _checked_in(self, hotels: pl.DataFrame) -> pl.DataFrame:
        """Without guests who are isolated before they would leave."""
        cases = {p: one.isolated_at for p, one in self.epidemic.infections.items()}
        out = (hotels["end_at"].dt.epoch("s") // 60 + 8 * 60).to_list()
        stays = [cases.get(person, end) >= end for person, end in zip(hotels["person"].to_list(), out, strict=True)]
        return hotels.filter(pl.Series(stays, dtype=pl.Boolean))

    def free_evening(self, person: int, after: int) -> int:
        """The first evening (minute since 1970) after ``after`` on which the person cannot be on a train."""
        one = np.array([person])
        crew = person in self._crew
        half = (
            half_of_crew(self.draws, one)
            if crew
            else half_of_homes(self.draws, self.world.household[one].astype(np.int64))
        )
        day = after // DAY + 1
        return (day + (day % 2 == int(half[0]))) * DAY + _EVENING


def _number(day: date) -> int:
    return (day - _EPOCH).days


def _mask(size: int, persons: I64) -> Bools:
    mask = np.zeros(size, dtype=bool)
    mask[persons] = True
    return mask


def _planted(person: int, order_day: int) -> Infection:
    """The patient of the Wuxi order: fell ill the day before the journey, isolated on the evening of it."""
    day = order_day * DAY
    return Infection(person, day - 6 * DAY + 11 * 60, -1, "wuhan", day - DAY + 15 * 60, False, day + 18 * 60 + 30)


def _visits(clinic: pl.DataFrame) -> I64:
    minute = (clinic["at"].dt.epoch("s") // 60 + 8 * 60).to_numpy()
    return np.stack([clinic["person"].to_numpy(), minute], axis=1)
