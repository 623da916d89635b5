"""Who lives with whom, how old they are, where they work: compact arrays, one element a person or a household.

Drawn from the seed alone and held in memory (some 60 bytes a person); ``people.py`` turns them into the truth table.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np

from firebreak.world.draws import I64, Draws
from firebreak.world.geography import counties, county_weights
from firebreak.world.names import draw_surnames

Bools = np.ndarray[Any, np.dtype[np.bool_]]
HEAD, SPOUSE, CHILD, PARENT = range(4)
_SIZES = (0.18, 0.27, 0.27, 0.17, 0.08, 0.03)  # households of 1 … 6
_EMPLOYED_SHARE, _UNIVERSITY_SHARE = 0.76, 0.45
_PER_FIRM, _PER_SCHOOL = 40, 600


@dataclass(frozen=True)
class Population:
    """Arrays by household (``home_*``, ``first``, ``size``) and by person (the others)."""

    people: int
    start: date
    first: I64  # first person of each household; a household's people are consecutive
    size: I64
    home_county: I64  # index into geography.counties()
    home_number: I64  # number of the home in its county
    household: np.ndarray[Any, np.dtype[np.int32]]
    relation: np.ndarray[Any, np.dtype[np.int8]]
    male: Bools
    birth_day: np.ndarray[Any, np.dtype[np.int32]]  # days since 1970-01-01
    surname: np.ndarray[Any, np.dtype[np.int16]]
    workplace: np.ndarray[Any, np.dtype[np.int32]]  # -1: none; firms first, then schools
    firms: I64  # firms by county
    schools: I64  # schools by county

    @property
    def households(self) -> int:
        return len(self.first)

    @cached_property
    def age(self) -> I64:
        """Whole years on the first day."""
        return ((_day(self.start) - self.birth_day) / 365.2425).astype(np.int64)

    @property
    def is_pupil(self) -> Bools:
        out: Bools = self.workplace >= self.firms.sum()
        return out


def _day(day: date) -> int:
    return (day - date(1970, 1, 1)).days


def draw_population(draws: Draws, people: int, start: date) -> Population:
    """Everybody, drawn from the seed. Raises ValueError for fewer than 100 people."""
    if people < 100:
        raise ValueError("a drill needs at least 100 people")
    size = _household_sizes(draws, people)
    first = np.cumsum(size) - size
    household = np.repeat(np.arange(len(size)), size)
    member = np.arange(people) - first[household]
    home_county = draws.pick(county_weights(people), "county", np.arange(len(size)))
    head_age = _head_ages(draws, np.arange(len(size)), size)
    relation = _relations(draws, household, member, head_age[household])
    age = _ages(draws, household, relation, head_age[household])
    male = _sexes(draws, household, member, relation)
    days_lived = (age + draws.uniform("birthday", np.arange(people))) * 365.2425
    workplace, firms, schools = _workplaces(draws, age, home_county[household])
    return Population(
        people=people,
        start=start,
        first=first,
        size=size,
        home_county=home_county,
        home_number=_rank_within(home_county),
        household=household.astype(np.int32),
        relation=relation.astype(np.int8),
        male=male,
        birth_day=(_day(start) - 1 - days_lived.astype(np.int64)).astype(np.int32),
        surname=_surnames(draws, household, first[household], relation, male).astype(np.int16),
        workplace=workplace.astype(np.int32),
        firms=firms,
        schools=schools,
    )


def _household_sizes(draws: Draws, people: int) -> I64:
    size = draws.pick(_SIZES, "household size", np.arange(people)) + 1
    ends = np.cumsum(size)
    count = int(np.searchsorted(ends, people)) + 1
    size = size[:count].copy()
    size[-1] -= ends[count - 1] - people
    return size


def _rank_within(group: I64) -> I64:
    """The position of each element among those of its group, in order of appearance."""
    order = np.argsort(group, kind="stable")
    counts = np.bincount(group)
    starts = np.cumsum(counts) - counts
    rank = np.empty(len(group), dtype=np.int64)
    rank[order] = np.arange(len(group)) - np.repeat(starts, counts)
    return rank


def _head_ages(draws: Draws, household: I64, size: I64) -> I64:
    """Heads of small households are young or old, those of larger ones in the middle of life."""
    decade = draws.pick((0.13, 0.24, 0.23, 0.18, 0.14, 0.08), "head age", household)
    age = 23 + decade * 10 + draws.below(10, "head age/years", household)
    return np.where((size >= 4) & (age > 70), age - 30, age)


def _relations(draws: Draws, household: I64, member: I64, head_age: I64) -> I64:
    single_parent = draws.uniform("single", household) < 0.15
    child = (draws.uniform("relation", household, member) < 0.78) & (head_age >= 24) & (head_age < 78)
    other = np.where(child | (head_age > 66), CHILD, PARENT)
    return np.where(member == 0, HEAD, np.where((member == 1) & ~single_parent, SPOUSE, other))


def _ages(draws: Draws, household: I64, relation: I64, head_age: I64) -> I64:
    person = np.arange(len(household))
    gap = np.where(relation == SPOUSE, draws.below(9, "gap", person) - 4, 22 + draws.below(10, "gap", person))
    age = np.select(
        [relation == HEAD, relation == CHILD, relation == PARENT],
        [head_age, head_age - gap, head_age + gap],
        head_age + gap,
    )
    floor = np.where(relation == CHILD, 0, 20)
    return np.clip(age, floor, 99)


def _sexes(draws: Draws, household: I64, member: I64, relation: I64) -> Bools:
    head_male = draws.uniform("head sex", household) < 0.68
    own = draws.uniform("sex", household, member) < 0.515
    out: Bools = np.where(relation == HEAD, head_male, np.where(relation == SPOUSE, ~head_male, own))
    return out


def _surnames(draws: Draws, household: I64, head: I64, relation: I64, male: Bools) -> I64:
    """Children bear their father's surname, a head's father the head's; the others their own."""
    person = np.arange(len(household))
    own = draw_surnames(draws, "own", person)
    head_name = own[head]
    has_spouse = np.zeros(len(person), dtype=bool)
    has_spouse[:-1] = relation[1:] == SPOUSE
    spouse_name = own[np.minimum(head + 1, len(person) - 1)]
    father = np.where(male[head] | ~has_spouse[head], head_name, spouse_name)
    father_of_head = (relation == PARENT) & male & male[head]
    return np.select([relation == CHILD, father_of_head], [father, head_name], own)


def _workplaces(draws: Draws, age: I64, county: I64) -> tuple[I64, I64, I64]:
    """Row of ``workplaces`` for each person, and how many firms and schools each county has. Large firms are few."""
    person = np.arange(len(age))
    adult = (age >= 18) & (age < 60)
    student = (age >= 6) & (age < 18) | (age >= 18) & (age < 22) & (
        draws.uniform("student", person) < _UNIVERSITY_SHARE
    )
    works = adult & ~student & (draws.uniform("works", person) < _EMPLOYED_SHARE)
    firms = np.bincount(county[works], minlength=len(counties())) // _PER_FIRM + 2
    schools = np.bincount(county[student], minlength=len(counties())) // _PER_SCHOOL + 1
    u = draws.uniform("workplace", person)
    firm = (np.cumsum(firms) - firms)[county] + np.floor(u**1.6 * firms[county]).astype(np.int64)
    school = firms.sum() + (np.cumsum(schools) - schools)[county] + np.floor(u * schools[county]).astype(np.int64)
    return np.where(works, firm, np.where(student, school, -1)), firms, schools
