"""Division codes (GB/T 2260) with the years they were in force.

The list is that of python-stdnum (county names and history of every province, from 1980 on). Codes live for ever in
resident numbers: a code once issued is known for ever, also after its county was merged or renamed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

_LINE = re.compile(r'^\s*(\d+) (?:province|county)="(.*)"$')
_NAME = re.compile(r"(?:\[(\d*)-(\d*)\])?([^\[\],]+)")
_FIRST_DAY, _LAST_DAY = date(1980, 1, 1), date(9999, 12, 31)


@dataclass(frozen=True, slots=True)
class Division:
    """``valid_to`` is inclusive. Where only years are known, a year stands for all of it."""

    code: str
    name: str
    valid_from: date
    valid_to: date


@cache
def divisions() -> tuple[Division, ...]:
    """Every division, in order of code and time."""
    return tuple(_stdnum())


def _stdnum() -> list[Division]:
    found: list[Division] = []
    province = ""
    for line in (files("stdnum.cn") / "loc.dat").read_text(encoding="utf-8").splitlines():
        entry = _LINE.match(line)
        if entry is None:
            continue
        if not line.startswith(" "):
            province = entry[1]
            continue
        for start, end, name in _NAME.findall(entry[2]):
            valid_from = date(int(start), 1, 1) if start else _FIRST_DAY
            valid_to = date(int(end), 12, 31) if end else _LAST_DAY
            found.append(Division(province + entry[1], name, valid_from, valid_to))
    return found


@cache
def known_codes() -> frozenset[str]:
    """Every code ever in force, and those that resident numbers of Hong Kong, Macao and Taiwan begin with."""
    return frozenset(division.code for division in divisions()) | {"710000", "810000", "820000", "830000"}
