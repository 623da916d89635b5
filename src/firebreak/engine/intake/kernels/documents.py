"""Resident numbers of GB 11643 checked one after the other, as ``normalise.resident`` says; masked ones of 18
places."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numba import njit

from firebreak.engine.intake.kernels.texts import Texts
from firebreak.engine.intake.kernels.views import Bytes, Words, put, put_missing
from firebreak.engine.intake.kernels.words import PADDING

Indices = npt.NDArray[np.uint32]
VALID, BAD_CHECK_DIGIT, BAD_DIVISION, BAD_DATE, UPGRADED, MASKED, UNSURE = range(7)
FEMALE, MALE, NEITHER = range(3)
NO_DATE = 1 << 30
_LONG, _SHORT = 18, 15
_WEIGHTS = np.array((7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2), np.int64)
_CHECK_DIGITS = np.frombuffer(b"10X98765432", np.uint8)
_ZERO, _NINE, _X, _STAR = 48, 57, 88, 42


@dataclass(frozen=True, slots=True)
class Calendar:
    """``years`` (10,000,): days since 1970 of January 1st; ``days`` (20,000,): days after it of each MMDD of a
    common, then of a leap year; NO_DATE where there is none. ``last``: the latest day of birth. ``divisions``
    (1,000,000,): known codes."""

    years: npt.NDArray[np.int32]
    days: npt.NDArray[np.int32]
    divisions: npt.NDArray[np.bool_]
    last: int


@dataclass(frozen=True, slots=True)
class Documents:
    """A row a cell: ``verdict`` (VALID … MASKED, UNSURE for what is left), ``sex``, ``born`` in days since 1970 or
    NO_DATE, and the number as a view into the texts' data or into ``longer``."""

    verdict: Indices
    sex: Indices
    born: npt.NDArray[np.int32]
    numbers: Words
    longer: Bytes


def documents(texts: Texts, calendar: Calendar) -> Documents:
    """Read every cell."""
    count = len(texts)
    verdict, sex = np.empty(count, np.uint32), np.empty(count, np.uint32)
    born, views = np.full(count, NO_DATE, np.int32), np.empty((1, count, 2), np.uint64)
    short = int(np.count_nonzero(texts.ends - texts.starts == _SHORT))
    longer = np.empty(short * _LONG + len(PADDING), np.uint8)
    tables = calendar.years, calendar.days, calendar.divisions, calendar.last
    _documents(texts.data, texts.starts, texts.ends, texts.known, *tables, verdict, sex, born, views, longer)
    return Documents(verdict, sex, born, views[0], longer)


def checked(texts: Texts, calendar: Calendar) -> Documents:
    """As ``documents``, of texts of 17 digits and a digit or X only, whatever else they may be."""
    count = len(texts)
    verdict, sex = np.empty(count, np.uint32), np.empty(count, np.uint32)
    born, none = np.full(count, NO_DATE, np.int32), np.empty((0, 2), np.uint64)
    tables = calendar.years, calendar.days, calendar.divisions, calendar.last
    _each_checked(texts.data, texts.starts, texts.ends, *tables, verdict, sex, born)
    return Documents(verdict, sex, born, none, np.empty(0, np.uint8))


@njit(cache=True, nogil=True)
def _each_checked(data, starts, ends, years, days, divisions, last, verdict, sex, born):  # type: ignore[no-untyped-def]
    for row in range(starts.shape[0]):
        verdict[row], sex[row] = UNSURE, NEITHER
        if ends[row] - starts[row] == _LONG:
            found, birth = _checked(data, starts[row], years, days, divisions, last)
            if found != UNSURE:
                verdict[row], sex[row], born[row] = found, data[starts[row] + 16] & 1, birth


@njit(cache=True, nogil=True)
def _documents(  # type: ignore[no-untyped-def] # numba infers the types
    data, starts, ends, known, years, days, divisions, last, verdict, sex, born, views, longer
):
    used = 0
    for row in range(starts.shape[0]):
        at, length = starts[row], ends[row] - starts[row]
        verdict[row], sex[row] = UNSURE, NEITHER
        if not known[row] or (length != _LONG and length != _SHORT) or _one_digit(data, at):
            put_missing(views, 0, row)
            continue
        if length == _SHORT and _lengthen(data, at, longer, used):
            found, birth = _checked(longer, used, years, days, divisions, last)
            found = UPGRADED if found == VALID else found
            put(views, 0, row, longer, used, _LONG, 1)
            male = longer[used + 16] & 1
            used += _LONG
        elif length == _LONG:
            found, birth = _checked(data, at, years, days, divisions, last)
            rounded = data[at + 15] == _ZERO and data[at + 16] == _ZERO and data[at + 17] == _ZERO
            if data[at] == _NINE or (rounded and found == BAD_CHECK_DIGIT):
                found = UNSURE
            male = data[at + 16] & 1
            if found == UNSURE and _masked(data, at):
                found, male, birth = MASKED, NEITHER, NO_DATE
            put(views, 0, row, data, at, _LONG, 0)
        else:
            found = UNSURE
        if found == UNSURE:
            put_missing(views, 0, row)
            continue
        verdict[row], sex[row], born[row] = found, male, birth


@njit(cache=True, nogil=True, forceinline=True)
def _one_digit(data, at):  # type: ignore[no-untyped-def]
    """The same character fifteen times is no number."""
    for place in range(1, _SHORT):
        if data[at + place] != data[at]:
            return False
    return True


@njit(cache=True, nogil=True)
def _checked(data, at, years, days, divisions, last):  # type: ignore[no-untyped-def]
    """The first that fails of date, division and check digit, and the day of birth; UNSURE for another shape: 17
    digits, the first and the year's first not 0, then a digit or X."""
    total, number = 0, 0
    for place in range(17):
        digit = np.int64(data[at + place]) - _ZERO
        if not 0 <= digit <= 9:
            return UNSURE, NO_DATE
        total += digit * _WEIGHTS[place]
        number = number * 10 + digit
    given = 10 if data[at + 17] == _X else np.int64(data[at + 17]) - _ZERO
    if not 0 <= given <= 10 or (given == 10 and data[at + 17] != _X) or data[at] == _ZERO or data[at + 6] == _ZERO:
        return UNSURE, NO_DATE
    birth = _born(number // 1000 % 100_000_000, years, days, last)
    if birth == NO_DATE:
        return BAD_DATE, NO_DATE
    if not divisions[number // 100_000_000_000]:
        return BAD_DIVISION, birth
    return (VALID if (total + given) % 11 == 1 else BAD_CHECK_DIGIT), birth


@njit(cache=True, nogil=True, forceinline=True)
def _born(digits, years, days, last):  # type: ignore[no-untyped-def]
    year = digits // 10_000
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    first, later = years[year], days[digits % 10_000 + (10_000 if leap else 0)]
    if first == NO_DATE or later == NO_DATE or first + later > last:
        return NO_DATE
    return np.int64(first) + np.int64(later)


@njit(cache=True, nogil=True)
def _lengthen(data, at, longer, to):  # type: ignore[no-untyped-def]
    """Write the number of 15 digits at ``at`` with 18 places: the century inserted, the check digit added. False
    where it is none. Orders 996 to 999 were reserved for people born in the 1800s."""
    for place in range(_SHORT):
        if not _ZERO <= data[at + place] <= _NINE:
            return False
        longer[to + place + (2 if place >= 6 else 0)] = data[at + place]
    old = data[at + 12] == _NINE and data[at + 13] == _NINE and data[at + 14] >= _ZERO + 6
    longer[to + 6], longer[to + 7] = _ZERO + 1, _ZERO + (8 if old else 9)
    total = 0
    for place in range(17):
        total += (np.int64(longer[to + place]) - _ZERO) * _WEIGHTS[place]
    longer[to + 17] = _CHECK_DIGITS[total % 11]
    return True


@njit(cache=True, nogil=True)
def _masked(data, at):  # type: ignore[no-untyped-def]
    """4 to 16 digits, at least one star, at most four digits."""
    before = 0
    while before < _LONG and _ZERO <= data[at + before] <= _NINE:
        before += 1
    after = before
    while after < _LONG and data[at + after] == _STAR:
        after += 1
    if not 4 <= before <= 16 or after == before or _LONG - after > 4:
        return False
    for place in range(after, _LONG):
        if not _ZERO <= data[at + place] <= _NINE:
            return False
    return True
