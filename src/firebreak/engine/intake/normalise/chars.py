"""Characters as typed on any keyboard, made one: full-width forms, odd spaces, dashes, dots.

Each mending has two forms that share one table: a function of a text, and an expression of a column.
"""

from __future__ import annotations

import re

import polars as pl

_FULL_WIDTH = {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_SPACES = dict.fromkeys("\u3000\u00a0\u2002\u2003\u2009\u202f\t\r\n\v\f", " ")
_NOTHING = dict.fromkeys("\ufeff\u200b\u200c\u200d\u2060\u200e\u200f", "")
_DASHES = dict.fromkeys("‐‑‒–—―−﹣", "-")
_NARROW = {**_FULL_WIDTH, **_SPACES, **_NOTHING, **_DASHES, "〜": "~", "∶": ":", "﹕": ":", "〔": "(", "〕": ")"}
_TABLE = str.maketrans(_NARROW)

_CHINESE_DIGITS = {**{digit: value for value, digit in enumerate("〇一二三四五六七八九")}, "零": 0, "○": 0, "两": 2}
_CHINESE_UNITS = {"十": 10, "百": 100, "千": 1000}
CHINESE_NUMBER = "[〇○零一二两三四五六七八九十百千]"


def narrow(text: str) -> str:
    """Full-width letters, digits and marks made plain; every kind of space a space; every dash ``-``; trimmed.

    >>> narrow("　３２０２－Ｘ ")
    '3202-X'
    """
    return text.translate(_TABLE).strip(" ")


def narrowed(text: pl.Expr) -> pl.Expr:
    """``narrow`` of a column."""
    return text.str.replace_many(list(_NARROW), list(_NARROW.values())).str.strip_chars(" ")


def without_spaces(text: str) -> str:
    """``narrow``, and no space anywhere."""
    return narrow(text).replace(" ", "")


def chinese_number(text: str) -> int | None:
    """The value of a number written in Chinese, digit by digit (二〇二〇) or with units (二十三); None if it is none.

    >>> chinese_number("二〇二〇"), chinese_number("二十三"), chinese_number("十"), chinese_number("三百零五")
    (2020, 23, 10, 305)
    """
    if not text or any(char not in _CHINESE_DIGITS and char not in _CHINESE_UNITS for char in text):
        return None
    if not any(char in _CHINESE_UNITS for char in text):
        return int("".join(str(_CHINESE_DIGITS[char]) for char in text))
    total, digit = 0, 0
    for char in text:
        if char in _CHINESE_UNITS:
            total += (digit or 1) * _CHINESE_UNITS[char]
            digit = 0
        else:
            digit = _CHINESE_DIGITS[char]
    return total + digit


_CHINESE_RUN = re.compile(f"{CHINESE_NUMBER}+")


def arabic(text: str) -> str:
    """Every number written in Chinese replaced by digits: 二〇二〇年一月二十三日 → 2020年1月23日."""

    def digits(run: re.Match[str]) -> str:
        number = chinese_number(run[0])
        return run[0] if number is None else str(number)

    return _CHINESE_RUN.sub(digits, text)
