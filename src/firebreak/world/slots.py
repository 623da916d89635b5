"""Tickets without people: for each place of each run of a day, who-ever sits there from which stop to which.

A place is filled by up to ``TURNS`` passengers one after the other, each boarding where the one before left or later,
so two never share it. Places of a block may be sold together (``joint``): same stops, one party.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from firebreak.world.draws import F64, I64, U64, Draws, as_uniform, mix
from firebreak.world.seats import places_of
from firebreak.world.timetable import Service

Bools = np.ndarray[Any, np.dtype[np.bool_]]
TURNS = 4
JOINT_SHARE, SWAP_SHARE, STANDEES = 0.35, 0.012, 4
_BOARD_AT_ORIGIN, _STANDING_SHARE = 0.6, 0.35


@dataclass(frozen=True, slots=True)
class Planted:
    """One ticket that must exist: place number ``place`` of ``service`` from ``board`` to ``alight``."""

    service: int
    place: int
    board: int
    alight: int


@dataclass(frozen=True, slots=True)
class Slots:
    """One element a ticket. ``place`` is a place of the formation, -1 for standing in ``coach``."""

    service: I64
    place: I64
    coach: I64
    board: I64
    alight: I64
    party: I64  # index of the ticket that leads the party; its own where it travels alone
    seat_in_party: I64
    party_size: I64
    swap_at: I64  # stop at which the holder moves to ``swap_to``; 0: stays
    swap_to: I64

    def __len__(self) -> int:
        return len(self.service)


def _unit(key: U64, purpose: int) -> F64:
    return as_uniform(mix(key ^ np.uint64(purpose)))


def _intervals(key: U64, last: I64, load: F64) -> tuple[I64, I64, Bools]:
    """Boarding and leaving stop and whether sold, each of shape (TURNS, places)."""
    boards, alights, sold = [], [], []
    cursor = np.zeros(len(key), dtype=np.int64)
    for turn in range(TURNS):
        u, far, sell = (_unit(key, turn * 4 + i) for i in range(3))
        if turn == 0:
            on_way = np.maximum(0.0, u - _BOARD_AT_ORIGIN) / (1.0 - _BOARD_AT_ORIGIN)
            board = np.floor(on_way * last).astype(np.int64)
        else:
            board = cursor + np.floor(u**3 * (last - cursor)).astype(np.int64)
        alight = np.minimum(last, board + 1 + np.floor(np.sqrt(far) * (last - board)).astype(np.int64))
        boards.append(board)
        alights.append(alight)
        sold.append((board < last) & (sell < load))
        cursor = alight
    return np.array(boards), np.array(alights), np.array(sold)


def draw_slots(
    draws: Draws, day: int, services: list[Service], running: I64, load: float, planted: Planted | None
) -> Slots:
    """All tickets of the runs ``running`` (indices into ``services``) of one day, run by run, then standing ones."""
    seated = _seated(draws, day, services, running, load, planted)
    standing = _standing(draws, day, services, running, load)
    return Slots(
        *(
            np.concatenate(
                [
                    getattr(part, name) + (len(seated) if part is standing and name == "party" else 0)
                    for part in (seated, standing)
                ]
            )
            for name in Slots.__dataclass_fields__
        )
    )


def _seated(
    draws: Draws, day: int, services: list[Service], running: I64, load: float, planted: Planted | None
) -> Slots:
    sets = [places_of(services[i].formation) for i in running]
    counts = np.array([len(places) for places in sets])
    service = np.repeat(running, counts)
    last = np.repeat([len(services[i].stations) - 1 for i in running], counts)
    place = np.concatenate([np.arange(count) for count in counts])
    block, in_block, block_size, coach = (
        np.concatenate([getattr(places, name) for places in sets]).astype(np.int64)
        for name in ("block", "in_block", "block_size", "coach")
    )
    joint = (draws.uniform("joint", day, service, block) < JOINT_SHARE) & (block_size > 1)
    here = np.zeros(len(service), dtype=bool)
    if planted is not None:
        here = (service == planted.service) & (place == planted.place)
        joint &= ~((service == planted.service) & (block == block[np.argmax(here)]))
    key = draws.bits("seat", day, service, np.where(joint, block + (1 << 20), place))
    loads = np.full(len(service), load)
    if planted is not None and here.any():
        loads[(service == planted.service) & (coach == coach[np.argmax(here)])] = max(load, 0.92)
    board, alight, sold = _intervals(key, last, loads)
    if planted is not None and here.any():
        _plant(here, planted, board, alight, sold)
    swap_at, swap_to = _swaps(draws, day, service, place, coach, joint | here, last)
    return _flatten(service, place, coach, board, alight, sold, joint, in_block, block_size, swap_at, swap_to)


def _plant(here: Bools, planted: Planted, board: I64, alight: I64, sold: Bools) -> None:
    index = int(np.argmax(here))
    board[0, index], alight[0, index], sold[0, index] = planted.board, planted.alight, True
    sold[1:, index] &= board[1:, index] >= planted.alight


def _swaps(draws: Draws, day: int, service: I64, place: I64, coach: I64, fixed: Bools, last: I64) -> tuple[I64, I64]:
    """Pairs of neighbouring places that exchange the rest of their tickets at a stop: no conflict can arise."""
    count = len(service)
    partner = np.where(place % 2 == 0, np.arange(count) + 1, np.arange(count) - 1)
    inside = np.clip(partner, 0, count - 1)
    same = (inside == partner) & (service[inside] == service) & (coach[inside] == coach)
    pair = place // 2
    chosen = same & (draws.uniform("swap", day, service, pair) < SWAP_SHARE) & ~fixed & ~fixed[inside] & (last > 1)
    at = 1 + draws.below(np.maximum(1, last - 1), "swap/at", day, service, pair)
    return np.where(chosen, at, 0), np.where(chosen, place[inside], place)


def _flatten(
    service: I64, place: I64, coach: I64, board: I64, alight: I64, sold: Bools, joint: Bools,
    in_block: I64, block_size: I64, swap_at: I64, swap_to: I64,
) -> Slots:  # fmt: skip
    """From (turns, places) to one element a sold ticket; each party is led by the first place of its block."""
    number = np.cumsum(sold).reshape(sold.shape) - 1
    leader = np.arange(sold.shape[1]) - np.where(joint, in_block, 0)
    turn, at = np.nonzero(sold)
    alone = ~joint[at]
    return Slots(
        service=service[at],
        place=place[at],
        coach=coach[at],
        board=board[turn, at],
        alight=alight[turn, at],
        party=number[turn, leader[at]],
        seat_in_party=np.where(alone, 0, in_block[at]),
        party_size=np.where(alone, 1, block_size[at]),
        swap_at=swap_at[at],
        swap_to=swap_to[at],
    )


def _standing(draws: Draws, day: int, services: list[Service], running: I64, load: float) -> Slots:
    """Up to ``STANDEES`` standing tickets a coach, on trains only: they name the coach and no seat."""
    trains = [i for i in running if services[i].mode == "train"]
    coaches = [places_of(services[i].formation).coaches for i in trains]
    service = np.repeat(np.array(trains, dtype=np.int64), [len(c) * STANDEES for c in coaches])
    coach = np.concatenate([np.repeat(c, STANDEES) for c in coaches]) if coaches else np.zeros(0, dtype=np.int64)
    number = np.arange(len(service)) % STANDEES
    last = np.array([len(service_.stations) - 1 for service_ in services])[service]
    key = draws.bits("standing", day, service, coach, number)
    board = np.floor(_unit(key, 0) * last).astype(np.int64)
    alight = np.minimum(last, board + 1 + np.floor(_unit(key, 1) * 3).astype(np.int64))
    sold = _unit(key, 2) < _STANDING_SHARE * load
    zero = np.zeros(int(sold.sum()), dtype=np.int64)
    return Slots(
        service[sold], zero - 1, coach[sold], board[sold], alight[sold], np.arange(len(zero)), zero, zero + 1, zero,
        zero - 1,
    )  # fmt: skip
