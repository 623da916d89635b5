"""Columns that hold one of a few words."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl


class Words(dict[str, str]):
    """What each word says. ``empty`` are words that say that nothing is known yet: they map to an empty text."""

    def __init__(self, said: Mapping[str, str], empty: str = "") -> None:
        super().__init__({word: value for value, words in said.items() for word in words.split()})
        self.update(dict.fromkeys(empty.split(), ""))


def said_fast(words: Words, cell: pl.Expr) -> pl.Expr:
    """What a cell says that is exactly one of the words, in capitals or small letters; null for all others."""
    plain = {form: value for word, value in words.items() if value for form in (word, word.lower(), word.capitalize())}
    return cell.replace_strict(plain, default=None, return_dtype=pl.String)
