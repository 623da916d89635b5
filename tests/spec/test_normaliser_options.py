"""Options from a channel's spec change what a cell means, as the manual says."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import polars as pl
import pytest

from firebreak.engine.intake.normalise.base import CannotTypeError, Context, apply
from firebreak.engine.intake.normalise.manual import CASES_AS_OF
from firebreak.engine.intake.normalise.registry import normalisers

_HALF_TEN = datetime(2020, 1, 23, 2, 30, tzinfo=UTC)

CASES: tuple[tuple[str, str, dict[str, Any], dict[str, Any] | str], ...] = (
    ("day", "02/03/2020", {"order": "dmy"}, {"day": date(2020, 3, 2)}),
    ("day", "02/03/2020", {"order": "mdy"}, {"day": date(2020, 2, 3)}),
    ("day", "23/1", {"order": "dmy"}, {"day": date(2020, 1, 23)}),
    ("day", "01-02-20", {"order": "dmy"}, {"day": date(2020, 2, 1)}),
    ("day", "200112", {"order": "ymd"}, {"day": date(2020, 1, 12)}),
    ("day", "42391", {"excel": "1904"}, {"day": date(2020, 1, 23)}),
    ("day", "12/31", {"year": 2020}, {"day": date(2020, 12, 31)}),
    ("day", "2020-01-23至2020-01-25", {"take": "end"}, {"day": date(2020, 1, 25)}),
    ("day", "1月23日-25日", {"take": "end"}, {"day": date(2020, 1, 25)}),
    ("birth_date", "05/12/1985", {"order": "dmy"}, {"birth_date": date(1985, 12, 5), "birth_year": 1985}),
    ("instant", "2020-01-23", {"date_only": "midnight"}, {"instant": datetime(2020, 1, 22, 16, tzinfo=UTC)}),
    ("instant", "2020-01-23 不详", {"date_only": "midnight"}, {"instant": datetime(2020, 1, 22, 16, tzinfo=UTC)}),
    ("instant", "2020-01-23 08:00-10:30", {"take": "end"}, {"instant": _HALF_TEN}),
    ("instant", "2020-01-23 23:50-00:40", {"take": "end"}, {"instant": datetime(2020, 1, 23, 16, 40, tzinfo=UTC)}),
    ("instant", "1579746600", {"epoch": "s"}, {"instant": _HALF_TEN}),
    ("instant", "1579746600000", {"epoch": "ms"}, {"instant": _HALF_TEN}),
    ("instant", "2020-01-23 10:30", {"epoch": "s"}, "instant.epoch"),
    ("temperature", "98.6", {"unit": "fahrenheit"}, {"temperature": 37.0}),
    ("phone", "82712345", {"area_code": "0510"}, {"phone": "+8651082712345"}),
    ("phone", "91234567", {"region": "HK"}, {"phone": "+85291234567"}),
    ("document", "12345678", {"type": "taiwan_permit"}, {"doc_type": "taiwan_permit", "doc_number": "12345678"}),
    ("division", "鼓楼区", {"within": "3201"}, {"division_code": "320106"}),
    ("division", "通州区", {"within": "32"}, {"division_code": "320612"}),
    ("address", "鼓楼区中山路1号", {"within": "320100"}, {"division_code": "320106", "building": "1"}),
)


@pytest.mark.parametrize(("name", "text", "options", "expected"), CASES)
def test_an_option_changes_what_a_cell_means(
    name: str, text: str, options: dict[str, Any], expected: dict[str, Any] | str
) -> None:
    context = Context(CASES_AS_OF, options)
    if isinstance(expected, str):
        with pytest.raises(CannotTypeError, match=expected):
            normalisers()[name].one(text, context)
        return
    typed = apply(normalisers()[name], pl.Series([text]), context)
    values = typed.values.row(0, named=True)
    assert {column: values[column] for column in expected} == expected


def test_several_phones_are_several_values_where_the_spec_asks_for_them() -> None:
    context = Context(CASES_AS_OF, {"several": True})
    typed = apply(normalisers()["phone"], pl.Series(["无", "0510-82712345、13812345678"]), context)
    assert typed.values["phone"].to_list() == [None, "+8651082712345"]
    assert typed.extra.rows() == [(1, 1, "+8613812345678")]


@pytest.mark.parametrize(
    ("name", "as_of", "expected"),
    [
        ("海门市", date(2020, 7, 2), "320684"),
        ("海门市", date(2020, 7, 3), "320614"),
        ("320602", date(2020, 7, 2), "320602"),
        ("320602", date(2020, 7, 3), "320613"),
        ("南通市港闸区", date(2021, 1, 1), "320613"),
    ],
)
def test_a_division_has_the_code_of_the_day_of_delivery(name: str, as_of: date, expected: str) -> None:
    assert normalisers()["division"].one(name, Context(as_of)) == {"division_code": expected}


@pytest.mark.parametrize(
    ("text", "as_of", "expected"),
    [
        ("12/31", date(2020, 1, 1), date(2019, 12, 31)),
        ("1/1", date(2020, 1, 1), date(2020, 1, 1)),
        ("2/29", date(2020, 2, 28), date(2016, 2, 29)),
        ("2/29", date(2020, 3, 1), date(2020, 2, 29)),
    ],
)
def test_a_date_without_a_year_is_never_in_the_future(text: str, as_of: date, expected: date) -> None:
    assert normalisers()["day"].one(text, Context(as_of)) == {"day": expected}
