"""What a mess is: something that happens to a cell, at a rate, and whether it does harm."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class Harm(StrEnum):
    """``NOTATION``: the same, written differently; ``LOST``: the value is gone; ``WRONG``: another one stands there."""

    NOTATION = "notation"
    LOST = "lost"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Mess:
    """``make(value, roll)`` gives the messy cell (None: empty). ``roll`` is 64 random bits that belong to the row."""

    name: str
    harm: Harm
    make: Callable[[str, int], str | None]
    en: str
    zh: str


def gone(_value: str, _roll: int) -> None:
    """Nothing is written."""


def put(text: str, at: int, char: str) -> str:
    """``text`` with the character at ``at`` replaced."""
    return text[:at] + char + text[at + 1 :]


def swapped(text: str, at: int) -> str:
    """``text`` with the characters at ``at`` and ``at + 1`` exchanged."""
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
