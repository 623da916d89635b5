"""Coaches and seats as really written, and the case seats that lie near one another."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from itertools import combinations

import polars as pl
import pytest
from tests.acceptance.typed_lists import rides, typed_list

from firebreak.engine.intake.normalise.base import UNKNOWN_WORDS


def _said(cells: pl.Series) -> pl.Series:
    return ~cells.fill_null("").str.strip_chars().str.to_lowercase().is_in(sorted(UNKNOWN_WORDS))


def test_every_coach_cell_gives_a_coach_a_label_or_a_seat():
    whole = typed_list("trips-nosugar")
    lines = _said(whole.cells["t_no_sub"]).arg_true() + 1
    assert len(lines) == 1053
    placed = pl.any_horizontal(pl.col("coach", "coach_label", "row", "seat_no").is_not_null())
    found = whole.facts.filter(placed)["record_id"] & 0xFFFFFFFF
    missing = set(lines) - set(found)
    # One cell of the column is a kind of vehicle (a rural coach), rejected with a reason.
    assert missing == set(whole.rejects.filter(pl.col("field") == "coach")["line"])
    assert len(missing) == 1


def test_a_cell_of_the_detail_column_is_classified_by_itself():
    whole = typed_list("trips-sogou")
    detail = whole.cells["detail"].fill_null("")
    first = whole.facts.filter(pl.col("part") == 0)
    clock = detail.str.contains(r"\d[:：]\d\d|\d点")
    assert clock.sum() == first.select(pl.any_horizontal(pl.col("board_at", "alight_at").is_not_null())).sum().item()
    coach = detail.str.contains("车厢")
    assert coach.sum() == first.filter(coach, pl.any_horizontal(pl.col("coach", "coach_label").is_not_null())).height
    seat = detail.str.contains(r"^R?\d{1,2}[A-L](?:、|$)|^\d+排$|^[A-L]\d+$")
    assert seat.sum() == first.filter(seat, pl.col("row").is_not_null()).height
    vehicle = detail.str.contains("出租车|网约车|巴士|中巴|大巴|专线车|班车|长途客车|国际列车")
    kinds = first.filter(vehicle)["mode"].value_counts()
    assert clock.sum() + coach.sum() + seat.sum() + vehicle.sum() + 1 == _said(detail).sum()  # 1: 卧铺
    assert kinds["count"].sum() == vehicle.sum()


Coach, Seat = tuple[str, date, int], tuple[int, str]
Pair = tuple[Coach, Seat, Seat, bool]


def _seat_pairs() -> list[Pair]:
    """Pairs of distinct case seats on one train, day and coach, and whether one record names both."""
    seats: dict[tuple[str, date, int], dict[tuple[int, str], set[tuple[str, int]]]] = defaultdict(
        lambda: defaultdict(set)
    )
    for channel in ("trips-nosugar", "trips-sogou"):
        placed = rides(channel).filter(pl.col("mode") == "train").drop_nulls(["service_no", "coach", "row", "letter"])
        columns = ("numbers", "board_date", "coach", "row", "letter", "record_id")
        for numbers, day, coach, row, letter, record in placed.select(columns).iter_rows():
            seats[numbers[0], day, coach][row, letter].add((channel, record))
    return [
        (where, one, two, bool(known[one] & known[two]))
        for where, known in seats.items()
        for one, two in combinations(sorted(known), 2)
    ]


def test_the_seat_pairs_are_found_and_those_that_only_joining_shows():
    pairs = _seat_pairs()
    near = [pair for pair in pairs if abs(pair[1][0] - pair[2][0]) <= 3]
    # Published: 36 in one coach, 30 within three rows, 21 of them in one record, 9 only after joining records.
    # The engine reads 12 more in one record, where letters share a row number (13排A、B、C座) or seats lie within a
    # range (3A-3D), and one less in the coach: test_real_pairs_by_shape shows both.
    assert len(pairs) == 36 + 12 - 1
    assert len(near) == 30 + 12
    assert sum(together for *_, together in near) == 21 + 12
    assert sum(not together for *_, together in near) == 9


@pytest.mark.parametrize(
    ("train", "day", "coach", "seats"),
    [
        ("G435", date(2020, 1, 18), 5, {(7, "A"), (7, "B"), (8, "B")}),
        ("D3751", date(2020, 1, 19), 3, {(16, "D"), (17, "A"), (17, "B")}),
        ("D8251", date(2020, 1, 22), 3, {(1, "A"), (1, "B")}),
    ],
)
def test_the_published_neighbours_are_found_from_records_of_several_rows(train, day, coach, seats):
    pairs = [pair for pair in _seat_pairs() if pair[0] == (train, day, coach)]
    assert {seat for _, one, two, _ in pairs for seat in (one, two)} == seats
    assert any(not together for *_, together in pairs)
