"""The whole rule in one question: from case rides to exposures."""

from __future__ import annotations

import ibis

from firebreak.engine.backends.base import Executor, Expr
from firebreak.engine.tracing.aboard import companion_contacts, crew_contacts, wide_contacts
from firebreak.engine.tracing.cases import placed
from firebreak.engine.tracing.layout import coaches, neighbours, walks
from firebreak.engine.tracing.reach import leaves_the_coach, on_board, reach
from firebreak.engine.tracing.rules import RulePack
from firebreak.engine.tracing.seats import exposures, seat_contacts

CASE_RIDES = "t_case_rides"


def place_cases(executor: Executor, case_rides: Expr) -> Expr:
    """Keep the cases' rides with what their formation says of the seat."""
    layouts = (
        executor.put("t_neighbours", neighbours()),
        executor.put("t_coaches", coaches()),
        executor.put("t_walks", walks()),
    )
    return executor.keep(CASE_RIDES, placed(case_rides, executor.table("services"), *layouts))


def contacts(rides: Expr, case_rides: Expr, pack: RulePack) -> Expr:
    """Exposures of ``placed`` case rides under one rule, in the columns of ``exposures``.

    One row a case ride, a contact's ride and a level: a companion in the next seat has two rows.
    """
    cases = reach(case_rides, pack)
    parts = [seat_contacts(rides, cases, pack)]
    if leaves_the_coach(pack):
        parts.append(wide_contacts(rides, cases))
    if any(rule.crew != "none" for rule in on_board(pack)):
        parts.append(crew_contacts(rides, cases))
    if pack.companions.listed:
        parts.append(companion_contacts(rides, cases))
    return exposures(ibis.union(*parts) if len(parts) > 1 else parts[0], pack)
