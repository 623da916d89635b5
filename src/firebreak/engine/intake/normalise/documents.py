"""Document numbers and kinds of documents: resident numbers, passports, travel and residence permits."""

from __future__ import annotations

import re
from datetime import date

import numpy as np
import polars as pl

from firebreak.engine.intake.kernels.documents import UNSURE, documents
from firebreak.engine.intake.kernels.texts import Texts
from firebreak.engine.intake.kernels.views import series
from firebreak.engine.intake.normalise import resident
from firebreak.engine.intake.normalise.base import CannotTypeError, Compiled, Context, Normaliser, Sure, Values
from firebreak.engine.intake.normalise.chars import narrow, narrowed
from firebreak.engine.intake.normalise.document_types import type_of_word
from firebreak.terms.enums import DocCheck, DocType

_PREFIX = re.compile(r"^([一-鿿/]{2,14}|ID|IDNO|PASSPORT(?:NO)?)[.:号码#]*(?=[0-9A-Z*(])")
_NOISE = re.compile(r"[\s\-_'\"`.,:;/]")
_REMARK = re.compile(r"\([^()]*[\u4e00-\u9fff][^()]*\)$")
_LETTERS = str.maketrans("OIL", "011")
_MASK = re.compile(r"[*×●•?#]")
_EXCEL = re.compile(r"\d(?:\.\d+)?E\+?\d{1,2}")
_MOBILE = re.compile(r"(?:\+?86)?1[3-9]\d{9}")

_SHAPES: tuple[tuple[re.Pattern[str], DocType], ...] = (
    # Old card of permanent residence: country (3 letters), place (4), birth (6), order and check (2).
    (re.compile(r"[A-Z]{3}\d{12}"), DocType.FOREIGN_RESIDENT),
    # Mainland travel permit of Hong Kong (H) and Macao (M) residents, with or without the two digits of reissue.
    (re.compile(r"[HM]\d{8}(?:\d{2})?"), DocType.HK_MACAO_PERMIT),
    # Taiwan residents' permit: 8 digits, or the older 10 with a letter in brackets.
    (re.compile(r"\d{10}\(?[A-Z]\)?"), DocType.TAIWAN_PERMIT),
    (re.compile(r"T\d{8}"), DocType.TAIWAN_PERMIT),
    (re.compile(r"[A-Z]{1,2}\d{6}\([\dA]\)"), DocType.OTHER),  # identity card of Hong Kong
    # Chinese passports: E, EA–EZ, G, D/S/P series, K (Hong Kong), MA/MB (Macao); and the 14/15 series before 2000.
    (re.compile(r"[EGKDSP]\d{8}|E[A-Z]\d{7}|[DSP]E?\d{7}|M[AB]\d{7}|1[45]\d{7}"), DocType.PASSPORT),
    # Any other passport: ICAO 9303 allows up to nine letters and digits.
    (re.compile(r"(?=.*\d)[A-Z0-9]*[A-Z][A-Z0-9]*(?<=.{6})"), DocType.PASSPORT),
    (re.compile(r"\d{9}"), DocType.PASSPORT),
    (re.compile(r"\d{6,8}|\d{10}"), DocType.OTHER),
)


def document(cell: str, context: Context) -> Values:
    """The number in its one form, its kind, what its structure says of it; sex and birth date where it holds them."""
    word, number = _split(cell)
    said = type_of_word(word) or context.options.get("type")
    if _EXCEL.fullmatch(narrow(cell).upper().replace(" ", "")):
        raise _excel()
    if _MASK.search(number) or re.fullmatch(r"\d{3,10}X{4,}[\dX]*", number):
        return _masked(number, said)
    if re.fullmatch(r"\d{17}[\dX]", number):
        return _eighteen(number, context)
    if re.fullmatch(r"(?=.*[OIL])[\dOIL]{17}[\dXOIL]", number):
        meant = number.translate(_LETTERS)
        if resident.verdict(meant, context.as_of) is DocCheck.VALID:  # O typed for 0: only where the check digit agrees
            return _eighteen(meant, context)
    if re.fullmatch(r"\d{15}", number):
        return _fifteen(number, context)
    if _MOBILE.fullmatch(number) and said is None:
        raise CannotTypeError(
            "document.phone_number",
            "The cell holds a mobile number, not a document number.",
            "Look whether the columns of phone and document were swapped in this row.",
        )
    return _foreign(number, said)


def _split(cell: str) -> tuple[str, str]:
    """The word before the number (身份证: …), and the number without spaces, dashes and marks."""
    plain = _REMARK.sub("", narrow(cell).upper().replace(" ", ""))
    prefix = _PREFIX.match(plain)
    word = prefix[1] if prefix else ""
    rest = plain[prefix.end() :] if prefix else plain
    return word, re.sub(r"^(\d+)\.0+$", r"\1", rest) if rest.endswith("0") and "." in rest else _NOISE.sub("", rest)


def _excel() -> CannotTypeError:
    return CannotTypeError(
        "document.excel_number",
        "A spreadsheet has turned the number into a floating-point number; its last digits are lost.",
        "Ask the channel for the file with this column formatted as text.",
    )


def _values(kind: DocType, number: str, check: DocCheck, context: Context | None = None) -> Values:
    values: Values = {"doc_type": kind.value, "doc_number": number, "doc_check": check.value}
    if context is not None:
        values["sex"] = resident.sex(number)
        values["birth_date"] = resident.birth_date(number[6:14], context.as_of)
    return values


def _eighteen(number: str, context: Context) -> Values:
    if len(set(number)) == 1:
        raise _shape()
    if number[0] == "9":
        # Card of permanent residence since 2023: 9, province (2), country (ISO numeric, 3), then as GB 11643.
        check = resident.structure(number, context.as_of)
        return _values(DocType.FOREIGN_RESIDENT, number, check, context)
    check = resident.verdict(number, context.as_of)
    if check is DocCheck.BAD_CHECK_DIGIT and number.endswith("000"):
        raise _excel()  # 15 digits is what a floating-point number holds; the rest came back as zeros
    return _values(DocType.RESIDENT, number, check, context)


def _fifteen(number: str, context: Context) -> Values:
    if len(set(number)) == 1:
        raise _shape()
    longer = resident.upgrade(number)
    check = resident.verdict(longer, context.as_of)
    return _values(DocType.RESIDENT, longer, DocCheck.UPGRADED if check is DocCheck.VALID else check, context)


def _masked(number: str, said: str | None) -> Values:
    shown = re.sub(r"[*×●•?#]|(?<=[*×●•?#X\d])X(?=.)", "*", number)
    if not re.fullmatch(r"[0-9A-Z]*\*+[0-9A-Z*]*", shown) or not 4 <= len(shown) <= 24:
        raise _shape()
    kind = DocType(said) if said else DocType.RESIDENT if re.fullmatch(r"[\d*]{6,17}[\dX*]", shown) else DocType.OTHER
    return _values(kind, shown, DocCheck.MASKED)


def _foreign(number: str, said: str | None) -> Values:
    if len(set(number)) == 1:
        raise _shape()  # 00000000, 99999999: filled in because the form wanted something
    for shape, kind in _SHAPES:
        digits = re.sub(r"[()]", "", number)
        if shape.fullmatch(number) and (len(digits) <= 12 or kind is DocType.FOREIGN_RESIDENT):
            return _values(DocType(said) if said else kind, digits, DocCheck.UNCHECKED)
    raise _shape()


def _shape() -> CannotTypeError:
    return CannotTypeError(
        "document.shape",
        "No known document has a number of this length and shape (a resident number has 18 characters, formerly 15).",
        "Check the cell against the document; a digit may be missing or too many.",
    )


_OUTPUTS = {
    "doc_type": pl.String,
    "doc_number": pl.String,
    "doc_check": pl.String,
    "sex": pl.String,
    "birth_date": pl.Date,
}


def _numbers(texts: Texts, context: Context) -> tuple[pl.DataFrame, Sure]:
    """Resident numbers of 18 and of 15 characters, good or bad, and masked ones of 18; numbers of foreigners and what
    a spreadsheet rounded are left."""
    found = documents(texts, resident.calendar(context.as_of))
    checked = resident.columns(found)
    kinds = pl.Series([DocType.RESIDENT.value, context.options.get("type") or DocType.RESIDENT.value, None])
    kind = _KIND_OF[found.verdict]
    return pl.DataFrame(
        [
            kinds.gather(pl.Series(kind)).alias("doc_type"),
            series("doc_number", found.numbers, texts.data, found.longer),
            checked["check"].alias("doc_check"),
            checked["sex"],
            checked["birth_date"],
        ]
    ), found.verdict != UNSURE


_KIND_OF = np.array([0, 0, 0, 0, 0, 1, 2], np.uint32)
"""By verdict: a resident number, a masked one (of the kind the row states, else that too), none."""


def _tidy(cell: pl.Expr) -> pl.Expr:
    plain = narrowed(cell).str.replace_many([" ", "-"], ["", ""]).str.to_uppercase()
    return plain.str.replace(r"^[\x{4e00}-\x{9fff}]{2,8}:?([0-9]{17}[0-9X])$", "$1")


def _resident(number: str, check: DocCheck, sex: str, birth: date | None) -> Values:
    return {
        "doc_type": DocType.RESIDENT.value,
        "doc_number": number,
        "doc_check": check.value,
        "sex": sex,
        "birth_date": birth,
    }


def _other(kind: DocType, number: str, check: DocCheck = DocCheck.UNCHECKED) -> Values:
    return {"doc_type": kind.value, "doc_number": number, "doc_check": check.value}


# Every number below is made up.
_MAN = _resident("320202199001011019", DocCheck.VALID, "male", date(1990, 1, 1))
_WOMAN_X = _resident("32021119850203208X", DocCheck.VALID, "female", date(1985, 2, 3))

NORMALISERS = (
    Normaliser(
        "document",
        _OUTPUTS,
        document,
        "A document number: resident numbers (GB 11643, also the 15-digit ones), passports, permits. A resident number "
        "that fails its own check is kept, with doc_check saying what fails.",
        "证件号码：居民身份证（含 15 位旧号）、护照、通行证、永居证。"
        "校验不通过的身份证号保留，并在 doc_check 注明原因。",
        (
            ("320202199001011019", _MAN),
            ("00000000", "document.shape"),
            ("111111111111111111", "document.shape"),
            ("３２０２０２１９９００１０１１０１９", _MAN),
            ("320202 19900101 1019", _MAN),
            ("320202-19900101-1019", _MAN),
            ("身份证：320202199001011019", _MAN),
            ("公民身份号码320202199001011019", _MAN),
            ("320202199001011019.0", _MAN),
            ("320202199001011019（本人）", _MAN),
            ("32020219900101IO19", _MAN),
            ("'320202199001011019", _MAN),
            ("32021119850203208x", _WOMAN_X),
            ("320202900101101", _resident("320202199001011019", DocCheck.UPGRADED, "male", date(1990, 1, 1))),
            ("320202050101997", _resident("320202180501019973", DocCheck.BAD_DATE, "male", None)),
            ("320202199001011018", _resident("320202199001011018", DocCheck.BAD_CHECK_DIGIT, "male", date(1990, 1, 1))),
            ("320202199002301019", _resident("320202199002301019", DocCheck.BAD_DATE, "male", None)),
            ("329902199001011019", _resident("329902199001011019", DocCheck.BAD_DIVISION, "male", date(1990, 1, 1))),
            ("3202**********1234", _other(DocType.RESIDENT, "3202**********1234", DocCheck.MASKED)),
            ("320202xxxxxxxx1234", _other(DocType.RESIDENT, "320202********1234", DocCheck.MASKED)),
            ("E12345678", _other(DocType.PASSPORT, "E12345678")),
            ("ej1234567", _other(DocType.PASSPORT, "EJ1234567")),
            ("护照号码：AB1234567", _other(DocType.PASSPORT, "AB1234567")),
            ("H12345678", _other(DocType.HK_MACAO_PERMIT, "H12345678")),
            ("M1234567801", _other(DocType.HK_MACAO_PERMIT, "M1234567801")),
            ("台胞证 12345678", _other(DocType.TAIWAN_PERMIT, "12345678")),
            ("0123456789(B)", _other(DocType.TAIWAN_PERMIT, "0123456789B")),
            ("12345678", _other(DocType.OTHER, "12345678")),
            ("A123456(3)", _other(DocType.OTHER, "A1234563")),
            ("USA110075120300", _other(DocType.FOREIGN_RESIDENT, "USA110075120300")),
            (
                "911124198108030024",
                {
                    **_other(DocType.FOREIGN_RESIDENT, "911124198108030024", DocCheck.VALID),
                    "sex": "female",
                    "birth_date": date(1981, 8, 3),
                },
            ),
            ("3.20202E+17", "document.excel_number"),
            ("320202199001012000", "document.excel_number"),
            ("13812345678", "document.phone_number"),
            ("32020219900101101", "document.shape"),
            ("3202021990010110190", "document.shape"),
            ("张伟", "document.shape"),
        ),
        Compiled(_OUTPUTS, _numbers),
        _tidy,
    ),
)
