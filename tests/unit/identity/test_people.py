"""Who is joined, who stays apart, who goes to a clerk: families, colleagues, masked and mistyped records."""

from __future__ import annotations

import json
from datetime import date
from functools import cache
from math import log2

import polars as pl
import pytest
from tests.unit.identity.people import crowd, group_of, home, number, resolved, said

from firebreak.engine.identity.resolution import Population, Resolution

FATHER = number("320211", "19600312", "117")
SON = number("320211", "19880905", "119")
TWIN_ONE, TWIN_TWO = number("320211", "20010607", "013"), number("320211", "20010607", "015")
CLERK, COLLEAGUE = number("320102", "19910101", "221"), number("320104", "19930202", "331")
WRONG = FATHER[:8] + str((int(FATHER[8]) + 1) % 10) + FATHER[9:]

ROWS = [
    # father and son of one name at one address, one phone
    said(1, "王伟", doc=FATHER, phone="+8613811110000", **home("501")),
    said(2, "王伟", doc=SON, phone="+8613811110000", **home("501")),
    said(3, "王伟", phone="+8613811110000", **home("501")),
    said(4, "王伟", birth_year=1988, **home("501")),
    # twins: one day, one room, names that differ by a character
    said(11, "李佳一", doc=TWIN_ONE, **home("302")),
    said(12, "李佳二", doc=TWIN_TWO, **home("302")),
    said(13, "李佳*", **home("302")),
    # two colleagues with the phone of their firm
    said(21, "陈思源", doc=CLERK, phone="+8613822220000"),
    said(22, "孙立群", doc=COLLEAGUE, phone="+8613822220000"),
    said(23, "陈思源", phone="+8613822220000"),
    said(24, "陈思源", doc=CLERK),
    # a number shown in part, a name that sounds the same, at the same address
    said(31, "欧阳静怡", doc=number("320502", "19770824", "442"), phone="+8613833330000", **home("1101")),
    said(32, "欧阳敬怡", masked="320502********" + number("320502", "19770824", "442")[14:], **home("1101")),
    said(33, "欧阳**", masked="32050219770824****", phone="+8613833330000"),
    # a brother of hers: the same phone and room, another number
    said(34, "欧阳*", masked="32050219800101****", phone="+8613833330000", **home("1101")),
    # a mistyped number, and a name said with it that is nobody's
    said(41, "王伟", wrong=WRONG, channel="other"),
    said(42, "赵六", wrong=WRONG),
    # one number, another name altogether: borrowed
    said(51, "周文斌", doc=CLERK, phone="+8613866660000"),
    # no evidence at all
    said(61, "王伟"),
    said(62, None),
]


@cache
def found() -> Resolution:
    return resolved([*ROWS, *crowd(1000)])


def together(one: int, other: int) -> bool:
    groups = group_of(found())
    return groups[one] == groups[other]


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        (2, 4, "the year of birth tells the son"),
        (21, 23, "name and phone, and nobody else has both"),
        (31, 32, "ends of the number, sound of the name, room"),
        (31, 33, "front of the number, surname, phone"),
        (1, 41, "the only correction of the number that is a known person of that name"),
    ],
)
def test_records_of_one_person_are_joined(one: int, other: int, why: str) -> None:
    assert together(one, other), why


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        (1, 2, "father and son have two numbers"),
        (1, 3, "it may be the son"),
        (2, 3, "it may be the father"),
        (11, 12, "twins have two numbers"),
        (11, 13, "it may be the other twin"),
        (12, 13, "it may be the other twin"),
        (21, 22, "colleagues with one phone"),
        (31, 34, "the number shown in part is another"),
        (1, 42, "the name is another"),
        (21, 51, "the number may be borrowed"),
        (1, 61, "a common name alone"),
        (61, 62, "nothing at all"),
    ],
)
def test_two_people_stay_apart(one: int, other: int, why: str) -> None:
    assert not together(one, other), why


def test_a_review_says_what_speaks_for_and_against_each_pair() -> None:
    reviews = found().reviews
    assert not reviews.is_empty()
    assert (reviews["left_record_id"] < reviews["right_record_id"]).all()
    for text, weight in reviews.select("gammas", "weight").iter_rows():
        told = json.loads(text)
        assert set(told) == {"name", "document", "phone", "birth", "sex", "address"}
        evidence = sum(part["weight"] + part["adjustment"] for part in told.values())
        prior = -log2(found().groups["group"].n_unique() - 1)
        assert abs(evidence + prior - weight) < 0.1


def test_whoever_is_in_the_band_is_not_joined() -> None:
    groups = group_of(found())
    for left, right in found().reviews.select("left_record_id", "right_record_id").iter_rows():
        assert groups[left] != groups[right]


def test_rulings_join_and_keep_apart_whatever_the_records_say() -> None:
    rulings = [("must", 1, 3), ("cannot", 21, 23), ("must", 11, 12)]
    groups = group_of(resolved([*ROWS, *crowd(1000, 300)], rulings))
    assert groups[1] == groups[3]
    assert groups[11] == groups[12]
    assert groups[1] != groups[2]


def test_the_same_records_in_another_order_are_the_same_people() -> None:
    rows = [*ROWS, *crowd(1000, 300)]
    one, other = resolved(rows), resolved(rows[::-1])
    assert one.groups.equals(other.groups)
    assert one.reviews.equals(other.reviews)


def test_a_name_that_is_rare_among_a_few_is_not_rare_among_ten_million() -> None:
    rows = [
        said(1, "王小明", doc=number("320211", "19600312", "117")),
        said(2, "王小明", birth_date=date(1960, 3, 12)),
        *crowd(1000, 300),
    ]
    alone = group_of(resolved(rows))
    few = pl.DataFrame({"name": ["王小明"], "people": [4_000]})
    among = group_of(resolved(rows, population=Population(10_000_000, few)))
    assert alone[1] == alone[2]
    assert among[1] != among[2]
