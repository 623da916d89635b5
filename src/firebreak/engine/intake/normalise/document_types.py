"""Kinds of documents, by the words registers use for them."""

from __future__ import annotations

import polars as pl

from firebreak.engine.intake.normalise.base import CannotTypeError, Context, Normaliser, Values
from firebreak.engine.intake.normalise.chars import without_spaces
from firebreak.terms.enums import DocType

_WORDS: dict[str, DocType] = {
    word: kind
    for kind, words in (
        (
            DocType.RESIDENT,
            "身份证 居民身份证 二代身份证 二代证 第二代身份证 身份证号 身份证号码 公民身份号码 公民身份证 临时身份证 "
            "临时居民身份证 户口簿 户口本 港澳台居民居住证 居民证 ID IDCARD ID_CARD RESIDENT",
        ),
        (
            DocType.PASSPORT,
            "护照 护照号 护照号码 普通护照 因私护照 因公护照 外交护照 公务护照 中国护照 外国护照 外籍护照 "
            "PASSPORT PASSPORTNO",
        ),
        (
            DocType.HK_MACAO_PERMIT,
            "回乡证 港澳居民来往内地通行证 港澳通行证 港澳居民通行证 港澳台通行证 来往内地通行证 港澳证 "
            "HK_MACAO_PERMIT",
        ),
        (
            DocType.TAIWAN_PERMIT,
            "台胞证 台湾居民来往大陆通行证 台湾通行证 台湾居民通行证 来往大陆通行证 台证 TAIWAN_PERMIT",
        ),
        (
            DocType.FOREIGN_RESIDENT,
            "外国人永久居留证 外国人永久居留身份证 永久居留证 永居证 外国人居留证 FOREIGN_RESIDENT",
        ),
        (DocType.OTHER, "军官证 士兵证 警官证 海员证 出生证 出生医学证明 其他 其它 其他证件 驾驶证 OTHER"),
    )
    for word in words.split()
}


def type_of_word(word: str) -> str | None:
    """The kind a word names, None where it names none (证件号码 says nothing of the kind)."""
    plain = word.upper().replace("-", "_")
    for ending in ("", "号码", "号"):
        kind = _WORDS.get(plain.removesuffix(ending))
        if kind is not None:
            return kind.value
    return None


def document_type(cell: str, context: Context) -> Values:
    """The kind of document a word names."""
    kind = type_of_word(without_spaces(cell).replace("(", "").replace(")", ""))
    if kind is None:
        raise CannotTypeError(
            "document_type.unknown_word",
            "The word names no kind of document that is known.",
            "Give the channel's own words or codes in the spec: map = { … }.",
        )
    return {"doc_type": kind}


_CASES = (
    ("居民身份证", DocType.RESIDENT),
    ("二代身份证", DocType.RESIDENT),
    ("ＩＤ Card", DocType.RESIDENT),
    ("护照", DocType.PASSPORT),
    ("passport", DocType.PASSPORT),
    ("港澳居民来往内地通行证", DocType.HK_MACAO_PERMIT),
    ("回乡证", DocType.HK_MACAO_PERMIT),
    ("台胞证", DocType.TAIWAN_PERMIT),
    ("外国人永久居留身份证", DocType.FOREIGN_RESIDENT),
    ("军官证", DocType.OTHER),
    ("港澳台居民居住证", DocType.RESIDENT),
)

NORMALISERS = (
    Normaliser(
        "document_type",
        {"doc_type": pl.String},
        document_type,
        "The kind of document by its Chinese or English word. The residence permit of Hong Kong, Macao and Taiwan "
        "residents carries a GB 11643 number, so it counts as resident.",
        "证件类型。港澳台居民居住证的号码按 GB 11643 编制，归入 resident。",
        (
            *((word, {"doc_type": kind.value}) for word, kind in _CASES),
            ("会员卡", "document_type.unknown_word"),
            ("1", "document_type.unknown_word"),
        ),
    ),
)
