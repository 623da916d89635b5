"""Row scope: one place in the program, and PostgreSQL behind it."""

from __future__ import annotations

import pytest
from django.db import connection, models
from hypothesis import given
from hypothesis import strategies as st
from tests.desks.people import BY, SUZHOU, WUXI, actor

from firebreak.ops.base.actor import NOBODY, Actor, Grant
from firebreak.ops.base.policy import policy
from firebreak.ops.base.scope import Unscoped, acting_as, after, everywhere, reaches, visible, within
from firebreak.ops.vault import actions
from firebreak.ops.vault.actions import Record
from firebreak.ops.vault.models import Sealed
from firebreak.terms.offices import Office, ReachKind

TEST = policy("scope.test", Office.OFFICER, Office.GRID_WORKER, Office.CITIZEN)
PLACES = ("320213", "320213001", "320213001001", "320214", "320505", "110101", "32")
GRIDS = ("320213001001001", "320213001001002", "")


def fill() -> list[Record]:
    records = [
        Record(number, place, grid, {"name": ["演练"]})
        for number, (place, grid) in enumerate(((place, grid) for place in PLACES for grid in GRIDS), start=1)
    ]
    actions.store(kind="person", records=records, source="test", by=BY)
    return records


def oracle(record: Record, grants: list[Grant]) -> bool:
    """Does any grant reach the record? In plain words."""
    return any(
        (grant.kind is ReachKind.DIVISION and record.division_code.startswith(grant.value))
        or (grant.kind is ReachKind.GRID and record.grid_code == grant.value)
        or (grant.kind is ReachKind.PERSON and str(record.subject_id) == grant.value)
        for grant in grants
    )


HELD = ("", "32", "3202", "320213", "3205", "320213001001", "44")
GRANTS = st.lists(
    st.one_of(
        st.builds(Grant, st.just(Office.OFFICER), st.just(ReachKind.DIVISION), st.sampled_from(HELD)),
        st.builds(Grant, st.just(Office.GRID_WORKER), st.just(ReachKind.GRID), st.sampled_from(GRIDS[:2])),
        st.builds(Grant, st.just(Office.CITIZEN), st.just(ReachKind.PERSON), st.sampled_from(("1", "7", "99"))),
        st.builds(Grant, st.just(Office.AUDITOR), st.just(ReachKind.DIVISION), st.just("")),
        st.builds(Grant, st.just(Office.CITIZEN), st.just(ReachKind.ENTERPRISE), st.just("e-1")),
    ),
    min_size=1, max_size=4,
)  # fmt: skip


def test_who_sees_what_is_what_the_rule_says() -> None:
    records = fill()

    @given(GRANTS)
    def check(grants: list[Grant]) -> None:
        by = Actor(1, "x", tuple(grants), verified=True)
        counted = [grant for grant in grants if grant.office in TEST.offices]
        expected = {record.subject_id for record in records if oracle(record, counted)}
        if not counted:
            return
        with acting_as(by):
            assert set(visible(Sealed, by=by, policy=TEST).values_list("subject_id", flat=True)) == expected
            held = set(models.QuerySet(Sealed).values_list("subject_id", flat=True))  # as if the program had forgotten
        if connection.vendor == "postgresql":
            assert held == {record.subject_id for record in records if oracle(record, grants)}

    check()


def test_where_nobody_acts_postgresql_shows_nothing() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("row-level security is PostgreSQL's")
    fill()
    with connection.cursor() as cursor:
        for table in ("vault_sealed", "vault_token"):
            cursor.execute(f"SELECT count(*) FROM {table}")
            assert cursor.fetchone() == (0,)
    with acting_as(NOBODY):
        assert not models.QuerySet(Sealed).exists()


def test_a_query_that_was_not_narrowed_does_not_run() -> None:
    fill()
    rows = Sealed.scoped.all()
    for run in (
        lambda: list(rows), lambda: rows.count(), lambda: rows.exists(), lambda: rows.first(), lambda: rows.delete(),
        lambda: rows.update(simulated=True), lambda: list(rows.iterator()), lambda: rows.get(pk=1),
        lambda: rows.aggregate(n=models.Count("pk")), lambda: list(rows.values("pk")), lambda: rows.in_bulk([1]),
        lambda: rows.filter(kind="person").order_by("pk")[0], lambda: rows.last(), lambda: rows.earliest("pk"),
        lambda: bool(rows), lambda: len(rows), lambda: rows.contains(Sealed(pk=1)),
        lambda: rows.raw("SELECT * FROM vault_sealed"),
        lambda: list(rows.union(rows)), lambda: list(everywhere(Sealed, because="test").union(rows)),
    ):  # fmt: skip
        with pytest.raises(Unscoped):
            run()


def test_narrowing_survives_what_is_done_with_a_query() -> None:
    fill()
    rows = everywhere(Sealed, because="test")
    with acting_as(BY):
        assert rows.filter(division_code="320213").exclude(grid_code="").order_by("-pk").count() == 2
        assert rows.values_list("pk", flat=True)[:3]


def test_an_area_ends_where_its_code_ends() -> None:
    assert (after("3202"), after("3209"), after("320299"), after("11")) == ("3203", "3210", "320300", "12")
    officer = actor(Office.OFFICER, "3202")
    assert reaches(officer, TEST, division="320299999999")
    assert not reaches(officer, TEST, division="3203")
    assert not reaches(officer, TEST, division="32")
    assert not reaches(officer, TEST)


def test_without_a_grant_nothing_lies_within() -> None:
    fill()
    rows = everywhere(Sealed, because="test")
    assert not rows.filter(within(Sealed.reach, ())).exists()
    other = Grant(Office.OFFICER, ReachKind.ENTERPRISE, "e-1")  # a kind that these rows have no column for
    assert not rows.filter(within(Sealed.reach, (other,))).exists()


def test_one_office_does_not_lend_its_reach_to_another() -> None:
    fill()
    mixed = Actor(
        1,
        "x",
        (Grant(Office.OFFICER, ReachKind.DIVISION, SUZHOU), Grant(Office.AUDITOR, ReachKind.DIVISION, WUXI)),
        True,
    )
    with acting_as(mixed):
        assert {row.division_code for row in visible(Sealed, by=mixed, policy=TEST)} == {"320505"}
