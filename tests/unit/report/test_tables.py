"""The list as CSV and as a workbook, read back with other libraries than those that wrote it."""

import csv
import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook
from tests.report_fixture import made_up_report

from firebreak.bridge.report import FIELDS
from firebreak.terms.cells import safe
from firebreak.terms.masking import shown
from firebreak.web.report.table import render_csv
from firebreak.web.report.workbook import render_xlsx, sheet_name

REPORT = made_up_report(hostile="=HYPERLINK(1)")


def csv_rows(report=REPORT, lang="zh"):
    return list(csv.DictReader(io.StringIO(render_csv(report, lang).decode("utf-8-sig"))))


def test_csv_starts_with_a_bom_so_that_excel_reads_its_characters():
    assert render_csv(REPORT).startswith(b"\xef\xbb\xbf")


def test_csv_holds_every_person_and_every_value():
    rows = csv_rows()
    assert len(rows) == len(REPORT.contacts)
    for row, contact in zip(rows, REPORT.contacts, strict=True):
        assert row["演练"] == "演练"
        assert row["证件号码"].strip() == contact.person.text("doc_number")
        assert row["电话"].strip("\t'") == shown("phone", contact.person.text("phone"))


def test_csv_keeps_long_numbers_as_text_and_disarms_formulas():
    first = csv_rows()[0]
    assert first["证件号码"].endswith("\t")
    assert first["姓名"] == "'=HYPERLINK(1)"


def test_a_real_order_has_no_drill_column():
    assert "演练" not in csv_rows(made_up_report(simulated=False))[0]


@given(st.text(max_size=20))
def test_no_safe_cell_starts_a_formula(text):
    assert not safe(text).startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_workbook_holds_the_list_the_coach_and_no_formula(lang, tmp_path):
    path = tmp_path / "list.xlsx"
    path.write_bytes(render_xlsx(REPORT, lang))
    book = CalamineWorkbook.from_path(str(path))
    assert len(book.sheet_names) == 6
    for name in book.sheet_names:
        assert "DRILL" in book.get_sheet_by_name(name).to_python()[0][0]
    rows = book.get_sheet_by_index(0).to_python()[3:]
    assert len(rows) == len(REPORT.contacts)
    documents = {contact.person.text("doc_number") for contact in REPORT.contacts}
    assert {row[10] for row in rows} == documents
    with zipfile.ZipFile(path) as archive:
        sheets = [name for name in archive.namelist() if name.startswith("xl/worksheets/")]
        assert not any(b"<f>" in archive.read(name) for name in sheets)


def test_the_coach_in_the_workbook_names_the_listed_and_nobody_else(tmp_path):
    path = tmp_path / "list.xlsx"
    path.write_bytes(render_xlsx(REPORT))
    cells = " ".join(
        str(cell) for row in CalamineWorkbook.from_path(str(path)).get_sheet_by_index(1).to_python() for cell in row
    )
    for contact in REPORT.contacts:
        assert f"#{contact.rank} {contact.person.text('name')}" in cells
    assert "规则之外" in cells


def test_all_fields_asked_for_are_columns():
    heads = csv_rows()[0].keys()
    assert len([head for head in heads if head.endswith("·来源")]) == len(FIELDS)


@given(st.text(max_size=60), st.sets(st.text(max_size=31), max_size=3))
def test_every_sheet_name_is_one_that_excel_takes(name, taken):
    found = sheet_name(name, taken | {name[:31]})
    assert len(found) <= 31
    assert not set(found) & set("[]:*?/\\")
    assert found not in taken
