"""Dates as people write them: one reader for days, dates of birth and the date part of instants."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from firebreak.engine.intake.normalise.base import CannotTypeError, Context
from firebreak.engine.intake.normalise.chars import arabic, narrow, narrowed

_MONTHS = {
    **{"jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6},
    **{"jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11, "dec": 12},
}
_MONTH = rf"({'|'.join(_MONTHS)})[a-z]*\.?"
_S = r" *[-/.年月, ] *"

_YMD = re.compile(rf"(\d{{4}}){_S}(\d{{1,2}}){_S}(\d{{1,2}})(?: ?[日号])?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_YEAR_MONTH = re.compile(r"(\d{4}) ?[-/.年] ?(\d{1,2})月?")
_YEAR = re.compile(r"(\d{4})年?")
_SHORT_YEAR_MONTH = re.compile(r"(\d{2})年(\d{1,2})月")
_MONTH_DAY = re.compile(r"(\d{1,2}) ?[-/.月] ?(\d{1,2}) ?[日号]?")
_DAY_MONTH_YEAR = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})")
_SHORT = re.compile(r"(\d{2}) ?[-/.年] ?(\d{1,2}) ?[-/.月] ?(\d{1,2})日?")
_SIX = re.compile(r"(\d{2})(\d{2})(\d{2})")
_SERIAL = re.compile(r"(\d{5})(?:\.0*)?")
_DAY_NAME_YEAR = re.compile(rf"(\d{{1,2}})(?:st|nd|rd|th)?[-/. ]*{_MONTH}[-/., ]*(\d{{4}}|\d{{2}})?", re.IGNORECASE)
_NAME_DAY_YEAR = re.compile(rf"{_MONTH}[-/. ]*(\d{{1,2}})(?:st|nd|rd|th)?(?:[-/., ]+(\d{{4}}))?", re.IGNORECASE)
_WEEKDAY = re.compile(
    r"\(?(?:星期|周|礼拜)[一二三四五六日天末]\)?|\b(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,? ", re.IGNORECASE
)
_ABOUT = re.compile(r"\(.*\)$|左右|前后|大约|大概|^约|许$")

_EXCEL_DAY_0 = date(1899, 12, 30)  # Excel counts a 29 February 1900 that never was
_EXCEL_1904 = date(1904, 1, 1)


@dataclass(frozen=True, slots=True)
class Written:
    """What a text says of a date: a day, or only a month or a year (``day`` and ``month`` None)."""

    year: int
    month: int | None = None
    day: int | None = None

    def whole(self) -> date:
        """The day, if it says one that exists."""
        if self.month is None or self.day is None:
            raise CannotTypeError(
                "date.no_day",
                "The text names a month or a year, no day.",
                "Complete the day; for dates of birth the year alone is kept.",
            )
        return day_of(self.year, self.month, self.day)


def day_of(year: int, month: int, day: int) -> date:
    """The date, or the reject that it does not exist."""
    try:
        return date(year, month, day)
    except ValueError:
        raise CannotTypeError(
            "date.impossible",
            "There is no such day in the calendar.",
            'Correct month and day; if they stand in another order, say so in the spec: options = { order = "dmy" }.',
        ) from None


def plain_date(cell: str) -> str:
    """The text narrowed, numbers in Chinese as digits, without weekdays, remarks in brackets, 左右 and the like."""
    text = _WEEKDAY.sub("", narrow(cell)).replace("元月", "1月")
    text = _ABOUT.sub("", text.strip()).strip(" .,;。")
    return arabic(text) if re.search("[年月]", text) else text


def read_date(text: str, context: Context) -> Written:
    """What ``plain_date`` text says.

    Options: ``order`` = ymd | dmy | mdy for dates that end (or, of two digits, may end) in the year; ``excel`` = 1900 |
    1904; ``year`` for dates without one (default: the latest that is not after ``as_of``).
    """
    for reader in (_full, _serial, _month_name, _year_last, _six_digits, _short_year, _partial, _no_year):
        written = reader(text, context)
        if written is not None:
            return written
    raise CannotTypeError(
        "date.shape",
        "The text has the shape of no date.",
        "Write the day as 2020-01-23.",
    )


def _full(text: str, context: Context) -> Written | None:
    found = _YMD.fullmatch(text) or _COMPACT.fullmatch(text)
    return Written(*map(int, found.groups())) if found else None


def _serial(text: str, context: Context) -> Written | None:
    found = _SERIAL.fullmatch(text)
    if found is None:
        return None
    start = _EXCEL_1904 if str(context.options.get("excel", "")) == "1904" else _EXCEL_DAY_0
    day = start + timedelta(days=int(found[1]))
    return Written(day.year, day.month, day.day)


def _month_name(text: str, context: Context) -> Written | None:
    found = _DAY_NAME_YEAR.fullmatch(text)
    if found:
        day, month, year = found.groups()
    else:
        found = _NAME_DAY_YEAR.fullmatch(text)
        if not found:
            return None
        month, day, year = found.groups()
    number = _MONTHS[month[:3].lower()]
    if year is None:
        return _latest(number, int(day), context)
    return Written(_century(int(year), context) if len(year) == 2 else int(year), number, int(day))


def _year_last(text: str, context: Context) -> Written | None:
    found = _DAY_MONTH_YEAR.fullmatch(text)
    if found is None:
        return None
    first, second, year = map(int, found.groups())
    order = context.options.get("order")
    if order not in ("dmy", "mdy"):
        if first <= 12 and second <= 12 and first != second:
            raise CannotTypeError(
                "date.order",
                "Day and month cannot be told apart.",
                'Say how the channel writes dates: options = { order = "dmy" } or "mdy".',
            )
        order = "dmy" if first > 12 else "mdy"
    return Written(year, second, first) if order == "dmy" else Written(year, first, second)


def _six_digits(text: str, context: Context) -> Written | None:
    """yymmdd, or yyyymm where that is the only one that can be."""
    found = _SIX.fullmatch(text)
    if found is None:
        return None
    year, month, day = map(int, found.groups())
    long_year, long_month = int(text[:4]), int(text[4:])
    is_month = 1900 <= long_year <= context.as_of.year and 1 <= long_month <= 12
    is_day = 1 <= month <= 12 and 1 <= day <= 31
    if is_month and is_day and context.options.get("order") != "ymd":
        raise CannotTypeError(
            "date.order",
            "Six digits here may be yymmdd or yyyymm.",
            'Say which: options = { order = "ymd" } for yymmdd; or write eight digits.',
        )
    if is_month and not is_day:
        return Written(long_year, long_month)
    return Written(_century(year, context), month, day)


def _short_year(text: str, context: Context) -> Written | None:
    found = _SHORT.fullmatch(text)
    if found is None:
        return None
    first, second, third = map(int, found.groups())
    match context.options.get("order", "ymd"):
        case "dmy":
            return Written(_century(third, context), second, first)
        case "mdy":
            return Written(_century(third, context), first, second)
    return Written(_century(first, context), second, third)


def _partial(text: str, context: Context) -> Written | None:
    if found := _YEAR_MONTH.fullmatch(text):
        if not 1 <= int(found[2]) <= 12:
            day_of(int(found[1]), int(found[2]), 1)
        return Written(int(found[1]), int(found[2]))
    if found := _SHORT_YEAR_MONTH.fullmatch(text):
        return Written(_century(int(found[1]), context), int(found[2]))
    if found := _YEAR.fullmatch(text):
        return Written(int(found[1]))
    return None


def _no_year(text: str, context: Context) -> Written | None:
    found = _MONTH_DAY.fullmatch(text)
    if found is None:
        return None
    first, second = map(int, found.groups())
    return _latest(second, first, context) if context.options.get("order") == "dmy" else _latest(first, second, context)


def _latest(month: int, day: int, context: Context) -> Written:
    """The latest such day that is not after ``as_of``."""
    if "year" in context.options:
        return Written(int(context.options["year"]), month, day)
    for year in range(context.as_of.year, context.as_of.year - 9, -1):
        try:
            if date(year, month, day) <= context.as_of:
                return Written(year, month, day)
        except ValueError:
            continue
    return Written(context.as_of.year, month, day)


def _century(year: int, context: Context) -> int:
    """Two digits of a year: this century, unless that would be after the year of ``as_of``."""
    this = context.as_of.year // 100 * 100 + year
    return this if this <= context.as_of.year else this - 100


_LOOSE = (
    r"^([1-9][0-9]{3})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?"
    r"(?:[T ]?([0-9]{1,2})[:时点]([0-9]{2})(?:分|[:分]([0-9]{2})秒?)?)?$"
)
_ONE_SEPARATOR = r"^[0-9]{4}(?:-[0-9]{1,2}-|/[0-9]{1,2}/|\.[0-9]{1,2}\.|年[0-9]{1,2}月)"
"""2020/1-23 is left to the meaning: it may as well be a range."""


def iso(cell: pl.Expr) -> pl.Expr:
    """Loose dates, with a time or without, as 2020-01-23 10:30: 2020/1/23 9:05, 2020年1月23日10时30分, 2020.1.23."""
    return narrowed(cell).map_batches(_iso, return_dtype=pl.String)


def _iso(cells: pl.Series) -> pl.Series:
    part = pl.col("1"), *(pl.col(name).str.zfill(2) for name in "23456")
    day = pl.concat_str(part[:3], separator="-")
    minute = pl.concat_str(day, pl.concat_str(part[3:5], separator=":"), separator=" ")
    second = pl.concat_str(minute, part[5], separator=":")
    groups = pl.DataFrame([cells.alias("cell")]).select(
        "cell", pl.col("cell").str.extract_groups(_LOOSE).struct.unnest()
    )
    sure = pl.when(pl.col("cell").str.contains(_ONE_SEPARATOR))
    return groups.select(cell=sure.then(pl.coalesce(second, minute, day, "cell")).otherwise("cell"))["cell"]
