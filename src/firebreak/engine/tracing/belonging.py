"""Contacts by belonging: people of one household, one class, one organisation."""

from __future__ import annotations

import ibis

from firebreak.engine.backends.base import Executor, Expr
from firebreak.engine.tracing.places import Places
from firebreak.engine.tracing.resolve import CHINA_HOURS
from firebreak.engine.tracing.rules import RulePack
from firebreak.engine.tracing.stay_rules import near, reach_of_places, with_reach
from firebreak.engine.tracing.stays import exposures_of_places
from firebreak.terms.enums import Setting

_HOUSEHOLD = Setting.HOUSEHOLD.value


def place_members(
    executor: Executor, memberships: Expr, spans: Expr, pack: RulePack, places: Places, name: str = "s1"
) -> Expr:
    """Keep the memberships of the people of ``stays.SPANS`` in force in their span, with what the pack says of each."""
    reach = executor.put(f"{name}_reach_of_members", reach_of_places(places, pack))
    own = dated(memberships).join(spans, "person_id", rname="{name}_s")
    own = own.mutate(since=_later(own.since, own.window_from), until=_sooner(own.until, own.window_to))
    own = own.filter(own.since < own.until).select(
        "place_id", "place_kind", c_case_id="case_person_id", c_person_id="person_id", c_cell_id="cell_id",
        c_since="since", c_until="until", c_record_id="record_id", c_part="part",
    )  # fmt: skip
    return executor.keep(f"{name}_case_memberships", with_reach(own, reach, places))


def dated(memberships: Expr) -> Expr:
    """Memberships with ``since`` and ``until`` (the end of the last day, Asia/Shanghai); null: open."""
    shift = ibis.interval(hours=CHINA_HOURS)
    return memberships.mutate(
        since=(memberships.valid_from.cast("timestamp") - shift).cast("timestamp('UTC', 6)"),
        until=(memberships.valid_to.cast("timestamp") + ibis.interval(hours=24) - shift).cast("timestamp('UTC', 6)"),
    )


def _later(known: Expr, always: Expr) -> Expr:
    return ibis.greatest(ibis.coalesce(known, always), always)


def _sooner(known: Expr, always: Expr) -> Expr:
    return ibis.least(ibis.coalesce(known, always), always)


def member_contacts(memberships: Expr, cases: Expr, pack: RulePack) -> Expr:
    """Exposures of ``place_members`` in the columns of ``exposures``: one row a case, a person and a setting.

    People of one household are in one room. Elsewhere the cell is the class; a colleague's or a teacher's is not known.
    How long they were together nobody tells (minutes null), so a rule's minutes count as reached. From the later of
    both memberships to the sooner end of both, within the case's span.
    """
    pairs = dated(memberships).join(cases, "place_id", rname="{name}_c")
    pairs = pairs.filter((pairs.person_id != pairs.c_person_id) & (pairs.person_id != pairs.c_case_id))
    pairs = pairs.mutate(begin=_later(pairs.since, pairs.c_since), end=_sooner(pairs.until, pairs.c_until))
    pairs = pairs.filter(pairs.begin < pairs.end)
    at_home = pairs.c_setting == _HOUSEHOLD
    inside = at_home | near(pairs)
    called = ibis.ifelse(inside, pairs.c_level, pairs.c_rest)
    found = pairs.mutate(
        contact_level=called,
        same_cell=at_home | ibis.coalesce(pairs.cell_id == pairs.c_cell_id, False),
        minutes=ibis.null("int32"),
        cumulative_minutes=ibis.null("int32"),
    )
    one = once(found.filter(found.contact_level.notnull()))
    return exposures_of_places(one, pack, _nearness(one), _relation(one))


def once(pairs: Expr) -> Expr:
    """The nearest, then the earliest row of each case, person and setting; the smallest records prove it."""
    order = [
        pairs.same_cell.desc(), pairs.begin, pairs.c_record_id, pairs.c_part, pairs.record_id, pairs.part,
        pairs.place_id,
    ]  # fmt: skip
    keys = ["c_case_id", "c_person_id", "person_id", "c_setting"]
    ranked = pairs.mutate(nth=ibis.row_number().over(ibis.window(group_by=keys, order_by=order)))
    return ranked.filter(ranked.nth == 0)


def _nearness(pairs: Expr) -> Expr:
    return ibis.cases((pairs.c_setting == _HOUSEHOLD, "household"), (pairs.same_cell, "cell"), else_="place")


def _relation(pairs: Expr) -> Expr:
    return ibis.cases(
        (pairs.c_setting == _HOUSEHOLD, "household"),
        ((pairs.c_setting == Setting.CLASS.value) & pairs.same_cell, "classmate"),
        (pairs.c_setting == Setting.CLASS.value, "same_school"),
        else_="colleague",
    )
