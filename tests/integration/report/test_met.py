"""The list names whom a case met off its rides: at places, at home; on the page, in the table, in the workbook."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime

import pytest
from python_calamine import CalamineWorkbook
from tests.report_lake import made_up_lake, rows_of

from firebreak.bridge.compare import compare
from firebreak.bridge.explain import explain_person
from firebreak.bridge.orders import Order
from firebreak.bridge.paths import path_between
from firebreak.bridge.report import TraceReport
from firebreak.bridge.session import session
from firebreak.bridge.trace import trace
from firebreak.lake.lake import Lake
from firebreak.terms.errors import OrderError
from firebreak.web.report.compare_files import render_csv as render_comparison
from firebreak.web.report.page import render_page
from firebreak.web.report.path_page import encounter_lines, render_path
from firebreak.web.report.table import render_csv
from firebreak.web.report.workbook import render_xlsx

HOTEL, ROOM, HOME = 100, 1000, 200


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2020, 1, 22, hour, minute, tzinfo=UTC)


def _stay(person: int, start: datetime, end: datetime, cell: int | None = ROOM) -> dict[str, object]:
    return {"person_id": person, "place_id": HOTEL, "cell_id": cell, "place_kind": "hotel", "start_at": start,
            "end_at": end, "assumed": person == 3, "record_id": 900 + person, "part": 0}  # fmt: skip


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    made, _ = made_up_lake(tmp_path_factory.mktemp("met") / "lake")
    stays = [_stay(1, at(2), at(4)), _stay(2, at(3), at(5)), _stay(3, at(5), at(6)), _stay(4, at(3), at(4), ROOM + 1)]
    made.replace("presences", rows_of("presences", stays))
    made.replace("presences_by_person", rows_of("presences_by_person", stays))
    homes = [{"person_id": person, "place_id": HOME, "place_kind": "household", "record_id": 950 + person, "part": 0}
             for person in (1, 5)]  # fmt: skip
    made.replace("memberships", rows_of("memberships", homes))
    places = [{"place_id": HOTEL, "place_kind": "hotel", "place_name": "演练酒店"},
              {"place_id": HOTEL, "cell_id": ROOM, "place_kind": "hotel", "place_name": "演练酒店", "cell": "1203"},
              {"place_id": HOME, "place_kind": "household"}]  # fmt: skip
    made.replace("places", rows_of("places", places))
    return made


@pytest.fixture(scope="module")
def report(lake: Lake) -> TraceReport:
    with session(lake) as opened:
        return trace(opened, Order(case_no="WX-0001"), as_of=date(2020, 1, 24), by="tester", specs=[],
                     rule="air-left-behind")  # fmt: skip


def test_sections_name_who_was_in_the_room_who_came_soon_after_and_who_lives_with_the_case(report: TraceReport) -> None:
    found = {(one.section, one.person.person_id, one.nearest.relation, one.nearest.contact_level) for one in report.met}
    assert found == {
        ("place", 2, "same_cell", "close"),
        ("place", 3, "same_cell_later", "general"),
        ("household", 5, "household", "close"),
    }
    (view,) = report.places
    assert (view.name, [one.person_id for one in view.presences]) == ("演练酒店", [1, 2, 3])
    assert [one.minutes for one in (met.nearest for met in report.met) if one.relation == "same_cell"] == [60]
    ranks = {contact.person.person_id: contact.rank for contact in report.contacts}
    assert all(one.rank == ranks.get(one.person.person_id, one.rank) for one in report.met)


def test_the_page_draws_everybody_s_time_at_the_place(report: TraceReport) -> None:
    page = render_page(report)
    assert 'id="places"' in page
    assert page.count('class="band ') == 3
    assert "演练酒店" in page
    assert "1203" in page
    assert 'id="met-household"' in page


def test_the_table_and_the_workbook_hold_them_too(report: TraceReport) -> None:
    rows = list(csv.reader(io.StringIO(render_csv(report).decode("utf-8-sig"))))
    assert len(rows) == 1 + len(report.contacts) + len(report.met)
    assert len({len(row) for row in rows}) == 1
    book = CalamineWorkbook.from_filelike(io.BytesIO(render_xlsx(report)))
    sheet = next(name for name in book.sheet_names if name.startswith("病例到过的场所"))
    assert len(book.get_sheet_by_name(sheet).to_python()) == 3 + 3


def test_explain_says_where_a_person_was_and_belongs(lake: Lake) -> None:
    with session(lake) as opened:
        keys = [node.key for node in explain_person(opened, 1, []).children]
    assert {"presence", "membership"} <= set(keys)


def test_a_rule_that_speaks_of_rides_only_lists_nobody_elsewhere(lake: Lake) -> None:
    with session(lake) as opened:
        first = trace(opened, Order(case_no="WX-0001"), as_of=date(2020, 1, 24), by="tester", specs=[])
    assert (first.met, first.places) == ((), ())


def test_the_path_to_somebody_met_in_a_room_or_at_home_is_drawn_from_record_to_record(lake: Lake) -> None:
    with session(lake) as opened:
        paths = {
            (person, rule): path_between(opened, Order(case_no="WX-0001"), person, rule=rule, as_of=date(2020, 1, 24))
            for person, rule in ((2, "nhc@8"), (5, "nhc@8"))
        }
    room, home = paths[2, "nhc@8"], paths[5, "nhc@8"]
    assert [one.meeting.setting for one in room.encounters] == ["hotel"]
    assert (room.encounters[0].case.record_id, room.encounters[0].contact.record_id) == (901, 902)
    assert [one.meeting.setting for one in home.encounters] == ["household"]
    for lang, said in (("zh", "演练酒店"), ("en", "60 minutes together")):
        lines = encounter_lines(room, room.encounters[0], lang)
        assert any(said in line for line in lines)
        assert not any("{" in line for line in lines)
    assert "演练酒店" in render_path(room)
    with session(lake) as opened, pytest.raises(OrderError, match="FB-EXPLAIN-PATH"):
        path_between(opened, Order(case_no="WX-0001"), 987, rule="air-left-behind", as_of=date(2020, 1, 24))


def test_rules_side_by_side_name_who_was_met_off_the_rides_under_each(lake: Lake) -> None:
    with session(lake) as opened:
        found = compare(opened, Order(case_no="WX-0001"), ["nhc@8", "jiangsu-first-list", "air-left-behind"],
                        as_of=date(2020, 1, 24), by="tester")  # fmt: skip
    said = {(met.person.person_id, met.meeting.setting): [one.level for one in met.verdicts] for met in found.met}
    assert said == {
        (2, "hotel"): ["close", None, "close"],
        (3, "hotel"): [None, None, "general"],
        (4, "hotel"): ["general", None, None],
        (5, "household"): ["close", None, "close"],
    }
    assert [found.met_by(column) for column in range(3)] == [3, 0, 3]
    text = render_comparison(found, "zh").decode("utf-8-sig")
    assert "演练酒店" in text
