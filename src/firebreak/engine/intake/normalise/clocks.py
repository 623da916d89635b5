"""Clock times of timetables: minutes after 00:00 of the run date, past 24:00 where the train runs into the next day."""

from __future__ import annotations

import re

import polars as pl

from firebreak.engine.intake.normalise.base import CannotTypeError, Context, Normaliser, Values
from firebreak.engine.intake.normalise.journey_text import fold

_DAY = 24 * 60
_LONGEST = 7 * _DAY
_DAYS = {
    "当日": 0,
    "当天": 0,
    "次日": 1,
    "隔日": 1,
    "翌日": 1,
    "第二日": 1,
    "第二天": 1,
    "第三日": 2,
    "第三天": 2,
    "第四日": 3,
}
_CLOCK = re.compile(r"(\d{1,3})[:.时点](\d{2})(?::\d{2})?分?")
_COMPACT = re.compile(r"(\d{2})(\d{2})")
_BEFORE = re.compile(r"(?:\+(\d)(?:日|天)?|第(\d)[日天]|(当日|当天|次日|隔日|翌日|第[二三四][日天]))(.+)")
_AFTER = re.compile(r"(.+?)\(?\+(\d)(?:日|天)?\)?")
_NO_TIME = frozenset(("----", "---", "始发", "始发站", "终到", "终点", "终点站", "起点", "起点站", "经过", "通过"))


def _split_days(folded: str) -> tuple[int, str]:
    before = _BEFORE.fullmatch(folded)
    if before:
        days = int(before[1]) if before[1] else int(before[2]) - 1 if before[2] else _DAYS[before[3]]
        return days, before[4]
    after = _AFTER.fullmatch(folded)
    return (int(after[2]), after[1]) if after else (0, folded)


def read_clock(text: str, _context: Context) -> Values:
    """Minutes after 00:00. Hours may pass 24. The first and last stop have no arrival or departure: empty."""
    folded = fold(text)
    if folded in _NO_TIME:
        return {}
    days, clock = _split_days(folded)
    match = _CLOCK.fullmatch(clock) or _COMPACT.fullmatch(clock)
    if match is None:
        raise CannotTypeError(
            "clock.unread", "A clock time is hours:minutes.", "Give it as 08:45, 24:23 or 次日 08:00."
        )
    minutes = int(match[1]) * 60 + int(match[2]) + days * _DAY
    if int(match[2]) > 59 or not 0 <= minutes < _LONGEST:
        raise CannotTypeError("clock.range", "Minutes are 00–59; no train runs seven days.", "Check the time.")
    return {"minutes": minutes}


def _fast(cell: pl.Expr, _context: Context) -> pl.Expr:
    pattern = r"^([0-9]{1,2}):([0-5][0-9])(?::[0-5][0-9])?$"  # \d takes full-width digits too
    minutes = cell.str.extract(pattern, 1).cast(pl.Int32) * 60 + cell.str.extract(pattern, 2).cast(pl.Int32)
    return pl.when(minutes.is_not_null()).then(pl.struct(minutes.alias("minutes")))


NORMALISERS = (
    Normaliser(
        "clock_minutes",
        {"minutes": pl.Int32},
        read_clock,
        "Minutes after 00:00 of the run date; hours may run past 24; +1, 次日, 第3日 count days.",
        "自开行日零时起的分钟数；小时可超过24；+1、次日、第3日按天累计。",
        (
            ("08:45", {"minutes": 525}),
            ("8:45", {"minutes": 525}),
            ("08：45", {"minutes": 525}),
            ("0845", {"minutes": 525}),
            ("8时45分", {"minutes": 525}),
            ("08:45:00", {"minutes": 525}),
            ("00:00", {"minutes": 0}),
            ("24:00", {"minutes": 1440}),
            ("24:23", {"minutes": 1463}),
            ("37:10", {"minutes": 2230}),
            ("+1日 08:00", {"minutes": 1920}),
            ("08:00+1", {"minutes": 1920}),
            ("08:00(+1)", {"minutes": 1920}),
            ("08:00 +2日", {"minutes": 3360}),
            ("当日 08:00", {"minutes": 480}),
            ("次日08:00", {"minutes": 1920}),
            ("翌日 0:05", {"minutes": 1445}),
            ("第2日 08:00", {"minutes": 1920}),
            ("第三天 08:00", {"minutes": 3360}),
            ("----", {}),
            ("始发", {}),
            ("终到", {}),
            ("08:61", "clock.range"),
            ("200:00", "clock.range"),
            ("八点多", "clock.unread"),
        ),
        _fast,
    ),
)
