"""How a person's values are shown when they need not be read: enough to recognise somebody, not enough to learn it."""

from __future__ import annotations

from functools import cache

from firebreak.terms.divisions import divisions, groups_only

_ENDS = tuple("省市区县旗盟州")
_LEVELS = 3
"""Province, city, county: what may be shown of an address."""


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
    """The names of divisions it begins with, down to county level; where there is none its first character only.

    Only names a division has or had count: 小区, 社区 and 超市 end like a county or a city, and stand behind a street.
    """
    end = 0
    for _ in range(_LEVELS):
        end += _division_at(text, end)
    return f"{text[:end] or text[:1]}****"


def _division_at(text: str, start: int) -> int:
    """The length of the longest name of a division that begins there; 0 where none does."""
    names = _division_names()
    lengths = range(min(max(map(len, names)), len(text) - start), 1, -1)
    return next((length for length in lengths if text[start : start + length] in names), 0)


@cache
def _division_names() -> frozenset[str]:
    names = (division.name for division in divisions())
    return frozenset(name for name in names if name.endswith(_ENDS) and not groups_only(name))


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
