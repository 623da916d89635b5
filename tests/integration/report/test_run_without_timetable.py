"""A run whose stops no timetable lists (a flight, mostly): page, workbook and terminal show what its rides tell."""

from datetime import date

import pytest
from click.testing import CliRunner
from tests.report_lake import KEY, SALES, made_up_lake, rows_of

from firebreak.bridge.orders import Order
from firebreak.bridge.session import session
from firebreak.bridge.trace import trace
from firebreak.cli.language import use
from firebreak.cli.trace import command
from firebreak.lake.batches import Batch
from firebreak.terms.ids import record_id
from firebreak.web.report.page import render_page
from firebreak.web.report.rows import contact_rows

DAY = date(2020, 1, 23)


@pytest.fixture(scope="module")
def lake(tmp_path_factory):
    """The made-up lake, its service renamed to one that the timetable does not have; journeys name places."""
    lake, _ = made_up_lake(tmp_path_factory.mktemp("lake"))
    with session(lake) as opened:
        services, rides = opened.rows("services"), opened.rows("rides")
    lake.replace("services", rows_of("services", [row | {"service_key": f"{KEY}-unlisted"} for row in services]))
    sales = next(one for one in lake.batches() if one.channel == SALES)
    told = Batch(lake.id_for("f" * 64), "f" * 64, "told", 1, "journey", "told", "", 1, True, DAY, "tester", 1, 1, 0)
    journeys = [
        {"record_id": ride["record_id"], "part": ride["part"], "raw_hash": 0, "mode": "train",
         "from_place": "汉口" if ride["board_seq"] == 0 else f"站{ride['record_id']}", "board_date": DAY}
        for ride in rides
    ]  # fmt: skip
    assert all(row["record_id"] >= record_id(sales.batch_id, 1) for row in journeys)
    with lake.commit(told) as commit:
        commit.write("journeys", rows_of("journeys", journeys))
    return lake


def test_stops_are_those_on_which_the_rides_agree_and_the_gap_is_told(lake):
    with session(lake) as opened:
        report = trace(opened, Order(case_no="WX-0001"), as_of=DAY, by="tester", specs=[])
    (ride,) = report.rides
    assert [stop.seq for stop in ride.stops] == list(range(len(ride.stops)))
    assert (ride.station(0), ride.station(ride.to_seq)) == ("汉口", "—")
    assert "timetable" in {gap.kind for gap in report.gaps}


def test_minutes_that_nobody_tells_are_unknown_and_come_last_of_their_relation(lake):
    with session(lake) as opened:
        rides = opened.rows("rides")
    try:
        last = max(ride["record_id"] for ride in rides)
        timeless = [ride | ({} if ride["record_id"] <= last - 20 else {"board_at": None, "alight_at": None})
                    for ride in rides]  # fmt: skip
        lake.replace("rides", rows_of("rides", timeless), days=[DAY])
        with session(lake) as opened:
            report = trace(opened, Order(case_no="WX-0001"), as_of=DAY, by="tester", specs=[])
    finally:
        lake.replace("rides", rows_of("rides", rides), days=[DAY])
    unknown = [contact for contact in report.contacts if contact.minutes is None]
    assert unknown
    assert len(unknown) < len(report.contacts)
    for relation in {contact.nearest.relation for contact in report.contacts}:
        own = [one.minutes is None for one in report.contacts if one.nearest.relation == relation]
        assert own == sorted(own)
    cells = {row[6] for row in contact_rows(report, "en")}
    assert "—" in cells
    assert "0" not in cells
    assert "· — " in render_page(report)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_page_workbook_and_terminal_show_a_run_without_a_timetable(lake, tmp_path, language):
    use(language)
    arguments = ["--lake", str(lake.root), "--case", "WX-0001", "--as-of", "2020-01-23", "--quiet"]
    result = CliRunner().invoke(command, [*arguments, "--out", str(tmp_path)])
    use("zh")
    assert result.exception is None, result.output
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".csv", ".html", ".xlsx"]
