"""From the printed place to a cell of the coach and to a drawing."""

import itertools

import pytest

from firebreak.terms.formations import Coach, formations
from firebreak.web.report.layout import Drawing, grid_of

ALL = [coach for formation in formations().values() for coach in formation.coaches if coach.places]


@pytest.mark.parametrize(
    ("coach", "place", "cell"),
    [
        (Coach(5, "second", "ABC|DF", 17), (7, "A", None), (6, 0)),
        (Coach(5, "second", "ABC|DF", 17), (7, "D", None), (6, 4)),  # the aisle is a column of its own
        (Coach(5, "second", "ABC|DF", 17), (18, "A", None), None),
        (Coach(5, "second", "ABC|DF", 17), (7, "E", None), None),
        (Coach(5, "second", "ABC|DF", 17), (None, None, None), None),
        (Coach(1, "hard_seat", seats=118), (None, None, 4), (0, 5)),  # endings 0, 4, 5, 9: window
        (Coach(1, "hard_seat", seats=118), (None, None, 10), (2, 0)),
        (Coach(1, "hard_seat", seats=118), (None, None, 108), (21, 4)),
        (Coach(9, "hard_sleeper", bays=11, levels=3), (None, None, 5), (2, 0)),
        (Coach(1, "coach", seats=45), (None, None, 45), (11, 0)),
    ],
)
def test_a_place_has_its_cell(coach, place, cell):
    assert grid_of(coach).cell(*place) == cell


@pytest.mark.parametrize("coach", ALL, ids=lambda coach: f"{coach.kind}-{coach.no}")
@pytest.mark.parametrize("lying", [True, False])
def test_no_two_seats_of_a_coach_overlap_and_all_lie_inside(coach, lying):
    drawing = Drawing(grid_of(coach), lying)
    width, height = drawing.size
    corners = [drawing.at(along, across) for along, across, *_ in drawing.grid.places()]
    assert len(set(corners)) == len(corners)
    seat = (drawing.seat_width, drawing.seat_height)
    assert all(0 <= x <= width - seat[0] and 0 <= y <= height - seat[1] for x, y in corners)
    by_y: dict[int, list[int]] = {}
    for x, y in corners:
        by_y.setdefault(y, []).append(x)
    for row in by_y.values():
        row.sort()
        assert all(right - left >= seat[0] for left, right in itertools.pairwise(row))


@pytest.mark.parametrize("coach", ALL, ids=lambda coach: f"{coach.kind}-{coach.no}")
def test_each_place_of_a_layout_is_found_again_at_its_cell(coach):
    grid = grid_of(coach)
    for along, across, row, letter, number in grid.places():
        if number != 0:
            assert grid.cell(row, letter, number) == (along, across)


def test_letters_and_rows_that_the_layout_does_not_know_are_added():
    grid = grid_of(Coach(5, "second", "ABC|DF", 17), ["E"], 19)
    assert grid.cell(19, "E", None) == (18, 6)
