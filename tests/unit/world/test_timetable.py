"""The drill's timetable."""

from __future__ import annotations

import pytest

from firebreak.terms.formations import formations
from firebreak.world.seats import places_of
from firebreak.world.timetable import DAY_MINUTES, Service, base_services, repeated

BASE = base_services()
BY_NO = {service.no: service for service in BASE}


@pytest.mark.parametrize("service", BASE, ids=lambda service: service.no)
def test_a_service_calls_at_each_stop_after_the_one_before(service: Service) -> None:
    assert len(set(service.stations)) == len(service.stations) >= 2
    assert all(arrive <= depart for arrive, depart in zip(service.arrive, service.depart, strict=True))
    assert all(before < after for before, after in zip(service.depart, service.arrive[1:], strict=False))
    assert service.arrive[-1] < 2 * DAY_MINUTES  # nobody may travel again before the second day
    assert service.formation in formations()
    assert service.mode != "train" or len(service.key) == 12


def test_the_trains_of_the_facts_have_their_keys() -> None:
    assert BY_NO["D3008"].key == "42000D30080H"
    assert BY_NO["G1763/G1766"].key == "4e000G176600"


def test_the_wuxi_run_leaves_hankou_at_0906_and_reaches_wuxi_about_1413() -> None:
    train = BY_NO["D3008"]
    assert train.depart[train.stations.index("汉口")] == 9 * 60 + 6
    assert train.arrive[train.stations.index("无锡")] == pytest.approx(14 * 60 + 13, abs=10)


def test_some_train_runs_over_midnight_and_one_is_two_coupled_sets() -> None:
    overnight = [s for s in BASE if s.no[0] in "KZ" and any(at >= DAY_MINUTES for at in s.depart[1:-1])]
    assert overnight
    assert any(formations()[service.formation].through == ((1, 8), (9, 16)) for service in BASE)


def test_copies_have_numbers_and_keys_of_their_own() -> None:
    services = repeated(BASE, 40)
    assert len({service.key for service in services}) == len(services) == 40 * len(BASE)
    numbers = [number for service in services for number in service.no.split("/")]
    assert len(numbers) == len(set(numbers))
    assert all(service.arrive[-1] < 2 * DAY_MINUTES for service in services)


@pytest.mark.parametrize("key", formations())
def test_places_are_those_of_the_formation_and_blocks_lie_side_by_side(key: str) -> None:
    places = places_of(key)
    assert len(places) == sum(coach.places for coach in formations()[key].coaches)
    printed = list(zip(places.coach, places.row, places.letter, places.seat_no, places.level, strict=True))
    assert len(set(printed)) == len(places)
    for block in range(int(places.block.max()) + 1):
        mine = places.block == block
        assert len(set(places.coach[mine])) == len(set(places.row[mine])) == 1
        assert places.in_block[mine].tolist() == list(range(mine.sum()))
        assert set(places.block_size[mine]) == {mine.sum()}
