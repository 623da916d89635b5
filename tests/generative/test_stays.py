"""What DuckDB says of stays and belonging equals their plain-Python meaning, on generated worlds."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.generative.staying import CASE, PACKS, memberships, moment, pack, presences, spans
from tests.generative.travel import Row, arrow

from firebreak.engine.backends.duckdb import Duck
from firebreak.engine.tracing import oracle_stays
from firebreak.engine.tracing.belonging import member_contacts, place_members
from firebreak.engine.tracing.places import places
from firebreak.engine.tracing.rules import RulePack
from firebreak.engine.tracing.rules.model import SettingRule
from firebreak.engine.tracing.stays import SPANS, place_stays, stay_contacts
from firebreak.terms.enums import Scope, Setting


@pytest.fixture(scope="module")
def duck() -> Iterator[Duck]:
    with Duck(threads=1) as executor:
        yield executor


def at_places(duck: Duck, there: list[Row], whose: list[Row], rule: RulePack) -> list[Row]:
    everybody = duck.put("presences", arrow("presences", there))
    spans_ = duck.put("spans", pa.Table.from_pylist(whose, schema=SPANS))
    stays = place_stays(duck, everybody, spans_, rule, places())
    return duck.run(stay_contacts(duck, everybody, stays, rule)).to_pylist()


def by_belonging(duck: Duck, belong: list[Row], whose: list[Row], rule: RulePack) -> list[Row]:
    everybody = duck.put("memberships", arrow("memberships", belong))
    spans_ = duck.put("spans", pa.Table.from_pylist(whose, schema=SPANS))
    cases = place_members(duck, everybody, spans_, rule, places())
    return duck.run(member_contacts(everybody, cases, rule)).to_pylist()


def in_order(rows: list[Row]) -> list[tuple[tuple[str, object], ...]]:
    """Rows as sorted tuples of what they say; columns that places leave empty are left out."""
    empty = {"run_date", "service_id", "coach", "row_gap", "distance", "from_seq", "to_seq"}
    return sorted((tuple(sorted((k, v) for k, v in row.items() if k not in empty)) for row in rows), key=repr)


@settings(max_examples=70, deadline=None)
@given(there=presences(), whose=spans(), rule=st.sampled_from(PACKS))
def test_contacts_at_places_equal_a_loop_over_all_pairs(
    duck: Duck, there: list[Row], whose: list[Row], rule: RulePack
) -> None:
    expected = list(oracle_stays.stay_contacts(there, whose, rule, places()))
    assert in_order(at_places(duck, there, whose, rule)) == in_order(expected)


@settings(max_examples=50, deadline=None)
@given(belong=memberships(), whose=spans(), rule=st.sampled_from(PACKS))
def test_contacts_by_belonging_equal_a_loop_over_all_pairs(
    duck: Duck, belong: list[Row], whose: list[Row], rule: RulePack
) -> None:
    expected = list(oracle_stays.member_contacts(belong, whose, rule, places()))
    assert in_order(by_belonging(duck, belong, whose, rule)) == in_order(expected)


@settings(max_examples=20, deadline=None)
@given(there=presences(), more=presences(), whose=spans(), rule=st.sampled_from(PACKS))
def test_one_person_more_changes_only_that_persons_contacts(
    duck: Duck, there: list[Row], more: list[Row], whose: list[Row], rule: RulePack
) -> None:
    stranger = 9
    extra = [row | {"person_id": stranger, "record_id": row["record_id"] + 100} for row in more]
    before = at_places(duck, there, whose, rule)
    after = [row for row in at_places(duck, [*there, *extra], whose, rule) if row["person_id"] != stranger]
    assert in_order(before) == in_order(after)


def test_minutes_of_three_meetings_within_a_day_add_up(duck: Duck) -> None:
    def there(person: int, start: int, end: int, place: int) -> Row:
        row = {"person_id": person, "place_id": place, "cell_id": place, "place_kind": "shop"}
        return row | {"start_at": moment(start), "end_at": moment(end), "record_id": start * 9 + person, "part": 0}

    day = 24 * 60
    seen = [
        row
        for place, start in enumerate((100, 500, 100 + day), start=1)
        for row in (there(CASE, start, start + 7, place), there(2, start + 1, start + 7, place))
    ]
    whose = [{"case_person_id": CASE, "person_id": CASE, "window_from": moment(0), "window_to": moment(9000)}]
    rule = SettingRule(Setting.VENUE, Scope.CELL, cumulative_minutes=12, within_hours=24)
    found = at_places(duck, seen, whose, pack(rule))
    assert {(row["minutes"], row["cumulative_minutes"]) for row in found} == {(6, 12)}
    assert len(found) == 3
    rule = SettingRule(Setting.VENUE, Scope.CELL, cumulative_minutes=15, within_hours=24)
    assert at_places(duck, seen, whose, pack(rule)) == []
