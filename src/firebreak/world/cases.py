"""What the health authorities learn: cases, their tests and isolation, the sick at clinics and pharmacies."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import numpy as np
import polars as pl

from firebreak.world.disease import DAY, delay_to_result
from firebreak.world.documents import scramble
from firebreak.world.draws import I64, Draws
from firebreak.world.epidemic import Infection
from firebreak.world.places import at_places
from firebreak.world.population import Population

WUXI_CASE = "WX-2020-0001"
_EPOCH = date(1970, 1, 1)
_SAMPLED_AFTER = 3 * 60  # minutes from isolation to sampling


def _instants(minutes: list[int | None]) -> pl.Series:
    """UTC instants of minutes since 1970 in Asia/Shanghai."""
    return ((pl.Series(minutes, dtype=pl.Int64) - 8 * 60) * (60 * 10**6)).cast(pl.Datetime("us", "UTC"))


def _day_of(minute: int) -> date:
    return _EPOCH + timedelta(days=minute // DAY)


def found_by(infections: list[Infection], end: int) -> list[Infection]:
    """Those isolated before minute ``end``."""
    return [one for one in infections if one.isolated_at < end]


def case_frame(draws: Draws, infections: list[Infection], end: int, planted: int) -> pl.DataFrame:
    """The truth table ``cases``: every infection; numbers, samples and reports only of those found before ``end``.

    ``planted``: the patient of the Wuxi order, whose case number is ``WUXI_CASE``.
    """
    people = np.array([one.person for one in infections], dtype=np.int64)
    found = [one.isolated_at < end for one in infections]
    confirmed = [positive_at(draws, one) for one in infections]
    confirmed = [at + delay for at, delay in zip(confirmed, delay_to_result(draws, people).tolist(), strict=True)]
    numbers = scramble(people, 10**8).tolist()
    rows = [
        {
            "person": one.person,
            "case_no": WUXI_CASE if one.person == planted else f"JS-2020-{number:08d}" if known else None,
            "state": _state(one, at, end),
            "infector": one.infector if one.infector >= 0 else None,
            "infected_how": one.route,
            "onset_on": None if one.asymptomatic or one.onset_at >= end else _day_of(one.onset_at),
            "reported_on": _day_of(at if at < end else one.isolated_at) if known else None,  # suspected, then confirmed
        }
        for one, known, number, at in zip(infections, found, numbers, confirmed, strict=True)
    ]
    isolated = [one.isolated_at if known else None for one, known in zip(infections, found, strict=True)]
    return pl.DataFrame(rows, infer_schema_length=None).with_columns(
        infected_at=_instants([one.infected_at for one in infections]),
        isolated_at=_instants(isolated),
        sampled_at=_instants([None if at is None else at + _SAMPLED_AFTER for at in isolated]),
    )


def positive_at(draws: Draws, one: Infection) -> int:
    """When the positive sample was taken: the first one, or the next day where the first was falsely negative."""
    return one.isolated_at + _SAMPLED_AFTER + DAY * bool(draws.uniform("false negative", one.person)[0] < 0.15)


def _state(one: Infection, confirmed: int, end: int) -> str | None:
    if one.isolated_at >= end:
        return None
    if confirmed >= end:
        return "suspected"
    return "asymptomatic" if one.asymptomatic else "confirmed"


def test_frame(
    draws: Draws,
    world: Population,
    infections: list[Infection],
    clinic: I64,
    end: int,
    evening: Callable[[int, int], int],
) -> pl.DataFrame:
    """Tests of cases (some with a false negative before), of their households, and of clinic visitors.

    ``clinic``: array (visitors, 2) of person and minute of the visit. ``evening``: for a person and a minute, the
    next evening on which that person cannot be travelling.
    """
    rows: list[tuple[int, int, str]] = []
    infected = {one.person for one in infections}
    for one in found_by(infections, end):
        sampled, positive = one.isolated_at + _SAMPLED_AFTER, positive_at(draws, one)
        rows += [(one.person, sampled, "negative")] * (positive > sampled) + [(one.person, positive, "positive")]
        first = int(world.first[world.household[one.person]])
        family = set(range(first, first + int(world.size[world.household[one.person]]))) - infected
        rows.extend((other, evening(other, sampled), "negative") for other in sorted(family))
    for person, minute in clinic.tolist():
        if person not in infected and draws.uniform("clinic test", person, minute)[0] < 0.2:
            rows.append((person, minute + 60, "negative"))
    rows = sorted(row for row in rows if row[1] < end)
    return _tests(draws, world, rows)


def _tests(draws: Draws, world: Population, rows: list[tuple[int, int, str]]) -> pl.DataFrame:
    person = np.array([row[0] for row in rows], dtype=np.int64)
    sampled = np.array([row[1] for row in rows], dtype=np.int64)
    county = world.home_county[world.household[person]]
    sample = scramble(person * 100 + sampled // DAY % 100, 10**9)
    return pl.DataFrame(
        {
            "person": person,
            "laboratory": at_places("laboratory", county, person)["place"],
            "sample_no": pl.Series([f"S{number:09d}" for number in sample.tolist()], dtype=pl.String),
            "sampled_at": _instants(sampled.tolist()),
            "result_at": _instants((sampled + delay_to_result(draws, person)).tolist()),
            "method": pl.Series(["pcr"] * len(rows), dtype=pl.String),
            "result": pl.Series([row[2] for row in rows], dtype=pl.String),
        }
    )


def isolation_stays(world: Population, infections: list[Infection], end: int) -> pl.DataFrame:
    """Cases in hospital from their isolation on, for three weeks."""
    found = found_by(infections, end)
    person = np.array([one.person for one in found], dtype=np.int64)
    county = world.home_county[world.household[person]]
    where = at_places("hospital", county, person)
    return pl.DataFrame(
        {
            "person": person,
            "place_kind": pl.Series(["hospital"] * len(found), dtype=pl.String),
            "place_name": where["place"],
            "place_code": where["place_code"],
            "division_code": where["division_code"],
            "cell": pl.Series([f"负压病房{number % 20 + 1}床" for number in person.tolist()], dtype=pl.String),
            "start_at": _instants([one.isolated_at for one in found]),
            "end_at": _instants([one.isolated_at + 21 * DAY for one in found]),
        }
    )


def sick_today(infections: list[Infection], day: int) -> I64:
    """People who seek help on day number ``day``: the day after onset, before isolation."""
    return np.array(
        sorted(
            one.person
            for one in infections
            if not one.asymptomatic and one.onset_at // DAY + 1 == day and one.isolated_at > (day + 1) * DAY
        ),
        dtype=np.int64,
    )
