"""Which names may be one person's: the table is the manual."""

from __future__ import annotations

import pytest

from firebreak.engine.identity.names import name_agreement

CASES = [
    ("王伟", "王伟", "same"),
    ("王某", "王伟", "masked"),
    ("王某某", "王小明", "masked"),
    ("王*", "王伟", "masked"),
    ("王*伟", "王小伟", "masked"),
    ("王*伟", "王小明", None),
    ("李某", "王伟", None),
    ("王伟", "王玮", "homophone"),
    ("张静", "章静", "homophone"),
    ("单雄", "善雄", "homophone"),  # 单 is a polyphone: dan, shan, chan
    ("林平", "宁平", "homophone"),  # n and l, in and ing
    ("陈末", "陈未", "look_alike"),
    ("欧阳小明", "欧阳明", "cut"),
    ("王小明", "王小", "cut"),
    ("王明", "王", None),  # a surname alone names nobody
    ("王小明", "小明", None),
    ("王建国", "王建军", None),  # brothers
    ("王伟", "李伟", None),
    ("JOHN SMITH", "SMITH JOHN", "order"),
    ("SMITH, John", "john smith", "order"),
    ("JOHN SMITH", "JOHN SMYTH", None),
    ("JOHN SMITH", "王伟", None),
]


@pytest.mark.parametrize(("one", "other", "expected"), CASES)
def test_names_agree_as_the_manual_says(one: str, other: str, expected: str | None) -> None:
    assert name_agreement(one, other) == expected


@pytest.mark.parametrize(("one", "other", "expected"), CASES)
def test_agreement_has_no_direction(one: str, other: str, expected: str | None) -> None:
    assert name_agreement(other, one) == expected
