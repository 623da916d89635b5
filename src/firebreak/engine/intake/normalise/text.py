"""Plain text and whole numbers."""

from __future__ import annotations

import re

import polars as pl

from firebreak.engine.intake.kernels.plain_texts import plain_texts
from firebreak.engine.intake.kernels.texts import Texts
from firebreak.engine.intake.normalise.base import CannotTypeError, Compiled, Context, Normaliser, Sure, Values
from firebreak.engine.intake.normalise.chars import arabic, narrow, narrowed

_RUN_OF_SPACES = re.compile(" {2,}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def text(cell: str, context: Context) -> Values:
    """The text, trimmed, plain in width, one space between words, without control characters."""
    return {"text": _RUN_OF_SPACES.sub(" ", _CONTROL.sub("", narrow(cell))).strip(" ") or None}


_OUTPUTS = {"text": pl.String}


def _plainly(texts: Texts, context: Context) -> tuple[pl.DataFrame, Sure]:
    """Han characters, letters, digits and common marks."""
    sure = plain_texts(texts)
    return texts.where(sure).alias("text").to_frame(), sure


_WHOLE = re.compile(r"([+-]?)(\d{1,3}(?:,\d{3})+|\d{1,18})(?:\.0+)?")
_COUNTED = re.compile(r"(周?岁半?|例|人|名|个|次|号|站|辆|件|天|日|年|位|户|%)$")


def integer(cell: str, context: Context) -> Values:
    """A whole number: ``1,234``, ``１２``, ``36岁``, ``12.0``, ``二十三``. A fraction is refused, not rounded."""
    plain = _COUNTED.sub("", narrow(cell).replace(" ", ""))
    found = _WHOLE.fullmatch(arabic(plain))
    if found is None:
        raise CannotTypeError(
            "integer.not_whole",
            "A whole number is expected: digits, with at most a sign, thousands' commas and a unit such as 岁.",
            "Correct the cell, or map the column to a text field.",
        )
    return {"integer": int(found[1] + found[2].replace(",", ""))}


def _integer_fast(cell: pl.Expr, context: Context) -> pl.Expr:
    whole = cell.str.contains(r"^[0-9]{1,18}$")
    return pl.when(whole).then(pl.struct(integer=cell.cast(pl.Int64, strict=False)))


NORMALISERS = (
    Normaliser(
        "text",
        _OUTPUTS,
        text,
        "Plain text: trimmed, full-width letters and digits made plain, one space between words.",
        "文本：去首尾空白，全角转半角，连续空格合一。",
        (
            ("  无锡市第五人民医院 ", {"text": "无锡市第五人民医院"}),
            ("Ａ座　１２楼", {"text": "A座 12楼"}),
            ("发热、  咳嗽", {"text": "发热、 咳嗽"}),
            ("line\u200bless", {"text": "lineless"}),
            ("x\ty", {"text": "x y"}),
        ),
        Compiled(_OUTPUTS, _plainly),
        narrowed,
    ),
    Normaliser(
        "integer",
        {"integer": pl.Int64},
        integer,
        "A whole number, with or without thousands' commas, a sign, a unit of counting, full-width or in Chinese.",
        "整数：可带千分位、正负号、量词，可为全角或中文数字。",
        (
            ("36", {"integer": 36}),
            ("３６岁", {"integer": 36}),
            ("1,234", {"integer": 1234}),
            ("12.0", {"integer": 12}),
            ("-3", {"integer": -3}),
            ("二十三", {"integer": 23}),
            ("0", {"integer": 0}),
            ("36.5", "integer.not_whole"),
            ("约30", "integer.not_whole"),
            ("1234567890123456789", "integer.not_whole"),
        ),
        _integer_fast,
        narrowed,
    ),
)
