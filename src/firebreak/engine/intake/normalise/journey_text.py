"""How journey cells are folded before they are read: widths, case, the usual wrong characters, Chinese numerals."""

from __future__ import annotations

import re
import unicodedata

_WRONG = (("车箱", "车厢"), ("车相", "车厢"), ("坐位", "座位"), ("坐次", "座次"), ("\u200b", ""))
_DIGITS = {"〇": 0, "零": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_NUMERAL = re.compile(
    r"(?P<tens>[一二三四五六七八九])?十(?P<ones>[一二三四五六七八九])?|(?P<one>[〇零一二两三四五六七八九])"
)
_DASHES = re.compile(r"[‐‑‒–—―−﹣~～〜至到]")


def fold(text: str) -> str:
    """Half-width, upper case, no blanks, with the wrong characters of the trade put right.

    >>> fold("７号车箱 05ａ")
    '7号车厢05A'
    """
    folded = "".join(unicodedata.normalize("NFKC", text).upper().split())
    for wrong, right in _WRONG:
        folded = folded.replace(wrong, right)
    return folded


def straight_dashes(text: str) -> str:
    """Every dash, tilde and 至 between digits as ``-``.

    >>> straight_dashes("1至4号车厢")
    '1-4号车厢'
    """
    return re.sub(rf"(?<=[0-9号厢A-L车]){_DASHES.pattern}(?=[0-9])", "-", text)


def number(text: str) -> int | None:
    """A number below 100 in digits or Chinese numerals; None where it is neither.

    >>> number("07"), number("十二"), number("四"), number("X")
    (7, 12, 4, None)
    """
    if text.isascii() and text.isdigit():
        return int(text)
    match = _NUMERAL.fullmatch(text)
    if match is None:
        return None
    if match["one"]:
        return _DIGITS[match["one"]]
    return _DIGITS[match["tens"] or "一"] * 10 + _DIGITS[match["ones"] or "零"]
