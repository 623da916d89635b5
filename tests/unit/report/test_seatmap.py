"""The coach as it is drawn, and the line of stations, against plain counting."""

import itertools
from collections import Counter
from importlib.resources import files

from hypothesis import given
from hypothesis import strategies as st
from tests.report_fixture import made_up_report

from firebreak.bridge.ranking import closeness
from firebreak.web.report.line import lanes, stations
from firebreak.web.report.seatmap import draw, tone

REPORT = made_up_report()
RIDE = REPORT.rides[0]


def drawn(lying=True):
    return draw(RIDE, RIDE.coaches[0], REPORT.contacts, REPORT.case.person, lying)


def test_every_seated_person_is_on_the_map_once_per_sitting():
    placed = Counter(seat.label for seat in drawn().seats for _ in seat.strips)
    expected = Counter(one.seat for one in RIDE.coaches[0].sittings if one.seat)
    assert placed == expected


def test_the_case_is_drawn_as_the_case_and_people_outside_the_rule_without_a_name():
    seats = {seat.label: seat for seat in drawn().seats}
    assert seats["7A"].tone == "case"
    for seat in seats.values():
        for strip in seat.strips:
            assert (strip.rank >= 0) == (strip.tone != "out")
            assert strip.tone != "out" or strip.plain == strip.masked == ""


def test_both_drawings_show_the_same_seats():
    assert [(seat.key, seat.tone) for seat in drawn(True).seats] == [
        (seat.key, seat.tone) for seat in drawn(False).seats
    ]


def test_strips_of_a_seat_lie_inside_it_and_follow_one_another():
    for seat in drawn().seats:
        edges = [(strip.x, strip.x + strip.width) for strip in seat.strips]
        assert all(0 <= left < right <= 64 for left, right in edges)
        assert all(before[1] <= after[0] + 0.01 for before, after in itertools.pairwise(edges))


def test_the_counts_at_each_station_are_those_of_plain_counting():
    listed = [one for one in RIDE.coaches[0].sittings if one.relation not in (None, "case")]
    for stop in stations(RIDE):
        assert stop.boarding == sum(one.board_seq == stop.index for one in listed)
        assert stop.leaving == sum(one.alight_seq == stop.index for one in listed)
        assert stop.aboard == sum(one.board_seq <= stop.index < one.alight_seq for one in listed)
        everybody = RIDE.coaches[0].sittings
        assert stop.in_coach == sum(one.board_seq <= stop.index < one.alight_seq for one in everybody)


def test_everybody_of_the_list_has_a_lane_after_the_case():
    ranks = [lane.rank for lane in lanes(RIDE, REPORT.contacts, REPORT.case.person)]
    assert ranks == [0, *(contact.rank for contact in REPORT.contacts)]


@given(
    st.permutations(
        ["case", "adjacent", "same_row", "rows_1", "rows_2", "rows_10", "same_seat_later", "crew", "coach", None]
    )
)
def test_relations_sort_from_near_to_far(shuffled):
    order = ["case", "adjacent", "same_row", "rows_1", "rows_2", "rows_10", "same_seat_later", "crew", "coach", None]
    assert sorted(shuffled, key=closeness) == order


_NEAR = ("case", "same_order", "same_seat", "adjacent", "same_bay", "same_row", "rows_1", "rows_2", "rows_3", "bays_1")
RELATIONS = (*_NEAR, "same_seat_later", "crew", "coach", None)


def test_every_relation_has_a_colour():
    css = (files("firebreak.web.report") / "templates/report.css").read_text("utf-8")
    for relation in RELATIONS:
        assert f".t-{tone(relation)}{{" in css
