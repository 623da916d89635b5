"""Division codes (GB/T 2260) with the time they were in force.

Jiangsu is ours (``codes/divisions-jiangsu.csv``); the rest is the list of python-stdnum (names and history of every
county from 1980 on, by years). Codes live for ever in resident numbers: a code once issued is known for ever, also
after its county was merged or renamed.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from importlib.resources import files

_LINE = re.compile(r'^\s*(\d+) (?:province|county)="(.*)"$')
_NAME = re.compile(r"(?:\[(\d*)-(\d*)\])?([^\[\],]+)")
_FIRST_DAY, _LAST_DAY = date(1949, 10, 1), date(9999, 12, 31)
_RESIDENCE_PERMITS = frozenset(("810000", "820000", "830000"))


@dataclass(frozen=True, slots=True)
class Division:
    """``valid_to`` is inclusive; where only a year is known, it stands for all of it.

    ``successor`` is the code that took the place of this one, empty where none or several did.
    """

    code: str
    name: str
    valid_from: date
    valid_to: date
    successor: str = ""

    def on(self, day: date) -> bool:
        """Was the code in force on that day?"""
        return self.valid_from <= day <= self.valid_to


@cache
def divisions() -> tuple[Division, ...]:
    """Every division, in order of code and time."""
    ours = [*_table("divisions-jiangsu.csv"), *_table("divisions-more.csv")]
    named = {(division.code, division.name) for division in ours}
    others = (division for division in _stdnum() if (division.code, division.name) not in named)
    return tuple(sorted((*ours, *others), key=lambda division: (division.code, division.valid_from)))


def _table(name: str) -> Iterator[Division]:
    lines = (files("firebreak.terms") / "codes" / name).read_text(encoding="utf-8").splitlines()
    for row in csv.DictReader(line for line in lines if not line.startswith("#")):
        yield Division(
            row["code"],
            row["name"],
            _day(row["valid_from"], "-01-01", _FIRST_DAY),
            _day(row["valid_to"], "-12-31", _LAST_DAY),
            row["successor"],
        )


def _day(text: str, rest: str, default: date) -> date:
    return date.fromisoformat(text + rest if len(text) == 4 else text) if text else default


def _stdnum() -> Iterator[Division]:
    province = ""
    for line in (files("stdnum.cn") / "loc.dat").read_text(encoding="utf-8").splitlines():
        entry = _LINE.match(line)
        if entry is None:
            continue
        if not line.startswith(" "):
            province = entry[1]
            continue
        for start, end, name in _NAME.findall(entry[2]):
            yield Division(province + entry[1], name, _day(start, "-01-01", _FIRST_DAY), _day(end, "-12-31", _LAST_DAY))


@cache
def known_codes() -> frozenset[str]:
    """Every code ever in force, and those that residence permits of Hong Kong, Macao and Taiwan people begin with."""
    return frozenset(division.code for division in divisions()) | _RESIDENCE_PERMITS


@cache
def _by_code() -> dict[str, tuple[Division, ...]]:
    found: dict[str, list[Division]] = {}
    for division in divisions():
        found.setdefault(division.code, []).append(division)
    return {code: tuple(entries) for code, entries in found.items()}


def code_on(code: str, day: date) -> str | None:
    """The code in force on that day for what ``code`` named: itself, or its successors'; None where it is unknown.

    A code that is not in force and has no successor stays as it is: it still says where.

    >>> code_on("320684", date(2020, 1, 23)), code_on("320684", date(2021, 1, 1)), code_on("320202", date(2020, 1, 1))
    ('320684', '320614', '320213')
    """
    seen = set()
    while code not in seen:
        seen.add(code)
        entries = _by_code().get(code)
        if entries is None:
            return None
        if any(entry.on(day) for entry in entries):
            return code
        after = [entry.successor for entry in entries if entry.valid_to < day and entry.successor]
        code = after[-1] if after else code
    return code


def name_of(code: str, day: date) -> str:
    """The division's own name on that day (its last name where it is no longer in force), empty where unknown."""
    entries = _by_code().get(code, ())
    current = [entry for entry in entries if entry.on(day)] or list(entries)
    return current[-1].name if current else ""


@lru_cache(maxsize=1 << 14)
def full_name(code: str, day: date) -> str:
    """Province, city and county in one line: 江苏省无锡市滨湖区."""
    levels = dict.fromkeys((code[:2] + "0000", code[:4] + "00", code))
    names = [name_of(level, day) for level in levels]
    return "".join(dict.fromkeys(name for name in names if name and not groups_only(name)))


def groups_only(name: str) -> bool:
    """Does the name only group counties (市辖区, 省直辖县级行政单位)? Nobody writes it in an address."""
    return name == "县" or name.endswith(("市辖区", "市区", "行政区划", "行政单位"))
