"""Changing trains: pairs of tickets of one day that one traveller can use one after the other."""

from __future__ import annotations

import numpy as np

from firebreak.world.draws import I64, Draws
from firebreak.world.network import Network
from firebreak.world.slots import Slots

SHORTEST, LONGEST = 15, 240  # minutes between arriving and leaving again
_IN_SHARE, _OUT_SHARE = 0.12, 0.2
_HUBS = ("南京南", "南京", "无锡", "苏州", "常州", "徐州东", "淮安东", "合肥南", "汉口", "上海虹桥", "上海")


def join_transfers(draws: Draws, day: int, network: Network, slots: Slots, fixed: I64) -> I64:
    """For each slot, the slot its holder arrives by, or -1. No slot is used twice, those of ``fixed`` never."""
    before = np.full(len(slots), -1, dtype=np.int64)
    key = draws.uniform("transfer", day, slots.service, slots.place, slots.board)
    free = (slots.party_size == 1) & (slots.place >= 0)
    free[fixed] = False
    arriving = np.flatnonzero(free & (key < _IN_SHARE))
    leaving = np.flatnonzero(free & (key > 1.0 - _OUT_SHARE))
    in_station = network.station[slots.service[arriving], slots.alight[arriving]]
    out_station = network.station[slots.service[leaving], slots.board[leaving]]
    for hub in _HUBS:
        if hub in network.stations:
            at = network.stations.index(hub)
            _pair(network, slots, arriving[in_station == at], leaving[out_station == at], before)
    return before


def _pair(network: Network, slots: Slots, arriving: I64, leaving: I64, before: I64) -> None:
    """Each arrival takes the earliest free departure that it can reach, in order of arrival."""
    reach = network.arrive[slots.service[arriving], slots.alight[arriving]] + SHORTEST
    depart = network.depart[slots.service[leaving], slots.board[leaving]]
    arriving, reach = arriving[np.argsort(reach, kind="stable")], np.sort(reach)
    leaving, depart = leaving[np.argsort(depart, kind="stable")], np.sort(depart)
    number = np.arange(len(reach))
    chosen = np.maximum.accumulate(np.searchsorted(depart, reach) - number) + number if len(reach) else number
    inside = chosen < len(depart)
    arriving, reach, chosen = arriving[inside], reach[inside], chosen[inside]
    in_time = depart[chosen] <= reach + LONGEST - SHORTEST
    other_train = slots.service[leaving[chosen]] != slots.service[arriving]
    keep = in_time & other_train
    before[leaving[chosen[keep]]] = arriving[keep]
