"""What makes a cell of a table safe in a spreadsheet."""

from __future__ import annotations

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_EXACT = 15
"""Excel keeps 15 digits of a number; longer ones would lose their end."""


def safe(text: str) -> str:
    """A cell that no spreadsheet takes for a formula (OWASP: CSV injection): a leading apostrophe where it might.

    >>> safe("=1+1"), safe("王小明")
    ("'=1+1", '王小明')
    """
    return f"'{text}" if text.startswith(_FORMULA) else text


def kept_as_text(text: str) -> str:
    """A safe cell of a CSV. Long numbers end in a tab, which makes Excel keep them as text; readers that strip cells
    lose nothing."""
    if text.isdigit() and (len(text) > _EXACT or text.startswith("0")):
        return f"{text}\t"
    return safe(text)
