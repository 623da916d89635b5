"""A day's tickets with the people who hold them."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from firebreak.world.draws import I64, Draws
from firebreak.world.network import Network
from firebreak.world.seats import places_of
from firebreak.world.slots import Planted, Slots, draw_slots
from firebreak.world.transfers import join_transfers
from firebreak.world.travellers import Pools

VALID, REFUNDED, CHANGED = range(3)
PASSENGER, CREW = range(2)
REFUND_SHARE, EXCHANGE_SHARE, COLLEAGUES_SHARE = 0.03, 0.012, 0.25
_TICKET_BITS, _KIND_BITS = 24, 22
Bools = np.ndarray[Any, np.dtype[np.bool_]]


@dataclass(frozen=True, slots=True)
class Rides:
    """One element a ticket (or a crew member's duty). ``place``: index into ``seats.Places``, -1 for none.

    ``ticket`` and ``order`` are numbers unique over the drill, -1 for crew; ``changed_from`` is a ticket or -1.
    """

    person: I64
    service: I64
    place: I64
    coach: I64
    board: I64
    alight: I64
    ticket: I64
    order: I64
    state: I64
    leg: I64
    changed_from: I64
    role: I64

    def __len__(self) -> int:
        return len(self.person)

    def where(self, keep: Bools | I64) -> Rides:
        """The tickets chosen by a mask or by positions."""
        return Rides(*(getattr(self, field.name)[keep] for field in fields(self)))

    def replace(self, **columns: I64) -> Rides:
        return Rides(*(columns.get(field.name, getattr(self, field.name)) for field in fields(self)))


def joined(parts: list[Rides]) -> Rides:
    """All parts, one after the other."""
    return Rides(*(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(Rides)))


def draw_rides(
    draws: Draws,
    day: int,
    first_day: int,
    network: Network,
    running: I64,
    load: float,
    pools: Pools,
    planted: Planted | None,
) -> Rides:
    """The tickets of runs ``running`` that start on ``day`` (days since 1970), sorted by run, coach and place."""
    slots = draw_slots(draws, day, network.services, running, load, planted)
    fixed = _planted_slot(slots, planted)
    before = join_transfers(draws, day, network, slots, fixed)
    base = (day - first_day) << _TICKET_BITS
    person = _holders(draws, day, slots, pools, before, fixed)
    refunds = _refunds(draws, day, slots, base, pools, int((slots.party_size == 1).sum()))
    tickets = _tickets(slots, person, before, base)
    exchanged, tickets = _exchanges(draws, day, network, tickets, slots, base)
    tickets = tickets.where(person >= 0)
    slots_kept = Slots(*(getattr(slots, name)[person >= 0] for name in Slots.__dataclass_fields__))
    seated = _move_on_board(network, tickets, slots_kept, base)
    rides = joined([*seated, exchanged, refunds, _duties(draws, day, network, running, pools)])
    return rides.where(np.lexsort((rides.board, rides.place, rides.coach, rides.service)))


def _planted_slot(slots: Slots, planted: Planted | None) -> I64:
    """The position of the planted ticket; none where nothing is planted."""
    if planted is None:
        return np.zeros(0, dtype=np.int64)
    mine = (slots.service == planted.service) & (slots.place == planted.place)
    return np.flatnonzero(mine & (slots.board == planted.board) & (slots.alight == planted.alight))


def _holders(draws: Draws, day: int, slots: Slots, pools: Pools, before: I64, fixed: I64) -> I64:
    """The person of each slot; -1 where the pool of that kind is used up (the ticket stays unsold).

    The planted ticket (``fixed``) takes the first of the pool of single people.
    """
    person = np.full(len(slots), -1, dtype=np.int64)
    single = np.flatnonzero((slots.party_size == 1) & (before < 0))
    single = np.r_[fixed, single[~np.isin(single, fixed)]]
    count = min(len(single), len(pools.singles))
    person[single[:count]] = pools.singles[:count]
    person[before >= 0] = person[before[before >= 0]]
    for size in (2, 3):
        _seat_parties(draws, day, slots, size, pools, person)
    return person


def _seat_parties(draws: Draws, day: int, slots: Slots, size: int, pools: Pools, person: I64) -> None:
    mine = np.flatnonzero(slots.party_size == size)
    leads = np.flatnonzero((slots.party_size == size) & (slots.seat_in_party == 0))
    at_work = (
        draws.uniform("party", day, slots.service[leads], slots.place[leads], slots.board[leads]) < COLLEAGUES_SHARE
    )
    party_of = np.full(len(slots), -1, dtype=np.int64)
    party_of[leads] = np.where(at_work, np.cumsum(at_work), np.cumsum(~at_work)) - 1
    is_work = np.zeros(len(slots), dtype=bool)
    is_work[leads] = at_work
    lead = slots.party[mine]
    for work, pool in ((True, pools.colleagues[size]), (False, pools.families[size])):
        of_kind = (is_work[lead] == work) & (party_of[lead] < len(pool))
        members = mine[of_kind]
        person[members] = pool[party_of[lead[of_kind]], slots.seat_in_party[members]]


def _tickets(slots: Slots, person: I64, before: I64, base: int) -> Rides:
    number = np.arange(len(slots))
    order = np.where(before >= 0, before, slots.party)
    zero = np.zeros(len(slots), dtype=np.int64)
    return Rides(
        person, slots.service, slots.place, slots.coach, slots.board, slots.alight, base + number, base + order,
        zero + VALID, (before >= 0).astype(np.int64), zero - 1, zero + PASSENGER,
    )  # fmt: skip


def _refunds(draws: Draws, day: int, slots: Slots, base: int, pools: Pools, used: int) -> Rides:
    """Tickets given back before the journey: the place was sold again, the people stayed at home."""
    chosen = np.flatnonzero((slots.party_size == 1) & (slots.place >= 0))
    key = draws.uniform("refund", day, slots.service[chosen], slots.place[chosen], slots.board[chosen])
    chosen = chosen[key < REFUND_SHARE][: max(0, len(pools.singles) - used)]
    zero = np.zeros(len(chosen), dtype=np.int64)
    ticket = base + (2 << _KIND_BITS) + chosen
    return Rides(
        pools.singles[used : used + len(chosen)], slots.service[chosen], slots.place[chosen], slots.coach[chosen],
        slots.board[chosen], slots.alight[chosen], ticket, ticket, zero + REFUNDED, zero, zero - 1, zero + PASSENGER,
    )  # fmt: skip


def _exchanges(
    draws: Draws, day: int, network: Network, tickets: Rides, slots: Slots, base: int
) -> tuple[Rides, Rides]:
    """Tickets exchanged for another place on the same train: the old one, and the new ones that name it."""
    key = draws.uniform("exchange", day, tickets.service, tickets.place, tickets.board)
    chosen = np.flatnonzero(
        (slots.party_size == 1) & (tickets.place >= 0) & (tickets.person >= 0) & (key < EXCHANGE_SHARE)
    )
    old = tickets.where(chosen)
    counts = np.array([len(places_of(service.formation)) for service in network.services])
    place = draws.below(counts[old.service], "exchange/place", day, old.service, old.place, old.board)
    number = base + (3 << _KIND_BITS) + chosen
    coach = _coach_of(network, old.service, place)
    changed_from = tickets.changed_from.copy()
    changed_from[chosen] = number
    state = np.full(len(chosen), CHANGED, dtype=np.int64)
    return old.replace(place=place, coach=coach, ticket=number, state=state), tickets.replace(changed_from=changed_from)


def _coach_of(network: Network, service: I64, place: I64) -> I64:
    out = np.zeros(len(service), dtype=np.int64)
    for i in np.unique(service):
        mine = service == i
        out[mine] = places_of(network.services[i].formation).coach[place[mine]]
    return out


def _move_on_board(network: Network, tickets: Rides, slots: Slots, base: int) -> list[Rides]:
    """Who sits in a swapped place at the swap has two tickets: up to that stop here, afterwards in the other place."""
    swap = slots.swap_at > 0
    cross = swap & (tickets.board < slots.swap_at) & (slots.swap_at < tickets.alight)
    later = swap & (tickets.board >= slots.swap_at)
    first = tickets.replace(
        alight=np.where(cross, slots.swap_at, tickets.alight), place=np.where(later, slots.swap_to, tickets.place)
    )
    rest = tickets.where(cross)
    second = rest.replace(
        board=slots.swap_at[cross],
        place=slots.swap_to[cross],
        ticket=rest.ticket + (1 << _KIND_BITS),
        changed_from=rest.ticket,
    )
    return [first, second]


def crew_needed(network: Network) -> I64:
    """How many work on each service: one for two coaches and a chief on trains, five in a cabin, one driver."""
    coaches = np.array([len(places_of(s.formation).coaches) for s in network.services])
    modes = np.array([s.mode for s in network.services])
    return np.where(modes == "train", (coaches + 1) // 2 + 1, np.where(modes == "flight", 5, 1))


def _duties(draws: Draws, day: int, network: Network, running: I64, pools: Pools) -> Rides:
    """The crews of the day, each on one run from origin to terminus, in charge of one coach."""
    need = crew_needed(network)[running]
    service = np.repeat(running, need)[: len(pools.crew)]
    number = (np.arange(need.sum()) - np.repeat(np.cumsum(need) - need, need))[: len(service)]
    most = np.array([max(places_of(s.formation).coach) for s in network.services])
    zero = np.zeros(len(service), dtype=np.int64)
    return Rides(
        pools.crew[: len(service)], service, zero - 1, np.minimum(number * 2 + 1, most[service]), zero,
        network.last[service], zero - 1, zero - 1, zero + VALID, zero, zero - 1, zero + CREW,
    )  # fmt: skip
