"""Any records, written as JSON, JSON lines, XML, YAML, XLSX or fixed width, come back cell by cell and line by line."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from unittest import mock
from xml.sax.saxutils import escape, quoteattr

import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.channel_spec import layout, problems_of, rows_of

from firebreak.engine.intake.readers import Found, json_file
from firebreak.engine.intake.spec import ColumnSpec, Several

TEXTS = st.text(st.sampled_from("ab1 ，张𠮷\"'\\<&{}[]:#,-\n"), max_size=6)
NAMES = ("姓名", "证件号码", "席位")
RECORDS = st.lists(st.fixed_dictionaries(dict.fromkeys(NAMES, TEXTS)), min_size=1, max_size=10)


def found(name: str, data: bytes) -> Found:
    return Found(name, "", data, "")


def expected(records: Sequence[dict[str, str] | None]) -> dict[int, tuple[str, ...]]:
    """The cells of each record by its line; a record that is none has no cells."""
    return {line: tuple(each[name] for name in NAMES if each) for line, each in enumerate(records, start=1) if each}


@settings(max_examples=40, deadline=None)
@given(RECORDS, st.sampled_from([None, 2]), st.booleans(), st.integers(8, 200), st.sampled_from(["utf-8", "gb18030"]))
def test_json_comes_back_through_a_window_of_any_size(
    records: list[dict[str, str]], indent: int | None, plain: bool, window: int, codec: str
) -> None:
    text = json.dumps({"总数": len(records), "data": {"items": records}}, ensure_ascii=not plain, indent=indent)
    spec = layout(NAMES, format="json", record_path="data.items", encoding=codec)
    with mock.patch.object(json_file, "_WINDOW", window):
        assert rows_of(found("a.json", text.encode(codec)), spec) == expected(records)


@settings(deadline=None)
@given(st.integers(), st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**20), max_value=10**20))
def test_numbers_of_json_stay_as_they_were_written(whole: int, number: object) -> None:
    data = f'[{{"a": {whole}, "b": {number:f}, "c": true, "d": null}}]'.encode()  # type: ignore[str-format]
    assert rows_of(found("a.json", data), layout(format="json")) == {1: (str(whole), f"{number:f}", "true", None)}


@settings(deadline=None)
@given(st.lists(st.none() | st.fixed_dictionaries(dict.fromkeys(NAMES, TEXTS)), min_size=1, max_size=10))
def test_a_broken_line_of_json_lines_is_a_problem_of_its_line(records: list[dict[str, str] | None]) -> None:
    lines = ['{"姓名": ' if record is None else json.dumps(record, ensure_ascii=False) for record in records]
    file, spec = found("a.jsonl", "\n".join([*lines, ""]).encode()), layout(NAMES, format="jsonl")
    good = expected(records)
    bad = {line: "FB-R005" for line, record in enumerate(records, start=1) if record is None}
    assert (rows_of(file, spec), problems_of(file, spec)) == (good, bad)


@settings(max_examples=40, deadline=None)
@given(RECORDS, st.sampled_from(["UTF-8", "GBK", "GB18030"]))
def test_xml_comes_back_with_attributes_and_children(records: list[dict[str, str]], codec: str) -> None:
    item = "<行 姓名={}><证件号码>{}</证件号码><票><席位>{}</席位></票></行>"
    items = "".join(
        item.format(quoteattr(r["姓名"], {"\n": "&#10;"}), escape(r["证件号码"]), escape(r["席位"])) for r in records
    )
    text = f'<?xml version="1.0" encoding="{codec}"?>\n<数据><行表>{items}</行表></数据>'
    spec = layout(["@姓名", "证件号码", "票.席位"], format="xml", record_path="数据/行表/行")
    rows = rows_of(found("a.xml", text.encode(codec.lower(), errors="xmlcharrefreplace")), spec)
    stripped = [{**r, "证件号码": r["证件号码"].strip(), "席位": r["席位"].strip()} for r in records]
    assert rows == expected(stripped)


@settings(max_examples=40, deadline=None)
@given(RECORDS)
def test_yaml_scalars_stay_as_they_were_written(records: list[dict[str, str]]) -> None:
    lines = [f"{'- ' if at == 0 else '  '}{name}: {json.dumps(record[name], ensure_ascii=False)}"
             for record in records for at, name in enumerate(NAMES)]  # fmt: skip
    assert rows_of(found("a.yaml", "\n".join(lines).encode()), layout(NAMES, format="yaml")) == expected(records)


@settings(max_examples=30, deadline=None)
@given(RECORDS.filter(lambda records: all(any(record.values()) for record in records)), st.integers(1, 4))
def test_xlsx_comes_back_below_a_header_in_any_row(records: list[dict[str, str]], header_row: int) -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"strings_to_formulas": False, "strings_to_urls": False}) as workbook:
        sheet = workbook.add_worksheet("名单")
        for at, row in enumerate([NAMES, *expected(records).values()]):
            for column, cell in enumerate(row):
                sheet.write_string(header_row - 1 + at, column, cell)
    spec = layout(format="xlsx", header_row=header_row, sheet="名*")
    assert rows_of(found("a.xlsx", out.getvalue()), spec) == expected(records)


@settings(deadline=None)
@given(
    st.lists(st.tuples(*[st.text("ab张𠮷，1", max_size=4) for _ in NAMES]).filter(any), min_size=1, max_size=10),
    st.sampled_from(["utf-8", "gb18030"]),
    st.booleans(),
)
def test_fixed_width_comes_back_by_bytes_and_by_characters(
    records: list[tuple[str, ...]], codec: str, by_bytes: bool
) -> None:
    width = 16 if by_bytes else 5

    def padded(cell: str) -> str:
        return cell + " " * (width - (len(cell.encode(codec)) if by_bytes else len(cell)))

    text = "".join("".join(map(padded, record)) + "\r\n" for record in records)
    spec = layout(
        format="fixed",
        encoding=codec,
        widths=tuple((name, width) for name in NAMES),
        width_unit="bytes" if by_bytes else "chars",
    )
    assert rows_of(found("a.txt", text.encode(codec)), spec) == dict(enumerate(records, start=1))


def test_the_list_of_a_record_is_a_column_of_lists() -> None:
    several = (
        Several("同行人", (ColumnSpec("姓名", "name", "name"), ColumnSpec("证件.号码", "document", "document"))),
    )
    records = [{"单号": 1, "同行人": [{"姓名": "甲", "证件": {"号码": "X"}}, {"姓名": "乙"}]}, {"单号": 2}]
    file = found("a.json", json.dumps(records, ensure_ascii=False).encode())
    both = [{"姓名": "甲", "证件.号码": "X"}, {"姓名": "乙", "证件.号码": None}]
    assert rows_of(file, layout(["单号"], several, format="json")) == {1: ("1", both), 2: ("2", [])}
    xml = "<a><单><单号>1</单号><人><同行人><姓名>甲</姓名></同行人><同行人><姓名>乙</姓名></同行人></人></单></a>"
    wrapped = (Several("人.同行人", (ColumnSpec("姓名", "name", "name"),)),)
    spec = layout(["单号"], wrapped, format="xml", record_path="a/单")
    assert rows_of(found("a.xml", xml.encode()), spec) == {1: ("1", [{"姓名": "甲"}, {"姓名": "乙"}])}


def test_the_keys_of_an_object_of_records_are_a_column() -> None:
    file = found("a.json", '{"G1": {"站": "无锡"}, "G2": {"站": "苏州"}}'.encode())
    assert rows_of(file, layout(["车次", "站"], format="json", key_column="车次")) == {
        1: ("G1", "无锡"),
        2: ("G2", "苏州"),
    }
