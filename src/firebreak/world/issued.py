"""Under which division code a resident number was issued: the code in force then, which may be older than the county's.

Numbers were first issued from 1984 on to everybody living, later at birth.
"""

from __future__ import annotations

from datetime import date
from functools import cache

import numpy as np

from firebreak.terms.divisions import code_on, divisions
from firebreak.world.draws import I64, Draws
from firebreak.world.geography import counties

FIRST_YEAR, LAST_YEAR = 1985, 2020
_CHOICES = 12  # a county of today may have been several then
_CUT_FROM = {"3212": "3210", "3213": "3208"}  # 泰州 from 扬州, 宿迁 from 淮阴, in 1996
_TODAY = date(2020, 1, 10)


@cache
def _codes() -> I64:
    """Codes by county, year from ``FIRST_YEAR`` and choice."""
    spans = [
        (division.valid_from, division.valid_to, division.code, code_on(division.code, _TODAY))
        for division in divisions()
        if division.code[4:] not in ("00", "01")
    ]
    table = np.zeros((len(counties()), LAST_YEAR - FIRST_YEAR + 1, _CHOICES), dtype=np.int64)
    for year in range(FIRST_YEAR, LAST_YEAR + 1):
        day = date(year, 1, 1)
        there = [(code, now) for first, last, code, now in spans if first <= day <= last]
        for place, county in enumerate(counties()):
            codes = _ancestors(county.code, there)
            table[place, year - FIRST_YEAR] = np.resize(np.array(codes), _CHOICES)
    return table


def _ancestors(code: str, there: list[tuple[str, str | None]]) -> list[int]:
    """Of the codes in force then, those that became this county; else those of the same city, which it was cut from."""
    same = [int(old) for old, now in there if now == code]
    cities = (code[:4], _CUT_FROM.get(code[:4], ""))
    near = ([int(old) for old, _ in there if old[:4] == city] for city in cities)
    return same or next((codes for codes in near if codes), [int(code)])


def issuing_codes(draws: Draws, person: I64, county: I64, birth_year: I64) -> I64:
    """The six digits with which each person's number begins."""
    year = np.clip(birth_year, FIRST_YEAR, LAST_YEAR) - FIRST_YEAR
    out: I64 = _codes()[county, year, draws.below(_CHOICES, "issued", person)]
    return out
