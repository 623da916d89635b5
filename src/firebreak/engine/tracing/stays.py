"""Co-presence: who was at the same place, in the same room, at the same time as a case, or so soon after it."""

from __future__ import annotations

import ibis
import pyarrow as pa

from firebreak.engine.backends.base import Executor, Expr, files_of
from firebreak.engine.tracing.cumulative import within_hours
from firebreak.engine.tracing.parts import are_large, in_parts
from firebreak.engine.tracing.places import Places
from firebreak.engine.tracing.rules import RulePack
from firebreak.engine.tracing.stay_rules import near, reach_of_places, with_reach
from firebreak.engine.tracing.there import NAMES, visited, who_was_there
from firebreak.terms.enums import ContactLevel, Setting
from firebreak.terms.tables import EXPOSURES, I64, INSTANT, PRESENCES

SPANS = pa.schema([("case_person_id", I64), ("person_id", I64), ("window_from", INSTANT), ("window_to", INSTANT)])
"""Whose stays count, and when: a case in its infectious window (both ids are the case's), or for contacts of contacts a
contact from its first exposure to its isolation (``person_id``), with the case it met."""


def place_stays(
    executor: Executor, presences: Expr, spans: Expr, pack: RulePack, places: Places, name: str = "s1"
) -> Expr:
    """Keep the stays of the people of ``spans``, cut to their spans, with what the pack says of each place.

    ``presences`` may be a copy in any order; where few people are asked for, the one sorted by person reads least.
    ``name`` is put before the names of what is kept, so that two questions can be asked in one session.
    """
    reach = executor.put(f"{name}_reach", reach_of_places(places, pack))
    own = with_reach(case_stays(presences, spans), reach, places)
    until = own.c_end_at + ibis.coalesce(own.c_lag, ibis.literal(0, "int32")).as_interval("m")
    return executor.keep(f"{name}_case_stays", own.mutate(c_until=until))


def case_stays(presences: Expr, spans: Expr) -> Expr:
    """Presences of the people of ``spans`` within their span: ``place_id``, ``place_kind`` and ``c_`` columns."""
    own = presences.join(spans, "person_id")
    own = own.filter((own.start_at < own.window_to) & (own.end_at > own.window_from))
    return own.select(
        "place_id", "place_kind",
        c_case_id="case_person_id", c_person_id="person_id", c_cell_id="cell_id",
        c_start_at=ibis.greatest(own.start_at, own.window_from), c_end_at=ibis.least(own.end_at, own.window_to),
        c_record_id="record_id", c_part="part",
    )  # fmt: skip


def met(presences: Expr, stays: Expr) -> Expr:
    """Everybody at the place while a case was there, or before the air it left behind was gone.

    One equi-join on the place, the rest is compared pair by pair: an interval join is 20 times slower here.
    """
    pairs = presences.select("person_id", "place_id", "cell_id", "start_at", "end_at", "record_id", "part").join(
        stays, [presences.place_id == stays.place_id], rname="{name}_c"
    )
    at_once = (pairs.start_at < pairs.c_until) & (pairs.end_at > pairs.c_start_at)
    others = (pairs.person_id != pairs.c_person_id) & (pairs.person_id != pairs.c_case_id)
    return pairs.filter(at_once & others)


def stay_contacts(executor: Executor, presences: Expr, stays: Expr, pack: RulePack, name: str = "s1") -> Expr:
    """Exposures of ``place_stays`` under one rule, in the columns of ``exposures``: one row a pair of stays.

    Inside the reach and together for the rule's minutes, at once or within its hours: what the rule says. Everybody
    else who was there at the same time: what the rest of the place is. Who came to the same cell (or place, where the
    rule takes the whole) after the case had left, within the rule's lag: general, as whoever only came later.
    """
    pairs = _pairs(executor, presences, stays, name)
    counted = any(rule.cumulative_minutes is not None for rule in pack.settings)
    timed = within_hours(pairs) if counted else pairs.mutate(cumulative_minutes=ibis.null("int32"))
    return _listed(timed, pack)


def _pairs(executor: Executor, presences: Expr, stays: Expr, name: str) -> Expr:
    """Keep everybody met, ``judged``: of all presences; where they lie in large files that we can read, of the few that
    can have met anybody."""
    files = files_of(executor, presences)
    if not are_large(files):
        return executor.keep(f"{name}_pairs", judged(met(presences, stays)))
    cases = visited(executor.run(stays.select("place_id", "c_start_at", "c_until"), "places visited"))
    parts: list[Expr] = []
    for there in in_parts(who_was_there(files, cases)):
        near = executor.put(f"{name}_there", there.to_arrow().cast(_THERE))
        parts.append(executor.keep(f"{name}_pairs_{len(parts)}", judged(met(near, stays))))
    if not parts:
        return executor.keep(f"{name}_pairs", judged(met(presences.limit(0), stays)))
    return ibis.union(*parts) if len(parts) > 1 else parts[0]


_THERE = pa.schema([PRESENCES.schema.field(column) for column in NAMES])


def judged(pairs: Expr) -> Expr:
    """Pairs with ``begin``, ``end``: together, or where the contact came later (``later``) its time in the air left."""
    later = pairs.start_at >= pairs.c_end_at
    begin, end = ibis.greatest(pairs.start_at, pairs.c_start_at), ibis.least(pairs.end_at, pairs.c_end_at)
    inside = near(pairs)
    same = ibis.coalesce(pairs.cell_id == pairs.c_cell_id, False)
    found = pairs.mutate(
        later=later,
        inside=inside,
        same_cell=same,
        begin=begin,
        end=ibis.ifelse(later, ibis.least(pairs.end_at, pairs.c_until), end),
    )
    return found.filter(ibis.ifelse(found.later, found.inside, found.inside | found.c_rest.notnull()))


def _minutes(pairs: Expr) -> Expr:
    seconds = pairs.end.epoch_seconds() - pairs.begin.epoch_seconds()
    return ibis.ifelse(pairs.later, ibis.literal(0, "int32"), (seconds // 60).cast("int32"))


def _listed(pairs: Expr, pack: RulePack) -> Expr:
    timed = pairs.mutate(minutes=_minutes(pairs))
    untimed = timed.c_least.isnull() & timed.c_most.isnull()
    enough = (
        untimed
        | ibis.coalesce(timed.minutes >= timed.c_least, False)
        | ibis.coalesce(timed.cumulative_minutes >= timed.c_most, False)
    )
    called = ibis.cases(
        (timed.later, ContactLevel.GENERAL.value),
        (timed.inside & enough, timed.c_level),
        else_=timed.c_rest,
    )
    found = timed.mutate(contact_level=called)
    return exposures_of_places(found.filter(found.contact_level.notnull()), pack, _nearness(found), _relation(found))


def _nearness(pairs: Expr) -> Expr:
    at_home = pairs.c_setting == Setting.HOUSEHOLD.value
    return ibis.cases((at_home, "household"), (pairs.same_cell, "cell"), else_="place")


def _relation(pairs: Expr) -> Expr:
    return ibis.cases(
        (pairs.later & pairs.same_cell, "same_cell_later"),
        (pairs.later, "same_place_later"),
        (pairs.same_cell, "same_cell"),
        else_="same_place",
    )


def exposures_of_places(pairs: Expr, pack: RulePack, level: Expr, relation: Expr) -> Expr:
    """Judged pairs at places in the columns of ``exposures``; degree 2 where the span is a contact's of the case."""
    own = pairs.c_person_id == pairs.c_case_id
    given = {
        "case_person_id": pairs.c_case_id,
        "person_id": pairs.person_id,
        "rule": ibis.literal(pack.cite),
        "degree": ibis.ifelse(own, ibis.literal(1, "int8"), ibis.literal(2, "int8")),
        "via_person_id": ibis.ifelse(own, ibis.null("int64"), pairs.c_person_id),
        "setting": pairs.c_setting,
        "contact_level": ibis.ifelse(own, pairs.contact_level, ContactLevel.SECONDARY.value),
        "level": level,
        "relation": relation,
        "place_id": pairs.place_id,
        "from_at": pairs.begin,
        "to_at": pairs.end,
        "minutes": pairs.minutes,
        "cumulative_minutes": pairs.cumulative_minutes,
        "case_record_id": pairs.c_record_id,
        "case_part": pairs.c_part,
        "record_id": pairs.record_id,
        "part": pairs.part,
    }
    types = {field.name: ibis.Schema.from_pyarrow(EXPOSURES.schema)[field.name] for field in EXPOSURES.schema}
    return pairs.select(**{name: given.get(name, ibis.null(kind)) for name, kind in types.items()})
