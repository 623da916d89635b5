"""Contacts on the same run beyond the seat: crew, and companions on the same order."""

from __future__ import annotations

import ibis

from firebreak.engine.backends.base import Expr
from firebreak.engine.tracing.nearby import same_run
from firebreak.engine.tracing.seats import judged, overlap
from firebreak.terms.ride_keys import CREW

_NEVER = ibis.literal(value=False)
"""Minutes do not count for crew and companions."""


def crew_contacts(rides: Expr, case_rides: Expr) -> Expr:
    """Judged pairs of a case and crew, at level ``crew``, while both were on board.

    A passenger's contacts are the crew in charge of the coach (``crew = "coach"``), of every coach of the same set
    (``"set"``: nobody walks from coach 8 to 9 of two coupled sets), or all (``"vehicle"``). A case in the crew meets
    the other crew of the set, and the passengers of the coach it is in charge of. Crew of whom no coach is known counts
    for every coach; a passenger of unknown coach is no contact of a case in the crew of a known one.
    ``case_rides`` have their ``reach``; none where the setting lists no crew.
    """
    case_rides = case_rides.filter(case_rides.c_crew != "none")
    crew = rides.seat_key == CREW
    ours = rides.filter(crew).join(case_rides, _same_run(rides, case_rides))
    passengers = case_rides.filter(case_rides.c_role == "crew")
    theirs = rides.filter(~crew).join(passengers, _same_run(rides, passengers))
    theirs = theirs.filter(theirs.c_coach.isnull() | ibis.coalesce(theirs.coach == theirs.c_coach, False))
    anywhere = ours.coach.isnull() | ours.c_coach.isnull()
    same_coach = anywhere | (ours.coach == ours.c_coach)
    limits = ours.c_first.isnull() | ((ours.coach >= ours.c_first) & (ours.coach <= ours.c_last))
    same_set = anywhere | limits
    reach = ibis.ifelse((ours.c_crew == "set") | (ours.c_role == "crew"), same_set, same_coach)
    reach = reach | (ours.c_crew == "vehicle")
    found = [
        pairs.filter((pairs.person_id != pairs.c_person_id) & overlap(pairs))
        for pairs in (ours.filter(ibis.coalesce(reach, False)), theirs)
    ]
    word = ibis.literal("crew")
    return ibis.union(
        *(judged(pairs, level=word, relation=word, contact_level=pairs.c_level, timed=_NEVER) for pairs in found)
    )


def companion_contacts(rides: Expr, case_rides: Expr) -> Expr:
    """Judged pairs of a case and those on the same order and run, in whatever coach, at level ``companion``."""
    bought = case_rides.filter(case_rides.c_order_id.notnull())
    pairs = rides.join(bought, [rides.order_id == bought.c_order_id, *same_run(rides, bought)])
    pairs = pairs.filter((pairs.person_id != pairs.c_person_id) & overlap(pairs))
    return judged(
        pairs,
        level=ibis.literal("companion"),
        relation=ibis.literal("same_order"),
        contact_level=ibis.literal("close"),
        timed=_NEVER,
    )


def wide_contacts(rides: Expr, case_rides: Expr) -> Expr:
    """Judged pairs beyond the case's coach, where its setting takes the vehicle or the set one can walk through.

    Relation ``vehicle``: passengers of another coach, or of whom no coach is known, while both were on board.
    """
    cases = case_rides.filter(case_rides.c_wide.notnull() & (case_rides.c_role != "crew"))
    pairs = rides.filter(rides.role != "crew").join(cases, _same_run(rides, cases))
    pairs = pairs.filter((pairs.person_id != pairs.c_person_id) & overlap(pairs))
    elsewhere = ibis.coalesce(pairs.coach != pairs.c_coach, True)
    anywhere = pairs.coach.isnull() | pairs.c_first.isnull()
    in_set = ibis.coalesce(anywhere | pairs.coach.between(pairs.c_first, pairs.c_last), False)
    pairs = pairs.filter(elsewhere & ((pairs.c_wide == "vehicle") | in_set))
    return judged(
        pairs,
        level=ibis.literal("coach"),
        relation=ibis.literal("vehicle"),
        contact_level=pairs.c_level,
        timed=ibis.literal(value=True),
    )


def _same_run(rides: Expr, case_rides: Expr) -> list[Expr]:
    return [rides.service_id == case_rides.c_service_id, rides.run_date == case_rides.c_run_date]
