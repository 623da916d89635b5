"""Contacts of contacts, along paths that respect time: who met a close contact after it was exposed, before it was
isolated."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import ibis

from firebreak.engine.backends.base import Executor, Expr
from firebreak.engine.tracing.belonging import member_contacts, place_members
from firebreak.engine.tracing.places import Places
from firebreak.engine.tracing.resolve import CHINA_HOURS
from firebreak.engine.tracing.rules import RulePack
from firebreak.engine.tracing.rules.model import SettingRule
from firebreak.engine.tracing.stays import place_stays, stay_contacts
from firebreak.terms.enums import ContactLevel, Scope, Setting

CLOSE = ContactLevel.CLOSE.value


def second_degree(
    executor: Executor, first: Expr, pack: RulePack, places: Places, as_of: date, by_person: Expr | None = None
) -> Expr:
    """Exposures of degree 2 in the columns of ``exposures``: whom the close contacts of ``first`` lived, worked or ate
    with, in the settings of the pack's second degree, between their first exposure and their isolation.

    ``via_person_id`` is the contact between; ``case_record_id`` puts that contact there, and the rows of ``first`` that
    have it as ``person_id`` prove the first step. The case and its close contacts are not listed again. ``by_person``:
    a copy of presences that is read for the contacts' own stays.
    """
    presences, memberships = executor.table("presences"), executor.table("memberships")
    spans = executor.keep("s2_spans", contact_spans(first, isolations(executor, places), as_of))
    at_table, belonging = at_second_degree(pack, unplaced=False), at_second_degree(pack, unplaced=True)
    own = by_person if by_person is not None else presences
    stays = place_stays(executor, own, spans, at_table, places, "s2")
    members = place_members(executor, memberships, spans, belonging, places, "s2")
    found = ibis.union(
        stay_contacts(executor, presences, stays, at_table, "s2"), member_contacts(memberships, members, belonging)
    )
    known = first.filter((first.degree == 1) & (first.contact_level == CLOSE))
    return found.anti_join(known.select("case_person_id", "person_id").distinct(), ["case_person_id", "person_id"])


def contact_spans(first: Expr, isolated: Expr, as_of: date) -> Expr:
    """``stays.SPANS`` of close contacts: from the first exposure to the first isolation after it, at most to the end
    of ``as_of``. An exposure whose time nobody tells begins with its run date."""
    close = first.filter((first.degree == 1) & (first.contact_level == CLOSE))
    since = ibis.coalesce(close.from_at, _midnight(close.run_date))
    close = close.mutate(since=since)
    close = close.group_by("case_person_id", "person_id").agg(window_from=close.since.min())
    ends = close.join(isolated, "person_id", rname="{name}_i")
    ends = ends.filter(ends.isolated_at >= ends.window_from)
    ends = ends.group_by("case_person_id", "person_id").agg(isolated_at=ends.isolated_at.min())
    both = close.left_join(ends, ["case_person_id", "person_id"], rname="{name}_e")
    end = (ibis.date(as_of.isoformat()).cast("timestamp") + ibis.interval(hours=24 - CHINA_HOURS)).cast(
        "timestamp('UTC', 6)"
    )
    both = both.mutate(window_to=ibis.least(ibis.coalesce(both.isolated_at, end), end))
    spans = both.select("case_person_id", "person_id", "window_from", "window_to")
    return spans.filter(spans.window_from < spans.window_to)


def isolations(executor: Executor, places: Places) -> Expr:
    """``person_id, isolated_at``: from case records, and from stays at places where people are isolated."""
    presences = executor.table("presences")
    cases = executor.table("cases").join(executor.table("links"), ["record_id", "part"], rname="{name}_l")
    told = cases.filter(cases.isolated_at.notnull()).select("person_id", "isolated_at")
    kept = presences.filter(presences.place_kind.isin(places.isolating))
    return ibis.union(told, kept.select("person_id", isolated_at="start_at")).distinct()


def _midnight(day: Expr) -> Expr:
    return (day.cast("timestamp") - ibis.interval(hours=CHINA_HOURS)).cast("timestamp('UTC', 6)")


def at_second_degree(pack: RulePack, unplaced: bool) -> RulePack:
    """The pack in the settings of its second degree only; nobody is listed for having been at the same place merely.

    Having eaten or played together is one table, so of stays both rooms must be known (``unplaced`` false); having
    lived or worked together is one household or organisation.
    """
    rules = []
    for setting in Setting:
        found = pack.on(setting) if setting in pack.second_degree.settings else None
        near = replace(found, otherwise=None, lag_minutes=None) if found else SettingRule(setting, Scope.NONE)
        rules.append(near if unplaced else replace(near, unplaced=False))
    return replace(pack, settings=tuple(rules))
