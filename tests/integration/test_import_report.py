"""What became of a delivered file, row by row."""

from __future__ import annotations

import csv
import hashlib
import io
from datetime import date
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook
from tests.identity_lake import deliver, made_lake, person, table
from tests.report_lake import rows_of

from firebreak.bridge.import_report import ImportReport, import_report
from firebreak.bridge.linking import link_new, link_whole
from firebreak.bridge.session import session
from firebreak.cli.link_pages import report_imports
from firebreak.lake.batches import Batch
from firebreak.lake.lake import Lake
from firebreak.terms.errors import OrderError
from firebreak.terms.ids import record_id
from firebreak.web.identity.importing import import_csv, import_page, import_xlsx

DAY = date(2020, 1, 23)


def delivered(folder: Path) -> tuple[Lake, int]:
    """Two people are there; a file of five rows brings one of them, somebody new, nobody, a reject, a lost phone."""
    lake = made_lake(folder)
    deliver(lake, "before", [person("11", "王伟"), person("22", "李静")])
    link_whole(lake)
    digest = hashlib.sha256(b"file").hexdigest()
    number = lake.id_for(digest)
    batch = Batch(number, digest, "made-up", 1, "journey", "<b>file</b>.csv", "", 1, True, DAY, "tester", 5, 4, 1)
    said = [person("11", "王伟"), person("33", "赵明"), person("44", "钱三")]
    base = {"part": 0, "channel": "made-up", "seen_on": DAY, "relation": "self"}
    lines = (1, 2, 5)
    rows = [base | {"record_id": record_id(number, line)} | row for line, row in zip(lines, said, strict=True)]
    reject = {"batch_id": number, "column": "电话", "value_class": "9{4}", "rule": "…", "remedy": "…"}
    rejects = [
        reject | {"line": 4, "scope": "row", "field": "", "code": "FB-I001"},
        reject | {"line": 5, "scope": "field", "field": "phone", "code": "phone.short"},
    ]
    with lake.commit(batch) as commit:
        commit.write("mentions", rows_of("mentions", rows))
        commit.write("rejects", rows_of("rejects", rejects))
    return lake, number


def report_of(lake: Lake, number: int) -> ImportReport:
    with session(lake) as opened:
        return import_report(opened, number)


def test_every_row_says_what_became_of_it_and_whom_it_joined(tmp_path: Path) -> None:
    lake, number = delivered(tmp_path / "lake")
    before = report_of(lake, number)
    assert before.rows["person"].to_list() == ["unlinked", "unlinked", "nobody", "nobody", "unlinked"]
    link_new(lake)
    rows = report_of(lake, number).rows
    assert rows["line"].to_list() == [1, 2, 3, 4, 5]
    assert rows["row"].to_list() == ["taken", "taken", "taken", "rejected", "taken"]
    assert rows["person"].to_list() == ["joined", "new", "nobody", "nobody", "new"]
    assert rows["lost"].to_list() == ["", "", "", "", "phone"]
    assert rows["codes"].to_list() == ["", "", "", "FB-I001", "phone.short"]
    assert rows["rule"].to_list() == ["document", "document", None, None, "document"]
    assert rows["records"].to_list() == [1, 0, 0, 0, 0]


def test_table_workbook_and_page_say_the_same_and_are_marked(tmp_path: Path) -> None:
    lake, number = delivered(tmp_path / "lake")
    link_new(lake)
    report = report_of(lake, number)
    raw = import_csv(report, "en")
    assert raw.startswith(b"\xef\xbb\xbf")
    table = list(csv.reader(io.StringIO(raw[3:].decode())))
    assert [row[0] for row in table] == ["演练/DRILL", *["演练 DRILL"] * 5]
    book = CalamineWorkbook.from_filelike(io.BytesIO(import_xlsx(report, "en"))).get_sheet_by_index(0).to_python()
    plain = [[cell.rstrip("\t") for cell in row] for row in table]
    assert [[str(cell) for cell in row] for row in book] == plain
    page = import_page(report, "zh")
    assert "演练 DRILL" in page
    assert "<b>file" not in page
    assert "王伟" not in page


def test_a_batch_that_is_not_there_is_named(tmp_path: Path) -> None:
    lake = made_lake(tmp_path / "lake")
    with pytest.raises(OrderError) as refused:
        report_of(lake, 7)
    assert refused.value.code == "FB-IMPORT-BATCH"


def test_reporting_a_delivery_leaves_people_and_rides_as_new_as_their_links(tmp_path: Path) -> None:
    lake = made_lake(tmp_path / "lake")
    trip = {"row_no": 1, "mode": "train", "service_no": "G1", "board_date": DAY}
    deliver(lake, "one", [person("11", "王伟")], [trip])
    report_imports(lake, [], tmp_path / "out", "tester", quiet=True)
    deliver(lake, "two", [person("22", "李静")], [trip])
    report_imports(lake, [], tmp_path / "out", "tester", quiet=True)
    linked = set(table(lake, "links")["person_id"])
    assert len(linked) == 2
    assert set(table(lake, "persons")["person_id"]) == linked
    assert set(table(lake, "rides")["person_id"]) == linked
