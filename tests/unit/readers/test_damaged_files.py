"""A zoo of files that cannot be read: each is refused with its code, its name and a remedy, and shows no value."""

from __future__ import annotations

import gzip
import io
import json
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from tests.channel_spec import layout

from firebreak.engine.intake.readers import Found, fixed, read, tables_in
from firebreak.engine.intake.readers.errors import FILE_ERRORS, ROW_PROBLEMS
from firebreak.engine.intake.spec import ChannelSpec
from firebreak.terms.errors import FileError

SECRET = "张秘密"
TABLE = f"姓名,证件号码\n{SECRET},320202199001011234\n" * 40
CSV = layout(["姓名", "证件号码"], format="csv")


def xlsx(rows: int = 50, **cells: int) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, ["姓名", "证件号码"])
        for at in range(1, rows):
            sheet.write_row(at, 0, [SECRET, at])
        if cells:
            sheet.write(cells["row"], cells["column"], 1)
    return out.getvalue()


def zipped(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def with_password_flag(archive: bytes) -> bytes:
    """The first member marked as encrypted, in its own header and in the directory's."""
    data = bytearray(archive)
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + offset] |= 1
    return bytes(data)


def compound(stream: str) -> bytes:
    """The beginning of a compound file (MS-CFB) whose directory has that entry."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + stream.encode("utf-16-le").ljust(512, b"\0")


def tarred(name: str, data: bytes) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        info = tarfile.TarInfo(name)
        info.size = len(data)
        archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def nested(depth: int) -> bytes:
    data, name = TABLE.encode(), "table.csv"
    for at in range(depth):
        data, name = zipped({name: data}), f"{at}.zip"
    return data


def records(count: int = 3, columns: int = 2) -> bytes:
    return json.dumps([{f"列{at}": SECRET for at in range(columns)}] * count, ensure_ascii=False).encode()


JSON, JSONL = layout(format="json"), layout(format="jsonl")
XML = layout(format="xml", record_path="a/b")
YAML, XLSX = layout(format="yaml"), layout(format="xlsx")
BOMB = "<!DOCTYPE a [<!ENTITY x 'ha'><!ENTITY y '&x;&x;'>]><a><b>&y;</b></a>"

ZOO: dict[str, tuple[str, Any, Callable[[], bytes]]] = {
    "empty": ("FB-F001", CSV, lambda: b""),
    "blank": ("FB-F001", CSV, lambda: b"\n \n\n"),
    "cut.gz": ("FB-F002", CSV, lambda: gzip.compress(TABLE.encode())[:-20]),
    "flipped.gz": ("FB-F002", CSV, lambda: gzip.compress(TABLE.encode())[:-8] + bytes(8)),
    "cut.zip": ("FB-F002", CSV, lambda: zipped({"a.csv": TABLE.encode()})[:-30]),
    "flipped.zip": (
        "FB-F002",
        CSV,
        lambda: zipped({"a.csv": TABLE.encode()}, zipfile.ZIP_STORED).replace(b"3202", b"3203", 1),
    ),
    "cut.tar": ("FB-F002", CSV, lambda: tarred("a.csv", TABLE.encode() * 20)[:2000]),
    "cut.xlsx": ("FB-F002", XLSX, lambda: xlsx()[:-200]),
    "cut.json": ("FB-F002", JSON, lambda: records()[:-9]),
    "cut.jsonl": ("FB-F002", JSONL, lambda: b'{"a": 1}\n{"a": 2}\n{"a": '),
    "cut.xml": ("FB-F002", XML, lambda: f"<a><b>{SECRET}</b><b>".encode()),
    "cut character in UTF-8": ("FB-F002", CSV, lambda: (TABLE + "张").encode()[:-1]),
    "cut character in GBK": ("FB-F002", CSV, lambda: (TABLE + "张").encode("gb18030")[:-1]),
    "cut character in UTF-16": ("FB-F002", CSV, lambda: TABLE.encode("utf-16")[:-1]),
    "Big5": ("FB-F003", CSV, lambda: ("姓名,身分證號\n" + "張學聰臺灣電腦體會,1\n" * 40).encode("big5")),
    "damaged UTF-8": (
        "FB-F003",
        CSV,
        lambda: TABLE.encode().replace("密".encode(), b"\xe5\xff\x86", 1) + TABLE.encode(),
    ),
    "GBK said to be UTF-8": ("FB-F003", layout(format="csv", encoding="utf-8"), lambda: TABLE.encode("gb18030")),
    "UTF-8 said to be GBK": ("FB-F003", layout(format="csv", encoding="gbk"), lambda: (TABLE + "\n龘€").encode()),
    "unknown encoding": ("FB-F003", layout(format="csv", encoding="klingon"), lambda: TABLE.encode()),
    "header only": ("FB-F004", CSV, lambda: "姓名,证件号码\n".encode()),
    "no header row": ("FB-F004", layout(format="csv", header_row=5), lambda: b"a,b\n1,2\n"),
    "header only.xlsx": ("FB-F004", XLSX, lambda: xlsx(1)),
    "no records.json": ("FB-F004", JSON, lambda: b"[]"),
    "no records.xml": ("FB-F004", XML, lambda: b"<a><c/></a>"),
    "no files.zip": ("FB-F004", CSV, lambda: zipped({})),
    "locked.zip": ("FB-F005", CSV, lambda: with_password_flag(zipped({"a.csv": TABLE.encode()}))),
    "locked.xlsx": ("FB-F005", XLSX, lambda: compound("EncryptedPackage")),
    "bomb.gz": ("FB-F006", CSV, lambda: gzip.compress(bytes(40 << 20))),
    "bomb.zip": ("FB-F006", CSV, lambda: zipped({"a.csv": bytes(40 << 20)})),
    "bomb in a bomb.zip": ("FB-F006", CSV, lambda: zipped({"a.zip": zipped({"a.csv": bytes(40 << 20)})})),
    "bomb.xlsx": ("FB-F006", XLSX, lambda: zipped({"xl/workbook.xml": b"", "xl/worksheets/a.xml": bytes(40 << 20)})),
    "far cell.xlsx": ("FB-F006", XLSX, lambda: xlsx(row=1_048_575, column=16_383)),
    "aliases.yaml": ("FB-F006", YAML, lambda: b"a: &x [1, 2]\nb: [*x, *x]\n"),
    "wide": ("FB-F007", CSV, lambda: ",".join(map(str, range(200))).encode() + b"\n" + b"," * 199 + b"\n"),
    "wide.json": ("FB-F007", layout(["列1"], format="json"), lambda: records(columns=200)),
    "page.xls": ("FB-F008", XLSX, lambda: f"<html><table><td>{SECRET}</table></html>".encode()),
    "text.json": ("FB-F008", JSON, lambda: TABLE.encode()),
    "text.xml": ("FB-F008", XML, lambda: TABLE.encode()),
    "text.yaml": ("FB-F008", YAML, lambda: TABLE.encode()),
    "picture": ("FB-F009", CSV, lambda: b"\x89PNG\r\n\x1a\n" + bytes(200)),
    "noise": ("FB-F009", CSV, lambda: bytes(range(256)) * 20),
    "deep.zip": ("FB-F010", CSV, lambda: nested(5)),
    "out.zip": ("FB-F011", CSV, lambda: zipped({"../../etc/passwd": TABLE.encode()})),
    "root.tar": ("FB-F011", CSV, lambda: tarred("/etc/passwd", TABLE.encode())),
    "drive.zip": ("FB-F011", CSV, lambda: zipped({"C:\\a.csv": TABLE.encode()})),
    "entities.xml": ("FB-F012", XML, lambda: BOMB.encode()),
    "entities in UTF-16.xml": ("FB-F012", XML, lambda: BOMB.encode("utf-16")),
    "other sheet.xlsx": ("FB-F013", layout(format="xlsx", sheet="名单"), xlsx),
    "third sheet.xlsx": ("FB-F013", layout(format="xlsx", sheet=3), xlsx),
    "other path.json": ("FB-F013", layout(format="json", record_path="data"), lambda: b'{"list": []}'),
    "damaged.json": ("FB-F015", JSON, lambda: b'[{"a": 1} {"a": 2}' + b" " * 99 + b"]"),
    "damaged.xml": ("FB-F015", XML, lambda: b"<a><b>1</c></a>"),
    "damaged.xls": ("FB-F015", XLSX, lambda: compound("Workbook")),
    "damaged.yaml": ("FB-F015", YAML, lambda: b"a: 1\n  b: [\n"),
}


def read_all(path: Path, spec: ChannelSpec) -> None:
    for found in tables_in(path):
        for _ in read(found, spec):
            pass


@pytest.mark.parametrize("kind", ZOO)
def test_a_file_that_cannot_be_read_is_refused_with_its_code(kind: str, tmp_path: Path) -> None:
    code, spec, make = ZOO[kind]
    path = tmp_path / kind
    path.write_bytes(make())
    with pytest.raises(FileError) as caught:
        read_all(path, spec)
    assert caught.value.code == code
    assert kind in caught.value.what
    assert caught.value.remedy
    assert SECRET not in str(caught.value)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="FB-F014"):
        list(tables_in(tmp_path / "absent.csv"))


def test_every_code_of_a_file_has_its_animal_in_the_zoo() -> None:
    assert {code for code, _, _ in ZOO.values()} | {"FB-F014"} == set(FILE_ERRORS)


def test_every_reason_is_told_in_both_languages() -> None:
    for reason in (*FILE_ERRORS.values(), *ROW_PROBLEMS.values()):
        assert all((reason.en, reason.zh, reason.rule, reason.remedy, reason.remedy_zh))


def test_a_size_that_the_archive_lies_about_changes_nothing(tmp_path: Path) -> None:
    data = bytearray(zipped({"a.csv": bytes(40 << 20)}))
    for mark, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        struct.pack_into("<I", data, data.index(mark) + offset, 1 << 20)
    path = tmp_path / "liar.zip"
    path.write_bytes(bytes(data))
    with pytest.raises(FileError, match=r"FB-F00[26]"):
        list(tables_in(path))


def test_a_damaged_member_refuses_the_whole_archive_before_its_first_table(tmp_path: Path) -> None:
    good, bad = TABLE.encode(), bytes(1000) + zlib.compress(b"x")
    archive = zipped({"1.csv": good, "2.csv": bad}, zipfile.ZIP_STORED)
    at = archive.rindex(bad)
    (path := tmp_path / "half.zip").write_bytes(archive[:at] + b"\x01" + archive[at + 1 :])
    taken = []
    with pytest.raises(FileError, match="FB-F002"):
        taken.extend(tables_in(path))
    assert taken == []


@pytest.mark.parametrize("unit", ["bytes", "characters"])
def test_a_fixed_width_file_without_a_line_end_is_refused_before_it_fills_the_memory(
    unit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fixed, "_LONGEST_LINE", 1000)
    monkeypatch.setattr(fixed, "BLOCK", 400)
    spec = layout(format="fixed", widths=(("姓名", 8), ("证件", 18)), width_unit=unit, encoding="utf-8")
    with pytest.raises(FileError, match="FB-F008") as error:
        list(read(Found("a.txt", "", b"x" * 1500, ""), spec))
    assert "32 MB" in error.value.what
