"""A rule file is refused as a whole, with file, line, rule and remedy."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from firebreak.engine.risk.areas import load_areas
from firebreak.engine.risk.population import in_force, narrowest, set_of
from firebreak.engine.risk.rule_set import checked_versions, load_set, set_named, shipped_sets
from firebreak.terms.errors import FirebreakError, SpecError

SET = """id = "town"
version = 1
valid_from = 2020-03-01
jurisdiction = "3202"
zh = "镇"
en = "town"
source = "a test"

[default]
zh = "无"
en = "nothing"

[[rule]]
id = "near"
zh = "近"
en = "near"
when = "days_since_close < 20"
level = "close"
colour = "red"
since = "close"
days = 14
why_zh = "{since}"
why_en = "{since}"
do_zh = "{until}"
do_en = "{until}"
"""


def load(folder: Path, text: str, name: str = "town.toml"):  # type: ignore[no-untyped-def]
    file = folder / name
    file.write_text(text, "utf-8")
    return load_set(file)


def test_a_sound_file_is_read(tmp_path: Path) -> None:
    rules = load(tmp_path, SET)
    assert rules.cite == "town@1"
    assert rules.rules[0].columns == {"days_since_close"}


CONDITION = 'when = "days_since_close < 20"'
WRONG = [
    (CONDITION, 'when = "days_since_nonsense < 20"', "FB-RISK-UNKNOWN-FACT"),
    (CONDITION, 'when = "length(case_state) > 2"', "FB-RISK-OFF-LIST"),
    (CONDITION, 'when = "days_since_close < (SELECT 3)"', "FB-RISK-OFF-LIST"),
    (CONDITION, 'when = "1 = 1; DROP TABLE persons"', "FB-RISK-OFF-LIST"),
    (CONDITION, 'when = "days_since_close + 1"', "FB-RISK-OFF-LIST"),
    (CONDITION, 'when = "days_since_close"', "FB-RISK-NOT-BOOLEAN"),
    (CONDITION, 'when = "case_state < 3"', "FB-RISK-TYPES"),
    (CONDITION, "when = \"case_state = 'ill'\"", "FB-RISK-WORD"),
    (CONDITION, 'when = "TRUE"', "FB-RISK-CONSTANT"),
    (CONDITION, 'when = "days_since_close <"', "FB-RISK-SYNTAX"),
    (CONDITION, 'when = "days_since_close < 3 AND days_since_close > 5"', "FB-RISK-NEVER"),
    (CONDITION, 'when = "days_since_close > 20"', "FB-RISK-NEVER"),  # its 14 days are over by then
    (CONDITION, 'when = "highest_temperature > 60"', "FB-RISK-NEVER"),
    ('colour = "red"', 'colour = "green"', "FB-RISK-COLOUR"),
    ('colour = "red"', 'colour = "purple"', "FB-RISK-COLOUR"),
    ('level = "close"', 'level = "awful"', "FB-RISK-LEVEL"),
    ('since = "close"', 'since = "nonsense"', "FB-RISK-SINCE"),
    ("days = 14\n", "", "FB-RISK-END"),
    ("days = 14", 'days = 14\nuntil_zh = "x"\nuntil_en = "x"', "FB-RISK-END"),
    ('source = "a test"\n', "", "FB-RISK-MISSING"),
    ("version = 1", "version = 1\ncolor = 3", "FB-RISK-KEY"),
    ("[default]", "[default", "FB-RISK-FILE"),
    ("valid_from = 2020-03-01", 'valid_from = "2020-03-01"', "FB-RISK-TYPE"),
    ("valid_from = 2020-03-01", "valid_from = 2020-03-01T08:00:00", "FB-RISK-TYPE"),
    ("valid_from = 2020-03-01", 'valid_from = 2020-03-01\nvalid_to = "soon"', "FB-RISK-TYPE"),
    ('jurisdiction = "3202"', "jurisdiction = 3202", "FB-RISK-TYPE"),
    ("version = 1", 'version = "1"', "FB-RISK-TYPE"),
    ("days = 14", 'days = "14"', "FB-RISK-TYPE"),
    ("days = 14", "days = true", "FB-RISK-TYPE"),
    ('since = "close"', "since = 3", "FB-RISK-TYPE"),
    ('zh = "无"\n', "", "FB-RISK-MISSING"),
    ('[default]\nzh = "无"\nen = "nothing"', "", "FB-RISK-MISSING"),
    ("[[rule]]", "[rule]", "FB-RISK-TYPE"),
    ('why_en = "{since}"', 'why_en = "{who}"', "FB-RISK-TEXT"),
    ('why_zh = "{since}"', 'why_zh = "{since"', "FB-RISK-TEXT"),
    ('do_en = "{until}"', 'do_en = "{until.year}"', "FB-RISK-TEXT"),
    ('do_en = "{until}"', 'do_en = "{until:%Y}"', "FB-RISK-TEXT"),
    ('do_en = "{until}"', 'do_en = "{}"', "FB-RISK-TEXT"),
]


@pytest.mark.parametrize(("part", "instead", "code"), WRONG)
def test_a_wrong_file_is_refused_with_its_place(tmp_path: Path, part: str, instead: str, code: str) -> None:
    assert part in SET
    with pytest.raises(SpecError) as error:
        load(tmp_path, SET.replace(part, instead))
    assert error.value.code == code
    assert error.value.what.startswith("town.toml:")
    assert error.value.remedy


def test_the_line_of_the_rule_is_named(tmp_path: Path) -> None:
    with pytest.raises(SpecError) as error:
        load(tmp_path, SET.replace(CONDITION, 'when = "days_since_close"'))
    assert error.value.what.startswith("town.toml:14:")


def test_two_versions_in_force_on_one_day_are_refused(tmp_path: Path) -> None:
    first = load(tmp_path, SET)
    second = load(tmp_path, SET.replace("version = 1", "version = 2").replace("2020-03-01", "2020-04-01"), "later.toml")
    with pytest.raises(SpecError) as error:
        checked_versions([second, first])
    assert error.value.code == "FB-RISK-OVERLAP"


def test_versions_one_after_the_other_are_kept_and_found_by_day(tmp_path: Path) -> None:
    ended = SET.replace("valid_from = 2020-03-01", "valid_from = 2020-03-01\nvalid_to = 2020-03-31")
    later = SET.replace("version = 1", "version = 2").replace("2020-03-01", "2020-04-01")
    sets = checked_versions([load(tmp_path, ended), load(tmp_path, later, "later.toml")])
    assert set_named("town", date(2020, 3, 31), sets).version == 1
    assert set_named("town", date(2020, 4, 1), sets).version == 2
    assert set_named("town@1", date(2020, 4, 1), sets).version == 1
    with pytest.raises(FirebreakError) as error:
        set_named("town", date(2020, 2, 1), sets)
    assert error.value.code == "FB-RISK-NO-SET"


@pytest.mark.parametrize(
    ("division", "day", "cite"),
    [
        ("320506", date(2020, 2, 25), "sucheng@1"),
        ("320211", date(2020, 2, 25), "xikang@1"),
        ("320102", date(2020, 2, 25), "jiangsu-default@1"),
        ("320506", date(2020, 2, 21), "jiangsu-default@1"),
        ("320506", date(2020, 3, 5), "sukang@1"),
        ("310000", date(2020, 3, 5), "sukang@1"),  # a visitor is under the rules of the place he is in
    ],
)
def test_the_narrowest_set_in_force_rules(division: str, day: date, cite: str) -> None:
    assert set_of(division, narrowest(in_force(shipped_sets(), day)), "32").cite == cite


AREA = '[[area]]\ndivision = "42"\nlevel = "key_area"\nvalid_from = 2020-01-23\nsource = "a test"\n'


@pytest.mark.parametrize(
    ("part", "instead", "code"),
    [
        ('"42"', "42", "FB-AREA-TYPE"),
        ("2020-01-23", '"2020-01-23"', "FB-AREA-TYPE"),
        ("2020-01-23", '2020-01-23\nvalid_to = "now"', "FB-AREA-TYPE"),
        ("2020-01-23", '2020-01-23\nbefore_days = "x"', "FB-AREA-TYPE"),
        ('"42"', '"4"', "FB-AREA-CODE"),
        ('"key_area"', "3", "FB-AREA-LEVEL"),
        ('source = "a test"\n', "", "FB-AREA-KEY"),
        ("[[area]]", "[area]", "FB-AREA-FILE"),
    ],
)
def test_a_wrong_file_of_areas_is_refused(tmp_path: Path, part: str, instead: str, code: str) -> None:
    assert part in AREA
    file = tmp_path / "areas.toml"
    file.write_text(AREA.replace(part, instead), "utf-8")
    with pytest.raises(SpecError) as error:
        load_areas(file)
    assert error.value.code == code
    assert error.value.remedy
