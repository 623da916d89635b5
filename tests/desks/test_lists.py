"""Lists: every row on exactly one page in the asked order, whatever arrives meanwhile; files no spreadsheet runs."""

from __future__ import annotations

import csv
import io
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from tests.desks.people import BY, WUXI, account, browser

from firebreak.ops.accounts import actions
from firebreak.ops.accounts.models import User
from firebreak.ops.accounts.views import LISTING
from firebreak.ops.base.lists import Column, Listing, page_of
from firebreak.ops.base.scope import acting_as, everywhere
from firebreak.ops.ledger.models import Entry
from firebreak.terms.cells import kept_as_text
from firebreak.terms.offices import Office

REQUEST: Any = SimpleNamespace(actor=BY)
SMALL = Listing(
    key="small",
    title="",
    columns=(
        Column("label", "", lambda user: user.label, sort="label"),
        Column("home", "", lambda user: user.home, sort="home"),
    ),
    sort="label",
    size=3,
)


def walk(sort: str) -> list[list[int]]:
    rows = everywhere(User, because="test")
    pages, cursor = [], ""
    while True:
        page = page_of(rows, SMALL, sort, cursor, REQUEST)
        pages.append([line.row.pk for line in page.lines])
        if not page.after:
            return pages
        cursor = page.after


class Paging(TestCase):
    """On generated rows, with many equal values."""

    @given(
        labels=st.lists(st.sampled_from(["a", "b", "c", "王", ""]), max_size=14),
        sort=st.sampled_from(["label", "-label", "home", "-home", "unknown"]),
    )
    def test_every_row_is_on_exactly_one_page_in_order(self, labels: list[str], sort: str) -> None:
        User.objects.bulk_create(
            User(username=f"p{number}", label=label, home=WUXI if number % 3 else "")
            for number, label in enumerate(labels)
        )
        known = sort.lstrip("-") if sort.lstrip("-") in ("label", "home") else "label"
        down = sort.startswith("-")
        field = [known, "pk"]
        expected = list(
            User.objects.order_by(*(f"-{one}" if down else one for one in field)).values_list("pk", flat=True)
        )
        assert [pk for page in walk(sort) for pk in page] == expected

    @given(count=st.integers(4, 12))
    def test_going_back_gives_the_page_one_came_from(self, count: int) -> None:
        User.objects.bulk_create(User(username=f"p{number}", label=str(number % 2), home="") for number in range(count))
        rows = everywhere(User, because="test")
        first = page_of(rows, SMALL, "label", "", REQUEST)
        second = page_of(rows, SMALL, "label", first.after, REQUEST)
        back = page_of(rows, SMALL, "label", second.before, REQUEST)
        assert [line.row.pk for line in back.lines] == [line.row.pk for line in first.lines]
        assert back.before == ""


def test_a_row_that_arrives_meanwhile_moves_nothing() -> None:
    for number in range(8):
        User.objects.create(username=f"p{number}", label=f"m{number}", home="")
    rows = everywhere(User, because="test")
    first = page_of(rows, SMALL, "label", "", REQUEST)
    User.objects.create(username="new", label="a", home="")
    second = page_of(rows, SMALL, "label", first.after, REQUEST)
    assert [line.row.label for line in second.lines] == ["m3", "m4", "m5"]


@pytest.mark.parametrize("cursor", ["x", "e30", "bnVsbA", "WzEsMixmYWxzZV0", "WyJhIiwiYiIsZmFsc2Vd", "%00", "=" * 5000])
def test_a_broken_cursor_is_a_users_mistake(cursor: str) -> None:
    client = browser(account(Office.AUDITOR))
    answer = client.get("/ledger/", {"cursor": cursor})
    assert answer.status_code == 400
    assert b"FB-DESK-CURSOR" in answer.content


@pytest.mark.parametrize("since", ["yesterday", "2020-13-01", "'; DROP TABLE ledger_entry; --", "9" * 400])
def test_a_filter_that_makes_no_sense_is_a_users_mistake(since: str) -> None:
    answer = browser(account(Office.AUDITOR)).get("/ledger/", {"since": since})
    assert answer.status_code == 400
    assert b"FB-DESK-FILTER" in answer.content


@pytest.mark.parametrize(
    "text", ["' OR 1=1 --", "%", "_", "\\", "a\x00b", "{{1337*1339}}", "1; DELETE FROM accounts_user"]
)
def test_what_is_typed_into_a_filter_is_a_value_and_nothing_else(text: str) -> None:
    client = browser(account(Office.AUDITOR))
    before = User.objects.count()
    for field in ("actor", "subject", "reason", "event"):
        answer = client.get("/ledger/", {field: text})
        assert answer.status_code in (200, 400), field
        assert b"1790243" not in answer.content, "the text was reckoned, not shown"
    assert User.objects.count() == before


def test_a_list_costs_the_same_few_queries_however_long_it_is(django_assert_max_num_queries: Any) -> None:
    client = browser(account(Office.AUDITOR))
    administrator = browser(account(Office.ADMINISTRATOR))
    for _ in range(60):
        account(Office.GRID_WORKER)
    with django_assert_max_num_queries(9):
        assert client.get("/ledger/").status_code == 200
    with django_assert_max_num_queries(10):
        assert administrator.get("/accounts/").status_code == 200


def test_an_export_holds_the_own_area_the_filter_and_is_on_record_before_it_leaves() -> None:
    account(Office.OFFICER, "3205")
    auditor = account(Office.AUDITOR)
    client = browser(auditor)
    answer = client.post("/ledger/", {"format": "csv", "event": "accounts.created"})
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert rows[0][0] == "演练/DRILL"
    assert {row[2] for row in rows[1:]} == {"accounts.created"}
    with acting_as(BY):
        entry = everywhere(Entry, because="test").order_by("-id").first()
        ours = everywhere(Entry, because="test").filter(event="accounts.created", chain=WUXI).count()
    assert len(rows) - 1 == ours
    assert (entry.event, entry.actor_id, entry.details["count"]) == ("ledger.exported", auditor.pk, ours)


def test_a_workbook_opens_and_holds_text_only() -> None:
    import python_calamine

    user = account(Office.OFFICER)
    actions.change_account(user_id=user.pk, label='=HYPERLINK("http://evil.example")', home=WUXI, by=BY)
    answer = browser(account(Office.ADMINISTRATOR)).post("/accounts/", {"format": "xlsx"})
    content = b"".join(answer.streaming_content)
    rows = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert ["DRILL", user.username] == rows[[row[1] for row in rows].index(user.username)][:2]
    import zipfile

    sheet = zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet


@given(st.text(max_size=20))
def test_no_cell_of_a_csv_begins_as_a_formula_does(text: str) -> None:
    assert not kept_as_text(text).startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))


def test_formulas_typed_into_a_reason_leave_as_text() -> None:
    user = account(Office.OFFICER)
    actions.suspend(user_id=user.pk, reason="=cmd|' /C calc'!A0", by=BY)
    answer = browser(account(Office.AUDITOR)).post("/ledger/", {"format": "csv"})
    assert "\"'=cmd" in (text := b"".join(answer.streaming_content).decode()) or ",'=cmd" in text
    assert ",=cmd" not in text


@pytest.mark.parametrize("office", [Office.OFFICER, Office.COMMANDER, Office.STEWARD])
def test_nobody_exports_what_they_may_not_read(office: Office) -> None:
    assert browser(account(office)).post("/ledger/", {"format": "csv"}).status_code == 403


def test_a_format_that_is_none_is_refused() -> None:
    assert browser(account(Office.AUDITOR)).post("/ledger/", {"format": "exe"}).status_code == 400


def test_listings_sort_by_columns_they_have() -> None:
    for listing in (LISTING, SMALL):
        assert listing.sort.lstrip("-") in {column.key for column in listing.columns if column.sort}


@pytest.mark.parametrize("text", ["\\ud800", "\\u0000"])
def test_a_cursor_with_what_no_database_holds_is_refused(text: str) -> None:
    import base64

    cursor = base64.urlsafe_b64encode(f'["{text}",1,false]'.encode()).decode().rstrip("=")
    answer = browser(account(Office.ADMINISTRATOR)).get("/accounts/", {"sort": "username", "cursor": cursor})
    assert answer.status_code == 400
    assert b"FB-DESK-CURSOR" in answer.content


@pytest.mark.parametrize("day", ["1969-12-31", "0001-01-01", "1900-06-01"])
def test_since_long_ago_is_since_the_beginning(day: str) -> None:
    answer = browser(account(Office.AUDITOR)).get("/ledger/", {"since": day})
    assert answer.status_code == 200
