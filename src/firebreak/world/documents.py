"""Document numbers and phones, valid by their own rules and unique."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from firebreak.world.draws import I64, Draws

Bools = np.ndarray[Any, np.dtype[np.bool_]]
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643-1999, ISO 7064 MOD 11-2
_CHECK = np.array(list("10X98765432"))
_PHONE_PREFIXES = (
    *("130", "131", "132", "133", "135", "136", "137", "138", "139", "150", "151", "152", "153", "155"),
    *("157", "158", "159", "177", "180", "181", "182", "183", "185", "186", "187", "188", "189"),
)
_SEQUENCES = 500  # numbers for one sex on one day in one county


def sequence_in_day(draws: Draws, division: I64, birth_day: I64, male: Bools) -> I64:
    """The three-digit sequence (odd for men), unique among people of one division, birth day and sex.

    ``division`` is the six-digit code, ``birth_day`` days since 1970. ValueError where more than 500 share a day.
    """
    group = (division * 100_000 + (birth_day + 50_000)) * 2 + male
    order = np.argsort(group, kind="stable")
    ordered = group[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
    rank_ordered = np.arange(len(ordered)) - np.repeat(starts, np.diff(np.r_[starts, len(ordered)]))
    if len(ordered) and rank_ordered.max() >= _SEQUENCES:
        raise ValueError("more than 500 people of one sex were born on one day in one county")
    rank = np.empty_like(rank_ordered)
    rank[order] = rank_ordered
    first = draws.below(_SEQUENCES, "sequence", group)
    out: I64 = ((first + rank * 137) % _SEQUENCES) * 2 + male  # 137 and 500 share no factor
    return out


def resident_numbers(division_code: I64, birth_day: I64, sequence: I64) -> pl.Series:
    """18 characters by GB 11643: division, birth date, sequence, check digit."""
    body = division_code * 10**11 + _yyyymmdd(birth_day) * 1000 + sequence
    total = np.zeros(len(body), dtype=np.int64)
    rest = body.copy()
    for weight in reversed(_WEIGHTS):
        total += rest % 10 * weight
        rest //= 10
    return pl.Series(body).cast(pl.String) + pl.Series(_CHECK[total % 11])


def old_numbers(division_code: I64, birth_day: I64, sequence: I64) -> pl.Series:
    """The 15-digit number of GB 11643-1989: two-digit year, no check digit."""
    return pl.Series(division_code * 10**9 + _yyyymmdd(birth_day) % 10**6 * 1000 + sequence).cast(pl.String)


def _yyyymmdd(birth_day: I64) -> I64:
    days = birth_day.astype("datetime64[D]")
    months = days.astype("datetime64[M]")
    year = days.astype("datetime64[Y]").astype(np.int64) + 1970
    month = months.astype(np.int64) % 12 + 1
    day = (days - months.astype("datetime64[D]")).astype(np.int64) + 1
    out: I64 = year * 10_000 + month * 100 + day
    return out


def scramble(ids: I64, size: int, multiplier: int = 2_654_435_761, shift: int = 97_531) -> I64:
    """A bijection of [0, size) that looks random; ``multiplier`` and ``size`` must share no factor."""
    out: I64 = (ids * multiplier + shift) % size
    return out


def phones(ids: I64) -> pl.Series:
    """11-digit mobile numbers, one for each id, unique below 2.7 thousand million ids."""
    number = scramble(ids, len(_PHONE_PREFIXES) * 10**8, multiplier=1_618_033_987)
    prefixes = pl.Series(_PHONE_PREFIXES).gather(number // 10**8)
    return prefixes + pl.Series(number % 10**8).cast(pl.String).str.zfill(8)


def numbered(prefix: str, ids: I64, digits: int) -> pl.Series:
    """``prefix`` and a unique number of ``digits`` digits: passports, permits, tickets, samples."""
    return prefix + pl.Series(scramble(ids, 10**digits)).cast(pl.String).str.zfill(digits)


_PLATE_LETTERS = np.array(list("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789"))


def plates(prefix: pl.Series, ids: I64) -> pl.Series:
    """Five characters after the city's prefix, unique for each id."""
    number = scramble(ids, 34**5, multiplier=1_299_721)
    for _ in range(5):
        prefix = prefix + pl.Series(_PLATE_LETTERS[number % 34])
        number = number // 34
    return prefix
