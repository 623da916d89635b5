"""Nationality, as ISO 3166-1 alpha-3."""

from __future__ import annotations

import re
from functools import cache

import polars as pl

from firebreak.engine.intake.normalise.base import CannotTypeError, Context, Normaliser, Values
from firebreak.engine.intake.normalise.chars import without_spaces
from firebreak.terms.countries import countries


def _form(word: str) -> str:
    return re.sub(r"[,.()'’]", "", without_spaces(word).upper().replace("&", "AND"))


@cache
def _words() -> dict[str, str]:
    """Every word for a country, in one form, with its alpha-3 code. Codes win over names, names over other names."""
    words: dict[str, str] = {}
    for country in countries():
        words.update({_form(also): country.alpha3 for also in country.also})
    for country in countries():
        words.update({_form(country.en): country.alpha3, _form(country.zh): country.alpha3})
    for country in countries():
        words.update(dict.fromkeys((country.alpha2, country.alpha3, country.numeric), country.alpha3))
    return words


def nationality(cell: str, context: Context) -> Values:
    """The country as ISO 3166-1 alpha-3."""
    word = _form(cell)
    for form in (word, word.removesuffix("籍"), word.removesuffix("人"), word.removesuffix("国籍"), word[:3]):
        code = _words().get(form)
        if code is not None and (form != word[:3] or word[3:4] in ("", "-", "/")):
            return {"nationality": code}
    raise CannotTypeError(
        "nationality.unknown_word",
        "The word is no country's name, in Chinese or English, nor an ISO 3166-1 code.",
        "Correct the cell, or give the channel's own words in the spec: map = { … }.",
    )


def _nationality_fast(cell: pl.Expr, context: Context) -> pl.Expr:
    code = cell.replace_strict(_words(), default=None, return_dtype=pl.String)
    return pl.when(code.is_not_null()).then(pl.struct(nationality=code))


NORMALISERS = (
    Normaliser(
        "nationality",
        {"nationality": pl.String},
        nationality,
        "Nationality as ISO 3166-1 alpha-3, from a Chinese or English name or any of the three ISO codes.",
        "国籍（ISO 3166-1 三字母代码），可写中英文国名或 ISO 代码。",
        (
            *((text, {"nationality": "CHN"}) for text in ("中国", "CHN", "CN", "156", "China", "中国籍", "ＣＨＮ")),
            ("韩国", {"nationality": "KOR"}),
            ("South Korea", {"nationality": "KOR"}),
            ("Korea, Republic of", {"nationality": "KOR"}),
            ("U.S.A.", {"nationality": "USA"}),
            ("美国籍", {"nationality": "USA"}),
            ("United Kingdom", {"nationality": "GBR"}),
            ("日本人", {"nationality": "JPN"}),
            ("中国香港", {"nationality": "HKG"}),
            ("ITA-意大利", {"nationality": "ITA"}),
            ("汉族", "nationality.unknown_word"),
            ("南京", "nationality.unknown_word"),
        ),
        _nationality_fast,
    ),
)
