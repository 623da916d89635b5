"""Instants: a date and a time of day, in Asia/Shanghai unless the text names a zone; stored as UTC."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import polars as pl
import pyarrow as pa

from firebreak.engine.intake.kernels.moments import seconds
from firebreak.engine.intake.kernels.texts import Texts, numbers
from firebreak.engine.intake.normalise import clock
from firebreak.engine.intake.normalise.base import (
    UNKNOWN_WORDS,
    CannotTypeError,
    Compiled,
    Context,
    Normaliser,
    Sure,
    Values,
)
from firebreak.engine.intake.normalise.calendar import iso, plain_date, read_date

SHANGHAI = ZoneInfo("Asia/Shanghai")
_EIGHT_HOURS = 8 * 3600

_ZONE = re.compile(r" *(?:(Z|UTC|GMT)|(?:UTC|GMT)?([+-])(\d{1,2}):?(\d{2})?)$")
_DATE = re.compile(
    r"(?P<date>\d{4} ?[-/.年] ?\d{1,2} ?[-/.月] ?\d{1,2}(?: ?[日号])?|\d{8}|\d{1,2} ?月 ?\d{1,2} ?[日号]?|"
    r"\d{1,2}/\d{1,2}/\d{4}|\d{2}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}|"
    r"\d{1,2}[- ]?[A-Za-z]{3,9}[- ,]*\d{2,4}|[A-Za-z]{3,9}\.? \d{1,2},? +\d{4})"
    r"(?P<rest>(?!\d).*|(?<=\d{8})\d{4}(?:\d{2})?)",
)
_RANGE = re.compile(r" *(?:至|到|~|--|—) *| - |(?<=[\d时分点半])-(?=\d{1,2}[:时点])")
_SERIAL = re.compile(r"(\d{5})\.(\d+)")
_EPOCH = {"s": 1, "ms": 1000, "us": 1_000_000}


def instant(cell: str, context: Context) -> Values:
    """An instant in UTC."""
    return {"instant": local_time(cell, context).astimezone(UTC)}


def local_time(cell: str, context: Context) -> datetime:
    """The instant in Asia/Shanghai."""
    text = plain_date(cell)
    if "epoch" in context.options:
        return _epoch(text, context)
    if serial := _SERIAL.fullmatch(text):
        return _of_serial(serial, context)
    ends = _RANGE.split(text, maxsplit=1)
    if len(ends) == 2 and all(ends):
        start = _moment(ends[0], context)
        if context.options.get("take") != "end":
            return start
        return _end(ends[1], start, context)
    return _moment(text, context)


def _epoch(text: str, context: Context) -> datetime:
    if not re.fullmatch(r"\d{9,17}(?:\.\d+)?", text):
        raise CannotTypeError(
            "instant.epoch",
            "The spec says that the column counts from 1970; the text is no such number.",
            "Correct the cell.",
        )
    since = float(text) / _EPOCH[str(context.options["epoch"])]
    try:
        return datetime.fromtimestamp(since, SHANGHAI)
    except (ValueError, OverflowError, OSError):
        raise CannotTypeError(
            "instant.epoch", "The number is out of range.", "Check the unit in the spec: epoch = s, ms or us."
        ) from None


def _of_serial(serial: re.Match[str], context: Context) -> datetime:
    """Days since 1899-12-30 with the time as a fraction, to the nearest second."""
    day = read_date(serial[1], context).whole()
    fraction = round(float(f"0.{serial[2]}") * 86400)
    return datetime.combine(day, time(), SHANGHAI) + timedelta(seconds=fraction)


def _moment(text: str, context: Context) -> datetime:
    zone = None
    bare = text
    if (found := _ZONE.search(text)) and (found[1] or re.search(r"\d:\d\d", text[: found.start()])):
        bare = text[: found.start()]
        zone = _zone(found)
    split = _DATE.fullmatch(bare)
    if split is None:
        return _no_date(bare, context)
    day = read_date(split["date"].strip(), context).whole()
    rest = split["rest"].strip(" T,日号-")
    if rest.lower() in UNKNOWN_WORDS:
        return _date_only(datetime.combine(day, time(), SHANGHAI), context)
    start = datetime.combine(day, time(), zone or SHANGHAI) + timedelta(seconds=clock.seconds(rest))
    return start.astimezone(SHANGHAI)


def _zone(found: re.Match[str]) -> timezone:
    if found[1]:
        return UTC
    offset = timedelta(hours=int(found[3]), minutes=int(found[4] or 0))
    if offset >= timedelta(hours=15):
        raise CannotTypeError("instant.zone", "No zone is that far from UTC.", "Correct the zone in the cell.")
    return timezone(-offset if found[2] == "-" else offset)


def _no_date(text: str, context: Context) -> datetime:
    try:
        clock.seconds(text)
    except CannotTypeError:
        day = read_date(text, context).whole()
        return _date_only(datetime.combine(day, time(), SHANGHAI), context)
    raise CannotTypeError(
        "instant.no_date",
        "A time of day alone is no instant.",
        "Combine it with the column of the date in the spec: [[combine]].",
    )


def _date_only(midnight: datetime, context: Context) -> datetime:
    if context.options.get("date_only") == "midnight":
        return midnight
    raise CannotTypeError(
        "instant.no_time",
        "The text names a day, no time.",
        'Map the column to a day, or accept midnight: options = { date_only = "midnight" }.',
    )


def _end(text: str, start: datetime, context: Context) -> datetime:
    if _DATE.fullmatch(text):
        return _moment(text, context)
    end = start.replace(hour=0, minute=0, second=0) + timedelta(seconds=clock.seconds(text))
    return end if end >= start else end + timedelta(days=1)


_OUTPUTS = {"instant": pl.Datetime("us", "UTC")}
_SINCE = (date(1992, 1, 1) - date(1970, 1, 1)).days * 86_400
"""China has kept one offset since 1991-09-15; before, summer time makes some hours ambiguous, and ``one`` decides."""


def _plainly(texts: Texts, context: Context) -> tuple[pl.DataFrame, Sure]:
    """2020-01-23 10:30, 2020-01-23T10:30:00+08:00, 2020/1/23 9:05, 20200123103000, 2020年1月23日10时30分."""
    local, sure = seconds(texts)
    sure &= local >= _SINCE
    if "epoch" in context.options:
        sure[:] = False
    micros = (local - _EIGHT_HOURS) * 1_000_000
    return pl.DataFrame([numbers(micros, sure, pa.timestamp("us", "UTC")).alias("instant")]), sure


def _is(*parts: int) -> Values:
    return {"instant": datetime(*parts, tzinfo=SHANGHAI).astimezone(UTC)}  # type: ignore[misc,arg-type]


_HALF_TEN = _is(2020, 1, 23, 10, 30)

NORMALISERS = (
    Normaliser(
        "instant",
        _OUTPUTS,
        instant,
        "An instant, stored as UTC; text without a zone is Asia/Shanghai time. 24:00 and later hours run into the next "
        'day. Of a range the start is taken (option take = "end": the end). A date without a time is refused unless '
        'option date_only = "midnight". Options also: epoch = "s" | "ms" | "us", and those of day.',
        '时刻（以 UTC 存储；无时区者为北京时间）。24:00 及以后顺延至次日；区间取起点（take = "end" 取终点）；'
        '只有日期者退回，除非 date_only = "midnight"。其他选项：epoch = "s" | "ms" | "us"，以及 day 的选项。',
        (
            ("2020-01-23 10:30:00", _HALF_TEN),
            ("2020-01-23 10:30", _HALF_TEN),
            ("2020/1/23 10:30", _HALF_TEN),
            ("2020-01-23T10:30:00+08:00", _HALF_TEN),
            ("2020-01-23T02:30:00Z", _HALF_TEN),
            ("2020-01-23T02:30:00.000Z", _HALF_TEN),
            ("20200123103000", _HALF_TEN),
            ("202001231030", _HALF_TEN),
            ("20200123 1030", _HALF_TEN),
            ("2020年1月23日10时30分", _HALF_TEN),
            ("2020年1月23日上午10点半", _HALF_TEN),
            ("２０２０年１月２３日　１０：３０", _HALF_TEN),
            ("1月23日上午10时许", _is(2020, 1, 23, 10)),
            ("1/23 10:30", _HALF_TEN),
            ("2020-01-23 晚上8点半", _is(2020, 1, 23, 20, 30)),
            ("2020-01-23 下午三点一刻", _is(2020, 1, 23, 15, 15)),
            ("2020-01-23 10:00左右", _is(2020, 1, 23, 10)),
            ("2020-01-23 21:20前", _is(2020, 1, 23, 21, 20)),
            ("2020-01-23 10:30 AM", _HALF_TEN),
            ("2020-01-23 10:30 PM", _is(2020, 1, 23, 22, 30)),
            ("2020-01-23 12:05 AM", _is(2020, 1, 23, 0, 5)),
            ("2020-01-23 24:00", _is(2020, 1, 24)),
            ("2020-01-23 25:30", _is(2020, 1, 24, 1, 30)),
            ("2020-01-23 晚上12点", _is(2020, 1, 24)),
            ("2020-01-23 凌晨2点", _is(2020, 1, 23, 2)),
            ("2020-01-23 08:00-10:30", _is(2020, 1, 23, 8)),
            ("2020-01-23 08:00至2020-01-23 10:30", _is(2020, 1, 23, 8)),
            ("1月23日8时至10时", _is(2020, 1, 23, 8)),
            ("43853.4375", _HALF_TEN),
            ("23/01/2020 10:30", _HALF_TEN),
            ("23-Jan-2020 10:30", _HALF_TEN),
            ("2020-01-23", "instant.no_time"),
            ("2020-01-23 不详", "instant.no_time"),
            ("10:30", "instant.no_date"),
            ("上午10时许", "instant.no_date"),
            ("2020-01-23 48:00", "time.impossible"),
            ("2020-01-23 10:75", "time.impossible"),
            ("2020-02-30 10:30", "date.impossible"),
            ("2020-01-23 途中", "time.shape"),
            ("1579746600", "date.shape"),
        ),
        Compiled(_OUTPUTS, _plainly),
        iso,
    ),
)
