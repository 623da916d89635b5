"""Which cases a list must be made anew for, when records came, people were merged, or rules and windows changed.

Off the rides (places, households, repeated trips, contacts of contacts) all cases are asked again in one question and
the answers are compared. What a case's exposures on rides depend on: its window, the rule, the runs it was on in that
window, everybody's rides on those runs, and the services' formations. The first two are compared as they are. The rest
is compared by *marks*: a hash of a run's rides and of its service, kept for each run a case was on. Days of rides whose
files are the same bytes as at the last list are not looked at, so that a late batch costs what it touches.
"""

from __future__ import annotations

import ibis
import polars as pl

from firebreak.engine.backends.base import Expr
from firebreak.terms.tables import RIDES, SERVICES

CASE = ("case_person_id", "rule")
_RUN = ("run_date", "service_id")
_WINDOW = ("window_from", "window_to")


def marks(rides: Expr, runs: Expr, services: Expr) -> Expr:
    """``run_date, service_id, mark`` of the runs: changes when any ride on the run, or its service, changes.

    A mark does not depend on the order of rows. It is compared with marks of the same executor only.
    """
    aboard = rides.semi_join(runs, list(_RUN))
    told = aboard.select(*_RUN, row=_hash(aboard, RIDES.names))
    own = told.group_by(*_RUN).agg(rows=told.row.bit_xor(), count=told.row.count())
    listed = services.select("service_id", row=_hash(services, SERVICES.names))
    served = listed.group_by("service_id").agg(service=listed.row.bit_xor())
    both = own.left_join(served, "service_id").drop("service_id_right")
    return both.select(*_RUN, mark=_hash(both, ["rows", "count", "service"]))


def _hash(table: Expr, columns: list[str]) -> Expr:
    return ibis.struct({name: ibis.coalesce(table[name].cast("string"), "∅") for name in columns}).hash()


def own_runs(case_rides: pl.DataFrame, marked: pl.DataFrame, rule: str) -> pl.DataFrame:
    """``traced_runs`` of the cases' rides in their windows: the mark of the run, and of which rides are the case's."""
    own = pl.struct("record_id", "part", "coach", "board_seq").hash().reinterpret(signed=True).sum()
    keys = {"case_person_id": pl.col("person_id"), "rule": pl.lit(rule)}
    runs = case_rides.with_columns(**keys).group_by(*CASE, *_RUN).agg(own=own)
    found = runs.join(marked, on=list(_RUN), how="left")
    return found.select(*CASE, *_RUN, mark=pl.col("mark") ^ pl.col("own")).sort(*CASE, *_RUN)


def came_and_went(before: pl.DataFrame, now: pl.DataFrame) -> pl.DataFrame:
    """``case_person_id, rule`` of the cases that are on one list only (rows of ``traced``)."""
    came, went = now.join(before, on=list(CASE), how="anti"), before.join(now, on=list(CASE), how="anti")
    return pl.concat([came.select(CASE), went.select(CASE)])


def shifted(before: pl.DataFrame, now: pl.DataFrame) -> pl.DataFrame:
    """Rows of ``now`` of which the window is another than before."""
    on_both = now.join(before, on=list(CASE), how="semi")
    return on_both.join(before, on=[*CASE, *_WINDOW], how="anti", nulls_equal=True)


def met_anew(before: pl.DataFrame, now: pl.DataFrame) -> pl.DataFrame:
    """``case_person_id, rule`` of the cases on whose runs something changed: ``traced_runs`` of the same cases and
    days."""
    keys = [*CASE, *_RUN, "mark"]
    lost = before.join(now, on=keys, how="anti", nulls_equal=True)
    gained = now.join(before, on=keys, how="anti", nulls_equal=True)
    return pl.concat([lost.select(CASE), gained.select(CASE)]).unique()


OFF_RIDES = pl.col("service_id").is_null() | (pl.col("level") == "joint_trip") | (pl.col("degree") == 2)
"""Of exposures: those at places, by belonging, on repeated trips together, and those of contacts of contacts."""


def otherwise(before: pl.DataFrame, now: pl.DataFrame) -> pl.DataFrame:
    """``case_person_id, rule`` of the cases of which the exposures are not the same rows."""
    columns = before.columns
    lost = before.join(now, on=columns, how="anti", nulls_equal=True)
    gained = now.join(before, on=columns, how="anti", nulls_equal=True)
    return pl.concat([lost.select(CASE), gained.select(CASE)]).unique()


def kept(before: pl.DataFrame, touched: pl.DataFrame, now: pl.DataFrame) -> pl.DataFrame:
    """Rows that stand, those of touched cases replaced by what is so now."""
    return pl.concat([before.join(touched, on=list(CASE), how="anti"), now.select(before.columns)])
