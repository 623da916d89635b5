"""Sex, by word, letter or the code of GB/T 2261.1."""

from __future__ import annotations

import polars as pl

from firebreak.engine.intake.normalise.base import CannotTypeError, Context, Normaliser, Values
from firebreak.engine.intake.normalise.chars import without_spaces
from firebreak.terms.enums import Sex

_MALE, _FEMALE = Sex.MALE.value, Sex.FEMALE.value
_WORDS: dict[str, str | None] = {
    **dict.fromkeys(("男", "男性", "男士", "先生", "男孩", "男婴", "m", "male", "man", "mr", "mr.", "boy", "1"), _MALE),
    **dict.fromkeys(
        ("女", "女性", "女士", "小姐", "女孩", "女婴", "f", "female", "woman", "ms", "ms.", "mrs", "mrs.", "miss"),
        _FEMALE,
    ),
    **dict.fromkeys(("girl", "2"), _FEMALE),
    # GB/T 2261.1: 0 not known, 9 not stated. They say nothing, which is not wrong.
    **dict.fromkeys(("0", "9", "未说明", "未说明的性别", "未知的性别", "其他", "u", "x", "not stated"), None),
}
_SAID = {word: sex for word, sex in _WORDS.items() if sex is not None}


def sex(cell: str, context: Context) -> Values:
    """Male or female; empty where the cell says that it is not stated."""
    word = without_spaces(cell).lower().removeprefix("性别").lstrip(":")
    for form in (word, word[1:] if word[:1] in "129" else "", word.split("-")[-1], word.split(".")[-1]):
        if form in _WORDS:
            return {"sex": _WORDS[form]}
    raise CannotTypeError(
        "sex.unknown_word",
        "Sex is 男/女, male/female, M/F, or the code of GB/T 2261.1 (1 male, 2 female, 0 and 9 unknown).",
        "Correct the cell, or give the channel's own codes in the spec: map = { … }.",
    )


def _sex_fast(cell: pl.Expr, context: Context) -> pl.Expr:
    plain = {form: said for word, said in _SAID.items() for form in (word, word.upper())}
    said = cell.replace_strict(plain, default=None, return_dtype=pl.String)
    return pl.when(said.is_not_null()).then(pl.struct(sex=said))


NORMALISERS = (
    Normaliser(
        "sex",
        {"sex": pl.String},
        sex,
        "Sex by word, letter, or GB/T 2261.1 code; “not stated” leaves it empty.",
        "性别：男/女、M/F、male/female，或 GB/T 2261.1 代码；“未说明”为空。",
        (
            ("男", {"sex": _MALE}),
            ("女性", {"sex": _FEMALE}),
            ("M", {"sex": _MALE}),
            ("female", {"sex": _FEMALE}),
            ("Ｆ", {"sex": _FEMALE}),
            ("1", {"sex": _MALE}),
            ("2", {"sex": _FEMALE}),
            ("1-男", {"sex": _MALE}),
            ("2女", {"sex": _FEMALE}),
            (" 男 性 ", {"sex": _MALE}),
            ("性别：女", {"sex": _FEMALE}),
            ("9", {"sex": None}),
            ("0", {"sex": None}),
            ("3", "sex.unknown_word"),
            ("张三", "sex.unknown_word"),
        ),
        _sex_fast,
    ),
)
