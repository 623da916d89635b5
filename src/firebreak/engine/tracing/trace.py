"""The whole rule in one question: from case rides to exposures."""

from __future__ import annotations

import ibis

from firebreak.engine.backends.base import Executor, Expr
from firebreak.engine.tracing.aboard import companion_contacts, crew_contacts
from firebreak.engine.tracing.cases import placed
from firebreak.engine.tracing.layout import bays, neighbours, walks
from firebreak.engine.tracing.rules import ContactRule
from firebreak.engine.tracing.seats import exposures, seat_contacts

CASE_RIDES = "t_case_rides"


def place_cases(executor: Executor, case_rides: Expr) -> Expr:
    """Keep the cases' rides with what their formation says of the seat."""
    layouts = (
        executor.put("t_neighbours", neighbours()),
        executor.put("t_bays", bays()),
        executor.put("t_walks", walks()),
    )
    return executor.keep(CASE_RIDES, placed(case_rides, executor.table("services"), *layouts))


def contacts(rides: Expr, case_rides: Expr, rule: ContactRule) -> Expr:
    """Exposures of ``placed`` case rides under one rule, in the columns of ``exposures``.

    One row a case ride, a contact's ride and a level: a companion in the next seat has two rows.
    """
    parts = [seat_contacts(rides, case_rides, rule)]
    if rule.crew != "none":
        parts.append(crew_contacts(rides, case_rides, rule))
    if rule.companions:
        parts.append(companion_contacts(rides, case_rides))
    return exposures(ibis.union(*parts) if len(parts) > 1 else parts[0], rule)
