"""The shape of a value tells its form and nothing of the person."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firebreak.terms.errors import value_class


@pytest.mark.parametrize(
    ("value", "shape"),
    [
        ("3202021990010112ab", "9{16}AA"),
        ("王小明", "汉{3}"),
        ("김철수", "字{3}"),
        ("Иванов", "字{6}"),
        ("𠮷野", "汉汉"),
        ("ＡＢ１２", "AA99"),
        ("", "empty"),
        (None, "missing"),
    ],
)
def test_a_value_is_shown_as_its_shape(value: str | None, shape: str) -> None:
    assert value_class(value) == shape


@given(st.text(max_size=60))
def test_no_letter_or_digit_of_a_value_survives(text: str) -> None:
    kept = [character for character in value_class(text) if unicodedata.category(character)[0] in "LNM"]
    assert set(kept) <= set("9A汉字emptyissng0123456789")
    for character in text:
        if unicodedata.category(character)[0] == "L" and character not in "A汉字" and not character.isascii():
            assert character not in value_class(text)
