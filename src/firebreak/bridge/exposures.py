"""Where the bridge asks the engine who was near the case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pyarrow as pa

from firebreak.bridge.orders import Target
from firebreak.bridge.session import Session
from firebreak.bridge.timetable import local
from firebreak.engine.tracing.cases import LONGEST_RUN, rides_in_windows, windows
from firebreak.engine.tracing.find import found_contacts
from firebreak.engine.tracing.rules import RulePack, rule_named
from firebreak.engine.tracing.trace import place_cases
from firebreak.engine.tracing.why import everybody
from firebreak.terms.enums import Scope, Setting
from firebreak.terms.tables import RIDES

FIRST_LIST = "jiangsu-first-list"
"""The rule of an order that names none: the list to be made within the hour."""


@dataclass(frozen=True, slots=True)
class Traced:
    """``rule`` as ``id@version``; ``rows`` each way, None where the rule takes the whole coach.

    ``case_rides`` are the case's rows of ``rides``, ``rides`` those of everybody on the same runs, ``exposures``
    rows of that table.
    """

    rule: str
    rows: int | None
    case_rides: tuple[dict[str, Any], ...]
    rides: tuple[dict[str, Any], ...]
    exposures: tuple[dict[str, Any], ...]


def expose(
    session: Session, target: Target, as_of: date, rule: str, rows: int | None, pack: RulePack | None = None
) -> Traced:
    """Everybody near the target's rides under a rule; ``rows`` changes its reach, and the citation then says so.

    A ``pack`` given is taken as it is, and cited as ``rule``.
    """
    wanted, cited = (pack, rule) if pack else rule_of(rule, rows, as_of)
    own = target.rides if target.rides is not None else _rides_in_window(session, target, wanted, as_of)
    return _near(session, own, wanted, cited) if own else Traced(cited, rows_of(wanted), (), (), ())


def aboard(session: Session, case_rides: Sequence[dict[str, Any]]) -> Traced:
    """Everybody on the runs of these rides of a case, whatever any rule says, with how near each was."""
    own = {(ride["record_id"], ride["part"], ride["coach"], ride["board_seq"]): ride for ride in case_rides}
    pack = everybody()
    return _near(session, tuple(own.values()), pack, pack.cite) if own else Traced(pack.cite, None, (), (), ())


def _near(session: Session, own: Sequence[dict[str, Any]], pack: RulePack, cited: str) -> Traced:
    session.only_days("rides", [ride["run_date"] for ride in own])
    table = session.executor.put("b_case_rides", pa.Table.from_pylist(list(own), schema=RIDES.schema))
    placed = place_cases(session.executor, table)
    found = found_contacts(session.executor, placed, pack).to_pylist()
    runs = {(ride["run_date"], ride["service_id"]) for ride in own}
    aboard = session.rows("rides", run_date={run for run, _ in runs}, service_id={service for _, service in runs})
    aboard = [ride for ride in aboard if (ride["run_date"], ride["service_id"]) in runs]
    return Traced(cited, rows_of(pack), tuple(own), tuple(aboard), tuple(found))


def rule_of(name: str, rows: int | None, day: date | None = None) -> tuple[RulePack, str]:
    """The rule named, else the first list, as in force on ``day``, and how findings cite it."""
    pack = rule_named(name or FIRST_LIST, day)
    if rows is None or rows == rows_of(pack):
        return pack, pack.cite
    return pack.with_rows(rows), f"{pack.cite}+rows={rows}"


def rows_of(pack: RulePack) -> int | None:
    """Rows each way on a sealed train; None where the rule takes the whole coach."""
    rule = pack.on(Setting.TRAIN_SEALED)
    return rule.rows if rule and rule.scope == Scope.ROWS else None


def window_of(session: Session, target: Target, pack: RulePack, as_of: date) -> tuple[datetime, datetime] | None:
    """The target's infectious window, in Asia/Shanghai; None where no record of a case opens one."""
    mine = window_row(session, target, pack, as_of).to_pylist()
    first, last = (local(mine[0][name]) for name in ("window_from", "window_to")) if mine else (None, None)
    return (first, last) if first and last else None


def window_row(session: Session, target: Target, pack: RulePack, as_of: date) -> pa.Table:
    """One row of the target's window, or none."""
    executor = session.executor
    window = windows(executor.table("cases"), executor.table("links"), pack, as_of, executor.table("tests"))
    return executor.run(window.filter(window.person_id == target.person_id), "window")


def _of_person(session: Session, first: date, last: date) -> Any:
    """Rides among which one person's of these days are found soonest: the copy sorted by person, where there is one."""
    if session.snapshot.files("rides_by_person"):
        copy = session.executor.table("rides_by_person")
        return copy.filter(copy.run_date.between(first - LONGEST_RUN, last))
    session.only_days("rides", [first - LONGEST_RUN, last])
    return session.executor.table("rides")


def _rides_in_window(session: Session, target: Target, pack: RulePack, as_of: date) -> tuple[dict[str, Any], ...]:
    """The case's rides in its infectious window."""
    mine = window_row(session, target, pack, as_of)
    if not mine.num_rows:
        return ()
    first, last = (local(mine[name][0].as_py()) for name in ("window_from", "window_to"))
    assert first is not None
    last_day = min(last.date(), as_of) if last else as_of
    if last_day < first.date():
        return ()
    rides = rides_in_windows(_of_person(session, first.date(), last_day), session.executor.put("b_window", mine))
    return tuple(session.executor.run(rides, "rides in window").to_pylist())
