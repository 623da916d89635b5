"""Asking for contacts: of all rides where an executor reads them, of the few candidates where we can read the files."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import polars as pl
import pyarrow as pa

from firebreak.engine.backends.base import Executor, Expr
from firebreak.engine.tracing.candidates import Sought, candidates, near, sought
from firebreak.engine.tracing.nearby import needs, seeks
from firebreak.engine.tracing.parts import are_large, in_parts
from firebreak.engine.tracing.reach import on_board, reach
from firebreak.engine.tracing.rules import RulePack
from firebreak.engine.tracing.trace import contacts
from firebreak.terms.tables import EXPOSURES, RIDES

_MOST = 50_000
"""With more seeks nearly every coach holds one, and the executor reads the files sooner by itself."""

_NEAR, _DAYS, _CASES = "t_near_rides", "t_near_days", "t_near_cases"


def found_contacts(executor: Executor, case_rides: Expr, pack: RulePack) -> pa.Table:
    """Exposures of ``placed`` case rides, as ``trace.contacts`` of the executor's ``rides`` finds them."""
    parts = [executor.run(part, "contacts") for part in contacts_in_parts(executor, case_rides, pack)]
    return pa.concat_tables(parts) if parts else EXPOSURES.schema.empty_table()


def contacts_in_parts(executor: Executor, case_rides: Expr, pack: RulePack) -> Iterator[Expr]:
    """The same as expressions, each of some days' rides. Run one before you ask for the next: they share names."""
    files = executor.files("rides")
    wanted = what_is_sought(executor, case_rides, pack) if are_large(files) else None
    if wanted is None or len(wanted.coach_key) > _MOST:
        yield _contacts(executor.table("rides").op(), case_rides.op(), pack)
        return
    rides = candidates(files, wanted)
    parts = [pl.concat(rides)] if _counts_hours(pack) or len(files) == 1 else in_parts(rides)
    for part in parts:
        few = executor.put(_NEAR, part.to_arrow().cast(RIDES.schema))
        own = case_rides if len(files) == 1 else _of_days(executor, case_rides, part)
        yield _contacts(few.op(), own.op(), pack)


def near_pairs(executor: Executor, case_rides: Expr, pack: RulePack) -> int:
    """How many pairs of a ride and a case ride may be near at all, in the files of the executor's ``rides``."""
    spans, runs = _asked(case_rides.op(), pack)
    nothing_else = runs.schema().to_pyarrow().empty_table()
    return near(executor.files("rides"), sought(executor.run(spans, "seeks"), nothing_else))


def what_is_sought(executor: Executor, case_rides: Expr, pack: RulePack) -> Sought:
    """What the rule can reach from the case rides, in numbers."""
    spans, runs = _asked(case_rides.op(), pack)
    return sought(executor.run(spans, "seeks"), executor.run(runs, "needs"))


@lru_cache(maxsize=128)
def _asked(case_rides: Any, pack: RulePack) -> tuple[Expr, Expr]:
    """Seeks and needs of the operation ``case_rides``. Building an expression costs more than asking it once."""
    cases = reach(case_rides.to_expr(), pack)
    return seeks(cases), needs(cases, companions=pack.companions.listed)


@lru_cache(maxsize=128)
def _contacts(rides: Any, case_rides: Any, pack: RulePack) -> Expr:
    return contacts(rides.to_expr(), case_rides.to_expr(), pack)


def _counts_hours(pack: RulePack) -> bool:
    """Does the rule add up minutes of several runs? Then the rides of all days are judged together."""
    return any(rule.cumulative_minutes is not None for rule in on_board(pack))


def _of_days(executor: Executor, case_rides: Expr, rides: pl.DataFrame) -> Expr:
    """The case rides of the days of these rides."""
    days = pa.table({"c_run_date": rides["run_date"].unique().to_arrow()})
    return executor.keep(_CASES, case_rides.semi_join(executor.put(_DAYS, days), "c_run_date"))
