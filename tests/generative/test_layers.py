"""Layers over a table: what a reader sees is what a dictionary would hold."""

from __future__ import annotations

import tempfile
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.report_lake import rows_of

from firebreak.bridge.session import frame, session
from firebreak.lake.lake import Lake
from firebreak.terms.errors import LakeError

writes = st.lists(
    st.tuples(st.booleans(), st.dictionaries(st.integers(1, 6), st.integers(0, 3), max_size=4)), min_size=1, max_size=6
)


@settings(max_examples=25)
@given(writes)
def test_the_latest_layer_that_has_a_key_speaks_for_it_and_a_row_without_records_only_hides(
    history: list[tuple[bool, dict[int, int]]],
) -> None:
    """``records`` 0 stands for a person who is gone."""
    with tempfile.TemporaryDirectory() as folder:
        lake = Lake.open(Path(folder) / "lake", create=True)
        lake.replace("persons", rows_of("persons", [{"person_id": 9, "records": 1}]))
        seen: dict[int, int] = {9: 1}
        for whole, drawn in history:
            rows = drawn | {9: 1} if whole else drawn
            there = {person: count for person, count in rows.items() if count or not whole}
            said = [{"person_id": person, "records": count or None} for person, count in there.items()]
            table = rows_of("persons", said)  # type: ignore[arg-type]
            lake.replace_together(*(({"persons": table}, {}) if whole else ({}, {"persons": table})))
            seen = {person: count for person, count in (({} if whole else seen) | rows).items() if count}
            with session(lake) as opened:
                found = frame(opened, "persons")
            assert dict(found.select("person_id", "records").iter_rows()) == seen
        assert lake.check() == []


def test_a_table_without_a_key_takes_no_layer(tmp_path: Path) -> None:
    lake = Lake.open(tmp_path / "lake", create=True)
    with pytest.raises(LakeError) as refused:
        lake.replace_together({}, {"merges": rows_of("merges", [])})
    assert refused.value.code == "FB-LAKE-COLUMNS"


def test_tables_that_are_replaced_together_appear_together_or_not_at_all(tmp_path: Path) -> None:
    lake = Lake.open(tmp_path / "lake", create=True)
    before = lake.snapshot().by_table
    with pytest.raises(LakeError):
        lake.replace_together({"links": rows_of("links", []), "merges": pl.DataFrame({"nonsense": [1]})})
    assert lake.snapshot().by_table == before
