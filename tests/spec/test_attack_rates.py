"""The expected attack rate of a contact: published cells as published, the rest labelled, the checks of the facts."""

from __future__ import annotations

from itertools import pairwise

import pytest

from firebreak.bridge.ranking import call_first
from firebreak.engine.tracing.attack import average, cells, expected

LETTERS = "ABC|DF"
ZONE = [(gap, letter) for gap in (-3, -2, -1, 0, 1, 2, 3) for letter in "ABCDF"]


def _relation(case: str, gap: int, letter: str) -> str | None:
    if gap:
        return f"rows_{abs(gap)}"
    beside = {frozenset(two) for two in pairwise(LETTERS)}
    return None if letter == case else "adjacent" if frozenset((case, letter)) in beside else "same_row"


def _zone(case: str) -> dict[tuple[int, str], float]:
    """The 34 others of a full zone and what is to be expected of each."""
    relations = {seat: _relation(case, *seat) for seat in ZONE}
    return {seat: average(relation) or 0.0 for seat, relation in relations.items() if relation}


PUBLISHED = [
    ("zone", 0.0032),
    ("highest", 0.103),
    ("same_row", 0.015),
    ("adjacent", 0.035),
    ("other_rows", 0.0014),
    ("same_seat_later", 0.00075),
]


@pytest.mark.parametrize(("cell", "rate"), PUBLISHED)
def test_a_published_cell_is_kept_as_published(cell: str, rate: float) -> None:
    assert cells()["cell"][cell]["rate"] == rate


def test_a_full_zone_gives_a_tenth_of_an_infection_as_the_paper_counts() -> None:
    sums = [sum(_zone(letter).values()) for letter in "ABCDF"]
    assert [len(_zone(letter)) for letter in "ABCDF"] == [34] * 5
    assert sum(sums) / 5 == pytest.approx(0.102, abs=0.0005)  # 4 × 1.5 % + 30 × 0.14 %; the paper: 0.100 an index


def test_the_same_row_is_an_eighth_of_the_list_and_three_fifths_of_the_infections() -> None:
    row = sum(rate for letter in "ABCDF" for (gap, _), rate in _zone(letter).items() if not gap)
    everybody = sum(rate for letter in "ABCDF" for rate in _zone(letter).values())
    assert pytest.approx(0.12, abs=0.005) == 4 / 34
    assert row / everybody == pytest.approx(0.59, abs=0.005)


RATES = [
    ("adjacent", None, 0.035, True),
    ("adjacent", 60, 0.013, False),
    ("adjacent", 120, 0.026, False),
    ("adjacent", 480, 0.103, False),  # never above the highest measured seat
    ("same_row", None, 0.0064, False),  # the row's 1.5 % holds the adjacent seats
    ("same_row", 60, 0.0030, False),
    ("rows_1", None, 0.0017, False),
    ("rows_3", None, 0.00079, False),
    ("same_seat_later", 0, 0.00075, True),
    ("same_order", 60, 0.204, False),
]


@pytest.mark.parametrize(("relation", "minutes", "rate", "measured"), RATES)
def test_what_is_to_be_expected_of_a_contact(relation: str, minutes: int | None, rate: float, measured: bool) -> None:
    found = expected(relation, minutes)
    assert found is not None
    assert found.rate == pytest.approx(rate, rel=0.02)
    assert found.measured is measured


def test_nothing_is_measured_on_another_vehicle() -> None:
    found = expected("adjacent", None, "aircraft_hepa")
    assert found is not None
    assert not found.measured


def test_nobody_knows_the_rate_of_crew() -> None:
    assert expected("crew", 60) is None


def test_the_first_call_goes_to_the_neighbour_and_before_all_to_companions() -> None:
    together = ["coach", "rows_3", "same_row", "crew", "adjacent", "rows_1", "same_seat_later", "same_order"]
    ordered = sorted(together, key=lambda relation: call_first(relation, 180))
    assert ordered == ["same_order", "adjacent", "same_row", "rows_1", "rows_3", "coach", "same_seat_later", "crew"]


def test_ten_minutes_beside_the_case_come_after_five_hours_in_its_row() -> None:
    assert call_first("same_row", 300) < call_first("adjacent", 10)
