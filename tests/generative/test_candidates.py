"""Contacts found among the candidates of the files equal those found among all rides, and what the rule means."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.generative.test_contacts import RULES, in_centimetres, in_order
from tests.generative.travel import DAY, SEATS, Row, arrow, instant, rides, services

from firebreak.engine.backends.base import Executor
from firebreak.engine.backends.duckdb import Duck
from firebreak.engine.tracing import candidates, oracle, parts
from firebreak.engine.tracing.find import found_contacts, near_pairs
from firebreak.engine.tracing.nearby import in_the_coach
from firebreak.engine.tracing.reach import reach
from firebreak.engine.tracing.rules import RulePack, rule_named
from firebreak.engine.tracing.trace import contacts, place_cases
from firebreak.lake import parquet
from firebreak.terms.tables import RIDES

KEY = 1 << 23
"""Services apart by this much have keys apart; those nearer share theirs."""


@contextmanager
def filed(travelled: list[Row], timetable: list[Row], *, by_day: bool) -> Iterator[Duck]:
    """A session over files of these rides, as the lake lays them, or all in one file of no day."""
    with tempfile.TemporaryDirectory() as folder, Duck(threads=1) as duck:
        frame = pl.DataFrame(pl.from_arrow(arrow("rides", travelled))).sort(RIDES.sort, nulls_last=False)
        files = []
        for (day,), part in frame.group_by("run_date", maintain_order=True) if by_day else [((None,), frame)]:
            path = Path(folder, f"day={day}" if by_day else "rides", "made-00000001-000.parquet")
            path.parent.mkdir()
            parquet.write(part, RIDES, path)
            files.append(path)
        duck.scan("rides", files)
        duck.put("services", arrow("services", timetable))
        yield duck


@st.composite
def crowds(draw: st.DrawFn) -> list[Row]:
    """Many rides in few coaches of three services, two of which share a coach key; two days; several cases."""
    found: list[Row] = []
    people = draw(st.lists(st.tuples(SEATS, st.integers(0, 3), st.integers(0, 6)), min_size=5, max_size=40))
    for index, (seat, board, more) in enumerate(people):
        alight = min(board + 1 + more % 3, 4)
        day = DAY + timedelta(days=index % 2 if more < 3 else 0)
        found.append(
            {
                **seat, "run_date": day, "service_id": (11, 12, 11 + KEY)[more % 3], "coach": (1, 1, 2, None)[more % 4],
                "role": "crew" if more == 5 else "passenger", "board_seq": board, "alight_seq": alight,
                "board_at": instant(day, 600 + 60 * board), "alight_at": instant(day, 600 + 60 * alight),
                "person_id": 1 + index % 13, "record_id": 100 + index, "part": 0,
                "order_id": 7 + index % 5 if more % 2 else None,
            }
        )  # fmt: skip
    return found


def everything(duck: Duck, cases: list[int], rule: RulePack) -> tuple[list[Row], list[Row]]:
    """(found among the candidates, found among all rides)."""
    everybody = duck.table("rides")
    placed = place_cases(duck, everybody.filter(everybody.person_id.isin(cases)))
    whole = duck.run(contacts(everybody, placed, rule)).to_pylist()
    return found_contacts(duck, placed, rule).to_pylist(), whole


FEW = [RULES[0], RULES[4], RULES[8], rule_named("nhc@8")]
"""Rows, a rest, hours that are added up, everything at once: the default run compiles no more."""


@pytest.fixture(params=["in arrays", "compiled"], autouse=True)
def loop(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every test here is passed by both ways to go over the seats."""
    if request.param == "compiled":
        monkeypatch.setattr(candidates, "_MANY", 0)
    monkeypatch.setattr(candidates, "_RUNS", 1)
    monkeypatch.setattr(parts, "_LARGE", 0)


def judge(travelled: list[Row], timetable: list[Row], rule: RulePack, by_day: bool, cases: list[int]) -> None:
    timetable = [*timetable, {**timetable[-1], "service_id": 11 + KEY}]
    with filed(travelled, timetable, by_day=by_day) as duck:
        few, all_of_them = everything(duck, cases, rule)
    own = [ride for ride in travelled if ride["person_id"] in cases]
    expected = [in_centimetres(row) for row in oracle.contacts(travelled, own, timetable, rule)]
    assert in_order([in_centimetres(row) for row in few]) == in_order(expected)
    assert in_order(few) == in_order(all_of_them)


DRAWN = {"travelled": st.one_of(rides(), crowds()), "timetable": services(), "by_day": st.booleans(),
         "cases": st.sampled_from([[1], [1, 2, 3]])}  # fmt: skip


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rule=st.sampled_from(FEW), **DRAWN)
def test_contacts_among_candidates_equal_a_loop_over_all_pairs(rule: RulePack, **drawn: Any) -> None:
    judge(rule=rule, **drawn)


@pytest.mark.long
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rule=st.sampled_from(RULES), **DRAWN)
def test_contacts_among_candidates_equal_a_loop_over_all_pairs_under_every_rule(rule: RulePack, **drawn: Any) -> None:
    judge(rule=rule, **drawn)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(travelled=crowds(), timetable=services(), rule=st.sampled_from(FEW[:2]))
def test_pairs_near_in_files_are_no_fewer_than_those_an_executor_joins(
    travelled: list[Row], timetable: list[Row], rule: RulePack
) -> None:
    with filed(travelled, timetable, by_day=True) as duck:
        everybody = duck.table("rides")
        placed = place_cases(duck, everybody.filter(everybody.person_id <= 3))
        cases = reach(placed, rule)
        cases = cases.filter(cases.c_passengers & (cases.c_role != "crew"))
        joined = duck.run(in_the_coach(everybody, cases)).num_rows
        near = near_pairs(duck, placed, rule)
    shared = {ride["service_id"] for ride in travelled} >= {11, 12}
    assert near >= joined if shared else near == joined


def test_a_table_that_is_not_read_from_files_is_asked_whole(executor: Executor) -> None:
    base: Row = {"run_date": DAY, "service_id": 11, "coach": 1, "role": "passenger", "place": "seat", "board_seq": 0,
                 "alight_seq": 1, "part": 0, "row": 3, "letter": "A"}  # fmt: skip
    travelled = [base | {"person_id": person, "record_id": person} for person in (1, 2)]
    everybody = executor.put("rides", arrow("rides", travelled))
    executor.put("services", arrow("services", []))
    placed = place_cases(executor, everybody.filter(everybody.person_id == 1))
    assert [row["person_id"] for row in found_contacts(executor, placed, RULES[0]).to_pylist()] == [2]
