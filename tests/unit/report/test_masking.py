"""Masked values: recognisable, not readable."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firebreak.terms.masking import mask, plain_phone


@pytest.mark.parametrize(
    ("field", "text", "expected"),
    [
        ("name", "王小明", "王*"),
        ("name", "欧阳娜", "欧*"),
        ("name", "JOHN SMITH", "J* S*"),
        ("doc_number", "320202199001011234", "3202**********1234"),
        ("doc_number", "E12345678", "E******78"),
        ("phone", "+8613912345678", "139****5678"),
        ("phone", "+8651085001234", "051****1234"),
        ("address", "江苏省无锡市梁溪区南禅寺街道1号301室", "江苏省无锡市梁溪区****"),
        ("address", "无锡市江阴市澄江街道2号", "无锡市江阴市****"),
        ("address", "不知何处3号", "不****"),
        ("grid_code", "320213001001001", "320213001001001"),
        ("phone", "", ""),
    ],
)
def test_a_value_is_masked(field, text, expected):
    assert mask(field, text) == expected


@given(st.text(min_size=6, max_size=24, alphabet=st.characters(categories=["Nd", "Lu", "Lo"])))
def test_masking_a_document_hides_at_least_half_of_it(text):
    assert mask("doc_number", text).count("*") * 2 >= len(text)


def test_phones_are_shown_as_they_are_dialled():
    assert plain_phone("+8613912345678") == "13912345678"
    assert plain_phone("+8651085001234") == "051085001234"
    assert plain_phone("+442071838750") == "00442071838750"
