"""Dropping what is old: past days of facts, what came with them, and what was derived from them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import ibis

from firebreak.bridge.run import STAGES
from firebreak.bridge.session import session
from firebreak.lake.lake import Lake
from firebreak.terms.tables import RIDES_BY_PERSON, TABLES

DATED = tuple(name for name, table in TABLES.items() if table.day is not None)
"""The tables cut by day."""


def dated_before(lake: Lake, day: date) -> dict[str, int]:
    """Rows of each dated table whose day is before ``day``; tables without any are not in it."""
    by_table = lake.snapshot().by_table
    rows = {
        name: sum(entry.rows for entry in by_table.get(name, []) if entry.day is not None and entry.day < day)
        for name in DATED
    }
    return {name: count for name, count in rows.items() if count}


def drop_before(lake: Lake, day: date, progress: Callable[[str], None] = lambda _: None) -> int:
    """Drop the days before ``day`` of every dated table, then derive people and rides again from what is left.

    Values of people live in derived tables too: without the second step they would outlive their records. A lake that
    was made without files has nothing to derive from, and keeps its people. Returns how many files went.
    """
    with lake.writer():
        gone = sum(lake.drop_before(name, day) for name in DATED)
        for key, stage in STAGES.items() if lake.batches() else ():
            progress(key)
            stage(lake)
        if not lake.batches():
            _drop_from_copy(lake, day)
    return gone


def _drop_from_copy(lake: Lake, day: date) -> None:
    """The copy of ``rides`` sorted by person is not cut by day: what went there goes here."""
    with session(lake) as opened, lake.scratch() as folder:
        copy, left = opened.duck.table("rides_by_person"), folder / "by_person.parquet"
        if opened.snapshot.files("rides_by_person"):
            rows = copy.filter(ibis.coalesce(copy.run_date >= day, True))
            opened.duck.write(rows, left, RIDES_BY_PERSON.sort)
            lake.replace("rides_by_person", left)
