"""The epidemic on top of a day's life: seeds from Wuhan, then household, workplace, school, seat and companions.

Times are minutes of Asia/Shanghai since 1970-01-01 00:00. Whether A infects B on a day by a route is one draw keyed by
(A, B, day), so that a change to one person changes only the chains that go through it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from firebreak.world.disease import (
    AFTER_ONSET,
    BEFORE_ONSET,
    DAY,
    NEVER,
    delay_to_isolation,
    incubation,
    is_asymptomatic,
    is_ever_found,
)
from firebreak.world.draws import I64, Draws
from firebreak.world.population import Population

Bools = np.ndarray[Any, np.dtype[np.bool_]]
HOUSEHOLD_A_DAY = 0.022  # about 11 % over the days before isolation (Bi et al. 2020: household attack rate 11.2 %)
COLLEAGUE_A_DAY, COLLEAGUES_MET = 0.004, 6


@dataclass(slots=True)
class Infection:
    """One person's infection; times are minutes since 1970 in China."""

    person: int
    infected_at: int
    infector: int  # -1: in Wuhan
    route: str
    onset_at: int  # of symptoms, or of what would have been symptoms
    asymptomatic: bool
    isolated_at: int  # NEVER: not found


@dataclass(slots=True)
class Epidemic:
    """Everybody infected so far, by person, in order of infection."""

    draws: Draws
    world: Population
    works_until: int  # day number of the last working day before the Spring Festival
    learns_until: int
    infections: dict[int, Infection] = field(default_factory=dict)
    _members: I64 | None = None
    _member_starts: I64 | None = None

    def infect(self, person: int, at: int, infector: int, route: str) -> None:
        """Records the infection unless the person had it already."""
        if person in self.infections:
            return
        one = np.array([person])
        onset = at + int(incubation(self.draws, one)[0])
        traced = 1.0 if infector >= 0 and self.infections[infector].isolated_at < onset + 2 * DAY else 0.0
        isolated = onset + int(delay_to_isolation(self.draws, one, np.array([traced]))[0])
        silent = bool(is_asymptomatic(self.draws, one)[0])
        if silent and not bool(is_ever_found(self.draws, one)[0]):
            isolated = NEVER
        self.infections[person] = Infection(person, at, infector, route, onset, silent, isolated)

    def infectious(self, start: int, end: int) -> list[Infection]:
        """Who can infect others at some time of [start, end)."""
        return [one for one in self.infections.values() if infectious_from(one) < end and start < over_at(one)]

    def live_day(self, day: int, away: Bools) -> None:
        """Infections at home and at work on day number ``day``, among those who are not ``away`` travelling."""
        start = day * DAY
        for one in self.infectious(start, start + DAY):
            if away[one.person]:
                continue
            at_home = self._hour(one, "home", day)
            for other in self._at_home(one.person):
                self._meet(one, other, at_home, "household", HOUSEHOLD_A_DAY, day, away)
            self._work(one, day, away)

    def _hour(self, one: Infection, purpose: str, day: int) -> int:
        """A time of the day within the infectious window, by chance."""
        low = max(day * DAY + 8 * 60, infectious_from(one))
        high = min(day * DAY + 23 * 60, over_at(one))
        return low + int(self.draws.uniform(purpose, one.person, day)[0] * max(0, high - low)) if high > low else -1

    def _at_home(self, person: int) -> range:
        home = int(self.world.household[person])
        first = int(self.world.first[home])
        return range(first, first + int(self.world.size[home]))

    def _work(self, one: Infection, day: int, away: Bools) -> None:
        pupil = bool(self.world.workplace[one.person] >= self.world.firms.sum())
        if self.world.workplace[one.person] < 0 or day > (self.learns_until if pupil else self.works_until):
            return
        at = self._hour(one, "work", day)
        for other in self.colleagues(one.person, day):
            self._meet(one, other, at, "school" if pupil else "workplace", COLLEAGUE_A_DAY, day, away)

    def colleagues(self, person: int, day: int) -> list[int]:
        """Some people of the same firm or school, others every day."""
        if self._members is None or self._member_starts is None:
            self._members = np.argsort(self.world.workplace, kind="stable")
            self._member_starts = np.searchsorted(
                self.world.workplace[self._members], np.arange(self.world.workplace.max() + 2)
            )
        place = int(self.world.workplace[person])
        low, high = self._member_starts[place], self._member_starts[place + 1]
        met = low + self.draws.below(high - low, "colleague", person, day, np.arange(COLLEAGUES_MET))
        return sorted({int(other) for other in self._members[met]} - {person})

    def _meet(self, one: Infection, other: int, at: int, route: str, chance: float, day: int, away: Bools) -> None:
        if at < 0 or other == one.person or other in self.infections or away[other]:
            return
        if self.draws.uniform(f"infects/{route}", one.person, other, day)[0] < chance:
            self.infect(other, at, one.person, route)


def infectious_from(one: Infection) -> int:
    """When somebody begins to infect others: two days before onset, though not in the first half day."""
    return max(one.infected_at + DAY // 2, one.onset_at - BEFORE_ONSET)


def over_at(one: Infection) -> int:
    """When somebody stops being infectious to others."""
    return min(one.isolated_at, one.onset_at + AFTER_ONSET)
