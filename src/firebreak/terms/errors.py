"""Errors that tell a user what is wrong and what to do, without ever showing a person's value."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_RUNS = re.compile(r"(.)\1{2,}")


def value_class(value: object) -> str:
    """The shape of a value, safe to show: digits as 9, Latin letters as A, Han as 汉, other scripts as 字.

    Runs of three or more are counted: ``9{17}``.

    >>> value_class("3202021990010112ab"), value_class(None), value_class("")
    ('9{16}AA', 'missing', 'empty')
    """
    if value is None:
        return "missing"
    text = str(value)
    if not text.strip():
        return "empty"
    text = "".join(map(_shape, text))
    text = _RUNS.sub(lambda run: f"{run[1]}{{{len(run[0])}}}", text)
    return text if len(text) <= 40 else f"{text[:37]}…"


def _shape(character: str) -> str:
    if "㐀" <= character <= "鿿" or "\U00020000" <= character <= "\U0003ffff":
        return "汉"
    plain = unicodedata.normalize("NFKC", character)
    if plain.isascii() and plain.isalpha():
        return "A"
    return {"N": "9", "L": "字", "M": "字"}.get(unicodedata.category(character)[0], character)


@dataclass(frozen=True, slots=True)
class Issue:
    """Why one value could not be typed. ``code`` is stable and looked up in the manual; no part holds the value."""

    code: str
    rule: str
    remedy: str


class FirebreakError(Exception):
    """A mistake a user can mend. Printed as one block; never as a traceback.

    ``code`` is stable (``FB-…``); ``what`` says what was found (a value's class, a file's name), ``rule`` what
    holds, ``remedy`` what to do.
    """

    def __init__(self, code: str, what: str, rule: str, remedy: str) -> None:
        super().__init__(f"{code}: {what}. {rule} {remedy}")
        self.code = code
        self.what = what
        self.rule = rule
        self.remedy = remedy


class ConfigError(FirebreakError):
    """An installation may not start as it is configured. ``each`` holds every reason, itself the first."""

    def __init__(self, code: str, what: str, rule: str, remedy: str, each: tuple[ConfigError, ...] = ()) -> None:
        super().__init__(code, what, rule, remedy)
        self.each = each or (self,)


class SpecError(FirebreakError):
    """A channel spec or a rule file is wrong: refused at load, with file and line."""


class FileError(FirebreakError):
    """A delivered file cannot be read as a whole. The lake stays as it was."""


class LakeError(FirebreakError):
    """The lake is locked, missing or damaged."""


class EngineError(FirebreakError):
    """An executor cannot be started, or gave up. What was not committed is not there."""


class OrderError(FirebreakError):
    """An order names a case, a train or a place that cannot be found, or that is ambiguous."""


class RulingError(FirebreakError):
    """A ruling on who is one person that cannot be: it contradicts others, or is about what is not there."""


@cache
def errors_in_chinese() -> dict[str, dict[str, str]]:
    """``what``, ``rule`` and ``remedy`` in Chinese by code, from ``errors_zh.toml``."""
    return tomllib.loads(files("firebreak.terms").joinpath("errors_zh.toml").read_text("utf-8"))
