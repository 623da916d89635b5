"""Who may travel on a day: pools of single people, families and colleagues, in the day's own random order.

Households are halved for good: one half may set out on even days, the other on odd ones. No service runs into the
second day after its start, so nobody is ever on two trains at once. Within a day each person is in one pool, once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from firebreak.world.draws import I64, Draws
from firebreak.world.geography import counties
from firebreak.world.identities import RESIDENT, document_kinds
from firebreak.world.people import has_own_phone
from firebreak.world.population import Population

Bools = np.ndarray[Any, np.dtype[np.bool_]]
_COLLEAGUES_SHARE, _TOGETHER_SHARE = 0.16, 0.3


@dataclass(frozen=True, slots=True)
class Pools:
    """``singles``: people; ``families[k]``, ``colleagues[k]``: arrays of shape (parties, k) for k = 2, 3."""

    singles: I64
    families: dict[int, I64]
    colleagues: dict[int, I64]
    crew: I64


def draw_pools(draws: Draws, world: Population, crew: I64, day: int) -> Pools:
    """The pools of day number ``day`` (days since 1970). ``crew`` travel on duty only, nor do their households."""
    homes = np.arange(world.households)
    free = half_of_homes(draws, homes) == day % 2
    free[world.household[crew]] = False
    homes = homes[free]
    kind = draws.uniform("travel", day, homes)
    at_work = kind < _COLLEAGUES_SHARE
    together = (kind > 1.0 - _TOGETHER_SHARE) & (world.size[homes] > 1)
    three = together & (world.size[homes] > 2) & (draws.uniform("travel/three", day, homes) < 0.5)
    return Pools(
        singles=_singles(draws, world, homes[~at_work & ~together], day),
        families={
            2: _families(draws, world, homes[together & ~three], day, 2),
            3: _families(draws, world, homes[three], day, 3),
        },
        colleagues=_colleagues(draws, world, homes[at_work], day),
        crew=_crew(draws, crew, day),
    )


def half_of_homes(draws: Draws, homes: I64) -> I64:
    """0: the household sets out on even days (since 1970), 1: on odd ones."""
    return (draws.bits("half", homes) & np.uint64(1)).astype(np.int64)


def half_of_crew(draws: Draws, person: I64) -> I64:
    """The same for people who work on board."""
    return (draws.bits("half/crew", person) & np.uint64(1)).astype(np.int64)


def _shuffled(draws: Draws, purpose: str, day: int, ids: I64) -> I64:
    out: I64 = ids[np.argsort(draws.bits(f"order/{purpose}", day, ids), kind="stable")]
    return out


def _singles(draws: Draws, world: Population, homes: I64, day: int) -> I64:
    """One member of each home; where that is a child, the head instead."""
    homes = _shuffled(draws, "singles", day, homes)
    person = world.first[homes] + draws.below(world.size[homes], "member", day, homes)
    grown_up = world.birth_day[person] <= day - 14 * 366
    return _patient_first(draws, world, np.where(grown_up, person, world.first[homes]))


def _patient_first(draws: Draws, world: Population, person: I64) -> I64:
    """The first of the pool can be the patient of the Wuxi order: of working age, at home in Wuxi, with a resident
    number and a phone. Where there is nobody like that the order stays."""
    in_wuxi = np.array([county.city == "无锡市" for county in counties()])[world.home_county[world.household[person]]]
    fit = in_wuxi & (world.age[person] >= 25) & (world.age[person] < 60)
    fit &= (document_kinds(draws, world, person) == RESIDENT) & has_own_phone(draws, world, person)
    first = int(np.argmax(fit))
    out: I64 = np.r_[person[first : first + 1], person[:first], person[first + 1 :]]
    return out


def _families(draws: Draws, world: Population, homes: I64, day: int, size: int) -> I64:
    homes = _shuffled(draws, "families", day, homes)
    return world.first[homes][:, None] + np.arange(size)


def _colleagues(draws: Draws, world: Population, homes: I64, day: int) -> dict[int, I64]:
    """People of one firm, two or three together; even firms send pairs, odd ones threes."""
    counts = world.size[homes]
    person = np.repeat(world.first[homes] - np.r_[0, np.cumsum(counts)[:-1]], counts) + np.arange(counts.sum())
    firm = world.workplace[person].astype(np.int64)
    person, firm = person[(firm >= 0) & ~world.is_pupil[person]], firm[(firm >= 0) & ~world.is_pupil[person]]
    order = np.lexsort((draws.bits("order/colleague", day, person), draws.bits("order/firm", day, firm)))
    person, firm = person[order], firm[order]
    starts = np.flatnonzero(np.r_[True, firm[1:] != firm[:-1]]) if len(firm) else np.zeros(0, dtype=np.int64)
    length = np.diff(np.r_[starts, len(firm)])
    rank, size = np.arange(len(firm)) - np.repeat(starts, length), np.repeat(length, length)
    out = {}
    for party in (2, 3):
        lead = np.flatnonzero((firm % 2 == party % 2) & (rank % party == 0) & (rank + party <= size))
        out[party] = person[lead[:, None] + np.arange(party)]
    return out


def _crew(draws: Draws, crew: I64, day: int) -> I64:
    on_duty = crew[half_of_crew(draws, crew) == day % 2]
    return _shuffled(draws, "crew", day, on_duty)
