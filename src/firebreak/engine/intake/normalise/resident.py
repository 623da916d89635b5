"""The resident number of GB 11643: division (6), birth date (8), order (3, odd for men), check digit.

The check digit is ISO 7064 MOD 11-2 over the 17 digits before it: sum of digit × 2^(17-i) mod 11.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

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


# A column is checked on its bytes, one place of all numbers after the other: arrays of a number's length are slow.
_VERDICTS = pl.Series(
    [DocCheck.VALID, DocCheck.BAD_CHECK_DIGIT, DocCheck.BAD_DIVISION, DocCheck.BAD_DATE], dtype=pl.String
)
_SEXES = pl.Series([Sex.FEMALE, Sex.MALE], dtype=pl.String)
_NO_DATE = 1 << 30
_EPOCH = date(1970, 1, 1)
Bytes = npt.NDArray[np.uint8]


@cache
def _known() -> npt.NDArray[np.bool_]:
    known = np.zeros(1_000_000, dtype=bool)
    known[[int(code) for code in known_codes()]] = True
    return known


@cache
def _days() -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    """Days since 1970 of January 1st of every year from FIRST_YEAR, and days since it of every MMDD of a common, then
    of a leap year; _NO_DATE where there is no such day."""
    years = np.full(10_000, _NO_DATE, dtype=np.int32)
    for year in range(FIRST_YEAR, 10_000):
        years[year] = (date(year, 1, 1) - _EPOCH).days
    days = np.full(20_000, _NO_DATE, dtype=np.int32)
    for leap, year in enumerate((2001, 2000)):
        start = date(year, 1, 1).toordinal()
        for ordinal in range(start, date(year, 12, 31).toordinal() + 1):
            at = date.fromordinal(ordinal)
            days[leap * 10_000 + at.month * 100 + at.day] = ordinal - start
    return years, days


@dataclass(frozen=True, slots=True)
class Checked:
    """A column checked. ``shaped``: is it a number of that shape? Where not, the rest says nothing. ``verdict`` as in
    _VERDICTS, ``male`` 0 or 1, ``born`` in days since 1970 (_NO_DATE where no living person can be born then)."""

    shaped: npt.NDArray[np.bool_]
    verdict: npt.NDArray[np.uint32]
    male: npt.NDArray[np.uint32]
    born: npt.NDArray[np.int32]

    def columns(self) -> pl.DataFrame:
        """``check``, ``sex`` and ``birth_date``, null where the number has no such shape."""
        shaped = pl.Series("shaped", self.shaped)
        dated = pl.Series("dated", self.shaped & (self.born != _NO_DATE))
        return pl.DataFrame([pl.Series("verdict", self.verdict), pl.Series("male", self.male), shaped, dated]).select(
            check=pl.lit(_VERDICTS).gather(pl.when("shaped").then("verdict")),
            sex=pl.lit(_SEXES).gather(pl.when("shaped").then("male")),
            birth_date=pl.when("dated").then(pl.lit(pl.Series(self.born)).cast(pl.Date)),
        )


def places_of(texts: pl.Series, width: int) -> Bytes:
    """Texts of that many bytes each, without nulls: a row for each place, a column for each text."""
    joined = texts.to_arrow(compat_level=pl.CompatLevel.oldest())
    chunks = joined.chunks if isinstance(joined, pa.ChunkedArray) else [joined]
    parts = [np.frombuffer(_held(chunk), np.uint8).reshape(-1, width) for chunk in chunks if len(chunk)]
    cells = np.concatenate(parts) if len(parts) > 1 else parts[0] if parts else np.empty((0, width), np.uint8)
    return np.ascontiguousarray(cells.T)


def _held(texts: pa.Array) -> memoryview:
    """The bytes of an array of texts, one after the other."""
    offsets = np.frombuffer(texts.buffers()[1], np.int64)[texts.offset : texts.offset + len(texts) + 1]
    return memoryview(texts.buffers()[2])[offsets[0] : offsets[-1]]


def lengthened(numbers: Bytes) -> Bytes:
    """``upgrade`` of numbers of 15 digits, by places."""
    old = (numbers[12] == ord("9")) & (numbers[13] == ord("9")) & (numbers[14] >= ord("6"))
    longer = np.empty((18, numbers.shape[1]), np.uint8)
    longer[:6], longer[6], longer[7], longer[8:17] = numbers[:6], ord("1"), ord("9"), numbers[6:]
    longer[7, old] = ord("8")
    longer[17] = np.frombuffer(CHECK_DIGITS.encode(), np.uint8)[_weighted(longer - ord("0")) % 11]
    return longer


def _weighted(digits: Bytes) -> npt.NDArray[np.uint16]:
    total = np.zeros(digits.shape[1], np.uint16)
    for digit, weight in zip(digits, WEIGHTS, strict=False):
        total += digit * np.uint16(weight)
    return total


def _number(digits: Bytes) -> npt.NDArray[np.int32]:
    """The number that these places write."""
    total = np.zeros(digits.shape[1], np.int32)
    for digit in digits:
        total *= 10
        total += digit
    return total


def check(numbers: Bytes, as_of: date) -> Checked:
    """Check numbers of 18 bytes, by places. Their shape: 17 digits, the first and the year's first not 0, and a digit
    or X."""
    digits = numbers[:17] - ord("0")  # what is no digit wraps to more than 9
    is_x = numbers[17] == ord("X")
    given = np.where(is_x, np.uint8(10), numbers[17] - ord("0"))
    shaped = (digits.max(axis=0, initial=0) <= 9) & ((given <= 9) | is_x) & (digits[0] > 0) & (digits[6] > 0)
    if not shaped.all():
        digits[:, ~shaped] = 1
    year, years = _number(digits[6:10]), _days()
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    first, later = years[0][year], years[1][_number(digits[10:14]) + leap * np.int32(10_000)]
    last_day = (as_of - _EPOCH).days
    born = first + np.minimum(later, 400)
    born[(later == _NO_DATE) | (first == _NO_DATE) | (born > last_day)] = _NO_DATE
    wrong = (_weighted(digits) + given) % 11 != 1
    verdict = np.where(_known()[_number(digits[:6])], wrong, np.uint32(2)).astype(np.uint32)
    verdict[born == _NO_DATE] = 3
    return Checked(shaped, verdict, (digits[16] % 2).astype(np.uint32), born)


def check_column(numbers: pl.Series, as_of: date) -> pl.DataFrame:
    """``check`` (terms.enums.DocCheck), ``sex`` and ``birth_date`` of a column; all null where a text is no number of
    17 digits and a digit or X."""
    fits = (numbers.str.len_bytes() == 18).fill_null(False)
    found = check(places_of(numbers.filter(fits), 18), as_of).columns()
    if fits.all():
        return found
    at = pl.Series(np.where(fits.to_numpy(), np.cumsum(fits.to_numpy()) - 1, len(found)), dtype=pl.UInt32)
    return pl.concat([found, found.clear(1)])[at]
