"""Which division a text begins with: 江苏省无锡市滨湖区, 江苏无锡滨湖, 滨湖区, names of today and of former days."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache

from firebreak.terms.divisions import Division, code_on, divisions, groups_only

_LONGEST = 16
_DIGIT = re.compile(r"\d")
_BETWEEN = " ,/\\-·_、，"
# 无锡 before one of these is part of a road's or a house's name, not the city.
_NO_DIVISION = re.compile(
    r"[东西南北中新老大小]{0,2}(?:路|街|道|巷|里|弄|村|苑|园|城|湾|府|庭|坊|桥|港|站|厦|广场|公寓|小区|医院|大学|中学|小学|宾馆|酒店|商|银行|\d)"
)
_PEOPLES = (
    "藏族|彝族|苗族|侗族|布依族|土家族|哈尼族|傣族|白族|壮族|回族|朝鲜族|羌族|傈僳族|景颇族|蒙古族?|柯尔克孜|哈萨克"
)
_PROVINCES_SHORT = {"内蒙古自治区": "内蒙古", "广西壮族自治区": "广西", "西藏自治区": "西藏"} | {
    "宁夏回族自治区": "宁夏",
    "新疆维吾尔自治区": "新疆",
    "香港特别行政区": "香港",
    "澳门特别行政区": "澳门",
}


@dataclass(frozen=True, slots=True)
class Located:
    """``code`` as deep as the text says; ``rest`` is what follows. ``several``: the name is that of several."""

    code: str
    rest: str
    several: bool = False


@cache
def _names() -> tuple[dict[str, tuple[Division, ...]], ...]:
    """For province, city, county: every name, full and short, with the divisions that bear or bore it."""
    levels: tuple[dict[str, dict[Division, None]], ...] = ({}, {}, {})
    for division in divisions():
        if groups_only(division.name):
            continue
        level = 0 if division.code.endswith("0000") else 1 if division.code.endswith("00") else 2
        short = _short(division.name, level)
        prefecture = short + "州" if division.name.endswith("自治州") else short
        for name in {division.name, short, prefecture}:
            levels[level].setdefault(name, {})[division] = None
    return tuple({name: tuple(found) for name, found in level.items()} for level in levels)


def _short(name: str, level: int) -> str:
    if level == 0:
        return _PROVINCES_SHORT.get(name) or name[:-1]
    if level == 1:
        return re.sub(rf"(?<=..)(?:市|地区|盟|(?:{_PEOPLES})+自治州)$", "", name)
    return re.sub(r"(?<=..)(?:市|区|县)$", "", name)


def locate(text: str, day: date, within: str = "") -> Located | None:
    """The division at the beginning of the text, as in force on ``day``; None where there is none.

    ``within`` is the code of a division, or its first digits, that names without a city are looked for in first.
    """
    # No division's name has a digit, so what follows the first one cannot matter: 人民路1 and 人民路2 begin alike.
    digit = _DIGIT.search(text)
    head = f"{text[: digit.start()]}0" if digit else text
    found = _beginning(head, day, within)
    return found and Located(found.code, text[len(head) - len(found.rest) :], found.several)


@lru_cache(maxsize=1 << 17)
def _beginning(text: str, day: date, within: str) -> Located | None:
    found, rest = "", text
    for level in (0, 1, 2):
        taken = _take(rest, level, found, within, day)
        if taken is None:
            continue
        code, after = taken
        if not code:
            return Located("", text, several=True)
        found, rest = code, after.lstrip(_BETWEEN).removeprefix("市辖区")
    if not found:
        return None
    return Located(code_on(found, day) or found, rest)


def _take(text: str, level: int, above: str, within: str, day: date) -> tuple[str, str] | None:
    """The longest name of this level at the beginning, below ``above``; an empty code where several bear it."""
    prefix = above.rstrip("0") if above else ""
    prefix = prefix + "0" * (len(prefix) % 2)
    for length in range(min(_LONGEST, len(text)), 1, -1):
        bearers = _names()[level].get(text[:length], ())
        bearers = tuple(division for division in bearers if division.code.startswith(prefix))
        if not bearers:
            continue
        after = text[length:]
        if any(division.name != text[:length] for division in bearers):
            exact = tuple(division for division in bearers if division.name == text[:length])
            bearers = exact or (() if _no_short(level, above, within, after) else bearers)
        codes = _likely(bearers, within, day)
        if codes:
            return (codes[0] if len(codes) == 1 else "", after)
    return None


def _no_short(level: int, above: str, within: str, after: str) -> bool:
    """A short name is a division only where no road or house follows, and a county's only below a known city."""
    alone = level == 2 and not (above or within) and after != ""
    return alone or _NO_DIVISION.match(after) is not None


def _likely(bearers: tuple[Division, ...], within: str, day: date) -> list[str]:
    """The codes in force that day, inside ``within`` if any is there; else former ones."""
    near = [division for division in bearers if division.code.startswith(within.rstrip("0") or "0")] if within else []
    candidates = near or list(bearers)
    current = [division.code for division in candidates if division.on(day)]
    if current:
        return list(dict.fromkeys(current))
    return list(dict.fromkeys(code_on(division.code, day) or division.code for division in candidates))
