"""What a file is, decides how it is read; what a person sees in a cell, is what is read."""

from __future__ import annotations

import gzip
import hashlib
import io
import tarfile
import zipfile
from datetime import date, datetime, time
from pathlib import Path

import pytest
import xlsxwriter
import xlwt
from tests.channel_spec import layout, only, problems_of, rows_of

from firebreak.engine.intake.readers import Chunk, Found, read, tables_in
from firebreak.engine.intake.readers.excel import seen
from firebreak.engine.intake.readers.found import unique_names

NAMES = ["姓名", "证件号码"]
CSV = layout(NAMES, format="csv")
TEXT = "姓名,证件号码\n甲,1\n乙,2\n"
ROWS = {1: ("甲", "1"), 2: ("乙", "2")}


def workbook(rows: list[list[object]]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"default_date_format": "yyyy-mm-dd hh:mm"}) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)
    return out.getvalue()


def old_workbook(rows: list[list[object]]) -> bytes:
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("名单")
    style = xlwt.easyxf(num_format_str="yyyy-mm-dd hh:mm")
    for at, row in enumerate(rows):
        for column, cell in enumerate(row):
            sheet.write(at, column, cell, style if isinstance(cell, datetime) else xlwt.Style.default_style)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def a_tar(members: dict[str, bytes], encoding: str = "utf-8") -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.GNU_FORMAT, encoding=encoding) as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def a_zip(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def delivered(path: Path, data: bytes) -> dict[str, dict[int, tuple[object, ...]]]:
    path.write_bytes(data)
    return {found.label: rows_of(found, CSV) for found in tables_in(path)}


CELLS = [
    (320202199001011234, "320202199001011000"),  # Excel itself keeps fifteen digits
    (13800001234, "13800001234"),
    (36.5, "36.5"),
    (0.1 + 0.2, "0.3"),
    (1e-7, "0.0000001"),
    (True, "TRUE"),
    ("007", "007"),
    (datetime(2020, 1, 23), "2020-01-23"),  # noqa: DTZ001 a cell has no zone
    (datetime(2020, 1, 23, 10, 5), "2020-01-23 10:05:00"),  # noqa: DTZ001
]


@pytest.mark.parametrize("make", [workbook, old_workbook], ids=["xlsx", "xls"])
@pytest.mark.parametrize(("cell", "text"), CELLS)
def test_a_cell_of_a_workbook_is_what_a_person_sees(make: object, cell: object, text: str) -> None:
    data = make([["姓名", "证件号码"], ["甲", cell]])  # type: ignore[operator]
    assert rows_of(Found("a", "", data, ""), layout(NAMES, format="xlsx")) == {1: ("甲", text)}


@pytest.mark.parametrize(
    ("value", "text"),
    [(date(2020, 1, 23), "2020-01-23"), (time(10, 5), "10:05:00"), (None, ""), (3.2e17, "320000000000000000")],
)
def test_a_value_of_a_workbook_is_what_a_person_sees(value: object, text: str) -> None:
    assert seen(value) == text


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("list.csv", workbook([["姓名", "证件号码"], ["甲", 1], ["", ""], ["乙", "2"]])),
        ("list.csv", old_workbook([["姓名", "证件号码"], ["甲", 1], ["乙", "2"]])),
        ("list.xls", TEXT.replace(",", "\t").encode("gbk")),
        ("list.csv", TEXT.replace(",", ";").encode("utf-16")),
    ],
    ids=["a workbook named csv", "an old one named csv", "tabs named xls", "semicolons in UTF-16"],
)
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_file_is_read_as_what_it_is_not_as_what_it_is_named(name: str, data: bytes, form: str) -> None:
    assert rows_of(Found(name, "", data, ""), layout(NAMES, format=form)) == ROWS


def test_an_archive_gives_each_table_in_it_with_its_own_hash(tmp_path: Path) -> None:
    members = {"3月/甲.csv": TEXT.encode(), "乙.csv.gz": gzip.compress(TEXT.encode("gbk")), "__MACOSX/._甲.csv": b"x"}
    (path := tmp_path / "a.zip").write_bytes(a_zip(members))
    labels = [(found.label, found.base_name, found.sha256) for found in tables_in(path)]
    assert labels == [
        ("a.zip › 3月/甲.csv", "甲.csv", hashlib.sha256(TEXT.encode()).hexdigest()),
        ("a.zip › 乙.csv", "乙.csv", hashlib.sha256(TEXT.encode("gbk")).hexdigest()),
    ]


def test_archives_nest(tmp_path: Path) -> None:
    tar = gzip.compress(a_tar({"甲.csv": TEXT.encode()}))
    assert list(delivered(tmp_path / "a.zip", a_zip({"b.zip": a_zip({"c.tar.gz": tar})})).values()) == [ROWS]
    assert list(delivered(tmp_path / "a.tgz", tar).values()) == [ROWS]


def test_chinese_names_in_archives_are_read_whatever_their_encoding(tmp_path: Path) -> None:
    archive = a_zip({"XXXX.csv": TEXT.encode()})
    gbk = archive.replace(b"XXXX", "名单".encode("gbk"))  # as Windows writes it: no UTF-8 flag, bytes of the code page
    assert delivered(tmp_path / "a.zip", gbk) == {"a.zip › 名单.csv": ROWS}
    assert delivered(tmp_path / "a.tar", a_tar({"名单.csv": TEXT.encode()}, "gbk")) == {"a.tar › 名单.csv": ROWS}


def test_what_was_unpacked_is_gone_when_the_tables_are_read(tmp_path: Path) -> None:
    (path := tmp_path / "a.zip").write_bytes(a_zip({"甲.csv": b"a,b\n" + b"1,2\n" * 400_000}))
    places = [found.data for found in tables_in(path)]
    assert all(isinstance(place, Path) and not place.exists() for place in places)


def test_the_name_of_a_file_can_be_a_column(tmp_path: Path) -> None:
    spec = layout(["姓名"], format="csv", header_row=0, columns=("车次",), name_columns=r"^(?P<站名>[^.]+)\.csv")
    found = Found("stations.zip", "江苏/无锡.csv", b"G1\nG2\n", "")
    assert rows_of(found, spec) == {1: ("G1", "无锡"), 2: ("G2", "无锡")}


def test_rows_that_are_no_data_are_left_out_and_the_others_keep_their_lines() -> None:
    text = f"{TEXT}合计,2\n丙,3\n"
    spec = layout(NAMES, format="csv", skip_rows_matching="^合计")
    assert rows_of(Found("a.csv", "", text.encode(), ""), spec) == {**ROWS, 4: ("丙", "3")}


@pytest.mark.parametrize("unit", ["bytes", "chars"])
def test_a_fixed_line_of_another_length_is_a_problem_of_its_line(unit: str) -> None:
    widths = (("姓名", 6), ("号", 3)) if unit == "bytes" else (("姓名", 3), ("号", 3))
    lines = ["张三  123", "李四  1", "王五", "赵六  1234", "欧阳修12 "]
    if unit == "chars":
        lines = [line.replace("  ", " ") for line in lines]
    data = "\r\n".join(lines).encode("gbk")
    file, spec = Found("a.txt", "", data, ""), layout(format="fixed", widths=widths, width_unit=unit)
    assert rows_of(file, spec) == {1: ("张三", "123"), 2: ("李四", "1"), 5: ("欧阳修", "12")}
    assert problems_of(file, spec) == {3: "FB-R006", 4: "FB-R006"}


def test_a_fixed_column_that_cuts_a_character_is_a_problem_of_its_line() -> None:
    data = "张三  1\na张三 1\n".encode("gbk")
    file, spec = Found("a.txt", "", data, ""), layout(format="fixed", widths=(("姓名", 4), ("号", 3)))
    assert (rows_of(file, spec), problems_of(file, spec)) == ({1: ("张三", "1")}, {2: "FB-R007"})


def test_a_column_name_that_comes_again_is_numbered() -> None:
    assert unique_names([" 姓名", "", "姓名　", "姓名", "\ufeff日期", ""]) == [
        "姓名",
        "",
        "姓名#2",
        "姓名#3",
        "日期",
        "#2",
    ]


def test_rows_of_a_large_file_come_in_chunks_that_count_on(tmp_path: Path) -> None:
    (path := tmp_path / "a.csv").write_text("a,b\n" + "".join(f"{n},x\n" for n in range(1, 600_001)))
    chunks: list[Chunk] = list(read(only(path), layout(format="csv")))
    assert max(chunk.frame.height for chunk in chunks) <= 250_000
    assert sum(chunk.rows_in for chunk in chunks) == 600_000
    assert all((chunk.frame["a"].cast(int) == chunk.lines).all() for chunk in chunks)
