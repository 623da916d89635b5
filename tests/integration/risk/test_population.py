"""Everybody is under a set: his own division's, else that of the place that assesses."""

from __future__ import annotations

from datetime import date

import pyarrow as pa
import pytest

from firebreak.engine.backends.duckdb import Duck
from firebreak.engine.risk.population import in_force, narrowest, people_under, set_of
from firebreak.engine.risk.rule_set import shipped_sets
from firebreak.terms.errors import OrderError

DAY = date(2020, 2, 25)
SETS = narrowest(in_force(shipped_sets(), DAY))
LIVES = [
    ("320506", "32", "sucheng"),
    ("320102", "3205", "jiangsu-default"),
    ("420106", "32", "jiangsu-default"),  # under the national set only, but here
    ("420106", "320506", "sucheng"),
    (None, "3202", "xikang"),
    ("", "32", "jiangsu-default"),
]
NATIONAL = narrowest(in_force(shipped_sets(), date(2020, 3, 5)))


@pytest.mark.parametrize(("division", "here", "wanted"), LIVES)
def test_one_person_and_the_whole_lake_are_under_the_same_set(division: str | None, here: str, wanted: str) -> None:
    assert set_of(division, SETS, here).id == wanted
    with Duck() as duck:
        rows = pa.table({"person_id": [1], "division_code": pa.array([division], pa.string())})
        found = duck.run(people_under(duck.put("persons", rows), SETS, here)).to_pylist()
    assert [SETS[row["set_no"]].id for row in found] == [wanted]


def test_a_stranger_is_not_left_out_where_no_set_rules_the_whole_country() -> None:
    local = [one for one in SETS if one.jurisdiction]
    assert set_of("420106", local, "32").id == "jiangsu-default"
    with Duck() as duck:
        rows = pa.table({"person_id": [1, 2], "division_code": ["420106", "320506"]})
        found = duck.run(people_under(duck.put("persons", rows), local, "32")).to_pylist()
    assert {row["person_id"]: local[row["set_no"]].id for row in found} == {1: "jiangsu-default", 2: "sucheng"}


def test_a_place_without_rules_cannot_assess() -> None:
    local = [one for one in SETS if one.jurisdiction == "3205"]
    with pytest.raises(OrderError) as error:
        set_of("420106", local, "32")
    assert error.value.code == "FB-RISK-NO-SET"


def test_the_set_of_the_whole_country_rules_only_where_the_place_itself_has_no_other() -> None:
    assert set_of("420106", NATIONAL, "32").id == "sukang"
    assert set_of("420106", NATIONAL, "31").id == "national"
    assert set_of("320506", NATIONAL, "31").id == "sukang"
