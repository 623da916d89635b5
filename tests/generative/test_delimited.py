"""Any table, written as any delimited text, comes back cell by cell and line by line. The csv module is the oracle."""

from __future__ import annotations

import csv
import hashlib
import io
from functools import partial
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.channel_spec import layout, problems_of, rows_of

from firebreak.engine.intake.readers import Found, encoding, read
from firebreak.engine.intake.readers.loose import read_loose
from firebreak.engine.intake.readers.records import cut
from firebreak.terms.errors import FileError

LETTERS = st.sampled_from([*list("ab1 ，张𠮷李é\",\t\n|;'"), "\r\n", "é", "\u3000"])
CELLS = st.lists(LETTERS, max_size=5).map("".join)
WIDTHS = st.integers(2, 5)


def found(data: bytes) -> Found:
    return Found("table.csv", "", data, hashlib.sha256(data).hexdigest())


@st.composite
def tables(draw: st.DrawFn) -> list[list[str]]:
    width = draw(WIDTHS)
    row = st.lists(CELLS, min_size=width, max_size=width)
    return draw(st.lists(row.filter(any), min_size=1, max_size=12))


def written(table: list[list[str]], delimiter: str, ending: str) -> str:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator=ending)
    writer.writerow([f"列{at}" for at in range(len(table[0]))])
    writer.writerows(table)
    return out.getvalue()


@settings(deadline=None)
@given(
    tables(),
    st.sampled_from([",", "\t", "|", ";"]),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"]),
    st.integers(1, 400),
)
def test_a_table_comes_back_as_it_was_written(
    table: list[list[str]], delimiter: str, ending: str, codec: str, block: int
) -> None:
    spec = layout(format="csv", delimiter=delimiter, encoding="auto" if codec in ("utf-8-sig", "utf-16") else codec)
    data = written(table, delimiter, ending).encode(codec)
    with mock.patch.object(encoding.utf8_blocks, "__defaults__", (max(block, 8),)):
        rows = rows_of(found(data), spec)
    assert rows == {line: tuple(row) for line, row in enumerate(table, start=1)}


@st.composite
def ragged(draw: st.DrawFn) -> tuple[int, list[list[str]]]:
    width = draw(WIDTHS)
    row = st.lists(CELLS, min_size=1, max_size=7)
    return width, draw(st.lists(row.filter(any), min_size=1, max_size=15))


@settings(deadline=None)
@given(ragged(), st.sampled_from(["\n", "\r\n"]))
def test_a_row_of_another_width_is_a_problem_of_its_line_and_no_other_row_suffers(
    table: tuple[int, list[list[str]]], ending: str
) -> None:
    width, rows = table
    out = io.StringIO()
    writer = csv.writer(out, lineterminator=ending, quoting=csv.QUOTE_ALL)
    writer.writerow([f"列{at}" for at in range(width)])
    writer.writerows(rows)
    file, spec = found(out.getvalue().encode()), layout(format="csv", encoding="utf-8")
    good, bad = {}, {}
    for line, row in enumerate(rows, start=1):
        if len(row) >= width and not any(row[width:]):
            good[line] = tuple(row[:width])
        else:
            bad[line] = "FB-R001" if len(row) > width else "FB-R002"
    assert (rows_of(file, spec), problems_of(file, spec)) == (good, bad)


@settings(deadline=None)
@given(st.text(alphabet='ab",\n\r', max_size=60))
def test_regular_records_are_those_of_the_csv_module(text: str) -> None:
    data = text.encode()
    records = cut(data if data.endswith(b"\n") else data + b"\n", ord(","), ord('"'), final=True)
    if not records.regular or "\r" in text.replace("\r\n", ""):
        return
    lines = text.replace("\r\n", "\n").splitlines(keepends=True)
    expected = [len(row) - 1 if row else 0 for row in csv.reader(lines)]
    assert records.delimiters.tolist()[: len(expected)] == expected


@settings(deadline=None)
@given(st.text(alphabet='a",\n', max_size=60), st.integers(0, 60))
def test_text_with_stray_quotes_is_cut_alike_in_one_block_or_two(text: str, at: int) -> None:
    whole = read_loose(f"{text}\n".encode(), ",", '"', final=True)
    first = read_loose(text[:at].encode(), ",", '"', final=False)
    second = read_loose(first.rest + f"{text[at:]}\n".encode(), ",", '"', final=True)
    assert first.rows + second.rows == whole.rows
    assert whole.rest == b""


@settings(deadline=None)
@given(st.text(alphabet='a",\n', max_size=80))
def test_no_line_of_text_with_stray_quotes_is_lost(text: str) -> None:
    loose = read_loose(f"{text}\n".encode(), ",", '"', final=True)
    assert "\n".join(loose.raws).replace("\n", "") == text.replace("\n", "")


def test_an_unclosed_quote_costs_its_own_line_only() -> None:
    text = '列0,列1\n甲,1\n乙,"2\n丙,"3"\n丁,4\n'
    file, spec = found(text.encode()), layout(format="csv")
    assert rows_of(file, spec) == {1: ("甲", "1"), 3: ("丙", "3"), 4: ("丁", "4")}
    assert problems_of(file, spec) == {2: "FB-R003"}


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_blank_lines_are_no_rows_and_lines_count_the_others(ending: str) -> None:
    text = ending.join(["列0,列1", "", "甲,1", "", "", "乙,2", "丙,3,,", ""])
    file = found(text.encode("gb18030"))
    assert rows_of(file, layout(format="csv")) == {1: ("甲", "1"), 2: ("乙", "2"), 3: ("丙", "3")}


@pytest.mark.parametrize("stray", ["", '5"2,x\n'])
def test_a_cr_inside_a_line_is_text_whether_or_not_a_quote_strays(stray: str) -> None:
    lines = "a\rb,c\nd\r,\re\nf,g\r\r\n"
    file = found(f"列0,列1\n{lines}{stray}".encode())
    rows = rows_of(file, layout(format="csv"))
    assert [rows[line] for line in (1, 2, 3)] == [("a\rb", "c"), ("d\r", "\re"), ("f", "g\r")]
    assert len(rows) == 3 + bool(stray)


@settings(deadline=None)
@given(st.text(alphabet="ab,\r\n", max_size=40))
def test_text_with_any_cr_is_read_line_by_line_as_it_is_at_once(text: str) -> None:
    at_once, by_line = (found(f"列0,列1\n{text}\n{stray}".encode()) for stray in ("x,y\n", 'x,5"2\n'))
    spec = layout(format="csv", encoding="utf-8")
    assert [*rows_of(at_once, spec).values()][:-1] == [*rows_of(by_line, spec).values()][:-1]
    assert problems_of(at_once, spec) == problems_of(by_line, spec)


def test_a_cr_inside_a_column_name_is_text() -> None:
    file = found("姓\r名,证件\n张,1\n".encode())
    (chunk,) = read(file, layout(["证件"], format="csv", encoding="utf-8"))
    assert chunk.frame.columns == ["姓\r名", "证件"]


def test_a_cell_beyond_the_limit_costs_its_own_row_and_a_name_beyond_it_the_file(
    request: pytest.FixtureRequest,
) -> None:
    request.addfinalizer(partial(csv.field_size_limit, csv.field_size_limit(8)))
    file, spec = found('列0,列1\n甲,123456789\n乙,5"2\n'.encode()), layout(format="csv")
    assert (rows_of(file, spec), problems_of(file, spec)) == ({2: ("乙", '5"2')}, {1: "FB-R003"})
    with pytest.raises(FileError, match="FB-F008"):
        rows_of(found("列012345678,列1\n甲,1\n".encode()), spec)


@pytest.mark.parametrize("stray", ["", '戊,5"2\n'])
def test_empty_cells_beyond_the_header_are_dropped_however_they_are_written(stray: str) -> None:
    lines = '甲,1,""\n乙,2,"",,""\r\n"丙","3",""\r\n丁,4,"",""""\n'
    file, spec = found(f"列0,列1\n{lines}{stray}".encode()), layout(format="csv")
    rows = rows_of(file, spec)
    assert [rows.get(line) for line in (1, 2, 3, 4)] == [("甲", "1"), ("乙", "2"), ("丙", "3"), None]
    assert problems_of(file, spec) == {4: "FB-R001"}
