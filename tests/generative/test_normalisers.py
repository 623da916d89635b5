"""The fast path of every normaliser agrees with its meaning, and no cell whatever breaks a normaliser."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firebreak.engine.intake.normalise import base
from firebreak.engine.intake.normalise.base import (
    SPACES,
    UNKNOWN_WORDS,
    CannotTypeError,
    Context,
    Normaliser,
    apply,
)
from firebreak.engine.intake.normalise.manual import CASES_AS_OF
from firebreak.engine.intake.normalise.registry import normalisers
from firebreak.terms.errors import Issue

_FULL_WIDTH = {chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)}
_TELLING = (
    "0123456789xXoO-/.:：年月日时分 　+*·•()（）,，、°℃某省市区县镇路号栋座单元室楼村ABCabc"
    "先生\u200b\ufeff\u0301²٣Ⅷ〇一二十"
)
_DAYS = st.dates(date(2020, 1, 1), date(2022, 12, 31))
_ALL = pytest.mark.parametrize("normaliser", normalisers().values(), ids=normalisers())


@st.composite
def _changed(draw: st.DrawFn, text: str) -> str:
    """The text with up to three characters put in, taken out or replaced, or from somewhere on in full width."""
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(text)))
        char = draw(st.sampled_from(_TELLING) | st.characters(exclude_categories=("Cs",)))
        match draw(st.sampled_from(("put", "take", "replace", "widen", "repeat"))):
            case "put":
                text = text[:at] + char + text[at:]
            case "take":
                text = text[:at] + text[at + 1 :]
            case "replace":
                text = text[:at] + char + text[at + 1 :]
            case "widen":
                text = text[:at] + "".join(_FULL_WIDTH.get(one, one) for one in text[at:])
            case "repeat":
                text = text[:at] + text
    return text


@st.composite
def _other_digits(draw: st.DrawFn, text: str) -> str:
    """The text with some of its digits replaced: the shape stays."""
    digits = st.sampled_from("0123456789")
    return "".join(draw(digits) if char.isdigit() and draw(st.booleans()) else char for char in text)


def _cells(normaliser: Normaliser) -> st.SearchStrategy[list[str]]:
    """Columns of what this normaliser may be given: its cases, changed a little or much, and any text."""
    case = st.sampled_from([text for text, _ in normaliser.cases])
    cell = st.one_of(case.flatmap(_changed), case.flatmap(_other_digits), st.text(max_size=24)).map(_trimmed)
    return st.lists(cell.filter(lambda text: text.lower() not in UNKNOWN_WORDS), min_size=1, max_size=12)


def _trimmed(text: str) -> str:
    """As ``apply`` hands cells over."""
    return text.strip(SPACES).strip().strip(SPACES)


def _meaning(normaliser: Normaliser, text: str, context: Context) -> dict[str, Any] | str | None:
    """All outputs in their types; the code of the issue; None where the cell has several values."""
    try:
        values = normaliser.one(text, context)
    except CannotTypeError as error:
        return error.issue.code
    if isinstance(values, list):
        return None
    whole = {name: [values.get(name)] for name in normaliser.outputs}
    return pl.DataFrame(whole, schema=dict(normaliser.outputs)).row(0, named=True)


def _issue(normaliser: Normaliser, text: str, context: Context) -> Issue | None:
    try:
        normaliser.one(text, context)
    except CannotTypeError as error:
        return error.issue
    return None


@pytest.mark.parametrize("normaliser", [one for one in normalisers().values() if one.fast], ids=lambda one: one.name)
def test_the_fast_path_says_what_the_meaning_says(normaliser: Normaliser) -> None:
    @settings(max_examples=30, deadline=None)
    @given(texts=_cells(normaliser), as_of=_DAYS)
    def agrees(texts: list[str], as_of: date) -> None:
        assert normaliser.fast is not None
        context = Context(as_of)
        columns = [pl.col("cell")] if normaliser.tidy is None else [pl.col("cell"), normaliser.tidy(pl.col("cell"))]
        for column in columns:
            done = pl.DataFrame({"cell": texts}).select(done=normaliser.fast(column, context))["done"].to_list()
            for text, values in zip(texts, done, strict=True):
                if values is not None:
                    assert values == _meaning(normaliser, text, context), text

    agrees()


@_ALL
def test_no_cell_breaks_a_normaliser_and_issues_are_the_same_whatever_the_cell(normaliser: Normaliser) -> None:
    said: dict[str, set[Issue]] = {}

    @settings(max_examples=30, deadline=None)
    @given(texts=_cells(normaliser), as_of=_DAYS)
    def holds(texts: list[str], as_of: date) -> None:
        for text in texts:
            issue = _issue(normaliser, text, Context(as_of))
            if issue is not None:
                said.setdefault(issue.code, set()).add(issue)
                assert len(said[issue.code]) <= 3  # a code has one rule, or a few, but none that tells of the cell

    holds()


@_ALL
def test_a_column_is_typed_cell_by_cell(normaliser: Normaliser) -> None:
    @settings(max_examples=15, deadline=None)
    @given(texts=_cells(normaliser))
    def holds(texts: list[str]) -> None:
        column = [*texts, None, "", " - ", *texts]
        agrees(texts, column)  # by ``one`` alone
        agrees(texts, column * (1 + base.FEW // len(column)))  # the same few again and again
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(base, "FEW", 0)
            agrees(texts, column)  # the fast path first

    def agrees(texts: list[str], column: list[str | None]) -> None:
        typed = apply(normaliser, pl.Series(column, dtype=pl.String), Context(CASES_AS_OF))
        assert typed.values.height == len(column)
        codes = dict(zip(typed.issues["index"], typed.issues["code"], strict=True))
        for index, text in enumerate(column):
            meaning = _meaning(normaliser, text, Context(CASES_AS_OF)) if text in texts else {}
            if isinstance(meaning, str):
                assert codes[index] == meaning
            elif meaning is not None:
                assert index not in codes
                assert typed.values.row(index, named=True) == (meaning or dict.fromkeys(normaliser.outputs))

    holds()
