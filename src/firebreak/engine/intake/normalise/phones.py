"""Phone numbers, as E.164."""

from __future__ import annotations

import re

import phonenumbers
import polars as pl

from firebreak.engine.intake.kernels.phones import phones
from firebreak.engine.intake.kernels.texts import Texts
from firebreak.engine.intake.kernels.views import series
from firebreak.engine.intake.normalise.base import CannotTypeError, Compiled, Context, Normaliser, Sure, Values
from firebreak.engine.intake.normalise.chars import narrow, narrowed

_MOBILE = re.compile(r"1[3-9]\d{9}")
# Area codes 10 and 2x have numbers of eight digits, the others of seven or eight; no number begins with 0, 1 or 9.
_NATIONAL = r"1[3-9][0-9]{9}|(?:10|2[0-9])[2-8][0-9]{7}|[3-9][0-9]{2}[2-8][0-9]{6,7}"
_ABROAD = rf"^(?:\+|00)?86({_NATIONAL})$"
_AT_HOME = rf"^0({_NATIONAL})$"
_CHINA = re.compile(rf"{_ABROAD}|^0({_NATIONAL})$|^(1[3-9][0-9]{{9}})$")
_WORDS = re.compile(r"[\u4e00-\u9fff]+[:号码是为]*|(?:TEL|MOBILE|PHONE|MOB|FAX)[.:]*")
_EXTENSION = re.compile(r"(?:转|EXT\.?|X|分机)\s*[-:]?\s*\d{1,6}", re.IGNORECASE)
_SEVERAL = re.compile(r"[,;/、|\n]|(?<=\d)\s+(?=(?:\+|00)?(?:86)?\s*1[3-9]\d{9})|(?<=\d)或|和(?=\d)")
_SPACING = re.compile(r"[\s\-.()_·*']")


def phone(cell: str, context: Context) -> Values | list[Values]:
    """The number as E.164. Of several, the first mobile, else the first; all of them with option ``several = true``."""
    plain = narrow(cell).upper()
    if re.fullmatch(r"\d(?:\.\d+)?E\+?\d+", plain):
        raise CannotTypeError(
            "phone.excel_number",
            "A spreadsheet has turned the number into a floating-point number; its last digits are lost.",
            "Ask the channel for the file with this column formatted as text.",
        )
    if re.search(r"\d[*×X]{2,}", plain):
        raise CannotTypeError(
            "phone.masked",
            "Digits are replaced by asterisks; the number cannot be called.",
            "Ask the channel for the full number, or take it from another channel.",
        )
    found = [number for part in _SEVERAL.split(plain) if (number := _number(part, context)) is not None]
    numbers = list(dict.fromkeys(found))
    if not numbers:
        raise _reason(plain)
    if context.options.get("several"):
        return [{"phone": number} for number in numbers]
    mobiles = [number for number in numbers if _MOBILE.fullmatch(number.removeprefix("+86"))]
    return {"phone": (mobiles or numbers)[0]}


def _number(part: str, context: Context) -> str | None:
    """One number as E.164, None where it is none."""
    bare = _WORDS.sub("", _EXTENSION.sub("", part))
    bare = re.sub(r"\.0+$", "", bare.strip())
    digits = _SPACING.sub("", bare)
    if re.fullmatch(r"[2-8]\d{6,7}", digits) and "area_code" in context.options:
        digits = str(context.options["area_code"]) + digits
    if china := _CHINA.search(digits):
        return f"+86{china[1] or china[2] or china[3]}"
    region = str(context.options.get("region", "CN"))
    if region == "CN" and not re.match(r"\+|00|[48]00|95", digits):
        return None  # the library would say the same, at thirty times the cost
    bare = "+" + digits[2:] if digits.startswith("00") else digits
    try:
        parsed = phonenumbers.parse(bare, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(parsed):
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def _reason(plain: str) -> CannotTypeError:
    digits = re.sub(r"\D", "", plain)
    if re.fullmatch(r"[2-8]\d{6,7}", digits):
        return CannotTypeError(
            "phone.no_area_code",
            "A landline number needs its area code.",
            'Give the channel\'s area code in the spec: options = { area_code = "0510" }.',
        )
    if re.fullmatch(r"\d{17}[\dX]", re.sub(r"[\s-]", "", plain)):
        return CannotTypeError(
            "phone.document_number",
            "The cell holds a document number, not a phone number.",
            "Look whether the columns of phone and document were swapped in this row.",
        )
    if re.fullmatch(r"1[3-9]\d{5,8}|1[3-9]\d{10,12}", digits):
        return CannotTypeError(
            "phone.length",
            "A Chinese mobile number has 11 digits.",
            "A digit is missing or too many: check the cell against its source.",
        )
    return CannotTypeError(
        "phone.not_a_number",
        "The text is no phone number that any country's plan allows.",
        "Check the cell against its source; numbers from abroad need + and the country's code.",
    )


_OUTPUTS = {"phone": pl.String}


def _in_china(texts: Texts, context: Context) -> tuple[pl.DataFrame, Sure]:
    """Chinese mobile numbers, with or without +86 or 0086; landlines with one of them."""
    views, data, sure = phones(texts)
    return pl.DataFrame([series("phone", views, data)]), sure


def _tidy(cell: pl.Expr) -> pl.Expr:
    """Without spaces and dashes; landlines as E.164 has them, without the 0 of the area code."""
    return narrowed(cell).str.replace_many([" ", "-"], ["", ""]).str.replace(_AT_HOME, "+86$1")


def _is(number: str) -> Values:
    return {"phone": number}


_MADE_UP = _is("+8613812345678")

NORMALISERS = (
    Normaliser(
        "phone",
        _OUTPUTS,
        phone,
        "A phone number as E.164. Of several in a cell the first mobile is taken, else the first; option several = "
        "true gives them all. Options: area_code for landlines without one, region (CN) for numbers without a country.",
        "电话号码（E.164）。一格多号时取第一个手机号，否则取第一个；选项 several = true 则全取。"
        "选项：area_code 为缺省区号，region 为缺省国家或地区（CN）。",
        (
            ("13812345678", _MADE_UP),
            ("１３８１２３４５６７８", _MADE_UP),
            ("138 1234 5678", _MADE_UP),
            ("138-1234-5678", _MADE_UP),
            ("+86 13812345678", _MADE_UP),
            ("+86-138-1234-5678", _MADE_UP),
            ("008613812345678", _MADE_UP),
            ("(86)13812345678", _MADE_UP),
            ("8613812345678", _MADE_UP),
            ("手机：13812345678", _MADE_UP),
            ("13812345678.0", _MADE_UP),
            ("13812345678/13912345678", _MADE_UP),
            ("0510-82712345、13812345678", _MADE_UP),
            ("13812345678 13912345678", _MADE_UP),
            ("0510-82712345", _is("+8651082712345")),
            ("（0510）82712345转801", _is("+8651082712345")),
            ("+852 9123 4567", _is("+85291234567")),
            ("0085291234567", _is("+85291234567")),
            ("+1 650-253-0000", _is("+16502530000")),
            ("400-812-3456", _is("+864008123456")),
            ("82712345", "phone.no_area_code"),
            ("138****5678", "phone.masked"),
            ("1.38123E+10", "phone.excel_number"),
            ("1381234567", "phone.length"),
            ("138123456789", "phone.length"),
            ("320202199001011019", "phone.document_number"),
            ("12345", "phone.not_a_number"),
            ("张伟", "phone.not_a_number"),
        ),
        Compiled(_OUTPUTS, _in_china),
        _tidy,
    ),
)
