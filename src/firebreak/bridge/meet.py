"""Where the bridge asks the engine whom a case met off its rides: at places, at home and at work, on repeated trips
together; and whom those people met."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pyarrow as pa

from firebreak.bridge.exposures import rule_of, window_row
from firebreak.bridge.orders import Target
from firebreak.bridge.session import Row, Session
from firebreak.engine.tracing.belonging import member_contacts, place_members
from firebreak.engine.tracing.cases import LONGEST_RUN
from firebreak.engine.tracing.joint_trips import joint_trip_contacts
from firebreak.engine.tracing.places import places
from firebreak.engine.tracing.rules import RulePack
from firebreak.engine.tracing.second_degree import second_degree
from firebreak.engine.tracing.stay_rules import reach_of_places
from firebreak.engine.tracing.stays import SPANS, place_stays, stay_contacts
from firebreak.engine.tracing.trace import place_cases
from firebreak.terms.tables import EXPOSURES, RIDES


@dataclass(frozen=True, slots=True)
class Encounters:
    """``exposures``: rows of that table, of both degrees. ``stays``: the case's own stays in its window that the rule
    speaks of, with ``c_`` columns."""

    exposures: tuple[dict[str, Any], ...] = ()
    stays: tuple[dict[str, Any], ...] = ()


def meet(
    session: Session, target: Target, as_of: date, rule: str, rows: int | None, aboard: tuple[Row, ...]
) -> Encounters:
    """Everybody the target met in its infectious window off the rides of ``aboard`` (the exposures on those rides), and
    contacts of close contacts. Nobody where the target is no case, or where the rule asks for nobody."""
    pack, _ = rule_of(rule, rows, as_of)
    span = _span(session, target, pack, as_of)
    if span is None:
        return Encounters()
    stays, met = _at_places(session, span, pack)
    if pack.companions.joint_trips:
        met += _joint_trips(session, target, span, pack)
    if pack.second_degree.listed and (met or aboard):
        met += _second(session, [*aboard, *met], pack, as_of)
    return Encounters(tuple(met), tuple(stays))


def _span(session: Session, target: Target, pack: RulePack, as_of: date) -> pa.Table | None:
    mine = window_row(session, target, pack, as_of)
    if not mine.num_rows:
        return None
    person = mine["person_id"]
    return pa.table([person, person, mine["window_from"], mine["window_to"]], schema=SPANS)


def _at_places(session: Session, span: pa.Table, pack: RulePack) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The case's stays, and its contacts at places and by belonging."""
    duck, kinds = session.duck, places()
    if not reach_of_places(kinds, pack).num_rows:
        return [], []
    spans = duck.put("b_span", span)
    stays = place_stays(duck, duck.table("presences_by_person"), spans, pack, kinds)
    own = duck.run(stays, "stays of the case").to_pylist()
    met = duck.run(stay_contacts(duck, duck.table("presences"), stays, pack), "at places").to_pylist() if own else []
    members = place_members(duck, duck.table("memberships"), spans, pack, kinds)
    met += duck.run(member_contacts(duck.table("memberships"), members, pack), "by belonging").to_pylist()
    return own, met


def _joint_trips(session: Session, target: Target, span: pa.Table, pack: RulePack) -> list[dict[str, Any]]:
    """Companions by repeated trips; their trips before the window tell who they are, those in it are exposures."""
    duck = session.duck
    first, last = span["window_from"][0].as_py(), span["window_to"][0].as_py()
    days = timedelta(days=pack.companions.within_days or 0) + LONGEST_RUN
    session.only_days("rides", [first.date() - days, last.date() + timedelta(days=1)])
    own = session.rows("rides", person_id=target.person_id)
    counted = [ride for ride in own if _counts(ride, first, last)]
    if not counted or len({(ride["run_date"], ride["service_id"]) for ride in own}) < (
        pack.companions.joint_trips or 0
    ):
        return []
    session.only_days("rides", [day for ride in own for day in (ride["run_date"],)])
    placed = place_cases(duck, duck.put("b_all_rides", pa.Table.from_pylist(own, schema=RIDES.schema)))
    wanted = {(ride["record_id"], ride["part"]) for ride in counted}
    found = duck.run(joint_trip_contacts(duck, duck.table("rides"), placed, placed, pack), "joint trips").to_pylist()
    return [row for row in found if (row["case_record_id"], row["case_part"]) in wanted]


def _counts(ride: Row, first: Any, last: Any) -> bool:
    """Does the ride touch the window? One of unknown time does."""
    begins = ride["board_at"] is None or ride["board_at"] < last
    return begins and (ride["alight_at"] is None or ride["alight_at"] > first)


def _second(session: Session, first: list[Any], pack: RulePack, as_of: date) -> list[dict[str, Any]]:
    duck = session.duck
    known = duck.put("b_first", pa.Table.from_pylist(first, schema=EXPOSURES.schema))
    found = second_degree(duck, known, pack, places(), as_of, duck.table("presences_by_person"))
    return list(duck.run(found, "second degree").to_pylist())
