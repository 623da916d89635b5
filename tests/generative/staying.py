"""Small made-up places for generated tests: presences, memberships, spans, and packs that ask for everything."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import strategies as st
from tests.generative.travel import Row

from firebreak.engine.tracing.rules import RulePack, rule_named
from firebreak.engine.tracing.rules.model import SettingRule
from firebreak.terms.enums import ContactLevel, Scope, Setting

START = datetime(2020, 1, 20, tzinfo=UTC)
CASE, CONTACT = 1, 2
CLOSE, GENERAL = ContactLevel.CLOSE, ContactLevel.GENERAL


def pack(*rules: SettingRule) -> RulePack:
    """The first list's head with these rules for places."""
    return replace(rule_named("jiangsu-first-list"), id="made-up", settings=rules)


def moment(minutes: int) -> datetime:
    return START + timedelta(minutes=minutes)


PACKS = [
    pack(SettingRule(Setting.ANY, Scope.CELL, minutes=15)),
    pack(SettingRule(Setting.ANY, Scope.PLACE, minutes=30, lag_minutes=45, otherwise=GENERAL)),
    pack(
        SettingRule(Setting.WARD, Scope.CELL, lag_minutes=60, unplaced=False),
        SettingRule(Setting.VENUE, Scope.CELL, minutes=15, otherwise=GENERAL, lag_minutes=20),
        SettingRule(Setting.HOUSEHOLD, Scope.PLACE),
        SettingRule(Setting.CLASS, Scope.CELL, unplaced=False, otherwise=GENERAL),
    ),
    pack(
        SettingRule(Setting.WARD, Scope.CELL, minutes=60, cumulative_minutes=90, within_hours=12),
        SettingRule(Setting.ANY, Scope.CELL, cumulative_minutes=15, within_hours=24, otherwise=GENERAL),
    ),
    pack(
        SettingRule(Setting.VENUE, Scope.PLACE, cumulative_minutes=60, within_hours=2, lag_minutes=30),
        SettingRule(Setting.HOTEL, Scope.NONE),
        SettingRule(Setting.WORKPLACE, Scope.PLACE, contact_level=GENERAL),
    ),
]


@st.composite
def presences(draw: st.DrawFn, people: int = 5) -> list[Row]:
    """Stays of a few people at a few places within two days; a length of a day now and then, rooms not always known."""
    found: list[Row] = []
    for index in range(draw(st.integers(1, 10))):
        place = draw(st.integers(1, 5))
        start = draw(st.one_of(st.integers(0, 240), st.integers(0, 3000)))
        length = draw(st.one_of(st.integers(1, 60), st.integers(1, 1500)))
        found.append(
            {
                "person_id": draw(st.integers(1, people)),
                "place_id": place,
                "cell_id": draw(st.sampled_from([place * 10, place * 10 + 1, None])),
                "place_kind": {1: "ward", 2: "shop", 3: "hotel", 4: "waiting", 5: "station"}[place],
                "start_at": moment(start),
                "end_at": moment(start + length),
                "assumed": False,
                "record_id": 100 + index,
                "part": draw(st.integers(0, 1)),
            }
        )
    return found


@st.composite
def memberships(draw: st.DrawFn, people: int = 5) -> list[Row]:
    """Who belongs where: households, a school with two classes and a teacher, a firm."""
    found: list[Row] = []
    days = st.one_of(st.none(), st.integers(17, 25).map(lambda day: date(2020, 1, day)))
    for index in range(draw(st.integers(1, 9))):
        kind, place, cell = draw(
            st.sampled_from(
                [("household", 1, None), ("household", 2, None), ("class", 3, 31), ("class", 3, 32),
                 ("workplace", 3, None), ("workplace", 4, None)]
            )
        )  # fmt: skip
        found.append(
            {
                "person_id": draw(st.integers(1, people)), "place_id": place, "cell_id": cell, "place_kind": kind,
                "valid_from": draw(days), "valid_to": draw(days), "record_id": 100 + index, "part": 0,
            }
        )  # fmt: skip
    return found


@st.composite
def spans(draw: st.DrawFn) -> list[Row]:
    """The case's window, and sometimes that of a contact of it."""
    first = draw(st.integers(0, 600))
    found = [_span(CASE, CASE, first, first + draw(st.integers(1, 3000)))]
    if draw(st.booleans()):
        first = draw(st.integers(0, 2000))
        found.append(_span(CASE, CONTACT, first, first + draw(st.integers(1, 3000))))
    return found


def _span(case: int, person: int, first: int, last: int) -> Row:
    return {"case_person_id": case, "person_id": person, "window_from": moment(first), "window_to": moment(last)}
