"""A file is given to a channel only where it is sure to be that channel's; else it is parked with the reason."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from firebreak.engine.intake.readers import Found, classify
from firebreak.engine.intake.readers.classify import MARGIN, THRESHOLD
from firebreak.engine.intake.spec import ChannelSpec, load_specs
from firebreak.terms.errors import FileError

DAY = date(2020, 2, 20)
HEAD = 'id = "{id}"\nversion = 1\nvalid_from = 2020-01-01\nzh = "{id}"\nen = "{id}"\ncategory = "{category}"\n'
SPECS = {
    "rail": (
        "journey",
        'format = "csv"\nnames = ["rail*"]',
        '"姓名" = { field = "name" }\n"号码" = { field = "document", required = true }\n'
        '"日期" = { field = "board_date", required = true }\n"车次" = { field = "service_no" }\n'
        '"站" = { ignore = true }',
    ),
    "phones": (
        "roster",
        'format = "csv"\nnames = ["phone*"]',
        '"姓名" = { field = "name" }\n"号码" = { field = "phone", required = true }\n'
        '"日期" = { field = "returned_on", required = true }\n"车次" = { field = "employer" }\n'
        '"站" = { ignore = true }',
    ),
    "clinic": (
        "registration",
        'format = "csv"',
        '"患者" = { field = "name", required = true }\n"体温" = { field = "temperature" }\n'
        '"就诊时间" = { field = "at" }',
    ),
    "roster": (
        "roster",
        'format = "xlsx"\nheader_row = 3',
        '"员工" = { field = "name", required = true }\n"手机" = { field = "phone" }\n'
        '"单位" = { field = "organisation" }',
    ),
}


@pytest.fixture(scope="module")
def specs(tmp_path_factory: pytest.TempPathFactory) -> Sequence[ChannelSpec]:
    folder = tmp_path_factory.mktemp("specs")
    for name, (category, file, columns) in SPECS.items():
        constants = '[constants]\nkind = "fever_clinic"\n' if name == "clinic" else ""
        text = f"{HEAD.format(id=name, category=category)}[file]\n{file}\n{constants}[columns]\n{columns}\n"
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    return load_specs([folder])


def table(header: Sequence[str], *rows: Sequence[str], name: str = "list.csv") -> Found:
    return Found(name, "", "\n".join(",".join(row) for row in (header, *rows)).encode(), "")


RAIL = ["姓名", "号码", "日期", "车次", "站"]
TRAVELLERS = [["张三", "11010519491231002X", "2020-01-23", "G1234", "x"]] * 5
EMPLOYEES = [["张三", "13800001234", "2020-02-10", "某厂", "x"]] * 5


def chosen(found: Found, specs: Sequence[ChannelSpec]) -> str | None:
    spec = classify(found, specs, DAY).spec
    return spec.id if spec else None


@pytest.mark.parametrize(("rows", "channel"), [(TRAVELLERS, "rail"), (EMPLOYEES, "phones")])
def test_two_channels_of_one_header_are_told_apart_by_their_content(
    rows: list[list[str]], channel: str, specs: Sequence[ChannelSpec]
) -> None:
    assert chosen(table(RAIL, *rows), specs) == channel


def test_two_channels_that_nothing_tells_apart_are_parked(specs: Sequence[ChannelSpec]) -> None:
    found = classify(table(RAIL, ["张三", "", "2020-01-23", "", "x"]), specs, DAY)
    assert found.spec is None
    assert {"rail", "phones"} == {candidate.spec.id for candidate in found.ranking[:2]}
    assert "cannot be told apart" in found.en
    assert "难以区分" in found.zh


def test_the_name_of_a_file_tells_apart_what_nothing_else_does(specs: Sequence[ChannelSpec]) -> None:
    row = ["张三", "", "2020-01-23", "", "x"]
    assert chosen(table(RAIL, row, name="rail-0123.csv"), specs) == "rail"


@settings(max_examples=25, deadline=None)
@given(st.permutations(range(5)), st.lists(st.sampled_from(["备注", "经办人", "序号"]), unique=True))
def test_columns_in_another_order_and_unknown_ones_are_tolerated(
    specs: Sequence[ChannelSpec], order: list[int], more: list[str]
) -> None:
    header = [*(RAIL[at] for at in order), *more]
    rows = [[*(row[at] for at in order), *more] for row in TRAVELLERS]
    plain, other = classify(table(RAIL, *TRAVELLERS), specs, DAY), classify(table(header, *rows), specs, DAY)
    assert other.spec is not None
    assert other.spec.id == "rail"
    assert (other.score < plain.score) == bool(more)


def test_a_renamed_column_costs_score_but_not_the_file(specs: Sequence[ChannelSpec]) -> None:
    found = classify(table(["旅客", *RAIL[1:]], *TRAVELLERS, name="rail.csv"), specs, DAY)
    assert found.spec is not None
    assert THRESHOLD < found.score < 1


def test_a_file_without_a_required_column_is_parked_and_the_column_is_named(specs: Sequence[ChannelSpec]) -> None:
    found = classify(table(["姓名", "证件", *RAIL[2:]], *TRAVELLERS), specs, DAY)
    assert found.spec is None
    assert "without the required 号码" in found.en


def test_a_table_of_no_channel_is_parked_with_the_nearest_one(specs: Sequence[ChannelSpec]) -> None:
    found = classify(table(["物资", "数量"], ["口罩", "3"]), specs, DAY)
    assert (found.spec, len(found.ranking)) == (None, len(specs))
    assert "低于" in found.reason


def test_a_header_in_the_third_row_is_found(specs: Sequence[ChannelSpec]) -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate([["某厂名单"], [], ["员工", "手机", "单位"], ["张三", "13800001234", "某厂"]]):
            sheet.write_row(at, 0, row)
    assert chosen(Found("a.xlsx", "", out.getvalue(), ""), specs) == "roster"


@pytest.mark.parametrize(("data", "code"), [(b"", "FB-F001"), (b"\x00\x01\x02" * 500, "FB-F009")])
def test_what_no_layout_can_read_is_refused_not_parked(data: bytes, code: str, specs: Sequence[ChannelSpec]) -> None:
    with pytest.raises(FileError, match=code):
        classify(Found("a.csv", "", data, ""), specs, DAY)


def test_no_reason_shows_a_value(specs: Sequence[ChannelSpec]) -> None:
    found = classify(table(RAIL, *TRAVELLERS), specs, DAY)
    told = " ".join([found.reason, *(f"{each.zh} {each.en}" for each in found.ranking)])
    assert not any(cell in told for cell in ("张三", "11010519491231002X", "G1234"))


def test_the_best_channel_does_not_depend_on_the_order_of_specs(specs: Sequence[ChannelSpec]) -> None:
    found = table(RAIL, *TRAVELLERS)
    assert classify(found, specs, DAY) == classify(found, list(reversed(specs)), DAY)


def test_a_rival_within_the_margin_parks_the_file(specs: Sequence[ChannelSpec]) -> None:
    rail = next(spec for spec in specs if spec.id == "rail")
    twin = replace(rail, id="twin", path=Path("twin.toml"))
    found = classify(table(RAIL, *TRAVELLERS), [rail, twin], DAY)
    assert found.spec is None
    assert found.ranking[0].score - found.ranking[1].score < MARGIN
