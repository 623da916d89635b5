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
_CHOICES = 6  # a county of today may have been up to three then; six is divided by 1, 2 and 3
_TODAY = date(2020, 1, 10)


@cache
def _codes() -> I64:
    """Codes by county, year from ``FIRST_YEAR`` and choice."""
    became: dict[str, list[tuple[date, date, int]]] = {}
    for division in divisions():
        now = code_on(division.code, _TODAY)
        if now is not None:
            became.setdefault(now, []).append((division.valid_from, division.valid_to, int(division.code)))
    table = np.zeros((len(counties()), LAST_YEAR - FIRST_YEAR + 1, _CHOICES), dtype=np.int64)
    for place, county in enumerate(counties()):
        for year in range(FIRST_YEAR, LAST_YEAR + 1):
            day = date(year, 1, 1)
            codes = [code for first, last, code in became.get(county.code, []) if first <= day <= last]
            table[place, year - FIRST_YEAR] = np.resize(np.array(codes or [int(county.code)]), _CHOICES)
    return table


def issuing_codes(draws: Draws, person: I64, county: I64, birth_year: I64) -> I64:
    """The six digits with which each person's number begins."""
    year = np.clip(birth_year, FIRST_YEAR, LAST_YEAR) - FIRST_YEAR
    out: I64 = _codes()[county, year, draws.below(_CHOICES, "issued", person)]
    return out
