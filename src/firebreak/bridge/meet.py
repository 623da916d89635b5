"""Where the bridge asks the engine whom cases met off their rides: at places, at home and at work, on repeated trips
together; and whom those people met. One case or all of them, in the same expressions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.compute as pc

from firebreak.bridge.exposures import rule_of, window_row
from firebreak.bridge.orders import Target
from firebreak.bridge.session import Row, Session
from firebreak.engine.backends.base import Expr
from firebreak.engine.tracing.belonging import member_contacts, place_members
from firebreak.engine.tracing.cases import LONGEST_RUN, rides_in_windows
from firebreak.engine.tracing.joint_trips import joint_trip_contacts
from firebreak.engine.tracing.places import places
from firebreak.engine.tracing.rules import RulePack
from firebreak.engine.tracing.second_degree import second_degree
from firebreak.engine.tracing.stay_rules import reach_of_places
from firebreak.engine.tracing.stays import SPANS, place_stays, stay_contacts
from firebreak.engine.tracing.trace import place_cases
from firebreak.terms.tables import EXPOSURES


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
    span = spans_of(window_row(session, target, pack, as_of))
    if not span.num_rows:
        return Encounters()
    known = pa.Table.from_pylist([dict(row) for row in aboard], schema=EXPOSURES.schema)
    stays, found = off_rides(session, span, known, pack, as_of)
    return Encounters(tuple(found.to_pylist()), tuple(stays.to_pylist()))


def spans_of(windows: pa.Table) -> pa.Table:
    """``stays.SPANS`` of cases with these windows (``cases.WINDOWS``)."""
    person = windows["person_id"]
    return pa.table([person, person, windows["window_from"], windows["window_to"]], schema=SPANS)


def off_rides(
    session: Session, spans: pa.Table, aboard: pa.Table, pack: RulePack, as_of: date
) -> tuple[pa.Table, pa.Table]:
    """(stays of the cases that the rule speaks of, exposures off their rides) of cases in their spans; ``aboard``: the
    exposures on their rides, whose close contacts count for the second degree."""
    stays, met = _at_places(session, spans, pack)
    if pack.companions.joint_trips:
        met.append(_joint_trips(session, spans, pack))
    if pack.second_degree.listed:
        met.append(_second(session, pa.concat_tables([aboard, *met]), pack, as_of))
    return stays, pa.concat_tables([EXPOSURES.schema.empty_table(), *met])


def _at_places(session: Session, spans: pa.Table, pack: RulePack) -> tuple[pa.Table, list[pa.Table]]:
    """The cases' stays, and their contacts at places and by belonging."""
    duck, kinds = session.duck, places()
    whose = duck.put("b_span", spans)
    if not reach_of_places(kinds, pack).num_rows:
        return pa.table({}), []
    stays = place_stays(duck, duck.table("presences_by_person"), whose, pack, kinds)
    own = duck.run(stays, "stays of the case")
    met = [duck.run(stay_contacts(duck, duck.table("presences"), stays, pack), "at places")] if own.num_rows else []
    members = place_members(duck, duck.table("memberships"), whose, pack, kinds)
    return own, [*met, duck.run(member_contacts(duck.table("memberships"), members, pack), "by belonging")]


def _joint_trips(session: Session, spans: pa.Table, pack: RulePack) -> pa.Table:
    """Companions by repeated trips; their trips before the window tell who they are, those in it are exposures."""
    duck = session.duck
    own = duck.keep("b_all_rides", _known_rides(session, spans, pack))
    each = own.select("person_id", "run_date", "service_id").distinct()
    runs = each.group_by("person_id").agg(runs=each.count())
    often = duck.run(runs.filter(runs.runs >= pack.companions.joint_trips).select("person_id"), "frequent travellers")
    days = duck.run(own.select("run_date").distinct(), "days travelled")["run_date"].to_pylist()
    if not often.num_rows:
        return EXPOSURES.schema.empty_table()
    session.only_days("rides", days)
    windows = duck.table("b_span").select("person_id", "window_from", "window_to")
    inside = rides_in_windows(own, windows)
    counted = inside.select(c_person_id="person_id", c_record_id="record_id", c_part="part")
    placed = place_cases(duck, own)
    return duck.run(joint_trip_contacts(duck, duck.table("rides"), placed, counted, pack), "joint trips")


def _known_rides(session: Session, spans: pa.Table, pack: RulePack) -> Expr:
    """The cases' rides in their windows and in the days before that tell who travels with them."""
    duck = session.duck
    before = timedelta(days=pack.companions.within_days or 0) + LONGEST_RUN
    first, last = pc.min(spans["window_from"]).as_py(), pc.max(spans["window_to"]).as_py()
    name = "rides_by_person" if session.snapshot.files("rides_by_person") else "rides"
    if name == "rides":
        session.only_days(name, [first.date() - before, last.date() + timedelta(days=1)])
    rides, whose = duck.table(name), duck.table("b_span")
    own = rides.join(whose.select("person_id", "window_from", "window_to"), "person_id")
    begins = own.window_from.cast("timestamp").date() - ibis.interval(days=before.days)
    ends = own.window_to.cast("timestamp").date() + ibis.interval(days=1)
    return own.filter(own.run_date.between(begins, ends)).select(rides.columns).distinct()


def _second(session: Session, first: pa.Table, pack: RulePack, as_of: date) -> pa.Table:
    """Contacts of the close contacts of ``first``."""
    if not first.num_rows:
        return EXPOSURES.schema.empty_table()
    duck = session.duck
    known = duck.put("b_first", first)
    return duck.run(
        second_degree(duck, known, pack, places(), as_of, duck.table("presences_by_person")), "second degree"
    )
