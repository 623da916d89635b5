"""Counts by place, as bulletins write them in prose: ``南京市25例、无锡市12例``."""

from __future__ import annotations

import re

import polars as pl

from firebreak.engine.intake.normalise.base import CannotTypeError, Context, Normaliser, Values
from firebreak.engine.intake.normalise.journey_text import fold
from firebreak.terms.stations import PROVINCES

_AGAIN = re.compile(r"[。;,、]?重症病例?中.*$")
_PIECE = re.compile(r"([^\d、,;。:()]+?):?(\d+)(?:例|人|名)?(?:\([^)]*\))?[、,;。]*")
_SHORT = "|".join(name for name in PROVINCES.values() if name != "吉林")
_PROVINCE = re.compile(
    rf"(?:{_SHORT})(?:省|自治区|壮族自治区|回族自治区|维吾尔自治区)?|吉林省|(?:北京|天津|上海|重庆)市"
)
"""吉林 without 省 is a city of the province of that name."""


def read_counts(text: str, context: Context) -> Values | list[Values]:
    """One count per place named. ``options.of = "country"`` for lists of countries.

    A province stands in ``province``, every other place in ``city``. What follows 重症病例中 counts some of the same
    people again and is left out. Raises CannotTypeError where any part of the rest cannot be read: half a list of
    counts is a wrong list.
    """
    of = str(context.options.get("of", "city"))
    folded = _AGAIN.sub("", fold(text))
    found, at = [], 0
    while at < len(folded):
        match = _PIECE.match(folded, at)
        if match is None:
            raise CannotTypeError(
                "counts.unread", "The cell is a list of place and number.", "Give it as 甲市1例、乙市2例."
            )
        level = "province" if of == "city" and _PROVINCE.fullmatch(match[1]) else of
        found.append({level: match[1], "value": int(match[2])})
        at = match.end()
    if not found:
        raise CannotTypeError(
            "counts.unread", "The cell is a list of place and number.", "Give it as 甲市1例、乙市2例."
        )
    return found if len(found) > 1 else found[0]


NORMALISERS = (
    Normaliser(
        "place_counts",
        {"country": pl.String, "province": pl.String, "city": pl.String, "value": pl.Int64},
        read_counts,
        "Counts by place in prose, one record a place.",
        "文字叙述的分地区病例数，每个地区一条记录。",
        (
            ("深圳市1例", {"city": "深圳市", "value": 1}),
            ("南京市25例、无锡市12例", [{"city": "南京市", "value": 25}, {"city": "无锡市", "value": 12}]),
            ("济南市10例，青岛市13例。", [{"city": "济南市", "value": 10}, {"city": "青岛市", "value": 13}]),
            ("福州市56例；厦门市 21例。", [{"city": "福州市", "value": 56}, {"city": "厦门市", "value": 21}]),
            ("锡林郭勒盟2例\u200b，乌海市1例", [{"city": "锡林郭勒盟", "value": 2}, {"city": "乌海市", "value": 1}]),
            ("北京市10例、湖北省375例", [{"province": "北京市", "value": 10}, {"province": "湖北省", "value": 375}]),
            ("吉林省1例", {"province": "吉林省", "value": 1}),
            ("长春市3例、吉林市1例", [{"city": "长春市", "value": 3}, {"city": "吉林市", "value": 1}]),
            ("广西壮族自治区2例", {"province": "广西壮族自治区", "value": 2}),
            ("杭州6例、宁波5例。重症病例中，杭州1例", [{"city": "杭州", "value": 6}, {"city": "宁波", "value": 5}]),
            ("外地来津4例", {"city": "外地来津", "value": 4}),
            ("病情平稳", "counts.unread"),
            ("南京市25例，其余平稳", "counts.unread"),
        ),
    ),
)
