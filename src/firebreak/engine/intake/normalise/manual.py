"""The manual of the normalisers, printed from their tables of cases: docs/reference/normalisers.md."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from firebreak.engine.intake.fields import FIELDS
from firebreak.engine.intake.normalise.base import CannotTypeError, Context, Normaliser
from firebreak.engine.intake.normalise.registry import normalisers
from firebreak.terms.errors import Issue

CASES_AS_OF = date(2020, 2, 1)
"""The day of delivery that all tables of cases suppose."""

_HEAD = f"""# Normalisers

Printed from the tables of cases of `firebreak.engine.intake.normalise` by `make docs`; the same tables are the tests.
Every table supposes that the file was delivered on {CASES_AS_OF}. Cells such as `-`, `无`, `不详`, `null` are empty and
never reach a normaliser. Full-width letters and digits, odd spaces and dashes are made plain before anything else.
A result with **✕** is a reject with that code; what each code means stands below the table.

本页由各规范化函数的用例表生成（`make docs`），用例表同时就是测试。各表均假定交付日为 {CASES_AS_OF}。
“-”“无”“不详”“null”等视为空值。带 **✕** 的为退回及其代码，代码含义见表下。
"""


def normalisers_page() -> str:
    """The whole page, normalisers in order of their names."""
    known = normalisers()
    return "\n".join((_HEAD, *(line for name in sorted(known) for line in _section(known[name]))))


def _section(normaliser: Normaliser) -> Iterator[str]:
    fields = [f"`{field.name}`" for field in FIELDS.values() if field.normaliser == normaliser.name]
    yield f"## `{normaliser.name}`\n"
    yield f"{normaliser.en}\n\n{normaliser.zh}\n"
    outputs = ", ".join(f"`{name}` {kind}" for name, kind in normaliser.outputs.items())
    yield f"Fills {outputs}.{' Fields: ' + ', '.join(fields) + '.' if fields else ''}\n"
    yield "| written | becomes |\n|---|---|"
    for text, expected in normaliser.cases:
        yield f"| {_code(text)} | {_result(expected)} |"
    yield ""
    issues = _issues(normaliser)
    if issues:
        yield "| code | rule | remedy |\n|---|---|---|"
        yield from (f"| `{issue.code}` | {_cell(issue.rule)} | {_cell(issue.remedy)} |" for issue in issues)
        yield ""


def _issues(normaliser: Normaliser) -> list[Issue]:
    """What the rejected cases of the table are told."""
    found: dict[Issue, None] = {}
    for text, expected in normaliser.cases:
        if isinstance(expected, str):
            try:
                normaliser.one(text, Context(CASES_AS_OF))
            except CannotTypeError as error:
                found[error.issue] = None
    return sorted(found, key=lambda issue: issue.code)


def _result(expected: Any) -> str:
    if isinstance(expected, str):
        return f"✕ `{expected}`"
    if isinstance(expected, list):
        return "; ".join(_result(one) for one in expected)
    said = ", ".join(f"{name} {_code(_value(value))}" for name, value in expected.items() if value is not None)
    return said or "empty"


def _value(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime | date) else str(value)


def _code(text: str) -> str:
    """The text as code, with what a table or an eye would lose made visible."""
    shown = text.replace("\u3000", "␣").replace("\t", "⇥").replace("\n", "⏎").replace("\u200b", "").replace("|", "\\|")
    return f"`` {shown} ``" if "`" in shown else f"`{shown}`"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
