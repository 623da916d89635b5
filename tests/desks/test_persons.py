"""The persons desk: found within reach, masked until a reason is given, every look on record, read from the lake."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from tests.desks.lake import HERE, join, merged, three_people
from tests.desks.people import BY, SUZHOU, account, browser
from tests.identity_lake import deliver, made_lake, person

from firebreak.bridge.linking import link_whole
from firebreak.bridge.publish import publish
from firebreak.bridge.run import complete
from firebreak.bridge.timeline import make_timeline
from firebreak.lake.lake import Lake
from firebreak.ops.base.scope import acting_as, everywhere
from firebreak.ops.ledger.models import Entry
from firebreak.terms.offices import Office

SEES = {Office.OFFICER, Office.STEWARD, Office.GRID_WORKER, Office.COMMANDER}
FINDS = {Office.OFFICER, Office.GRID_WORKER}
SHOWS = {Office.OFFICER, Office.GRID_WORKER, Office.COMMANDER}


@pytest.fixture
def lake(tmp_path: Path, settings: Any) -> tuple[Lake, list[int]]:
    found, ids = three_people(tmp_path / "lake")
    make_timeline(found)
    settings.FIREBREAK_LAKE = tmp_path / "lake"
    publish(found)
    return found, ids


def events() -> list[Entry]:
    with acting_as(BY):
        return list(everywhere(Entry, because="test").order_by("id"))


@pytest.mark.parametrize("office", list(Office))
def test_each_office_may_what_its_work_needs(lake: tuple[Lake, list[int]], office: Office) -> None:
    wang = lake[1][0]
    client = browser(account(office))
    for address, offices in (("/persons/", SEES), ("/persons/find", FINDS), (f"/persons/{wang}", SEES)):
        answer = client.get(address)
        assert answer.status_code == (200 if office in offices else 403), address
    shown = client.post(f"/persons/{wang}/show", {"reason": "演练：病例核查"})
    assert shown.status_code == (200 if office in SHOWS else 403)
    assert ("320213199001010011" in shown.content.decode()) == (office in SHOWS)
    taken = client.post("/persons/", {"format": "csv"})
    assert taken.status_code == (200 if office is Office.OFFICER else 403)
    if taken.streaming:
        assert b"13900000001" not in b"".join(taken.streaming_content)


def test_nothing_is_shown_in_full_without_a_reason(lake: tuple[Lake, list[int]]) -> None:
    wang, client = lake[1][0], browser(account(Office.OFFICER))
    silent = client.post(f"/persons/{wang}/show", {"reason": " "})
    found = client.post("/persons/find", {"field": "phone", "value": "13900000001"})
    pages = [client.get("/persons/"), client.get(f"/persons/{wang}"), silent, found]
    assert [page.status_code for page in pages] == [200, 200, 400, 200]
    for page in pages:
        for value in ("320213199001010011", "13900000001", "王伟", "演练街道"):
            assert value not in page.content.decode()
    assert "王*" in pages[0].content.decode()


def test_a_file_tells_sources_timeline_and_who_looked(lake: tuple[Lake, list[int]]) -> None:
    wang = lake[1][0]
    colleague = browser(account(Office.OFFICER, name="colleague"))
    colleague.post(f"/persons/{wang}/show", {"reason": "流调 WX-0001"})
    text = browser(account(Office.OFFICER)).get(f"/persons/{wang}").content.decode()
    for told in ("made-up", "2020-01-23", "colleague", "流调 WX-0001", "查看档案明文", "尚未判定"):
        assert told in text, told
    entry = next(entry for entry in events() if entry.event == "persons.shown")
    assert (entry.subject_id, entry.division_code, entry.reason) == (str(wang), "320213", "流调 WX-0001")
    assert "name" in entry.details["fields"]


def test_elsewhere_nobody_is_found_and_no_file_opens(lake: tuple[Lake, list[int]]) -> None:
    wang = lake[1][0]
    stranger = browser(account(Office.OFFICER, SUZHOU))
    assert stranger.get(f"/persons/{wang}").status_code == 404
    assert stranger.post(f"/persons/{wang}/show", {"reason": "因公核查"}).status_code == 404
    found = stranger.post("/persons/find", {"field": "phone", "value": "13900000001"}).content.decode()
    assert str(wang) not in found
    assert str(wang) not in stranger.get("/persons/").content.decode()
    assert [entry.event for entry in events()].count("access.refused") == 2


@pytest.mark.parametrize(("field", "typed"), [("phone", "139 0000 0003"), ("name", "shan xiaoming"), ("name", "单小*")])
def test_a_search_is_on_record_and_what_was_typed_is_nowhere(
    lake: tuple[Lake, list[int]], field: str, typed: str
) -> None:
    client = browser(account(Office.OFFICER))
    answer = client.post("/persons/find", {"field": field, "value": typed})
    assert f"/persons/{lake[1][2]}" in answer.content.decode()
    entry = next(entry for entry in events() if entry.event == "vault.searched")
    assert entry.details["found"] == 1
    assert typed not in str(entry.__dict__)


def test_an_old_id_leads_to_the_person_of_today_and_the_merge_is_told(tmp_path: Path, settings: Any) -> None:
    lake, (one, other) = merged(tmp_path / "lake")
    settings.FIREBREAK_LAKE = tmp_path / "lake"
    publish(lake)
    publish(join(lake))
    client = browser(account(Office.OFFICER))
    kept, gone = min(one, other), max(one, other)
    answer = client.get(f"/persons/{gone}")
    assert (answer.status_code, answer["Location"]) == (302, f"/persons/{kept}")
    text = client.get(f"/persons/{kept}").content.decode()
    assert f"{gone} → {kept}" in text
    assert "/reviews/merges/1" in text


def test_without_a_lake_a_file_shows_what_the_desks_have_and_says_what_is_missing(
    lake: tuple[Lake, list[int]], settings: Any
) -> None:
    settings.FIREBREAK_LAKE = None
    answer = browser(account(Office.OFFICER)).get(f"/persons/{lake[1][0]}")
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "FB-RUN-LAKE" in text
    assert "139****0001" in text


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_an_export_is_masked_within_reach_and_no_spreadsheet_runs_it(tmp_path: Path, settings: Any, form: str) -> None:
    lake = made_lake(tmp_path / "lake")
    deliver(lake, "one", [person("320213199001010011", "=HYPERLINK(1)", "+8613900000001", **HERE)])
    link_whole(lake)
    complete(lake)
    publish(lake)
    content = b"".join(browser(account(Office.OFFICER)).post("/persons/", {"format": form}).streaming_content)
    if form == "csv":
        row = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))[1]
    else:
        import python_calamine

        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        row = [str(cell) for cell in book.get_sheet_by_index(0).to_python()[1]]
    assert row[0] == "DRILL"
    assert not row[1].startswith("=") or form == "xlsx"
    assert row[2] == "3202**********0011"
    assert b"13900000001" not in content
    entry = next(entry for entry in events() if entry.event == "persons.exported")
    assert (entry.details["count"], entry.details["format"]) == (1, form)


def crowd(folder: Path, count: int) -> Lake:
    lake = made_lake(folder)
    people = [
        person(f"32021319900101{nth:04}", f"王{chr(0x4E00 + nth)}", f"+86139{nth:08}", **HERE) for nth in range(count)
    ]
    deliver(lake, "crowd", people)
    link_whole(lake)
    complete(lake)
    make_timeline(lake)
    publish(lake)
    return lake


@pytest.mark.parametrize("count", [1, 50])
def test_lists_searches_and_files_cost_the_same_few_queries_for_one_person_and_for_fifty(
    tmp_path: Path, settings: Any, django_assert_max_num_queries: Any, count: int
) -> None:
    crowd(tmp_path / "lake", count)
    settings.FIREBREAK_LAKE = tmp_path / "lake"
    client = browser(account(Office.OFFICER))
    with django_assert_max_num_queries(9):
        text = client.get("/persons/").content.decode()
    assert text.count('data-label="人员编号"') == count
    with django_assert_max_num_queries(22):
        found = client.post("/persons/find", {"field": "name", "value": "王一"})
    assert found.status_code == 200
    first = text.split('href="/persons/')[-1].split('"')[0]
    with django_assert_max_num_queries(23):
        assert client.get(f"/persons/{first}").status_code == 200
    with django_assert_max_num_queries(23):
        assert client.post(f"/persons/{first}/show", {"reason": "演练核查"}).status_code == 200
    with django_assert_max_num_queries(18):
        b"".join(client.post("/persons/", {"format": "csv"}).streaming_content)


@pytest.mark.parametrize("value", ["", "a" * 200, "'; DROP TABLE vault_token; --", "<script>alert(1)</script>", "\x00"])
def test_whatever_is_typed_into_the_search_is_a_value_and_nothing_else(value: str) -> None:
    for field in ("name", "phone", "doc_number", "address"):
        answer = browser(account(Office.OFFICER)).post("/persons/find", {"field": field, "value": value})
        assert answer.status_code in (200, 400)
        assert b"<script>alert" not in answer.content
