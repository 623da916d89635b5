"""Co-presence found among the few rows of the files equals that found among all, and what the rule means."""

from __future__ import annotations

import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.generative.staying import CASE, PACKS, moment, presences, spans
from tests.generative.test_stays import in_order
from tests.generative.travel import Row, arrow

from firebreak.engine.backends.duckdb import Duck
from firebreak.engine.tracing import oracle_stays
from firebreak.engine.tracing import parts as parts_of
from firebreak.engine.tracing.places import places
from firebreak.engine.tracing.rules import RulePack
from firebreak.engine.tracing.stays import SPANS, place_stays, stay_contacts
from firebreak.lake import parquet
from firebreak.terms.tables import PRESENCES


def from_files(there: list[Row], whose: list[Row], rule: RulePack) -> tuple[list[Row], list[Row]]:
    """(contacts found in files a day, those found in one table)."""
    frame = pl.DataFrame(pl.from_arrow(arrow("presences", there))).sort(PRESENCES.sort)
    with tempfile.TemporaryDirectory() as folder, Duck(threads=1) as duck:
        files = []
        for number, (_, part) in enumerate(frame.group_by(pl.col("start_at").dt.date(), maintain_order=True)):
            files.append(Path(folder, f"{number}.parquet"))
            parquet.write(part, PRESENCES, files[-1])
        spans_ = duck.put("spans", pa.Table.from_pylist(whose, schema=SPANS))
        found = []
        for everybody in (duck.scan("presences", files), duck.put("all_presences", frame.to_arrow())):
            stays = place_stays(duck, everybody, spans_, rule, places())
            found.append(duck.run(stay_contacts(duck, everybody, stays, rule)).to_pylist())
    return found[0], found[1]


@pytest.fixture(autouse=True)
def look_into_small_files_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts_of, "_LARGE", 0)


def judge(there: list[Row], whose: list[Row], rule: RulePack) -> None:
    few, whole = from_files(there, whose, rule)
    expected = list(oracle_stays.stay_contacts(there, whose, rule, places()))
    assert in_order(few) == in_order(expected)
    assert in_order(few) == in_order(whole)


DRAWN = {"there": presences(), "whose": spans(), "rule": st.sampled_from(PACKS)}


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(**DRAWN)
def test_contacts_at_places_found_in_files_equal_a_loop_over_all_pairs(**drawn: Any) -> None:
    judge(**drawn)


@pytest.mark.long
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(**DRAWN)
def test_contacts_at_places_found_in_files_equal_a_loop_over_all_pairs_many_times(**drawn: Any) -> None:
    judge(**drawn)


def test_a_stay_that_began_days_before_is_found_and_rows_judged_in_parts_are_all_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(parts_of, "_AT_ONCE", 1)
    base: Row = {"place_id": 1, "cell_id": 10, "place_kind": "ward", "assumed": False, "part": 0}
    day = 24 * 60
    there = [
        base | {"person_id": person, "record_id": person, "start_at": moment(start), "end_at": moment(end)}
        for person, start, end in ((CASE, 9 * day, 10 * day), (2, 0, 20 * day), (3, 9 * day, 9 * day + 30), (4, 0, day))
    ]
    window = {"window_from": moment(8 * day), "window_to": moment(0) + timedelta(days=30)}
    few, whole = from_files(there, [{"case_person_id": CASE, "person_id": CASE, **window}], PACKS[0])
    assert {row["person_id"] for row in few} == {2, 3}
    assert in_order(few) == in_order(whole)
