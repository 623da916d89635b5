"""Delimited text whose quotes do not keep to the rule, line by line: what can be read is read, the rest is named.

A quote inside an unquoted cell is text (``5"2``); text after a closing quote belongs to the cell. A quoted cell that is
still open after a hundred lines was never meant to be one: its first line is a problem, and reading goes on after it.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass

_LINES = 100
_RETURN = "\ud800"
"""Stands for a CR while the csv module reads: half a surrogate is in no text that was decoded."""


@dataclass(frozen=True, slots=True)
class Loose:
    """``rows``: the cells of each record, None for one with an unclosed quote or an endless cell, in order; ``rest``:
    bytes not read."""

    rows: list[list[str] | None]
    raws: list[str]
    rest: bytes


def read_loose(block: bytes, delimiter: str, quote: str, *, final: bool) -> Loose:
    """Cut a block that starts at the start of a record. Blank lines are left out."""
    lines = block.decode().split("\n")
    tail = lines.pop()
    if final and tail:
        lines.append(tail)
        tail = ""
    rows: list[list[str] | None] = []
    raws: list[str] = []
    at = 0
    while at < len(lines):
        taken = _record(lines, at, delimiter, quote)
        if taken == 0 and not final and at + _LINES >= len(lines):
            break
        raw = "\n".join(lines[at : at + max(taken, 1)])
        at += max(taken, 1)
        if raw.removesuffix("\r"):
            rows.append(cells_of(raw, delimiter, quote) if taken else None)
            raws.append(raw)
    return Loose(rows, raws, "\n".join([*lines[at:], tail]).encode())


def _record(lines: list[str], at: int, delimiter: str, quote: str) -> int:
    """How many lines the record at ``at`` takes; 0 where its quote is not closed."""
    inside = False
    for taken, line in enumerate(lines[at : at + _LINES], start=1):
        inside, torn = _open_after(line.removesuffix("\r"), delimiter, quote, inside)
        if torn and taken > 1:
            return 0
        if not inside:
            return taken
    return 0


def _open_after(line: str, delimiter: str, quote: str, inside: bool) -> tuple[bool, bool]:
    """Whether a quoted cell is open at the end of the line, by the csv module's reading of quotes, and whether text
    follows a closing quote: over several lines that is the next row's opening quote."""
    torn = False
    if quote not in line:
        return inside, torn
    at_start, after_quote = not inside, False
    for letter in line:
        if inside:
            if letter == quote:
                inside, after_quote = False, True
        elif letter == delimiter:
            at_start, after_quote = True, False
        elif letter == quote and (at_start or after_quote):
            inside, at_start, after_quote = True, False, False
        else:
            torn |= after_quote
            at_start = after_quote = False
    return inside, torn


def cells_of(raw: str, delimiter: str, quote: str) -> list[str] | None:
    """The cells of one record, without its line end; None where one is longer than the csv module's limit.

    A CR that ends no line is text, as it is to the compiled reader; the csv module refuses one outside quotes.
    """
    raw = raw.removesuffix("\r")
    if not quote:
        return raw.split(delimiter)
    lines = raw.replace("\r", _RETURN).split("\n")
    try:
        cells = next(
            csv.reader([*(f"{line}\n" for line in lines[:-1]), lines[-1]], delimiter=delimiter, quotechar=quote)
        )
    except csv.Error:
        return None
    return [cell.replace(_RETURN, "\r") for cell in cells] if "\r" in raw else cells
