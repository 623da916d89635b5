"""Shapes of what rule and area files hold: types of values, placeholders of texts."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from string import Formatter
from typing import Any


def mistyped(raw: Mapping[str, Any], types: Mapping[str, type]) -> list[str]:
    """``key: a type is wanted`` for every value that has not just its key's type.

    A day with a time is no day, and true is no number. Keys that are missing or not in ``types`` are passed over.
    """
    return [
        f"{key}: {_WORDS[types[key]]} is wanted"
        for key, value in raw.items()
        if key in types and type(value) is not types[key]
    ]


_WORDS: dict[type, str] = {
    str: "a text in quotes",
    int: "a whole number",
    date: "a day without quotes, as 2020-03-01,",
    dict: "a table",
    list: "a list",
}


def bad_placeholders(text: str, known: Collection[str]) -> bool:
    """Does a text hold a placeholder that is not a plain ``{name}`` of ``known``, or a brace alone?"""
    try:
        parts = [*Formatter().parse(text)]
    except ValueError:
        return True
    return any(name is not None and (name not in known or spec or kind) for _, name, spec, kind in parts)
