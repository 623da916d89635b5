"""Dropping what is old: past days of facts, what came with them, and what was derived from them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from itertools import chain
from pathlib import Path

import ibis
import pyarrow as pa

from firebreak.bridge.run import STAGES
from firebreak.bridge.session import session
from firebreak.engine.backends.base import Expr
from firebreak.engine.tracing.resolve import CHINA_HOURS
from firebreak.lake.lake import Lake
from firebreak.terms.ids import LINE_BITS
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
    was made without files has nothing to derive from, and keeps its people. Facts and exposures are made by commands of
    their own: what they keep of the days that went, or of records of a batch that went, goes too. ``changes`` stays: it
    is the account of the lists, ids without values. Returns how many files went.
    """
    with lake.writer():
        gone = sum(lake.drop_before(name, day) for name in DATED)
        for key, stage in STAGES.items() if lake.batches() else ():
            progress(key)
            stage(lake)
        if not lake.batches():
            _drop_from_copy(lake, day)
        _drop_from_made(lake, day)
    return gone


def _drop_from_copy(lake: Lake, day: date) -> None:
    """The copy of ``rides`` sorted by person is not cut by day: what went there goes here."""
    with session(lake) as opened, lake.scratch() as folder:
        copy, left = opened.duck.table("rides_by_person"), folder / "by_person.parquet"
        if opened.snapshot.files("rides_by_person"):
            rows = copy.filter(ibis.coalesce(copy.run_date >= day, True))
            opened.duck.write(rows, left, RIDES_BY_PERSON.sort)
            lake.replace("rides_by_person", left)


_MADE = {"facts": ("record_id",), "facts_by_person": ("record_id",), "exposures": ("record_id", "case_record_id")}
"""Tables that are not cut by day and that no stage makes, with the columns that name their records."""


def _drop_from_made(lake: Lake, day: date) -> None:
    """Facts and exposures of before ``day``, and those that a record of a batch without files tells."""
    with session(lake) as opened, lake.scratch() as folder:
        held = opened.duck.put("r_held", _held(lake))
        kept = {}
        for name, records in _MADE.items():
            if not opened.snapshot.files(name):
                continue
            rows = opened.duck.table(name)
            rows = rows.filter(ibis.coalesce(_day_of(name, rows) >= day, True))
            for column in records if lake.batches() else ():
                told = rows[column].isnull() | (rows[column] // (1 << LINE_BITS)).isin(held.batch)
                rows = rows.filter(told)
            kept[name] = folder / f"{name}.parquet"
            opened.duck.write(rows, kept[name], TABLES[name].sort)
        lake.replace_together(kept)


def _held(lake: Lake) -> pa.Table:
    """``batch``: the batches of which the lake still has any rows."""
    entries = chain.from_iterable(lake.snapshot().by_table.values())
    names = (Path(entry.path).name.split("-") for entry in entries)
    batches = sorted({int(number) for kind, number, *_ in names if kind == "batch"})
    return pa.table({"batch": pa.array(batches, pa.int64())})


def _day_of(name: str, rows: Expr) -> Expr:
    """The day of a fact; of an exposure the run's, else the day in Asia/Shanghai on which it begins."""
    if name in ("facts", "facts_by_person"):
        return rows.on
    begun = (rows.from_at.cast("timestamp") + ibis.interval(hours=CHINA_HOURS)).date()
    return ibis.coalesce(rows.run_date, begun)
