"""How a person's values are shown when they need not be read: enough to recognise somebody, not enough to learn it."""

from __future__ import annotations

import re

_PLACE = re.compile(r"^(?:.*?(?:省|自治区))?(?:.*?(?:市|自治州|盟|地区))?(?:.*?(?:区|县|市|旗))?")


def mask(field: str, text: str) -> str:
    """The masked form of a value of that field; fields that lead to nobody (grid) stay as they are.

    >>> mask("name", "王小明"), mask("phone", "+8613912345678"), mask("doc_number", "320202199001011234")
    ('王*', '139****5678', '3202**********1234')
    """
    if not text:
        return ""
    function = {"name": _name, "doc_number": _document, "phone": _phone, "address": _address}.get(field)
    return function(text) if function else text


def _name(text: str) -> str:
    if text.isascii():
        return " ".join(f"{word[0]}*" for word in text.split())
    return f"{text[0]}*"


def _document(text: str) -> str:
    if len(text) >= 15:
        first = 4 if len(text) >= 18 else 2
        return _middle(text, first, 4)
    return _middle(text, 1, 2)


def _phone(text: str) -> str:
    digits = plain_phone(text)
    return f"{digits[:3]}****{digits[-4:]}" if len(digits) >= 11 else _middle(digits, 2, 2)


def _address(text: str) -> str:
    """Down to county level; an address whose county cannot be told apart shows its first character only."""
    found = _PLACE.match(text)
    kept = found[0] if found else ""
    return f"{kept or text[:1]}****"


def _middle(text: str, first: int, last: int) -> str:
    if len(text) <= first + last:
        return "*" * len(text)
    return f"{text[:first]}{'*' * (len(text) - first - last)}{text[-last:]}"


def plain_phone(text: str) -> str:
    """E.164 as it is dialled in China: a mainland number without +86, a foreign one with 00.

    >>> plain_phone("+8613912345678"), plain_phone("+442071838750")
    ('13912345678', '00442071838750')
    """
    if text.startswith("+86"):
        rest = text[3:]
        return rest if rest.startswith("1") and len(rest) == 11 else f"0{rest}"
    return f"00{text[1:]}" if text.startswith("+") else text


def shown(field: str, text: str) -> str:
    """A value as people read it: phones as they are dialled, everything else as it is."""
    return plain_phone(text) if field == "phone" else text
