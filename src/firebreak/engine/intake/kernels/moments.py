"""Days and local times with a year of four digits, the month and the day after it: 2020-01-23, 20200123, 2020/1/23
9:05, 2020年1月23日10时30分."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

from firebreak.engine.intake.kernels.names import han
from firebreak.engine.intake.kernels.texts import Texts, Which

NONE = -(1 << 62)
_DASH, _DOT, _SLASH, _ZERO, _NINE, _COLON, _T, _SPACE, _PLUS = 45, 46, 47, 48, 57, 58, 84, 32, 43
_YEAR, _MONTH, _DAY, _HOUR, _OCLOCK, _MINUTE, _SECOND = map(ord, "年月日时点分秒")
_LENGTHS = np.array((31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31), np.int64)


def days(texts: Texts) -> tuple[npt.NDArray[np.int32], Which]:
    """Days since 1970, and where they are sure: cells that are a day and no more."""
    found, sure = np.zeros(len(texts), np.int32), np.zeros(len(texts), np.bool_)
    _days(texts.data, texts.starts, texts.ends, texts.known, found, sure)
    return found, sure


def seconds(texts: Texts) -> tuple[npt.NDArray[np.int64], Which]:
    """Seconds of local time since 1970, and where they are sure: cells that are a day and a time of it, to the minute
    or the second, with our own zone or none."""
    found, sure = np.zeros(len(texts), np.int64), np.zeros(len(texts), np.bool_)
    _seconds(texts.data, texts.starts, texts.ends, texts.known, found, sure)
    return found, sure


@njit(cache=True, nogil=True)
def _days(data, starts, ends, known, found, sure):  # type: ignore[no-untyped-def] # numba infers the types
    for row in range(starts.shape[0]):
        if known[row]:
            at, day = _date(data, starts[row], ends[row])
            if day != NONE and at == ends[row]:
                found[row], sure[row] = day, True


@njit(cache=True, nogil=True)
def _seconds(data, starts, ends, known, found, sure):  # type: ignore[no-untyped-def]
    for row in range(starts.shape[0]):
        if not known[row]:
            continue
        at, day = _date(data, starts[row], ends[row])
        if day == NONE:
            continue
        second = _time(data, starts[row], at, ends[row])
        if second != NONE:
            found[row], sure[row] = day * 86_400 + second, True


@njit(cache=True, nogil=True)
def _date(data, at, end):  # type: ignore[no-untyped-def]
    """Past the date that begins at ``at``, and its day; NONE where there is none, or no such day."""
    if _length(data, at, end) == 8 or _length(data, at, end) == 14:  # the time may follow at once
        return at + 8, _day(_value(data, at, 4), _value(data, at + 4, 2), _value(data, at + 6, 2))
    if _length(data, at, end) != 4 or at + 4 >= end:
        return at, NONE
    year, at = _value(data, at, 4), at + 4
    mark = np.int64(data[at])
    if mark != _DASH and mark != _SLASH and mark != _DOT:
        if han(data, at) != _YEAR:
            return at, NONE
        mark = _YEAR
    at += 3 if mark == _YEAR else 1
    length = _length(data, at, end)
    month = _value(data, at, length) if 0 < length <= 2 else 0
    at += length
    if mark == _YEAR and han(data, at) == _MONTH and at + 3 <= end:
        at += 3
    elif mark != _YEAR and at < end and data[at] == mark:
        at += 1
    else:
        return at, NONE
    length = _length(data, at, end)
    day = _value(data, at, length) if 0 < length <= 2 else 0
    at += length
    if at + 3 <= end and han(data, at) == _DAY:
        at += 3
    return at, _day(year, month, day)


@njit(cache=True, nogil=True)
def _time(data, start, at, end):  # type: ignore[no-untyped-def]
    """The second of the day that is written from ``at``, where a date from ``start`` ends, to the end; NONE for
    none."""
    run = _length(data, start, end)
    if run == 14:
        return _second(_value(data, at, 2), _value(data, at + 2, 2), _value(data, at + 4, 2)) if end - at == 6 else NONE
    if run == 8 and at < end and data[at] != _SPACE:
        return NONE
    dashed = at == start + 10 and data[start + 4] == _DASH and at < end and data[at] == _T
    if at < end and (data[at] == _T or data[at] == _SPACE):
        at += 1
    elif not (at >= start + 3 and han(data, at - 3) == _DAY):
        return NONE
    length = _length(data, at, end)
    hour = _value(data, at, length) if 0 < length <= 2 else 99
    at = _past(data, at + length, end, _HOUR, _OCLOCK)
    minute = _value(data, at, 2) if at > 0 and _length(data, at, end) == 2 else 99
    at += 2
    if minute == 99 or at == end:
        return _second(hour, minute, 0)
    if han(data, at) == _MINUTE and at + 3 == end:
        return _second(hour, minute, 0)
    at = _past(data, at, end, _MINUTE, _MINUTE)
    if at < 0 or _length(data, at, end) != 2:
        return NONE
    second, at = _value(data, at, 2), at + 2
    if at + 3 == end and han(data, at) == _SECOND:
        at += 3
    if at != end and not (dashed and _our_zone(data, at, end)):
        return NONE
    return _second(hour, minute, second)


@njit(cache=True, nogil=True, forceinline=True)
def _past(data, at, end, one, other):  # type: ignore[no-untyped-def]
    """Past a colon or one of two Han characters; -1 where there is none."""
    if at < end and data[at] == _COLON:
        return at + 1
    code = han(data, at)
    return at + 3 if at + 3 <= end and (code == one or code == other) else -1


@njit(cache=True, nogil=True, forceinline=True)
def _our_zone(data, at, end):  # type: ignore[no-untyped-def]
    return (
        end - at == 6
        and data[at] == _PLUS
        and data[at + 3] == _COLON
        and (data[at + 1] == _ZERO and data[at + 2] == _ZERO + 8 and data[at + 4] == _ZERO and data[at + 5] == _ZERO)
    )


@njit(cache=True, nogil=True, forceinline=True)
def _length(data, at, end):  # type: ignore[no-untyped-def]
    """The digits that stand at ``at``."""
    length = 0
    while at + length < end and _ZERO <= data[at + length] <= _NINE:
        length += 1
    return length


@njit(cache=True, nogil=True, forceinline=True)
def _value(data, at, length):  # type: ignore[no-untyped-def]
    value = 0
    for nth in range(length):
        value = value * 10 + np.int64(data[at + nth]) - _ZERO
    return value


@njit(cache=True, nogil=True, forceinline=True)
def _second(hour, minute, second):  # type: ignore[no-untyped-def]
    return hour * 3600 + minute * 60 + second if hour < 24 and minute < 60 and second < 60 else NONE


@njit(cache=True, nogil=True)
def _day(year, month, day):  # type: ignore[no-untyped-def]
    """Days since 1970 of a day from the year 1000 on; NONE where there is no such. (H. Hinnant, "chrono-Compatible
    Low-Level Date Algorithms", days_from_civil.)"""
    if year < 1000 or not 1 <= month <= 12 or day < 1:
        return NONE
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    if day > _LENGTHS[month - 1] + (1 if leap and month == 2 else 0):
        return NONE
    if month <= 2:
        year -= 1
    era = year // 400
    of_era = year - era * 400
    of_year = (153 * (month + (-3 if month > 2 else 9)) + 2) // 5 + day - 1
    return era * 146_097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719_468
