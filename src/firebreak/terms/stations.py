"""Railway stations: the list in ``codes/stations.csv``, or a larger one from outside, and dated aliases.

``codes/stations.csv`` holds the stations of Jiangsu, of the Wuhan–Nanjing–Wuxi corridor and the provincial hubs. A
deployment with the full list gives its path: the string of 12306's ``station_name.js``, or a CSV with the same columns.
"""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path

PROVINCES: dict[str, str] = {
    **{
        "11": "北京",
        "12": "天津",
        "13": "河北",
        "14": "山西",
        "15": "内蒙古",
        "21": "辽宁",
        "22": "吉林",
        "23": "黑龙江",
    },
    **{"31": "上海", "32": "江苏", "33": "浙江", "34": "安徽", "35": "福建", "36": "江西", "37": "山东", "41": "河南"},
    **{"42": "湖北", "43": "湖南", "44": "广东", "45": "广西", "46": "海南", "50": "重庆", "51": "四川", "52": "贵州"},
    **{"53": "云南", "54": "西藏", "61": "陕西", "62": "甘肃", "63": "青海", "64": "宁夏", "65": "新疆", "81": "香港"},
}
"""Short names of provinces by the first two digits of the division code (GB/T 2260)."""


@dataclass(frozen=True, slots=True)
class Station:
    """``telecode``: 12306's three letters; ``city``: short name; ``division``: GB/T 2260 code of the city, 6 digits."""

    name: str
    telecode: str | None
    city: str
    division: str | None


@dataclass(frozen=True, slots=True)
class Alias:
    """Another name or a known misspelling of a station. ``source`` says where it was seen or decreed."""

    name: str
    station: str
    source: str
    valid_from: date | None
    valid_to: date | None

    def holds(self, day: date) -> bool:
        """Is the alias in force on that day."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


Stations = Mapping[str, Station]

_BLOCK = re.compile(r"@?[a-z]*\|([^|]+)\|([A-Z]{3})\|[^|]*\|[^|]*\|\d+\|[^|]*\|([^|@]*)")


def _from_12306(text: str) -> dict[str, Station]:
    return {name: Station(name, code, city, None) for name, code, city in _BLOCK.findall(text)}


def _from_csv(text: str) -> dict[str, Station]:
    rows = csv.DictReader(text.splitlines())
    return {
        row["name"]: Station(row["name"], row["telecode"] or None, row["city"], row["division"] or None) for row in rows
    }


@cache
def stations() -> Stations:
    """The list that ships with the project, by name."""
    return _from_csv(files("firebreak.terms.codes").joinpath("stations.csv").read_text("utf-8"))


@cache
def stations_from(path: str) -> Stations:
    """The shipped list and a larger one read from a file of either layout. Raises OSError where it is absent."""
    text = Path(path).read_text("utf-8-sig")
    return {**(_from_csv(text) if text.startswith("name,") else _from_12306(text)), **stations()}


@cache
def aliases() -> dict[str, tuple[Alias, ...]]:
    """Dated aliases and corrections from ``codes/station_aliases.toml``, by name."""
    raw = tomllib.loads(files("firebreak.terms.codes").joinpath("station_aliases.toml").read_text("utf-8"))
    found: dict[str, tuple[Alias, ...]] = {}
    for entry in raw["alias"]:
        each = Alias(entry["name"], entry["station"], entry["source"], entry.get("valid_from"), entry.get("valid_to"))
        found[each.name] = (*found.get(each.name, ()), each)
    return found
