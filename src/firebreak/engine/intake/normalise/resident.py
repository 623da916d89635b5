"""The resident number of GB 11643: division (6), birth date (8), order (3, odd for men), check digit.

The check digit is ISO 7064 MOD 11-2 over the 17 digits before it: sum of digit × 2^(17-i) mod 11.
"""

from __future__ import annotations

from datetime import date
from functools import cache

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from firebreak.engine.intake.kernels.documents import NO_DATE, Calendar, Documents, checked
from firebreak.engine.intake.kernels.texts import Texts, numbers
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


_SAID = (DocCheck.VALID, DocCheck.BAD_CHECK_DIGIT, DocCheck.BAD_DIVISION, DocCheck.BAD_DATE, DocCheck.UPGRADED)
_VERDICTS = pl.Series([*_SAID, DocCheck.MASKED, None], dtype=pl.String)
"""In the order of ``kernels.documents``."""
_SEXES = pl.Series([Sex.FEMALE, Sex.MALE, None], dtype=pl.String)
_EPOCH = date(1970, 1, 1)


@cache
def _known() -> npt.NDArray[np.bool_]:
    known = np.zeros(1_000_000, dtype=bool)
    known[[int(code) for code in known_codes()]] = True
    return known


@cache
def _days() -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    """Days since 1970 of January 1st of every year from FIRST_YEAR, and days since it of every MMDD of a common, then
    of a leap year; NO_DATE where there is no such day."""
    years = np.full(10_000, NO_DATE, dtype=np.int32)
    for year in range(FIRST_YEAR, 10_000):
        years[year] = (date(year, 1, 1) - _EPOCH).days
    days = np.full(20_000, NO_DATE, dtype=np.int32)
    for leap, year in enumerate((2001, 2000)):
        start = date(year, 1, 1).toordinal()
        for ordinal in range(start, date(year, 12, 31).toordinal() + 1):
            at = date.fromordinal(ordinal)
            days[leap * 10_000 + at.month * 100 + at.day] = ordinal - start
    return years, days


def calendar(as_of: date) -> Calendar:
    """What numbers are checked against on a day."""
    return Calendar(*_days(), _known(), (as_of - _EPOCH).days)


def columns(found: Documents) -> pl.DataFrame:
    """``check``, ``sex`` and ``birth_date``, null where a cell was left."""
    dated = found.born != NO_DATE
    return pl.DataFrame(
        [
            _VERDICTS.gather(pl.Series(found.verdict)).alias("check"),
            _SEXES.gather(pl.Series(found.sex)).alias("sex"),
            numbers(found.born, dated, pa.date32()).alias("birth_date"),
        ]
    )


def check_column(cells: pl.Series, as_of: date) -> pl.DataFrame:
    """``check`` (terms.enums.DocCheck), ``sex`` and ``birth_date`` of a column; all null where a text is no number of
    17 digits and a digit or X."""
    return columns(checked(Texts.of(cells, "", ()), calendar(as_of)))
