"""Bringing the lists of all cases up to date: only the cases that something can have changed are traced again."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import polars as pl
import pyarrow as pa

from firebreak.bridge.exposures import FIRST_LIST, rule_of
from firebreak.bridge.meet import off_rides, spans_of
from firebreak.bridge.ranking import closeness
from firebreak.bridge.session import Session, frame, session
from firebreak.bridge.timetable import local
from firebreak.engine.tracing.cases import LONGEST_RUN, WINDOWS, rides_in_windows, windows
from firebreak.engine.tracing.find import found_contacts
from firebreak.engine.tracing.list_changes import Circumstances, changes, rule_id
from firebreak.engine.tracing.retrace import (
    CASE,
    OFF_RIDES,
    came_and_went,
    kept,
    marks,
    met_anew,
    otherwise,
    own_runs,
    shifted,
)
from firebreak.engine.tracing.rules import RulePack
from firebreak.engine.tracing.trace import place_cases
from firebreak.lake.frames import polars_schema
from firebreak.lake.lake import Lake
from firebreak.lake.layout import generation_of
from firebreak.terms.tables import EXPOSURES, RIDES

_LAYERS = 12
"""So many layers of exposures are laid over one another before they are written as one."""


@dataclass(frozen=True, slots=True)
class Retraced:
    """A list that was made: how many cases are on it (once a rule), how many were traced again, what changed (rows of
    ``changes``), people and exposures on it now."""

    list_no: int
    as_of: date
    rules: tuple[str, ...]
    cases: int
    retraced: int
    looked_at_days: int
    changes: tuple[dict[str, Any], ...]
    exposures: int


Step = Callable[[str], None]


def retrace(
    lake: Lake, rules: Sequence[str], as_of: date, by: str, *, full: bool = False, progress: Step = lambda _: None
) -> Retraced:
    """Make the next list and say what changed since the last. ``full`` traces every case again: the result is the same.

    One writer from before it reads until it has replaced: two lists are never mixed.
    """
    packs = {cite: pack for pack, cite in (rule_of(rule, None, as_of) for rule in rules or (FIRST_LIST,))}
    with lake.writer(), session(lake) as opened:
        return _Retrace(opened, packs, as_of, by, full, progress).run()


class _Retrace:
    def __init__(
        self, opened: Session, packs: dict[str, RulePack], as_of: date, by: str, full: bool, progress: Step
    ) -> None:
        self.opened, self.duck, self.packs, self.progress = opened, opened.duck, packs, progress
        self.as_of, self.by, self.full = as_of, by, full
        self.before = {name: frame(opened, name) for name in ("traced", "traced_runs", "traced_files")}
        self.lists = frame(opened, "lists")
        self.number = int(self.lists["list_no"].max() or 0) + 1  # type: ignore[arg-type]

    def run(self) -> Retraced:
        self.progress("windows")
        traced = self._windows()
        files = self._files()
        days = self._changed_days(files)
        self.progress("marks")
        touched, runs = self._touched(traced, days)
        self.progress("contacts")
        found = pl.concat([self._contacts(cite, traced, touched) for cite in self.packs])
        self.progress("meet")
        touched, found = self._with_places(traced, touched, found)
        old = self._exposures_of(touched)
        told = [{"list_no": self.number, **row} for row in self._changes(old, found, traced)]
        self.progress("write")
        rows = self._write(traced, runs, files, touched, found, told)
        return Retraced(
            self.number, self.as_of, tuple(self.packs), len(traced), len(touched), len(days), tuple(told), rows
        )

    def _windows(self) -> pl.DataFrame:
        """``traced`` of this list: every case of every rule with its window."""
        cases, links, tests = (self.duck.table(name) for name in ("cases", "links", "tests"))
        parts = []
        for cite, pack in self.packs.items():
            own = pl.DataFrame(pl.from_arrow(self.duck.run(windows(cases, links, pack, self.as_of, tests), "windows")))
            parts.append(own.rename({"person_id": "case_person_id"}).with_columns(rule=pl.lit(cite)))
        return _typed("traced", pl.concat(parts).with_columns(list_no=pl.lit(self.number)))

    def _files(self) -> pl.DataFrame:
        """``traced_files``: what each day of rides, and the services, look like now."""
        hashes: dict[date | None, list[str]] = defaultdict(list)
        for entry in self.opened.snapshot.by_table.get("rides", []):
            hashes[entry.day].append(entry.hash)
        hashes[None] += [entry.hash for entry in self.opened.snapshot.by_table.get("services", [])]
        rows = [(day, _number("".join(sorted(one)))) for day, one in hashes.items()]
        return pl.DataFrame(rows, schema=polars_schema("traced_files"), orient="row")

    def _changed_days(self, files: pl.DataFrame) -> list[date]:
        """Days of rides that are not what they were; all of them where the services are not, or none were known."""
        known = self.before["traced_files"]
        other = [
            left.join(right, on=["run_date", "hash"], how="anti", nulls_equal=True)
            for left, right in ((files, known), (known, files))
        ]
        days = pl.concat(other)["run_date"]
        if self.full or days.null_count():
            days = pl.concat([files["run_date"], known["run_date"]])
        return sorted(days.drop_nulls().unique())

    def _touched(self, traced: pl.DataFrame, days: list[date]) -> tuple[pl.DataFrame, pl.DataFrame]:
        """(cases to trace again, ``traced_runs`` of this list)."""
        before = self.before["traced"]
        fresh = came_and_went(before, traced)
        wide = pl.concat([traced.join(fresh, on=list(CASE), how="semi"), shifted(before, traced)])
        narrow = traced.join(wide, on=list(CASE), how="anti")
        looked = pl.concat(
            [self._runs(cite, part, only) for cite in self.packs for part, only in ((wide, None), (narrow, days))]
        )
        runs = self.before["traced_runs"]
        again = runs.join(wide, on=list(CASE), how="semi")
        again = pl.concat([again, runs.join(narrow, on=list(CASE), how="semi").filter(pl.col("run_date").is_in(days))])
        touched = pl.concat([fresh, met_anew(again, looked)]).unique()
        if self.full:
            touched = pl.concat([traced.select(CASE), before.select(CASE)]).unique()
        standing = runs.join(again, on=["run_date", "service_id", *CASE], how="anti")
        standing = standing.join(traced, on=list(CASE), how="semi")
        return touched, pl.concat([standing, looked]).sort("rule", "case_person_id", "run_date", "service_id")

    def _runs(self, cite: str, cases: pl.DataFrame, days: list[date] | None) -> pl.DataFrame:
        """``traced_runs`` of these cases under one rule, on these days or (None) all of their windows."""
        rides = self._rides(cite, cases, days)
        if rides.is_empty():
            return pl.DataFrame(schema=polars_schema("traced_runs"))
        self._only(set(rides["run_date"]))
        runs = self.duck.put("b_runs", rides.select("run_date", "service_id").unique().to_arrow())
        marked = self.duck.run(marks(self.duck.table("rides"), runs, self.duck.table("services")), "marks")
        return _typed("traced_runs", own_runs(rides, pl.DataFrame(pl.from_arrow(marked)), cite))

    def _rides(self, cite: str, cases: pl.DataFrame, days: list[date] | None = None) -> pl.DataFrame:
        """The cases' rides in their windows."""
        own = cases.filter(pl.col("rule") == cite).rename({"case_person_id": "person_id"})
        if own.is_empty() or days == []:
            return pl.DataFrame(schema=polars_schema("rides"))
        span = _span(own, self.as_of)
        wanted = [day for day in days if span[0] <= day <= span[1]] if days is not None else None
        self._only(wanted if wanted is not None else self._days_between(*span))
        window = self.duck.put("b_windows", own.select(WINDOWS.names).to_arrow().cast(WINDOWS))
        found = self.duck.run(rides_in_windows(self.duck.table("rides"), window), "rides in windows")
        return pl.DataFrame(pl.from_arrow(found))

    def _days_between(self, first: date, last: date) -> list[date]:
        entries = self.opened.snapshot.by_table.get("rides", [])
        return [entry.day for entry in entries if entry.day is not None and first <= entry.day <= last]

    def _only(self, days: Iterable[date]) -> None:
        wanted = set(days)
        entries = self.opened.snapshot.by_table.get("rides", [])
        self.duck.scan("rides", [self.opened.snapshot.root / one.path for one in entries if one.day in wanted])

    def _contacts(self, cite: str, traced: pl.DataFrame, touched: pl.DataFrame) -> pl.DataFrame:
        """Exposures of the touched cases under one rule."""
        rides = self._rides(cite, traced.join(touched, on=list(CASE), how="semi"))
        if rides.is_empty():
            return pl.DataFrame(schema=polars_schema("exposures"))
        self._only(set(rides["run_date"]))
        own = self.duck.put("b_case_rides", rides.select(RIDES.names).to_arrow().cast(RIDES.schema))
        found: pa.Table = found_contacts(self.duck, place_cases(self.duck, own), self.packs[cite])
        return _typed("exposures", pl.DataFrame(pl.from_arrow(found)))

    def _with_places(
        self, traced: pl.DataFrame, touched: pl.DataFrame, aboard: pl.DataFrame
    ) -> tuple[pl.DataFrame, pl.DataFrame]:
        """(cases that a ride or anything off the rides touched, all their exposures)."""
        before = frame(self.opened, "exposures").join(traced, on=list(CASE), how="semi")
        rides, off = before.filter(~OFF_RIDES), before.filter(OFF_RIDES)
        standing = rides.join(touched, on=list(CASE), how="anti")
        now = [
            self._off_rides(cite, traced, pl.concat([standing, aboard]).filter(pl.col("rule") == cite))
            for cite in self.packs
        ]
        met = pl.concat(now)
        moved = pl.concat([touched, otherwise(off, met)]).unique()
        mine = standing.join(moved, on=list(CASE), how="semi")
        return moved, pl.concat([aboard, mine, met.join(moved, on=list(CASE), how="semi")])

    def _off_rides(self, cite: str, traced: pl.DataFrame, aboard: pl.DataFrame) -> pl.DataFrame:
        """Exposures off the rides of all cases of one rule: asked anew each time, in one question."""
        own = traced.filter(pl.col("rule") == cite).rename({"case_person_id": "person_id"})
        if own.is_empty():
            return pl.DataFrame(schema=polars_schema("exposures"))
        window = own.select(WINDOWS.names).to_arrow().cast(WINDOWS)
        known = aboard.to_arrow().cast(EXPOSURES.schema)
        _, found = off_rides(self.opened, spans_of(window), known, self.packs[cite], self.as_of)
        return _typed("exposures", pl.DataFrame(pl.from_arrow(found)))

    def _exposures_of(self, touched: pl.DataFrame) -> pl.DataFrame:
        if touched.is_empty():
            return pl.DataFrame(schema=polars_schema("exposures"))
        keys = self.duck.put("b_touched", _keys(touched))
        old = self.duck.table("exposures").semi_join(keys, list(CASE))
        return pl.DataFrame(pl.from_arrow(self.duck.run(old, "exposures before")))

    def _changes(self, old: pl.DataFrame, found: pl.DataFrame, traced: pl.DataFrame) -> list[dict[str, Any]]:
        aliases = frame(self.opened, "aliases")
        known = Circumstances(
            known_batches=frozenset(self.lists["batch_id"].drop_nulls()),
            aliases=dict(aliases.select("alias_id", "person_id").iter_rows()),
            excluded=self._excluded(),
            cases_before=_by_case(self.before["traced"]),
            cases_now=_by_case(traced),
        )
        return list(changes(old.to_dicts(), found.to_dicts(), known, closeness))

    def _excluded(self) -> frozenset[int]:
        cases = self.duck.table("cases")
        people = cases.filter(cases.state == "excluded").join(self.duck.table("links"), ["record_id", "part"])
        return frozenset(self.duck.run(people.select("person_id").distinct(), "excluded")["person_id"].to_pylist())

    def _write(
        self,
        traced: pl.DataFrame,
        runs: pl.DataFrame,
        files: pl.DataFrame,
        touched: pl.DataFrame,
        found: pl.DataFrame,
        told: list[dict[str, Any]],
    ) -> int:
        """Write the list in one instant; the number of exposures on it. Other cases' exposures stay as they lie."""
        now = traced.join(touched, on=list(CASE), how="semi")
        tables = {
            "traced": kept(self.before["traced"].join(traced, on=list(CASE), how="semi"), touched, now),
            "traced_runs": runs,
            "traced_files": files,
        }
        layers = {
            "changes": _typed("changes", pl.DataFrame(told, schema=polars_schema("changes"), orient="row")),
            "lists": self._list(len(traced), len(touched)),
        }
        rows = self._standing(touched) + len(found)
        if len({generation_of(path) for path in self.opened.snapshot.files("exposures")}) >= _LAYERS:
            tables["exposures"] = kept(frame(self.opened, "exposures"), touched, found)
        else:
            hidden = self._exposures_of(touched).select(CASE).unique()  # rows without a contact only hide
            gone = hidden.join(found, on=list(CASE), how="anti")
            layers["exposures"] = pl.concat([found, _typed("exposures", gone)])
        self.opened.lake.replace_together(tables, layers)
        return rows

    def _standing(self, touched: pl.DataFrame) -> int:
        """Exposures that nothing touched."""
        exposures, keys = self.duck.table("exposures"), self.duck.put("b_touched", _keys(touched))
        counted = exposures.anti_join(keys, list(CASE)).count().name("rows").as_table()
        return int(self.duck.run(counted, "standing")["rows"][0].as_py())

    def _list(self, cases: int, retraced: int) -> pl.DataFrame:
        """``lists``: a row a batch in the lake, so that the next list knows which are new."""
        batches = pl.Series("batch_id", sorted(self.opened.batches) or [None], dtype=pl.Int64)
        row = {"as_of": self.as_of, "made_by": self.by, "cases": cases, "retraced": retraced}
        whole = batches.to_frame().with_columns(list_no=pl.lit(self.number), **{k: pl.lit(v) for k, v in row.items()})
        return _typed("lists", whole)


def _typed(table: str, rows: pl.DataFrame) -> pl.DataFrame:
    """Rows with the table's columns, order and types; columns that are missing are null."""
    columns = [
        (pl.col(name) if name in rows.columns else pl.lit(None)).cast(kind).alias(name)
        for name, kind in polars_schema(table).items()
    ]
    return rows.select(columns)


def _keys(cases: pl.DataFrame) -> pa.Table:
    return cases.select(CASE).to_arrow().cast(pa.schema([("case_person_id", pa.int64()), ("rule", pa.string())]))


def _by_case(traced: pl.DataFrame) -> dict[tuple[int, str], tuple[str, Any]]:
    columns = traced.select("case_person_id", "rule", "window_from", "window_to")
    return {(case, rule_id(rule)): (rule, (start, end)) for case, rule, start, end in columns.iter_rows()}


def _span(cases: pl.DataFrame, as_of: date) -> tuple[date, date]:
    """Days on which runs of these cases may have begun."""
    first: datetime | None = local(cases["window_from"].min())  # type: ignore[arg-type]
    last: datetime | None = local(cases["window_to"].max())  # type: ignore[arg-type]
    start = first.date() - LONGEST_RUN if first and not cases["window_from"].null_count() else date.min
    return start, last.date() if last and not cases["window_to"].null_count() else as_of


def _number(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big") >> 1
