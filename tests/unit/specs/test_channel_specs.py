"""The grammar of channel specs: what is right is read whole, what is wrong is refused with its file and line."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from firebreak.engine.intake.fields import FIELDS
from firebreak.engine.intake.spec import SHIPPED, ColumnSpec, Combine, Several, load_specs
from firebreak.engine.intake.spec_check import REQUIRED
from firebreak.terms.enums import Category
from firebreak.terms.errors import SpecError
from firebreak.terms.tables import FACTS, MENTIONS

GOOD = """\
id = "rail-sales"
version = 1
valid_from = 2020-01-01
valid_to = 2020-06-30
zh = "铁路售票"
en = "Rail sales"
category = "journey"

[file]
format = "json"
record_path = "data.items"

[constants]
mode = "train"

[columns]
"证件号码" = { field = "document", required = true }
"车次" = { field = "service_no" }
"备注" = { ignore = true }
"座席" = [{ field = "coach" }, { field = "seat", options = { order = "coach" } }]
"性别" = { field = "sex", map = { "1" = "male", "2" = "female" } }

[[combine]]
columns = ["日期", "时间"]
field = "board_at"
required = true

[[several]]
list = "同行人"
position = "stop_seq"
constants = { role = "passenger" }
[several.columns]
"姓名" = { field = "name" }

[identity]
guardian = { "监护人" = { field = "name" } }
"""


def load(folder: Path, *texts: str) -> list[object]:
    for number, text in enumerate(texts):
        (folder / f"{number}.toml").write_text(text, encoding="utf-8")
    return list(load_specs([folder]))


def test_a_spec_is_read_whole(tmp_path: Path) -> None:
    load(tmp_path, GOOD)
    (spec,) = load_specs([tmp_path])
    assert (spec.key, spec.category, spec.simulated) == ("rail-sales@1", Category.JOURNEY, False)
    assert spec.columns[:2] == (
        ColumnSpec("证件号码", "document", "document", required=True),
        ColumnSpec("车次", "service_no", "service_no"),
    )
    assert [(column.source, column.field) for column in spec.columns[3:5]] == [("座席", "coach"), ("座席", "seat")]
    assert spec.columns[5].map == {"1": "male", "2": "female"}
    assert spec.columns[5].normaliser == ""
    assert spec.combine == (Combine(("日期", "时间"), "board_at", "instant", required=True),)
    names = (ColumnSpec("姓名", "name", "name"),)
    assert spec.several == (Several("同行人", names, {"role": "passenger"}, "stop_seq"),)
    assert spec.identity == {"guardian": (ColumnSpec("监护人", "name", "name"),)}
    assert spec.file_columns == ("证件号码", "车次", "备注", "座席", "性别", "日期", "时间", "同行人", "监护人")
    assert spec.needed_columns == ("证件号码", "日期", "时间")
    assert spec.lists == {"同行人": ("姓名",)}


def test_a_layout_is_in_force_from_its_first_to_its_last_day(tmp_path: Path) -> None:
    load(tmp_path, GOOD)
    (spec,) = load_specs([tmp_path])
    days = [date(2019, 12, 31), date(2020, 1, 1), date(2020, 6, 30), date(2020, 7, 1)]
    assert [spec.in_force(day) for day in days] == [False, True, True, False]


WRONG = [
    ("FB-S001", 7, 'category = "journey"', "category = journey"),
    ("FB-S002", 8, 'category = "journey"', 'category = "journey"; colour = 1'.replace("; ", "\n")),
    ("FB-S002", 17, "required = true }", "requird = true }"),
    ("FB-S008", 31, "role = ", "rolle = "),
    ("FB-S003", 1, "version = 1\n", ""),
    ("FB-S003", 9, 'format = "json"\n', ""),
    ("FB-S004", 1, "rail-sales", "Rail Sales"),
    ("FB-S004", 2, "version = 1", 'version = "1"'),
    ("FB-S004", 2, "version = 1", "version = true"),
    ("FB-S004", 3, "2020-01-01", "2020-01-01T00:00:00"),
    ("FB-S004", 7, '"journey"', '"jurney"'),
    ("FB-S004", 10, '"json"', '"jason"'),
    ("FB-S004", 24, '["日期", "时间"]', '["日期"]'),
    ("FB-S005", 18, '"service_no"', '"service_number"'),
    ("FB-S005", 30, "stop_seq", "stop_sequence"),
    ("FB-S005", 36, 'field = "name" } }', 'field = "seat_class" } }'),
    ("FB-S006", 18, '"service_no"', '"service_no", normaliser = "no_such"'),
    ("FB-S007", 7, '"车次" = { field = "service_no" }\n', ""),
    ("FB-S008", 14, 'mode = "train"', 'moode = "train"'),
    ("FB-S008", 14, 'mode = "train"', "mode = 1"),
    ("FB-S009", 4, "2020-06-30", "2019-06-30"),
    ("FB-S011", 11, "record_path", "header_row = 1\nrecord_path"),
    ("FB-S011", 10, '"json"\nrecord_path = "data.items"', '"xml"'),
    ("FB-S011", 28, '"json"\nrecord_path = "data.items"', '"csv"'),
]


@pytest.mark.parametrize(("code", "line", "right", "wrong"), WRONG)
def test_a_mistake_is_refused_with_its_file_line_rule_and_remedy(
    code: str, line: int, right: str, wrong: str, tmp_path: Path
) -> None:
    assert right in GOOD
    text = GOOD.replace(right, wrong, 1)
    if code == "FB-S007":
        text = text.replace('mode = "train"', "")
    with pytest.raises(SpecError) as caught:
        load(tmp_path, text)
    assert caught.value.code == code
    found = int(caught.value.what.split(":")[1])
    assert found == line
    assert caught.value.rule
    assert caught.value.remedy


def test_two_versions_do_not_overlap_in_time(tmp_path: Path) -> None:
    second = GOOD.replace("version = 1", "version = 2")
    with pytest.raises(SpecError, match=r"FB-S009.*1\.toml:3.*rail-sales@2 and rail-sales@1"):
        load(tmp_path, GOOD, second)


def test_a_second_version_follows_the_first(tmp_path: Path) -> None:
    second = GOOD.replace("version = 1", "version = 2").replace("2020-01-01", "2020-07-01").replace("-06-30", "-12-31")
    assert len(load(tmp_path, second, GOOD)) == 2


def test_an_id_and_version_name_one_layout(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="FB-S010"):
        load(tmp_path, GOOD, GOOD)


def test_a_near_miss_is_named_in_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match='Did you mean "service_no"'):
        load(tmp_path, GOOD.replace('"service_no"', '"service_noo"'))


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="FB-S013"):
        load_specs([tmp_path / "absent"])


def test_all_shipped_specs_load() -> None:
    assert len(load_specs([SHIPPED])) >= 24


@pytest.mark.parametrize("category", Category)
def test_what_a_category_must_say_can_be_said(category: Category) -> None:
    names = {*FIELDS, *FACTS[category].names, *MENTIONS.names}
    assert all(set(group) & names for group in REQUIRED[category])
