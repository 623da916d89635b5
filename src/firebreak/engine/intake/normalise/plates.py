"""Number plates of vehicles (GA 36): 苏B12345, 苏BD12345 (new energy), 临, 港/澳, 学, 警, 挂, 使, 领, WJ."""

from __future__ import annotations

import re

import polars as pl

from firebreak.engine.intake.normalise.base import CannotTypeError, Context, Normaliser, Values
from firebreak.engine.intake.normalise.chars import narrow, narrowed

PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_NOISE = re.compile(r"[ ·•・．.\-_]")
_PREFIX = re.compile(r"^(?:车牌号?码?|号牌|PLATE)[:=]?")
_REMARK = re.compile(r"[(\[].*[)\]]$|(?:[白黄蓝绿黑]色?|新能源)牌?$")
_SERIAL = "[A-HJ-NP-Z0-9]"  # I and O are not issued, so that nobody reads them for 1 and 0
_SHAPES = (
    re.compile(rf"[{PROVINCES}][A-HJ-NP-Z]{_SERIAL}{{5}}"),
    # GA 36-2018: small vehicles have a letter of the kind of energy first, large ones last.
    re.compile(rf"[{PROVINCES}][A-HJ-NP-Z][A-HJK]{_SERIAL}\d{{4}}"),
    re.compile(rf"[{PROVINCES}][A-HJ-NP-Z]\d{{5}}[A-HJK]"),
    re.compile(rf"[{PROVINCES}][A-HJ-NP-Z]{_SERIAL}{{4}}[学警挂试超领港澳]"),
    re.compile(rf"粤Z{_SERIAL}{{4}}[港澳]"),
    re.compile(rf"[{PROVINCES}][A-HJ-NP-Z]?(?:临{_SERIAL}{{4,6}}|{_SERIAL}{{4,6}}临)"),
    re.compile(rf"临[{PROVINCES}]?[A-HJ-NP-Z]?{_SERIAL}{{4,6}}"),
    re.compile(r"京O[A-HJ-NP-Z0-9]\d{4}"),  # a letter O stands in no other place
    re.compile(r"\d{6}使|使\d{6}"),
    re.compile(rf"WJ[{PROVINCES}]?\d{{4}}{_SERIAL}[TXJDSHB]?"),
    re.compile(r"[VKHBSLJNGCE][A-DKHBSLJNGCEFMORTVY]\d{5}"),
)


def plate(cell: str, context: Context) -> Values:
    """The plate in capitals without dots and spaces. The serial has no letter O: one typed there is read as 0."""
    said = _PREFIX.sub("", narrow(cell).upper())
    plain = _NOISE.sub("", _REMARK.sub("", said))
    head, serial = plain[:2], plain[2:]
    if plain[:1] in PROVINCES:
        plain = head.replace("0", "O") + serial.replace("O", "0").replace("I", "1")
    if any(shape.fullmatch(plain) for shape in _SHAPES):
        return {"plate": plain}
    raise CannotTypeError(
        "plate.shape",
        "A plate is a province's character, a letter and five (new energy: six) letters and digits, or a special one.",
        "Check the cell; a character may be missing, or the plate may be foreign.",
    )


def _plate_fast(cell: pl.Expr, context: Context) -> pl.Expr:
    """Plain plates of seven characters, and new-energy ones of eight, typed in capitals."""
    plain = cell.str.contains(
        rf"^[{PROVINCES}][A-HJ-NP-Z](?:{_SERIAL}{{5}}|[DF]{_SERIAL}[0-9]{{4}}|[0-9]{{5}}[DF]|{_SERIAL}{{4}}[学警挂])$"
    )
    return pl.when(plain).then(pl.struct(plate=cell))


def _tidy(cell: pl.Expr) -> pl.Expr:
    return narrowed(cell).str.replace_all(r"[ ·•・．.\-_]", "").str.to_uppercase()


def _is(plate: str) -> Values:
    return {"plate": plate}


NORMALISERS = (
    Normaliser(
        "plate",
        {"plate": pl.String},
        plate,
        "A number plate in capitals, without dots and spaces. O and I are not issued in serials, so they are read as 0 "
        "and 1 there.",
        "车牌：大写，去间隔号与空格。序号不用字母 O、I，误写者改读为 0、1。",
        (
            ("苏B12345", _is("苏B12345")),
            ("苏B·12345", _is("苏B12345")),
            ("苏Ｂ１２３４５", _is("苏B12345")),
            ("苏b 12a45", _is("苏B12A45")),
            ("苏B1O345", _is("苏B10345")),
            ("京O12345", _is("京O12345")),
            ("苏O12345", "plate.shape"),
            ("苏BD12345", _is("苏BD12345")),
            ("苏B12345D", _is("苏B12345D")),
            ("苏B1234学", _is("苏B1234学")),
            ("苏B1234警", _is("苏B1234警")),
            ("苏B1234挂", _is("苏B1234挂")),
            ("粤ZAB12港", _is("粤ZAB12港")),
            ("苏B临12345", _is("苏B临12345")),
            ("临苏B12345", _is("临苏B12345")),
            ("WJ苏12345", _is("WJ苏12345")),
            ("车牌号：苏B12345（蓝）", _is("苏B12345")),
            ("苏B1234", "plate.shape"),
            ("12345", "plate.shape"),
            ("步行", "plate.shape"),
        ),
        _plate_fast,
        _tidy,
    ),
)
