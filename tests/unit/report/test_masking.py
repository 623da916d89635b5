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


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("苏州市人民路100号幸福小区5栋301室", "苏州市"),
        ("苏州市幸福小区5栋301室", "苏州市"),
        ("幸福小区5栋301室", "幸"),
        ("人民路100号家乐福超市旁", "人"),
        ("苏州市阳光社区12号", "苏州市"),
        ("苏州市菜市场路1号", "苏州市"),
        ("苏州市工业园区星湖街1号", "苏州市"),
        ("长沙市万达广场2栋1单元", "长沙市"),
        ("江苏省苏州市昆山市玉山镇1号", "江苏省苏州市昆山市"),
        ("昆山市幸福里小区3栋", "昆山市"),
        ("广州市白云区龙归市场1号", "广州市白云区"),
        ("哈尔滨市道里区中央大街1号", "哈尔滨市道里区"),
        ("北京市朝阳区建国路1号", "北京市朝阳区"),
        ("湖北省恩施土家族苗族自治州恩施市舞阳大道1号", "湖北省恩施土家族苗族自治州恩施市"),
        ("内蒙古自治区锡林郭勒盟多伦县大街1号", "内蒙古自治区锡林郭勒盟多伦县"),
        ("12 High Street", "1"),
    ],
)
def test_an_address_shows_no_street_house_or_estate(address, shown):
    assert mask("address", address) == f"{shown}****"
