"""Resident numbers, a whole column at once, against python-stdnum one by one."""

from __future__ import annotations

from datetime import date

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum.cn import ric
from stdnum.exceptions import InvalidComponent

from firebreak.engine.intake.normalise import resident
from firebreak.terms.divisions import known_codes

_CODES = st.sampled_from(sorted(known_codes())) | st.integers(100_000, 999_999).map(str)
_DAYS = st.dates(date(1840, 1, 1), date(2030, 12, 31)).map(lambda day: f"{day:%Y%m%d}") | st.integers(
    10_000_000, 99_999_999
).map(str)
_ORDERS = st.integers(0, 999).map(lambda order: f"{order:03d}")
_LAST = st.sampled_from("0123456789X")
_AS_OF = date(2020, 2, 1)


@st.composite
def _numbers(draw: st.DrawFn) -> str:
    """Numbers of the right shape; every other one with its own check digit, as stdnum has it."""
    body = draw(_CODES) + draw(_DAYS) + draw(_ORDERS)
    return body + (draw(_LAST) if draw(st.booleans()) else ric.calc_check_digit(body + "0"))


def _stdnum(number: str) -> str:
    """The verdict by stdnum's own functions; its list of counties is ours, with ours of Jiangsu on top."""
    try:
        born = ric.get_birth_date(number)
    except InvalidComponent:
        return "bad_date"
    if not resident.FIRST_DAY <= born <= _AS_OF:
        return "bad_date"
    if number[:6] not in known_codes():
        return "bad_division"
    return "valid" if ric.calc_check_digit(number) == number[-1] else "bad_check_digit"


@settings(max_examples=150, deadline=None)
@given(st.lists(_numbers(), min_size=1, max_size=30))
def test_a_column_is_checked_as_stdnum_checks_each_number(numbers: list[str]) -> None:
    checked = resident.check_column(pl.Series(numbers), _AS_OF)
    assert checked["check"].to_list() == [_stdnum(number) for number in numbers]
    for number, born, sex in zip(numbers, checked["birth_date"], checked["sex"], strict=True):
        assert born is None or born == ric.get_birth_date(number)
        assert sex == ("male" if int(number[16]) % 2 else "female")


@settings(max_examples=150, deadline=None)
@given(_numbers())
def test_the_meaning_and_the_column_give_one_verdict(number: str) -> None:
    assert resident.check_column(pl.Series([number]), _AS_OF)["check"].item() == resident.verdict(number, _AS_OF)


@settings(max_examples=150, deadline=None)
@given(_CODES, st.dates(date(1900, 1, 1), date(1999, 12, 31)), st.integers(1, 995))
def test_a_number_of_fifteen_digits_becomes_one_that_stdnum_accepts(code: str, born: date, order: int) -> None:
    upgraded = resident.upgrade(f"{code}{born:%y%m%d}{order:03d}")
    assert ric.calc_check_digit(upgraded) == upgraded[-1]
    assert ric.get_birth_date(upgraded) == born
