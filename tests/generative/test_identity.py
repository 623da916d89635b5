"""Identity against its plain meaning, on generated records; ids that stay."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st
from tests.executors import generated

from firebreak.engine.backends.base import Executor
from firebreak.engine.identity.components import components
from firebreak.engine.identity.link import link
from firebreak.engine.identity.oracle import partition
from firebreak.engine.identity.person_ids import person_ids
from firebreak.terms.tables import JOURNEYS, MENTIONS, Table

NAMES = ["王伟", "王玮", "王某", "王建国", "王建军", "李静", "李净", "欧阳小明", "欧阳明", None]
Row = dict[str, Any]
Case = tuple[list[Row], list[Row]]
"""Mentions and journeys."""


@st.composite
def records(draw: st.DrawFn) -> tuple[list[Row], list[Row]]:
    """Few numbers, names, phones and seats, so that records meet."""
    mentions, journeys = [], []
    for record_id in range(1, draw(st.integers(1, 9)) + 1):
        number = draw(st.sampled_from(["1", "2", None]))
        mentions.append(
            {
                "record_id": record_id,
                "part": 0,
                "name": draw(st.sampled_from(NAMES)),
                "alias": draw(st.sampled_from([None, None, "王伟"])),
                "doc_type": draw(st.sampled_from(["resident", "resident", "other"])) if number else None,
                "doc_number": number,
                "doc_check": draw(st.sampled_from(["valid", "upgraded", "unchecked", "bad_check_digit", "masked"]))
                if number
                else None,
                "phone": draw(st.sampled_from(["+8613900000001", "+8613900000002", None])),
                "sex": draw(st.sampled_from(["male", "female", None])),
                "birth_year": draw(st.sampled_from([1960, 1961, 1990, None])),
            }
        )
        if draw(st.booleans()):
            journeys.append(
                {
                    "record_id": record_id,
                    "part": 0,
                    "mode": "train",
                    "ticket_no": draw(st.sampled_from([None, "T1", "T2"])),
                    "service_no": "D1",
                    "board_date": date(2020, 1, 23),
                    "coach": 1,
                    "row": draw(st.sampled_from([1, 2, None])),
                    "letter": "A",
                    "ticket_state": draw(st.sampled_from([None, "valid", "refunded"])),
                    "from_place": "汉口",
                    "to_place": "无锡",
                }
            )
    return mentions, journeys


def arrow(table: Table, rows: Iterable[Row]) -> pa.Table:
    return pa.Table.from_pylist([{name: row.get(name) for name in table.names} for row in rows], schema=table.schema)


def people(
    executor: Executor, mentions: list[Row], journeys: list[Row], before: pl.DataFrame | None = None
) -> pl.DataFrame:
    executor.put("mentions", arrow(MENTIONS, mentions))
    executor.put("journeys", arrow(JOURNEYS, journeys))
    if before is not None:
        executor.put("before", before.to_arrow())
    return link(executor, "before" if before is not None else None)


def as_sets(links: pl.DataFrame) -> set[frozenset[tuple[int, int]]]:
    groups: dict[int, set[tuple[int, int]]] = {}
    for record_id, part, person_id in links.select("record_id", "part", "person_id").iter_rows():
        groups.setdefault(person_id, set()).add((record_id, part))
    return {frozenset(group) for group in groups.values()}


@generated(examples=30, on_spark=4, case=records())
def test_the_people_are_those_of_the_plain_rules(executor: Executor, case: Case) -> None:
    mentions, journeys = case
    assert as_sets(people(executor, mentions, journeys)) == partition(mentions, journeys)


@generated(examples=30, on_spark=1, case=records())
def test_a_record_without_a_name_never_ties_two_people(executor: Executor, case: Case) -> None:
    """Taking the nameless records away leaves everybody else's people as they were."""
    mentions, journeys = case
    named = [row for row in mentions if row["name"] is not None or row["doc_number"] is not None]
    silent = {(row["record_id"], row["part"]) for row in mentions} - {(row["record_id"], row["part"]) for row in named}
    without = as_sets(people(executor, named, journeys)) if named else set()
    assert {group - silent for group in as_sets(people(executor, mentions, journeys))} - {frozenset()} == without


@generated(examples=6, on_spark=1, case=records(), random=st.randoms(use_true_random=False))
def test_the_order_of_records_does_not_matter(executor: Executor, case: Case, random: Any) -> None:
    mentions, journeys = case
    shuffled = mentions[:]
    random.shuffle(shuffled)
    assert people(executor, mentions, journeys).equals(people(executor, shuffled, journeys))


@generated(examples=6, on_spark=1, case=records())
def test_a_second_run_renames_nobody(executor: Executor, case: Case) -> None:
    mentions, journeys = case
    first = people(executor, mentions, journeys)
    assert people(executor, mentions, journeys, before=first).equals(first)


@generated(examples=8, on_spark=1, case=records())
def test_a_new_batch_leaves_the_ids_of_people_it_does_not_touch(executor: Executor, case: Case) -> None:
    mentions, journeys = case
    old = [row for row in mentions if row["record_id"] % 2 == 0]
    before = people(executor, old, journeys)
    after = people(executor, mentions, journeys, before=before)
    kept = set(before["person_id"].to_list()) & set(after["person_id"].to_list())
    for group in as_sets(before) & as_sets(after):
        record_id, part = next(iter(group))
        key = (pl.col("record_id") == record_id) & (pl.col("part") == part)
        assert after.filter(key)["person_id"].item() == before.filter(key)["person_id"].item()
        assert after.filter(key)["person_id"].item() in kept


@given(st.integers(1, 40), st.data())
def test_components_are_those_of_walking_the_graph(nodes: int, data: st.DataObject) -> None:
    edges = data.draw(st.lists(st.tuples(st.integers(0, nodes - 1), st.integers(0, nodes - 1)), max_size=60))
    left = np.array([edge[0] for edge in edges], dtype=np.int64)
    right = np.array([edge[1] for edge in edges], dtype=np.int64)
    expected = list(range(nodes))
    for _ in range(nodes):
        for a, b in edges:
            expected[a] = expected[b] = min(expected[a], expected[b])
    assert components(nodes, left, right).tolist() == expected


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=30))
def test_every_group_has_one_id_of_its_own(pairs: list[tuple[int, int]]) -> None:
    """Any split and merge of any earlier people."""
    groups = pl.DataFrame(
        {
            "record_id": pl.Series(range(1, len(pairs) + 1), dtype=pl.Int64),
            "part": pl.Series([0] * len(pairs), dtype=pl.Int16),
            "group": pl.Series([group for group, _ in pairs], dtype=pl.Int64),
        }
    )
    # what an earlier run could have given: each old person is named after one of his own records
    named = {old: min(number for number, (_, other) in enumerate(pairs, 1) if other == old) for _, old in pairs}
    previous = groups.select("record_id", "part").with_columns(
        person_id=pl.Series([named[old] for _, old in pairs], dtype=pl.Int64)
    )
    ids = person_ids(groups, previous)
    assert ids["group"].to_list() == sorted({group for group, _ in pairs})
    assert ids["person_id"].n_unique() == ids.height
