"""The facts of a lake: gathered, marked with what they were made from, refused where that has changed since."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa

from firebreak.bridge.engines import DUCKDB
from firebreak.bridge.session import Session, session
from firebreak.bridge.session import frame as stored
from firebreak.engine.backends.base import Executor, Expr
from firebreak.engine.risk.areas import Area, shipped_areas
from firebreak.engine.risk.facts import BATCHES, STATIONS, facts
from firebreak.engine.risk.vocabulary import Kind
from firebreak.lake.frames import polars_schema
from firebreak.lake.lake import Lake
from firebreak.terms.errors import OrderError
from firebreak.terms.stations import stations
from firebreak.terms.tables import AREA_LEVELS, DAY, FACT_RUNS, FACTS_BY_PERSON, I64, RISK_FACTS, TABLES, TEXT

RECORDS = ("cases", "checks", "declarations", "journeys", "registrations", "residences", "rosters", "stays", "tests")
READ = (*RECORDS, "exposures", "links", "memberships", "persons")
"""The tables that facts and the rules a person is under are made from."""

RULES = "rules"
"""Name of the mark of the rules by which the stored colours were made. It makes no facts stale."""

_ROWS_A_FILE = 20_000_000
"""So many facts are sorted at once: 160 million at a time do not fit the memory."""


def make_facts(lake: Lake, as_of: date, areas: Sequence[Area] | None = None, engine: str = DUCKDB) -> int:
    """Write the facts of everybody up to a day; how many.

    ``areas``: the areas of elevated risk beside those shipped, from now on; None: those the lake was last told.
    """
    with lake.writer(), session(lake, engine) as opened, lake.scratch() as folder:
        told = areas_of(opened) if areas is None else tuple(areas)
        rows = opened.executor.keep("r_facts", gather(opened, opened.executor, as_of, told))
        span = _Span.of(opened.executor, rows)
        names = (RISK_FACTS.name, FACTS_BY_PERSON.name)
        tables = {name: span.written(opened.executor, rows, name, folder) for name in names}
        mark = pa.Table.from_pylist([{"as_of": as_of, "facts": span.rows}], schema=FACT_RUNS.schema)
        made_from = {"fact_runs": mark, "fact_sources": sources(opened, told)}
        lake.replace_together({**tables, **made_from, "area_levels": _area_levels(told)})
    return span.rows


def gather(opened: Session, executor: Executor, as_of: date, areas: Sequence[Area], only: Expr | None = None) -> Expr:
    """The table ``facts`` up to a day, of everybody or of ``only`` (``person_id``)."""
    put_beside(opened, executor)
    return facts(executor, (*shipped_areas(), *areas), as_of, only)


def put_beside(opened: Session, executor: Executor) -> None:
    """Give the executor what facts need and no table of the lake holds: when batches came, where stations are."""
    came = [{"batch_id": one.batch_id, "delivered_on": one.delivered_on} for one in opened.batches.values()]
    executor.put(BATCHES, pa.Table.from_pylist(came, schema=pa.schema([("batch_id", I64), ("delivered_on", DAY)])))
    named = [{"station": one.name, "division_code": one.division} for one in stations().values() if one.division]
    schema = pa.schema([("station", TEXT), ("division_code", TEXT)])
    executor.put(STATIONS, pa.Table.from_pylist(named, schema=schema))


@dataclass(frozen=True, slots=True)
class _Span:
    """How many facts there are, and of which people: what is written is cut by people where it is much."""

    rows: int
    low: int
    high: int

    @classmethod
    def of(cls, executor: Executor, rows: Expr) -> _Span:
        asked = rows.aggregate(rows=rows.count(), low=rows.person_id.min(), high=rows.person_id.max())
        found = executor.run(asked, "facts counted").to_pylist()[0]
        return cls(int(found["rows"]), int(found["low"] or 0), int(found["high"] or 0))

    def written(self, executor: Executor, rows: Expr, table: str, folder: Path) -> list[Path]:
        """Sorted files, one after the other in order of person."""
        count = -(-self.rows // _ROWS_A_FILE) or 1
        width = (self.high - self.low) // count + 1
        paths = []
        for number in range(count):
            first, path = self.low + number * width, folder / f"{table}-{number:03d}.parquet"
            mine = rows if count == 1 else rows.filter((rows.person_id >= first) & (rows.person_id < first + width))
            if executor.write(mine, path, TABLES[table].sort, table):
                paths.append(path)
        return paths


def gathered(opened: Session, as_of: date) -> date:
    """The day up to which facts were gathered.

    OrderError FB-RISK-NO-FACTS where they never were, or only up to a day before ``as_of``: a question about a lake
    that was never assessed would be answered green. FB-RISK-STALE where what they were made from has changed since.
    """
    days: list[date] = [row["as_of"] for row in opened.rows("fact_runs")]
    if not days or days[0] < as_of:
        raise OrderError(
            "FB-RISK-NO-FACTS",
            f"facts were gathered up to {days[0]}, asked is {as_of}" if days else "no facts were gathered in this lake",
            "A colour is told from facts gathered up to its day.",
            "Run firebreak assess for that day first, then ask.",
        )
    if changed := stale(opened):
        raise OrderError(
            "FB-RISK-STALE",
            f"changed since the facts were gathered: {', '.join(changed)}",
            "A colour is told from facts that are still so: records, lists, links and areas as they are now.",
            f"Run firebreak assess --new --as-of {days[0]} first, then ask.",
        )
    return days[0]


def stale(opened: Session) -> list[str]:
    """Names of what the facts were made from and is otherwise now; empty where all is as it was."""
    now, then = sources(opened, areas_of(opened)), stored(opened, "fact_sources").filter(pl.col("name") != RULES)
    key = ["name", "hash"]
    changed = pl.concat([now.join(then, on=key, how="anti"), then.join(now, on=key, how="anti")])
    return sorted(set(changed["name"]))


def sources(opened: Session, areas: Sequence[Area]) -> pl.DataFrame:
    """``name, hash`` of everything that facts are made from, as it is now."""
    rows = [(name, int(one.hash[:15], 16)) for name in READ for one in opened.snapshot.by_table.get(name, ())]
    rows += [("batch", batch) for batch in opened.batches]
    rows.append(("areas", number(repr(sorted((*shipped_areas(), *areas), key=repr)))))
    return pl.DataFrame(rows, schema=polars_schema("fact_sources"), orient="row").unique().sort("name", "hash")


def number(text: str) -> int:
    """A whole number that stands for a text, below 2⁶³."""
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big") >> 1


def areas_of(opened: Session) -> tuple[Area, ...]:
    """The areas of elevated risk that this lake was told."""
    return tuple(_area(row) for row in opened.rows("area_levels"))


def _area(row: dict[str, Any]) -> Area:
    return Area(**{**row, "level": Kind(row["level"])})


def _area_levels(areas: Iterable[Area]) -> pa.Table:
    rows = [{name: getattr(area, name) for name in AREA_LEVELS.names} for area in areas]
    return pa.Table.from_pylist(rows, schema=AREA_LEVELS.schema)


def frame(table: pa.Table) -> pl.DataFrame:
    """An Arrow table in Polars."""
    found = pl.from_arrow(table)
    assert isinstance(found, pl.DataFrame)
    return found


def people_of(executor: Executor, rows: Expr) -> pl.DataFrame:
    """``person_id`` of some rows, each once."""
    return frame(executor.run(rows.select("person_id").distinct(), "people"))
