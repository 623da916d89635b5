"""The dated table of divisions."""

from __future__ import annotations

import csv
from datetime import date

import pytest
from tests.shared_data import shared

from firebreak.terms.divisions import code_on, divisions, full_name, known_codes

TODAY = date(2021, 1, 1)


def test_jiangsu_has_thirteen_cities_and_ninety_five_counties_today() -> None:
    current = {division.code for division in divisions() if division.code.startswith("32") and division.on(TODAY)}
    cities = {code for code in current if code.endswith("00") and code != "320000"}
    counties = {code for code in current if code[4:] not in ("00", "01")}
    assert (len(cities), len(counties)) == (13, 95)


def test_no_code_of_jiangsu_has_two_names_at_once() -> None:
    ours = [division for division in divisions() if division.code.startswith("32") and division.code[4:] != "01"]
    for day in (date(2000, 7, 1), date(2013, 2, 8), date(2020, 7, 2), date(2020, 7, 3)):
        codes = [division.code for division in ours if division.on(day) and division.valid_from.year != day.year]
        assert len(codes) == len(set(codes))


def test_every_successor_is_in_force_when_its_predecessor_ends() -> None:
    for division in divisions():
        if division.successor:
            assert code_on(division.code, TODAY) in {one.code for one in divisions() if one.on(TODAY)}


@pytest.mark.parametrize(
    ("code", "day", "expected"),
    [
        ("320684", date(2020, 1, 23), "320684"),
        ("320684", date(2021, 1, 1), "320614"),
        ("320611", date(2021, 1, 1), "320613"),
        ("320202", date(2020, 1, 23), "320213"),
        ("320613", date(2020, 1, 23), "320613"),
        ("999999", date(2020, 1, 23), None),
    ],
)
def test_an_old_code_gives_the_one_in_force(code: str, day: date, expected: str | None) -> None:
    assert code_on(code, day) == expected


def test_the_full_name_leaves_out_names_that_only_group() -> None:
    day = date(2020, 1, 23)
    assert full_name("110105", day) == "北京市朝阳区"
    assert full_name("320211", day) == "江苏省无锡市滨湖区"
    assert full_name("429004", day) == "湖北省仙桃市"


def test_every_legal_county_of_the_public_list_is_known() -> None:
    with shared("admin-divisions/areas.csv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    # From xx71 on the list has development zones, which are no counties; two more are of statistics alone.
    legal = {row["code"]: row["name"] for row in rows if int(row["code"][4:]) < 70 or row["code"][4:] >= "81"}
    unknown = {code for code in legal if code not in known_codes()}
    assert unknown <= {"460321", "460322", "460323", "620201", "632857"}
    jiangsu = {code: name for code, name in legal.items() if code.startswith("32")}
    ours = {one.code: one.name for one in divisions() if one.code.startswith("32") and one.on(TODAY)}
    assert {code: ours.get(code) for code in jiangsu} == jiangsu
