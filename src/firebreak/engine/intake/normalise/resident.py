"""The resident number of GB 11643: division (6), birth date (8), order (3, odd for men), check digit.

The check digit is ISO 7064 MOD 11-2 over the 17 digits before it: sum of digit × 2^(17-i) mod 11.
"""

from __future__ import annotations

from datetime import date
from functools import cache

import numpy as np
import numpy.typing as npt
import polars as pl

from firebreak.terms.divisions import known_codes
from firebreak.terms.enums import DocCheck, Sex

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_DIGITS = "10X98765432"
"""The check digit for each remainder of the weighted sum by 11."""

FIRST_YEAR = 1850


def check_digit(number: str) -> str:
    """The check digit for the first 17 digits of ``number``."""
    return CHECK_DIGITS[sum(int(digit) * weight for digit, weight in zip(number[:17], WEIGHTS, strict=True)) % 11]


def upgrade(number: str) -> str:
    """A 15-digit number (before 1999) as 18 digits: the century inserted, the check digit added.

    Orders 996 to 999 were reserved for people born in the 1800s.
    """
    century = "18" if number[12:] in ("996", "997", "998", "999") else "19"
    longer = number[:6] + century + number[6:]
    return longer + check_digit(longer)


def birth_date(digits: str, as_of: date) -> date | None:
    """Eight digits as a date of birth, None where no living person can be born then."""
    try:
        born = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None
    return born if born.year >= FIRST_YEAR and born <= as_of else None


def sex(number: str) -> str:
    """By the order's last digit: odd for men."""
    return Sex.MALE.value if int(number[16]) % 2 else Sex.FEMALE.value


def verdict(number: str, as_of: date) -> DocCheck:
    """The first that fails of date, division and check digit: the first two say where the slip is."""
    if birth_date(number[6:14], as_of) is None:
        return DocCheck.BAD_DATE
    if number[:6] not in known_codes():
        return DocCheck.BAD_DIVISION
    if check_digit(number) != number[17]:
        return DocCheck.BAD_CHECK_DIGIT
    return DocCheck.VALID


def structure(number: str, as_of: date) -> DocCheck:
    """As ``verdict``, for numbers whose first six digits are no division."""
    if birth_date(number[6:14], as_of) is None:
        return DocCheck.BAD_DATE
    return DocCheck.VALID if check_digit(number) == number[17] else DocCheck.BAD_CHECK_DIGIT


_KNOWN = 16


@cache
def _sums() -> dict[str, pl.Series]:
    """Weighted sums mod 11 of every possible division, year, day and order: four look-ups instead of 17 products."""

    def sums(digits: int, first: int) -> npt.NDArray[np.uint8]:
        values = np.arange(10**digits)
        places = [values // 10 ** (digits - 1 - place) % 10 * WEIGHTS[first + place] for place in range(digits)]
        return np.asarray(np.sum(places, axis=0) % 11, dtype=np.uint8)

    division = sums(6, 0)
    division[[int(code) for code in known_codes()]] += _KNOWN
    return {
        "division": pl.Series(division),
        "year": pl.Series(sums(4, 6)),
        "day": pl.Series(sums(4, 10)),
        "order": pl.Series(sums(3, 14)),
    }


def check_fast(number: pl.Expr, as_of: date) -> pl.Expr:
    """``check`` (terms.enums.DocCheck), ``sex`` and ``birth_date`` of numbers of 17 digits and a digit or X.

    ``check`` is null where a text has another shape in its first 18 characters; a longer text is not noticed.
    """
    sums = _sums()
    division = number.str.slice(0, 6).cast(pl.UInt32, strict=False)
    rest = number.str.slice(6, 11).cast(pl.Int64, strict=False)
    order = rest % 1000
    part = pl.lit(sums["division"]).gather(division)
    total = (
        part % _KNOWN
        + pl.lit(sums["year"]).gather(rest // 10_000_000 % 10_000)
        + pl.lit(sums["day"]).gather(rest // 1000 % 10_000)
        + pl.lit(sums["order"]).gather(order)
    ) % 11
    last = number.str.slice(17, 1)
    given = pl.when(last == "X").then(pl.lit(10, pl.UInt8)).otherwise(last.cast(pl.UInt8, strict=False))
    born = number.str.slice(6, 8).str.to_date("%Y%m%d", strict=False)
    born = pl.when(born.is_between(pl.date(FIRST_YEAR, 1, 1), as_of)).then(born)
    # A sign passes the cast to a number; it leaves one digit fewer, which is how it is found.
    check = (
        pl.when(given.is_null() | (division < 100_000) | (rest < 10**10))
        .then(None)
        .when(division.is_null() | rest.is_null())
        .then(None)
        .when(born.is_null())
        .then(pl.lit(DocCheck.BAD_DATE.value))
        .when(part < _KNOWN)
        .then(pl.lit(DocCheck.BAD_DIVISION.value))
        .when((total + given) % 11 == 1)
        .then(pl.lit(DocCheck.VALID.value))
        .otherwise(pl.lit(DocCheck.BAD_CHECK_DIGIT.value))
    )
    sex = pl.when(order % 2 == 1).then(pl.lit(Sex.MALE.value)).otherwise(pl.lit(Sex.FEMALE.value))
    return pl.struct(check=check, sex=sex, birth_date=born)
