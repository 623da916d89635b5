"""What a normaliser is, and how one is applied to a whole column.

A normaliser has one meaning and two executions. ``one`` is the meaning: a pure function of one cell's text. ``fast``,
where given, is a Polars expression that types the clean majority of a column at once and leaves everything it is not
sure of to ``one``, which then runs on distinct values only. A generated test holds the two equal for every normaliser.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import polars as pl

from firebreak.terms.errors import Issue

Values = dict[str, Any]

UNKNOWN_WORDS = frozenset(
    (
        *("", "-", "--", "—", "——", "/", "\\", "\\n", "na", "n/a", "nan", "null", "none", "nil", "unknown"),
        *("无", "暂无", "没有", "不详", "未知", "不明", "未填", "未提供", "空", "待查", "不清楚"),
    )
)
"""Cells that say that nothing is known. They are empty, not wrong."""


class CannotTypeError(ValueError):
    """The cell says something, but nothing this normaliser can type. Carries an Issue, never the value."""

    def __init__(self, code: str, rule: str, remedy: str) -> None:
        super().__init__(code)
        self.issue = Issue(code, rule, remedy)


@dataclass(frozen=True, slots=True)
class Context:
    """What a cell's meaning may depend on besides its text.

    ``as_of`` is the day of delivery: it gives the year to ``1/23`` and the century to two-digit years.
    ``options`` come from the channel spec's column entry.
    """

    as_of: date
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Normaliser:
    """``outputs`` maps each column filled to its Polars type.

    ``one(text, context)`` returns the values (missing keys are null), or a list of them where one cell names several
    (``13A/13B``), or raises CannotTypeError. It is never called with an unknown word.
    ``fast(expr, context)`` returns one struct expression with the fields of ``outputs``, or null where unsure.
    ``cases`` are ``(text, expected)`` rows: the test and the manual. ``expected`` is the values, a list of them, or
    the code of the issue as a string.
    """

    name: str
    outputs: Mapping[str, pl.DataType | type[pl.DataType]]
    one: Callable[[str, Context], Values | list[Values]]
    en: str
    zh: str
    cases: tuple[tuple[str, Values | list[Values] | str], ...]
    fast: Callable[[pl.Expr, Context], pl.Expr] | None = None


@dataclass(frozen=True, slots=True)
class Typed:
    """A column typed. ``values`` has one row per input row. ``issues`` has ``index, code, rule, remedy`` for the cells
    that could not be typed. ``extra`` has ``index, part`` and the outputs for the second, third … value of a cell."""

    values: pl.DataFrame
    issues: pl.DataFrame
    extra: pl.DataFrame


_TRIM = r"^[\s　 ﻿]+|[\s　 ﻿]+$"
_ISSUES = {"index": pl.UInt32, "code": pl.String, "rule": pl.String, "remedy": pl.String}


def apply(normaliser: Normaliser, cells: pl.Series, context: Context) -> Typed:
    """Type a column of text: the fast path on all rows, ``one`` on the distinct values of what is left."""
    outputs = dict(normaliser.outputs)
    text = cells.cast(pl.String).str.replace_all(_TRIM, "").alias("text")
    frame = pl.DataFrame([text]).with_row_index("index")
    known = pl.col("text").is_not_null() & ~pl.col("text").str.to_lowercase().is_in(sorted(UNKNOWN_WORDS))
    done = pl.lit(None, dtype=pl.Struct(outputs))
    if normaliser.fast is not None:
        done = pl.when(known).then(normaliser.fast(pl.col("text"), context))
    frame = frame.with_columns(done=done, known=known)
    rest = frame.filter(pl.col("known") & pl.col("done").is_null()).select("index", "text")
    values = frame.select(pl.col("done")).unnest("done") if outputs else frame.select()
    if rest.is_empty():
        return Typed(values, pl.DataFrame(schema=_ISSUES), _no_extra(outputs))
    typed, issues = _one_by_one(normaliser, rest["text"].unique(maintain_order=True), context)
    joined = rest.join(typed, on="text", how="inner", maintain_order="left")
    first = joined.filter(pl.col("part") == 0)
    values = _put(values, first, outputs)
    extra = joined.filter(pl.col("part") > 0).select("index", "part", *outputs)
    found = rest.join(issues, on="text", how="inner", maintain_order="left").select(*_ISSUES)
    return Typed(values, found, extra)


def _no_extra(outputs: Mapping[str, Any]) -> pl.DataFrame:
    return pl.DataFrame(schema={"index": pl.UInt32, "part": pl.Int16, **outputs})


def _put(values: pl.DataFrame, first: pl.DataFrame, outputs: Mapping[str, Any]) -> pl.DataFrame:
    """Write the rows of ``first`` at their index; every other row stays."""
    spread = (
        pl.DataFrame({"index": pl.int_range(values.height, dtype=pl.UInt32, eager=True)})
        .join(first.select("index", *outputs), on="index", how="left", maintain_order="left")
        .drop("index")
    )
    return pl.DataFrame([values[name].fill_null(spread[name]).alias(name) for name in outputs])


def _one_by_one(normaliser: Normaliser, distinct: pl.Series, context: Context) -> tuple[pl.DataFrame, pl.DataFrame]:
    outputs = dict(normaliser.outputs)
    rows: list[tuple[Any, ...]] = []
    issues: list[tuple[str, str, str, str]] = []
    for text in distinct.to_list():
        try:
            result = normaliser.one(text, context)
        except CannotTypeError as error:
            issues.append((text, error.issue.code, error.issue.rule, error.issue.remedy))
            continue
        parts = result if isinstance(result, list) else [result]
        rows.extend((text, part, *(values.get(name) for name in outputs)) for part, values in enumerate(parts))
    schema: dict[str, Any] = {"text": pl.String, "part": pl.Int16, **outputs}
    issue_schema = {"text": pl.String, "code": pl.String, "rule": pl.String, "remedy": pl.String}
    return (
        pl.DataFrame(rows, schema=schema, orient="row"),
        pl.DataFrame(issues, schema=issue_schema, orient="row"),
    )
