"""A list brought up to date equals a list made from nothing, whatever came between, and says what it changed."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.generative.staying import memberships, moment, presences
from tests.generative.travel import DAY, Row, arrow, rides, services

from firebreak.bridge.meet import meet
from firebreak.bridge.orders import Order, resolve
from firebreak.bridge.retrace import Retraced, retrace
from firebreak.bridge.session import session
from firebreak.lake.lake import Lake

Contact = tuple[int, str, int]
WORLDS = st.fixed_dictionaries(
    {
        "rides": rides(),
        "services": services(),
        "presences": presences(people=4),
        "memberships": memberships(people=4),
        "cases": st.lists(
            st.fixed_dictionaries(
                {
                    "person_id": st.integers(1, 4),
                    "state": st.sampled_from(["confirmed", "confirmed", "suspected", "excluded"]),
                    "onset_on": st.sampled_from([DAY + timedelta(days=days) for days in (0, 1, 3, 20)]),
                }
            ),
            max_size=3,
        ),
    }
)
TABLES = ("rides", "services", "cases", "presences", "memberships")
CHANGED = st.fixed_dictionaries({"what": st.sets(st.sampled_from(TABLES)), "world": WORLDS})


def lay(lake: Lake, world: dict[str, list[Row]]) -> None:
    """The tables a list is made of, as a run of link would leave them."""
    cases = [{"record_id": (7 << 32) + n, "part": 0, **one} for n, one in enumerate(world["cases"])]
    tables = {"cases": cases, "links": cases, **{name: world.get(name, []) for name in TABLES if name != "cases"}}
    tables["presences_by_person"] = tables["presences"]
    lake.replace_together({name: arrow(name, rows) for name, rows in tables.items()})


def exposures(lake: Lake) -> pl.DataFrame:
    with session(lake) as opened:
        rows = opened.rows("exposures")
    return pl.DataFrame(sorted(rows, key=repr), infer_schema_length=None)


def contacts(listed: pl.DataFrame) -> dict[Contact, list[Any]]:
    found: dict[Contact, list[Any]] = defaultdict(list)
    for row in listed.iter_rows(named=True):
        found[row["case_person_id"], row["rule"].partition("@")[0], row["person_id"]].append(repr(row))
    return {key: sorted(rows) for key, rows in found.items()}


def told_as(made: Retraced) -> dict[Contact, str]:
    return {(row["case_person_id"], row["rule"], row["person_id"]): row["change"] for row in made.changes}


def differences(before: pl.DataFrame, now: pl.DataFrame) -> dict[Contact, str]:
    was, becomes = contacts(before), contacts(now)
    words = {(True, False): "removed", (False, True): "added", (True, True): "changed"}
    return {
        key: words[key in was, key in becomes] for key in {*was, *becomes} if was.get(key) != becomes.get(key)
    }  # fmt: skip


@settings(max_examples=10, deadline=None)
@given(
    world=WORLDS,
    steps=st.lists(CHANGED, min_size=1, max_size=3),
    rules=st.sampled_from([["nhc@8"], ["us-cdc@2", "nhc-coach"]]),
)
def test_a_list_brought_up_to_date_is_the_list_made_from_nothing(
    world: dict[str, list[Row]], steps: list[dict[str, Any]], rules: list[str]
) -> None:
    as_of = DAY + timedelta(days=4)
    with tempfile.TemporaryDirectory() as folder:
        lake = Lake.open(Path(folder, "lake"), create=True)
        lay(lake, world)
        made = retrace(lake, rules, as_of, "test")
        before = exposures(lake)
        assert set(told_as(made).values()) <= {"added"}
        for step in steps:
            world = {**world, **{name: step["world"][name] for name in step["what"]}}
            lay(lake, world)
            made = retrace(lake, rules, as_of, "test")
            now = exposures(lake)
            assert told_as(made) == differences(before, now)
            assert made.exposures == len(now)
            if not step["what"]:
                assert made.retraced == 0
            before = now
        other = Lake.open(Path(folder, "other"), create=True)
        lay(other, world)
        retrace(other, rules, as_of, "test")
        assert now.equals(exposures(other))


@settings(max_examples=6, deadline=None)
@given(world=WORLDS, new=st.integers(1, 4))
def test_a_new_case_leaves_the_other_cases_exposures_where_they_lie(world: dict[str, list[Row]], new: int) -> None:
    as_of = DAY + timedelta(days=4)
    with tempfile.TemporaryDirectory() as folder:
        lake = Lake.open(Path(folder), create=True)
        known = [case for case in world["cases"] if case["person_id"] != new]
        lay(lake, {**world, "cases": known})
        retrace(lake, [], as_of, "test")
        files = {path: path.read_bytes() for path in lake.files("exposures")}
        lay(lake, {**world, "cases": [*known, {"person_id": new, "state": "confirmed", "onset_on": DAY}]})
        made = retrace(lake, [], as_of, "test")
        assert made.retraced == 1
        assert {row["why"] for row in made.changes} <= {"new_case"}
        assert all(path.read_bytes() == bytes_before for path, bytes_before in files.items())
        assert set(files) <= set(lake.files("exposures"))


def test_a_later_day_of_judgement_traces_nobody_again_who_did_not_travel_in_between() -> None:
    ride = {"run_date": DAY, "service_id": 11, "coach": 1, "row": 3, "letter": "A", "place": "seat", "part": 0,
            "role": "passenger", "board_seq": 0, "alight_seq": 2}  # fmt: skip
    world: dict[str, list[Row]] = {
        "rides": [{**ride, "person_id": person, "record_id": person, "letter": "ABC"[person]} for person in (1, 2)],
        "services": [{"service_id": 11, "mode": "train", "service_key": "k", "valid_from": date(2000, 1, 1),
                      "valid_to": date(2100, 1, 1)}],
        "cases": [{"person_id": 1, "state": "confirmed", "onset_on": DAY}],
    }  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        lake = Lake.open(Path(folder), create=True)
        lay(lake, world)
        assert retrace(lake, [], DAY, "test").retraced == 1
        made = retrace(lake, [], DAY + timedelta(days=1), "test")
        assert (made.retraced, made.cases, made.changes, made.exposures) == (0, 1, (), 1)


def test_a_list_holds_whom_an_order_of_each_case_lists_off_its_rides() -> None:
    """Whoever lives with a case, was in its room, or met its contact is on the list that ``firebreak trace`` prints."""
    spent = {"start_at": moment(60), "end_at": moment(300), "place_kind": "hotel", "part": 0}
    home = {"place_kind": "household", "part": 0}
    world: dict[str, list[Row]] = {
        "cases": [{"person_id": person, "state": "confirmed", "onset_on": DAY, "case_no": str(person)}
                  for person in (1, 2)],
        "presences": [{**spent, "person_id": person, "record_id": person, "place_id": 7, "cell_id": 70}
                      for person in (1, 3)],
        "memberships": [{**home, "person_id": person, "record_id": 10 * place + person, "place_id": place}
                        for place, person in ((1, 1), (1, 4), (2, 2), (2, 5), (3, 3), (3, 6))],
    }  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        lake = Lake.open(Path(folder), create=True)
        lay(lake, world)
        retrace(lake, ["nhc@8"], DAY, "test")
        listed = exposures(lake)
        with session(lake) as opened:
            single = [row for case in ("1", "2") for row in meet(opened, resolve(opened, Order(case)), DAY, "nhc@8",
                                                                 None, ()).exposures]  # fmt: skip
    found = {(row["case_person_id"], row["person_id"], row["degree"]) for row in listed.iter_rows(named=True)}
    assert found == {(1, 3, 1), (1, 4, 1), (2, 5, 1), (1, 6, 2)}
    assert sorted(map(repr, single)) == sorted(repr(row) for row in listed.iter_rows(named=True))
