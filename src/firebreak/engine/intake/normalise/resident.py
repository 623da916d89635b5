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
FIRST_DAY = date(FIRST_YEAR, 1, 1)


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


def upgrade_column(numbers: pl.Series) -> pl.Series:
    """``upgrade`` of a column of 15 ASCII digits each."""
    number, old = pl.col("number"), ["996", "997", "998", "999"]
    century = pl.when(number.str.slice(12).is_in(old)).then(pl.lit("18")).otherwise(pl.lit("19"))
    longer = pl.concat_str(number.str.slice(0, 6), century, number.str.slice(6))
    digits = [longer.str.slice(at, 1).cast(pl.Int32) * weight for at, weight in enumerate(WEIGHTS)]
    check = pl.lit(pl.Series(list(CHECK_DIGITS))).gather(pl.sum_horizontal(digits) % 11)
    return pl.DataFrame([numbers.alias("number")]).select(pl.concat_str(longer, check)).to_series()


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


# What the look-up tables hold for a part of the number: its weighted sum, the days it adds to FIRST_DAY, and whether
# it is impossible. The sum of the four entries says all three of the whole number.
_DAY = 64
_NO_DIVISION = 1 << 40
_NO_DATE = 1 << 41
_VERDICTS = pl.Series(
    [DocCheck.VALID, DocCheck.BAD_CHECK_DIGIT, DocCheck.BAD_DIVISION, DocCheck.BAD_DATE], dtype=pl.String
)
_SEXES = pl.Series([Sex.FEMALE, Sex.MALE], dtype=pl.String)


def _sums(digits: int, first: int) -> npt.NDArray[np.int64]:
    """The weighted sums mod 11 of every number of so many digits at that place."""
    values = np.arange(10**digits)
    places = [values // 10 ** (digits - 1 - place) % 10 * WEIGHTS[first + place] for place in range(digits)]
    return np.asarray(np.sum(places, axis=0) % 11, dtype=np.int64)


@cache
def _tables() -> dict[str, pl.Series]:
    """One table each for division, year, month and day (of common, then of leap years), and order."""
    division = _sums(6, 0)
    unknown = np.ones(len(division), dtype=bool)
    unknown[[int(code) for code in known_codes()]] = False
    division[unknown] += _NO_DIVISION
    year = _sums(4, 6)
    year[:FIRST_YEAR] += _NO_DATE
    for number in range(FIRST_YEAR, 10_000):
        year[number] += (date(number, 1, 1) - FIRST_DAY).days * _DAY
    tables = {"division": division, "year": year, "day": np.concatenate([_days(2001), _days(2000)])}
    return {name: pl.Series(table) for name, table in tables.items()} | {"order": pl.Series(_sums(3, 14))}


def _days(year: int) -> npt.NDArray[np.int64]:
    day = _sums(4, 10)
    exists = np.zeros(len(day), dtype=bool)
    start = date(year, 1, 1).toordinal()
    for ordinal in range(start, date(year, 12, 31).toordinal() + 1):
        at = date.fromordinal(ordinal)
        exists[at.month * 100 + at.day] = True
        day[at.month * 100 + at.day] += (ordinal - start) * _DAY
    day[~exists] += _NO_DATE
    return day


def check_column(numbers: pl.Series, as_of: date) -> pl.DataFrame:
    """``check`` (terms.enums.DocCheck), ``sex`` and ``birth_date`` of numbers of 17 digits and a digit or X.

    All null where a text has another shape in its first 18 characters; a longer text is not noticed. Four look-ups and
    a sum a row instead of 17 products; in stages, since one expression would look up again wherever a sum is named.
    """
    tables = _tables()
    number = pl.col("number")
    last = number.str.slice(17, 1)
    rest, division, order, total = pl.col("rest"), pl.col("division"), pl.col("order"), pl.col("total")
    year, born, no_date = pl.col("year"), pl.col("born"), pl.col("no_date")
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    verdict = (
        pl.when(no_date)
        .then(3)
        .when(total >= _NO_DIVISION)
        .then(2)
        .otherwise(((total % _DAY + pl.col("given")) % 11 != 1).cast(pl.Int32))
    )
    birth = pl.when(~no_date).then((born + (FIRST_DAY - date(1970, 1, 1)).days).cast(pl.Int32).cast(pl.Date))
    values = {"check": _looked_up(_VERDICTS, verdict), "sex": _looked_up(_SEXES, order % 2), "birth_date": birth}
    return (
        pl.DataFrame([numbers.alias("number")])
        .select(
            division=number.str.slice(0, 6).cast(pl.UInt32, strict=False),
            rest=number.str.slice(6, 11).cast(pl.Int64, strict=False),
            given=last.cast(pl.UInt8, strict=False).fill_null(pl.when(last == "X").then(pl.lit(10, pl.UInt8))),
        )
        # A sign passes the cast to a number; it leaves one digit fewer, which is how it is found.
        .with_columns(
            shaped=pl.col("given").is_not_null() & (division >= 100_000) & (rest >= 10**10),
            year=rest // 10_000_000,
            order=rest % 1000,
        )
        .with_columns(
            total=_looked_up(tables["division"], division)
            + _looked_up(tables["year"], year)
            + _looked_up(tables["day"], rest // 1000 % 10_000 + leap.cast(pl.Int64) * 10_000)
            + _looked_up(tables["order"], order)
        )
        .with_columns(born=total % _NO_DIVISION // _DAY)
        .with_columns(no_date=(total >= _NO_DATE) | (born > (as_of - FIRST_DAY).days))
        .select(**{name: pl.when("shaped").then(value) for name, value in values.items()})
    )


def _looked_up(table: pl.Series, at: pl.Expr) -> pl.Expr:
    return pl.lit(table).gather(at.cast(pl.UInt32, strict=False))
