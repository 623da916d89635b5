"""Every reason, setting and level of the contact rules has its words in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from firebreak.engine.tracing import why
from firebreak.engine.tracing.reach import RIDE_SETTINGS
from firebreak.terms.enums import ContactLevel, Setting
from firebreak.web.report.compare_words import _spans
from firebreak.web.report.words import texts


@pytest.mark.parametrize("setting", [*Setting])
def test_every_setting_has_its_words(setting: Setting) -> None:
    assert texts().text(f"setting.{setting}", "zh") != texts().text(f"setting.{setting}", "en")


@pytest.mark.parametrize("level", [*ContactLevel])
def test_every_level_has_its_words(level: ContactLevel) -> None:
    assert texts().text(f"contact_level.{level}", "zh")


def test_every_reason_has_its_words() -> None:
    said = set(re.findall(r'"([a-z]+(?:_[a-z]+)*)"', Path(why.__file__).read_text("utf-8")))
    reasons = {word for word in said if texts().has(f"why.{word}")}
    assert {"rows", "rows_beyond", "short", "unplaced", "companion", "rest", "later"} <= reasons
    for scope in ("coach", "set", "vehicle", "place"):
        assert texts().has(f"why.whole_{scope}")
    for crew in ("coach", "set", "vehicle"):
        assert texts().has(f"why.crew_{crew}")
    for window in ("window", "window_onset"):
        assert texts().has(f"why.{window}")


def test_every_mode_has_a_setting_the_rules_know() -> None:
    assert set(RIDE_SETTINGS) <= set(Setting)


@pytest.mark.parametrize(
    ("numbers", "spans"), [([1, 2, 3], [(1, 3)]), ([1, 3, 4, 9], [(1, 1), (3, 4), (9, 9)]), ([], []), ([7], [(7, 7)])]
)
def test_neighbouring_numbers_are_taken_together(numbers: list[int], spans: list[tuple[int, int]]) -> None:
    assert list(_spans(numbers)) == spans
