"""Which language the command speaks: ``--lang``, then FIREBREAK_LANG, then LANG; Chinese where none says English."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from contextvars import ContextVar

from firebreak.terms.texts import Lang, catalogue

_CLEAR = 0.2
_HAN = re.compile(r"[㐀-鿿]")
_language: ContextVar[Lang] = ContextVar("language", default="zh")


def choose(arguments: Sequence[str], environment: Mapping[str, str] = os.environ) -> Lang:
    """The language of this call. Looked up before parsing, so that errors of parsing speak it too."""
    for index, argument in enumerate(arguments):
        if argument.startswith("--lang="):
            return _lang(argument.removeprefix("--lang="))
        if argument == "--lang" and index + 1 < len(arguments):
            return _lang(arguments[index + 1])
    return _lang(environment.get("FIREBREAK_LANG") or environment.get("LANG") or "zh")


def _lang(text: str) -> Lang:
    return "en" if text.lower().startswith("en") else "zh"


def use(language: Lang) -> None:
    """Speak ``language`` from here on."""
    _language.set(language)


def language() -> Lang:
    """The language of this call."""
    return _language.get()


def say(key: str, **values: object) -> str:
    """The text of ``key`` in the language of this call."""
    return catalogue("firebreak.terms", "firebreak.cli").text(key, _language.get(), **values)


def half(text: str) -> str:
    """Of a message that holds both languages (``… / …``), the half of this call's; any other text as it is."""
    parts = text.split(" / ")
    if len(parts) != 2:
        return text
    share = [len(_HAN.findall(part)) / max(len(part), 1) for part in parts]  # file names may hold Han in either half
    if abs(share[0] - share[1]) < _CLEAR:
        return text
    chinese, english = (parts[0], parts[1]) if share[0] > share[1] else (parts[1], parts[0])
    return chinese if _language.get() == "zh" else english


def can_say(key: str) -> bool:
    """Does the catalogue have this key?"""
    return catalogue("firebreak.terms", "firebreak.cli").has(key)
