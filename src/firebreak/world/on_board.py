"""Infection on board: who sat how near to whom for how long.

Hourly chances after Hu et al. 2021 (CID 72:604, high-speed trains): adjacent seat +1.3 points an hour; the rest of the
row so that the row as a whole comes to 1.5 %; rows 1–3 away about a tenth of the row. Beyond three rows, in berths and
for standing passengers: modelled, not measured. Companions: Bi et al. 2020, odds ratio 7 for travelling together.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from firebreak.world.disease import DAY
from firebreak.world.draws import F64, I64, Draws
from firebreak.world.epidemic import Epidemic, Infection, infectious_from, over_at
from firebreak.world.network import Network
from firebreak.world.ride_table import printed
from firebreak.world.rides import CREW, VALID, Rides

ADJACENT, SAME_ROW, NEAR_ROWS, SAME_COACH, SAME_BAY = 0.013, 0.003, 0.0005, 0.0001, 0.004
MOST, COMPANION = 0.103, 0.06  # the highest attack rate of any seat; a companion, once a journey
_WUHAN = ("汉口", "武汉", "武昌", "武汉天河", "武汉傅家坡客运站")
Bools = np.ndarray[Any, np.dtype[np.bool_]]


def seed_from_wuhan(
    epidemic: Epidemic, draws: Draws, network: Network, day: int, rides: Rides, share: float, last_run: I64
) -> None:
    """Of those who board in Wuhan, ``share`` were infected there since their last journey, at most six days before.

    ``last_run``: the day number of each person's last journey before this one.
    """
    wuhan = np.array([network.stations.index(name) for name in _WUHAN if name in network.stations])
    station = network.station[rides.service, rides.board]
    boarding = np.isin(station, wuhan) & (rides.state == VALID) & (rides.role != CREW)
    person = rides.person[boarding]
    at = day * DAY + network.depart[rides.service, rides.board][boarding]
    chosen = draws.uniform("seed", person, day) < share
    since = np.maximum(at - 6 * DAY, (last_run[person] + 2) * DAY)
    when = (since + draws.uniform("seed/when", person) * (at - since)).astype(np.int64)
    for who, minute in sorted(zip(person[chosen].tolist(), when[chosen].tolist(), strict=True)):
        epidemic.infect(who, minute, -1, "wuhan")


def cancel_isolated(epidemic: Epidemic, network: Network, day: int, rides: Rides, refunded: int) -> Rides:
    """Rides that would begin after their holder's isolation are given back; a ride under way is finished first."""
    state = rides.state.copy()
    infected = np.flatnonzero(np.isin(rides.person, list(epidemic.infections)) & (rides.state == VALID))
    board = day * DAY + network.depart[rides.service, rides.board]
    alight = day * DAY + network.arrive[rides.service, rides.alight]
    for index in infected[np.argsort(board[infected], kind="stable")]:
        one = epidemic.infections[int(rides.person[index])]
        if one.isolated_at <= board[index]:
            state[index] = refunded
        elif one.isolated_at < alight[index] + 60:
            one.isolated_at = int(alight[index]) + 60
    return rides.replace(state=state)


def infect_on_board(epidemic: Epidemic, draws: Draws, network: Network, day: int, rides: Rides) -> None:
    """Infections on the day's runs, from everybody infectious who was on board."""
    sources = {one.person: one for one in epidemic.infectious(day * DAY, (day + 2) * DAY)}
    valid = rides.state == VALID
    place = printed(network, rides)
    found: list[tuple[int, int, int, str]] = []
    for index in np.flatnonzero(np.isin(rides.person, list(sources)) & valid):
        near = np.flatnonzero((rides.service == rides.service[index]) & (rides.coach == rides.coach[index]) & valid)
        found += _from_ride(draws, network, day, rides, place, int(index), near, sources[int(rides.person[index])])
    for at, other, source, route in sorted(found):
        if epidemic.infections[source].infected_at < at:
            epidemic.infect(other, at, source, route)


def _from_ride(
    draws: Draws, network: Network, day: int, rides: Rides, place: dict[str, I64], index: int, near: I64, one: Infection
) -> list[tuple[int, int, int, str]]:
    """(time, infectee, infector, route) of those whom one ride of an infectious person infects."""
    near = near[rides.person[near] != one.person]
    start = np.maximum(rides.board[index], rides.board[near])
    end = np.minimum(rides.alight[index], rides.alight[near])
    near, start, end = near[start < end], start[start < end], end[start < end]
    service = int(rides.service[index])
    begin = np.maximum(day * DAY + network.depart[service, start], infectious_from(one))
    finish = np.minimum(day * DAY + network.arrive[service, end], over_at(one))
    minutes = np.maximum(0, finish - begin)
    companion = (rides.order[near] == rides.order[index]) & (minutes > 0)
    chance = np.minimum(MOST, minutes / 60.0 * _hourly(network, rides, place, index, near)) + COMPANION * companion
    hit = draws.uniform("infects/ride", one.person, rides.person[near], day) < chance
    return [
        (
            int(begin[i] + minutes[i] // 2),
            int(rides.person[near[i]]),
            one.person,
            "companion" if companion[i] else "seat",
        )
        for i in np.flatnonzero(hit & (minutes > 0))
    ]


def _hourly(network: Network, rides: Rides, place: dict[str, I64], index: int, near: I64) -> F64:
    """The chance an hour for each person in the coach."""
    row, letter, number = place["row"], place["letter"], place["seat_no"]
    seated = (row[near] > 0) & (row[index] > 0)
    gap = np.abs(row[near] - row[index])
    beside = (np.abs(rides.place[near] - rides.place[index]) == 1) & (place["block"][near] == place["block"][index])
    same_bay = (number[near] > 0) & (number[index] > 0) & ((number[near] - 1) // 2 == (number[index] - 1) // 2)
    return np.select(
        [seated & (gap == 0) & beside & (letter[near] > 0), seated & (gap == 0), seated & (gap <= 3), same_bay],
        [ADJACENT, SAME_ROW, NEAR_ROWS, SAME_BAY],
        SAME_COACH,
    )
