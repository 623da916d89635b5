"""Resident numbers that one slip of the hand would make of a wrong one: one digit off, two neighbours exchanged.

Only numbers whose check digit (ISO 7064 MOD 11-2, GB 11643) fits are corrections. Every place has at most one digit
that makes the check fit, so a wrong number has at most 18 by a digit and a few by exchange, of more than 150 that could
be typed.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2, 1], dtype=np.int64)
"""Weights of the 18 places; the check digit counts once, X as 10. The sum of a right number is 1 mod 11."""

_INVERSES = np.array([pow(int(weight), -1, 11) for weight in WEIGHTS], dtype=np.int64)
_TENS = 10 ** np.arange(17, -1, -1, dtype=np.int64)
"""Place values of 18 digits."""
_X = 10
_CENTURY = "19"
_SHAPE = r"^\d{17}[\dX]$"
_OLD_SHAPE = r"^\d{15}$"

Digits = NDArray[np.int64]


def corrections(numbers: pl.Series) -> pl.DataFrame:
    """``number, corrected``: every correction of every distinct number of 18 places, or of 15 (as 18 then).

    Numbers of another shape have none, and a right number is not corrected. Plain Python says the same in
    ``oracle.corrections_of``.
    """
    distinct = numbers.drop_nulls().unique().sort()
    whole = distinct.filter(distinct.str.contains(_SHAPE))
    found = [_of_eighteen(whole)] if len(whole) else []
    old = distinct.filter(distinct.str.contains(_OLD_SHAPE))
    found += [_of_fifteen(old)] if len(old) else []
    empty = pl.DataFrame(schema={"number": pl.String, "corrected": pl.String})
    return pl.concat([empty, *found]).unique().sort("number", "corrected")


def corrected_fronts(numbers: pl.Series) -> pl.DataFrame:
    """``row, front``: every correction of ``numbers[row]`` as its first 17 digits, a whole number: its check digit
    follows from them.

    The same as ``corrections`` says, in an eighth of the memory: very many wrong numbers are looked for among very many
    right ones.
    """
    empty = pl.DataFrame(schema={"row": pl.Int64, "front": pl.Int64})
    found = [empty]
    for shape, places, fronts in ((_SHAPE, 18, _fronts_of_eighteen), (_OLD_SHAPE, 15, _fronts_of_fifteen)):
        rows = np.flatnonzero(numbers.str.contains(shape).fill_null(False).to_numpy())
        if rows.size:
            at, front = fronts(_digits(numbers.gather(rows), places))
            found.append(pl.DataFrame({"row": rows[at], "front": front}, schema=empty.schema))
    return pl.concat(found)


def _fronts_of_eighteen(digits: Digits) -> tuple[Digits, Digits]:
    """Which number, and the first 17 digits of its correction; shapes (corrections,)."""
    wrong, whole = (digits @ WEIGHTS - 1) % 11, digits[:, :17] @ _TENS[1:]
    rows, made = [], []
    for place in range(18):
        right = (digits[:, place] - wrong * _INVERSES[place]) % 11
        fits = (wrong != 0) & (right < (_X + 1 if place == 17 else _X))
        step = 0 if place == 17 else _TENS[1 + place]
        rows.append(np.flatnonzero(fits))
        made.append((whole + (right - digits[:, place]) * step)[fits])
    for place in range(17):
        step, gap = WEIGHTS[place] - WEIGHTS[place + 1], digits[:, place + 1] - digits[:, place]
        fits = (wrong != 0) & ((wrong + gap * step) % 11 == 0) & (digits[:, place + 1] < _X)
        turned = gap * (_TENS[1 + place] - _TENS[2 + place]) if place < 16 else gap
        rows.append(np.flatnonzero(fits))
        made.append((whole + turned)[fits])
    return np.concatenate(rows), np.concatenate(made)


def _fronts_of_fifteen(digits: Digits) -> tuple[Digits, Digits]:
    """The same of old numbers: all slips of one, each with the century between."""
    whole, tens = digits @ _TENS[3:], _TENS[3:]
    rows, made = [], []
    for place in range(15):
        for digit in range(10):
            other = digits[:, place] != digit
            rows.append(np.flatnonzero(other))
            made.append((whole + (digit - digits[:, place]) * tens[place])[other])
    for place in range(14):
        gap = digits[:, place + 1] - digits[:, place]
        rows.append(np.flatnonzero(gap))
        made.append((whole + gap * (tens[place] - tens[place + 1]))[gap != 0])
    slips = np.concatenate(made)
    return np.concatenate(rows), slips // 10**9 * 10**11 + int(_CENTURY) * 10**9 + slips % 10**9


def _of_eighteen(numbers: pl.Series) -> pl.DataFrame:
    digits = _digits(numbers, 18)
    wrong = (digits @ WEIGHTS - 1) % 11
    rows, made = [], []
    for place in range(18):
        right = (digits[:, place] - wrong * _INVERSES[place]) % 11
        fits = (wrong != 0) & (right < (_X + 1 if place == 17 else _X))
        rows.append(np.flatnonzero(fits))
        made.append(_with(digits[fits], place, right[fits]))
    for place in range(17):
        exchanged = digits.copy()
        exchanged[:, [place, place + 1]] = digits[:, [place + 1, place]]
        fits = (wrong != 0) & ((exchanged @ WEIGHTS - 1) % 11 == 0) & (exchanged[:, :17] < _X).all(axis=1)
        rows.append(np.flatnonzero(fits))
        made.append(exchanged[fits])
    return pl.DataFrame(
        {"number": numbers.gather(np.concatenate(rows)), "corrected": _text(np.concatenate(made))},
        schema={"number": pl.String, "corrected": pl.String},
    )


def _of_fifteen(numbers: pl.Series) -> pl.DataFrame:
    """An old number has no check digit: all slips of it, each made 18 places with the digit that fits."""
    digits = _digits(numbers, 15)
    rows, made = [], []
    for place in range(15):
        for digit in range(10):
            other = digits[:, place] != digit
            rows.append(np.flatnonzero(other))
            made.append(_with(digits[other], place, np.full(int(other.sum()), digit)))
    for place in range(14):
        other = digits[:, place] != digits[:, place + 1]
        exchanged = digits[other].copy()
        exchanged[:, [place, place + 1]] = exchanged[:, [place + 1, place]]
        rows.append(np.flatnonzero(other))
        made.append(exchanged)
    return pl.DataFrame(
        {"number": numbers.gather(np.concatenate(rows)), "corrected": _upgraded(np.concatenate(made))},
        schema={"number": pl.String, "corrected": pl.String},
    )


def _upgraded(old: Digits) -> pl.Series:
    century = np.tile(np.array([int(digit) for digit in _CENTURY]), (len(old), 1))
    longer = np.hstack([old[:, :6], century, old[:, 6:]])
    check = (1 - longer @ WEIGHTS[:17]) % 11
    return _text(np.hstack([longer, check[:, None]]))


def _digits(numbers: pl.Series, places: int) -> Digits:
    """Shape (numbers, places); X is 10."""
    raw = np.frombuffer("".join(numbers.to_list()).encode("ascii"), dtype=np.uint8).reshape(-1, places)
    return np.where(raw == ord("X"), _X, raw.astype(np.int64) - ord("0"))


def _with(digits: Digits, place: int, values: Digits) -> Digits:
    changed = digits.copy()
    changed[:, place] = values
    return changed


def _text(digits: Digits) -> pl.Series:
    letters = np.where(digits == _X, ord("X"), digits + ord("0")).astype(np.uint8)
    joined = letters.tobytes().decode("ascii")
    places = digits.shape[1] if len(digits) else 1
    return pl.Series([joined[at : at + places] for at in range(0, len(joined), places)], dtype=pl.String)
