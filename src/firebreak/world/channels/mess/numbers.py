"""Document and phone numbers: digits off, exchanged, masked, and the many ways to write the same number."""

from __future__ import annotations

from firebreak.world.channels.mess.base import Harm, Mess, gone, put, swapped

_FULL_WIDTH = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")


def _digit_off(number: str, roll: int) -> str:
    """One digit becomes its neighbour. Never the first, so that the kind of number stays."""
    places = [at for at in range(1, len(number)) if number[at].isdigit()]
    if not places:
        return number
    at = places[roll % len(places)]
    return put(number, at, str((int(number[at]) + 1 + (roll >> 8) % 8) % 10))


def _transposed(number: str, roll: int) -> str:
    """Two neighbouring, different digits exchanged; a digit off where there are none."""
    places = [at for at in range(1, len(number) - 1) if number[at] != number[at + 1] and number[at : at + 2].isdigit()]
    return swapped(number, places[roll % len(places)]) if places else _digit_off(number, roll)


def _old(number: str, _roll: int) -> str:
    """The 15-digit number of the time before 1999: no century, no check digit. Only of people born in the 1900s."""
    if len(number) != 18 or number[6:8] != "19":
        return number
    return number[:6] + number[8:17]


def _lower_x(number: str, _roll: int) -> str:
    return number.lower() if number.endswith("X") else number


def _full_width(number: str, _roll: int) -> str:
    return number.translate(_FULL_WIDTH)


def _spaced(number: str, roll: int) -> str:
    if len(number) != 18:
        return f" {number}"
    parts = number[:6], number[6:14], number[14:]
    return (" ", "-")[roll % 4 == 0].join(parts)


def _apostrophe(number: str, _roll: int) -> str:
    """The apostrophe people put before long numbers in spreadsheets, so that they stay text."""
    return f"'{number}"


def _masked_document(number: str, roll: int) -> str:
    if len(number) != 18:
        return number[:2] + "*" * (len(number) - 4) + number[-2:]
    return number[:6] + "********" + number[14:] if roll % 2 else number[:14] + "****"


def _masked_phone(number: str, _roll: int) -> str:
    return number[:3] + "****" + number[7:]


def _prefixed(number: str, roll: int) -> str:
    return ("+86", "86-", "0086 ", "+86 ")[roll % 4] + number


def _dashed(number: str, roll: int) -> str:
    return ("-", " ")[roll % 2].join((number[:3], number[3:7], number[7:]))


DOCUMENTS = (
    Mess("digit_off", Harm.WRONG, _digit_off, "one digit off", "错一位"),
    Mess("transposed", Harm.WRONG, _transposed, "two digits exchanged", "两位颠倒"),
    Mess("masked", Harm.LOST, _masked_document, "part as asterisks", "脱敏"),
    Mess("gap", Harm.LOST, gone, "empty", "空缺"),
    Mess("old15", Harm.NOTATION, _old, "old number of 15 digits", "15位旧号"),
    Mess("lower_x", Harm.NOTATION, _lower_x, "lower-case x", "小写x"),
    Mess("full_width", Harm.NOTATION, _full_width, "full-width digits", "全角数字"),
    Mess("spaced", Harm.NOTATION, _spaced, "spaces or dashes inside", "中间空格"),
    Mess("apostrophe", Harm.NOTATION, _apostrophe, "apostrophe of a spreadsheet before it", "前加撇号"),
)

PHONES = (
    Mess("digit_off", Harm.WRONG, _digit_off, "one digit off", "错一位"),
    Mess("transposed", Harm.WRONG, _transposed, "two digits exchanged", "两位颠倒"),
    Mess("masked", Harm.LOST, _masked_phone, "middle as asterisks", "中间四位脱敏"),
    Mess("gap", Harm.LOST, gone, "empty", "空缺"),
    Mess("prefixed", Harm.NOTATION, _prefixed, "+86, 86-, 0086", "带国家代码"),
    Mess("dashed", Harm.NOTATION, _dashed, "dashes or spaces inside", "中间短横或空格"),
    Mess("full_width", Harm.NOTATION, _full_width, "full-width digits", "全角数字"),
)
