"""Days, and dates of birth."""

from __future__ import annotations

import re
from datetime import date

import polars as pl
import pyarrow as pa

from firebreak.engine.intake.kernels.moments import days
from firebreak.engine.intake.kernels.texts import Texts, numbers
from firebreak.engine.intake.normalise.base import CannotTypeError, Compiled, Context, Normaliser, Sure, Values
from firebreak.engine.intake.normalise.calendar import iso, plain_date, read_date

_RANGE = re.compile(r" *(?:至|到|~|--) *| - |(?<=[日号])-(?=\d)|(?<=/\d\d)-(?=\d)|(?<=/\d)-(?=\d)")
_CLOCK = re.compile(r"(?<=[\d日号])[T ]*\b(?:00?:00(?::00(?:\.0+)?)?)(?:Z|[+-]\d\d:?\d\d)?$")
_WITH_CLOCK = re.compile(r"\d:\d\d|\d[时点]")
FIRST_BIRTH = date(1850, 1, 1)


def day(cell: str, context: Context) -> Values:
    """A day. Of a range the first, or the last with option ``take = "end"``; of a date with a clock time its date."""
    return {"day": _day(cell, context)}


def _day(cell: str, context: Context) -> date:
    text = plain_date(cell)
    if _WITH_CLOCK.search(text) or re.fullmatch(r"\d{12}|\d{14}|\d{5}\.\d+", text):
        return _of_instant(cell, context)
    ends = _RANGE.split(text)
    if len(ends) == 2 and all(ends):
        first = read_date(ends[0], context)
        if context.options.get("take") != "end":
            return first.whole()
        last = ends[1] if not re.fullmatch(r"\d{1,2}[日号]?", ends[1]) else f"{first.month}月{ends[1].rstrip('日号')}日"
        return read_date(last, context).whole()
    return read_date(text, context).whole()


def _of_instant(cell: str, context: Context) -> date:
    from firebreak.engine.intake.normalise.times import local_time

    return local_time(cell, context).date()


def birth_date(cell: str, context: Context) -> Values:
    """A date of birth, or the year alone where only year or month are given."""
    text = _CLOCK.sub("", plain_date(cell)).removesuffix("出生").removesuffix("生").strip()
    if re.fullmatch(r"\d{1,2}[-/. ]\d{1,2}[-/. ]\d{4}", text) and "order" not in context.options:
        return _year_last(text, context)
    written = read_date(text, context)
    if written.day is None:
        _plausible(date(written.year, written.month or 1, 1) if written.year else date(1, 1, 1), context)
        return {"birth_date": None, "birth_year": written.year}
    born = written.whole()
    _plausible(born, context)
    return {"birth_date": born, "birth_year": born.year}


def _year_last(text: str, context: Context) -> Values:
    """05/12/1985: where day and month cannot be told apart, the year is kept."""
    try:
        born = read_date(text, context).whole()
    except CannotTypeError as error:
        if error.issue.code != "date.order":
            raise
        _plausible(date(max(1, int(text[-4:])), 1, 1), context)
        return {"birth_date": None, "birth_year": int(text[-4:])}
    _plausible(born, context)
    return {"birth_date": born, "birth_year": born.year}


def _plausible(born: date, context: Context) -> None:
    if not FIRST_BIRTH <= born <= context.as_of:
        raise CannotTypeError(
            "birth_date.impossible",
            "Nobody alive was born on that day: it is in the future, or more than 150 years ago.",
            "Check the year; another date may stand in the column.",
        )


_DAY = {"day": pl.Date}
_BIRTH = {"birth_date": pl.Date, "birth_year": pl.Int16}
_EPOCH = date(1970, 1, 1).toordinal()


def _plain_day(texts: Texts, context: Context) -> tuple[pl.DataFrame, Sure]:
    """2020-01-23, 20200123, 2020/1/23 and 2020年1月23日 as dates."""
    found, sure = days(texts)
    return pl.DataFrame([numbers(found, sure, pa.date32()).alias("day")]), sure


def _plain_birth(texts: Texts, context: Context) -> tuple[pl.DataFrame, Sure]:
    """The same, of those who may be alive."""
    found, sure = days(texts)
    sure &= (found >= FIRST_BIRTH.toordinal() - _EPOCH) & (found <= context.as_of.toordinal() - _EPOCH)
    born = numbers(found, sure, pa.date32()).alias("birth_date")
    return pl.DataFrame([born, born.dt.year().cast(pl.Int16).alias("birth_year")]), sure


def _is(year: int, month: int, number: int) -> Values:
    return {"day": date(year, month, number)}


_THE_DAY = _is(2020, 1, 23)
_BORN = {"birth_date": date(1985, 5, 12), "birth_year": 1985}

NORMALISERS = (
    Normaliser(
        "day",
        _DAY,
        day,
        "A day (Asia/Shanghai). A date without a year gets the latest one that is not in the future of the delivery; "
        'of a range the first day is taken (option take = "end": the last). Options: order = "dmy" | "mdy" for dates '
        'that end in the year, "ymd" for six digits; excel = "1904"; year.',
        '日期（北京时间）。无年份者取不晚于交付日的最近一年；区间取首日（take = "end" 取末日）。'
        '选项：order = "dmy" | "mdy"（年在末尾）或 "ymd"（六位数字）；excel = "1904"；year。',
        (
            ("2020-01-23", _THE_DAY),
            ("2020/1/23", _THE_DAY),
            ("2020.1.23", _THE_DAY),
            ("20200123", _THE_DAY),
            ("2020年1月23日", _THE_DAY),
            ("２０２０年０１月２３日", _THE_DAY),
            ("2020年1月23日（星期四）", _THE_DAY),
            ("二〇二〇年一月二十三日", _THE_DAY),
            ("2020年元月23日", _THE_DAY),
            ("1/23", _THE_DAY),
            ("1月23日", _THE_DAY),
            ("01-23", _THE_DAY),
            ("1月23号左右", _THE_DAY),
            ("12月31日", _is(2019, 12, 31)),
            ("43853", _THE_DAY),
            ("43853.0", _THE_DAY),
            ("43853.75", _THE_DAY),
            ("200123", _THE_DAY),
            ("20-1-23", _THE_DAY),
            ("23-Jan-2020", _THE_DAY),
            ("23JAN20", _THE_DAY),
            ("Jan 23, 2020", _THE_DAY),
            ("23/01/2020", _THE_DAY),
            ("2020-01-23 10:30:00", _THE_DAY),
            ("2020-01-22T20:00:00Z", _THE_DAY),
            ("20200123103000", _THE_DAY),
            ("2020-01-23至2020-01-25", _THE_DAY),
            ("1月23日-25日", _THE_DAY),
            ("02/03/2020", "date.order"),
            ("2020-02-30", "date.impossible"),
            ("20201332", "date.impossible"),
            ("2020年1月", "date.no_day"),
            ("2020", "date.no_day"),
            ("昨天", "date.shape"),
        ),
        Compiled(_DAY, _plain_day),
        iso,
    ),
    Normaliser(
        "birth_date",
        _BIRTH,
        birth_date,
        "A date of birth; the year alone where no day is given. Options as for day.",
        "出生日期；只给年或年月的，仅记出生年。选项同 day。",
        (
            ("1985-05-12", _BORN),
            ("1985.5.12", _BORN),
            ("19850512", _BORN),
            ("1985年5月12日生", _BORN),
            ("1985-05-12 00:00:00", _BORN),
            ("850512", _BORN),
            ("31179", _BORN),
            ("12/MAY/1985", _BORN),
            ("1985年5月", {"birth_date": None, "birth_year": 1985}),
            ("1985", {"birth_date": None, "birth_year": 1985}),
            ("85年5月", {"birth_date": None, "birth_year": 1985}),
            ("05/12/1985", {"birth_date": None, "birth_year": 1985}),
            ("12/25/1985", {"birth_date": date(1985, 12, 25), "birth_year": 1985}),
            ("198505", {"birth_date": None, "birth_year": 1985}),
            ("200112", "date.order"),
            ("2020-12-31", "birth_date.impossible"),
            ("1785-05-12", "birth_date.impossible"),
            ("1985-13-12", "date.impossible"),
        ),
        Compiled(_BIRTH, _plain_birth),
        iso,
    ),
)
