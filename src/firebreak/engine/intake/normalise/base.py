"""What a normaliser is, and how one is applied to a whole column.

A normaliser has one meaning and two executions. ``one`` is the meaning: a pure function of one cell's text. ``fast``,
where given, is a Polars expression that types the clean majority of a column at once and leaves everything it is not
sure of to ``one``, which then runs on distinct values only. A generated test holds the two equal for every normaliser.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from firebreak.engine.intake.kernels.texts import Texts
from firebreak.terms.errors import Issue

Values = dict[str, Any]
Positions = npt.NDArray[np.uint32]
Sure = npt.NDArray[np.bool_]

UNKNOWN_WORDS = frozenset(
    (
        *("", "-", "--", "—", "——", "/", "\\", "\\n", "na", "n/a", "nan", "null", "none", "nil", "unknown"),
        *("无", "暂无", "没有", "不详", "未知", "不明", "未填", "未提供", "空", "待查", "不清楚"),
    )
)
"""Cells that say that nothing is known. They are empty, not wrong."""

FEW = 96
"""So many cells are typed by ``one`` sooner than an expression is planned."""

_SAMPLE = 512
"""Cells that tell whether a column says the same few things over and over."""


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
class Compiled:
    """A fast path that reads the bytes of a whole column. ``read(texts, context)`` gives the columns of ``outputs``,
    null where it is not sure, and where it is. Called with an expression it is one, as any other fast path."""

    outputs: Mapping[str, Any]
    read: Callable[[Texts, Context], tuple[pl.DataFrame, Sure]]

    def __call__(self, cell: pl.Expr, context: Context) -> pl.Expr:
        def typed(cells: pl.Series) -> pl.Series:
            values, sure = self.read(texts_of(cells), context)
            return values.select(done=pl.when(pl.lit(pl.Series(sure))).then(pl.struct(pl.all())))["done"]

        return cell.map_batches(typed, return_dtype=pl.Struct(dict(self.outputs)))


@dataclass(frozen=True, slots=True)
class Normaliser:
    """``outputs`` maps each column filled to its Polars type.

    ``one(text, context)`` returns the values (missing keys are null), or a list of them where one cell names several
    (``13A/13B``), or raises CannotTypeError. It is never called with an unknown word.
    ``fast(expr, context)`` returns one struct expression with the fields of ``outputs``, or null where unsure.
    ``tidy(expr)`` mends what ``one`` mends first (full-width digits, inner spaces): ``fast`` is tried once more on the
    mended text of the rows it left. It may only mend where ``one`` of both texts is the same.
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
    tidy: Callable[[pl.Expr], pl.Expr] | None = None


@dataclass(frozen=True, slots=True)
class Typed:
    """A column typed. ``values`` has one row per input row. ``issues`` has ``index, code, rule, remedy`` for the cells
    that could not be typed. ``extra`` has ``index, part`` and the outputs for the second, third … value of a cell."""

    values: pl.DataFrame
    issues: pl.DataFrame
    extra: pl.DataFrame


SPACES = "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff" + "".join(map(chr, range(0x2000, 0x200B)))
"""What is trimmed from a cell before anything reads it."""
_ANY_CASE = sorted(
    "".join(letters) for word in UNKNOWN_WORDS for letters in product(*({char.lower(), char.upper()} for char in word))
)
_UNKNOWN_ANY_CASE = frozenset(_ANY_CASE)
_ISSUES = {"index": pl.UInt32, "code": pl.String, "rule": pl.String, "remedy": pl.String}
_CELL, _AT, _ROW, _INDEX = "\x1fcell", "\x1fat", "\x1frow", "index"


def texts_of(cells: pl.Series) -> Texts:
    """A column's cells without the spaces around them, and which of them say anything."""
    return Texts.of(cells, SPACES, _UNKNOWN_ANY_CASE)


def apply(normaliser: Normaliser, cells: pl.Series, context: Context) -> Typed:
    """Type a column of text: the fast path on all rows, ``one`` on the distinct values of what is left.

    Each of the steps (fast, fast on mended text, one by one) adds rows to a pool; ``position`` says where in the pool
    each cell's values stand, so that the columns are written once, at the end.
    """
    if len(cells) <= FEW:
        return _few(normaliser, cells, context)
    if cells.head(_SAMPLE).n_unique() <= FEW // 2:
        distinct = cells.unique(maintain_order=True)
        if len(distinct) <= FEW:
            return _spread(_few(normaliser, distinct, context), distinct, cells)
    outputs = dict(normaliser.outputs)
    texts = texts_of(cells.cast(pl.String))
    cell = texts.cells.alias(_CELL)
    values, sure = _fast(normaliser, texts, context)
    pool = [values]
    position = np.arange(len(cell), dtype=np.uint32)
    left = pl.Series(np.flatnonzero(texts.known & ~sure).astype(np.uint32))
    if normaliser.fast is not None and normaliser.tidy is not None and len(left):
        mended = pl.DataFrame([cell.gather(left)]).select(normaliser.tidy(pl.col(_CELL))).to_series()
        values, sure = _fast(normaliser, texts_of(mended), context)
        position[left] = np.arange(len(cell), len(cell) + len(left), dtype=np.uint32)
        pool.append(values)
        left = left.filter(pl.Series(~sure))
    if left.is_empty():
        return Typed(_gathered(pool, position), pl.DataFrame(schema=_ISSUES), _no_extra(outputs))
    typed, issues = _one_by_one(normaliser, cell.gather(left).unique(maintain_order=True), context)
    rest = pl.DataFrame([left.alias(_INDEX), cell.gather(left)])
    first = typed.filter(pl.col("part") == 0).with_row_index("at", offset=sum(frame.height for frame in pool))
    where = rest.join(first.select(_CELL, "at"), on=_CELL, how="inner")
    position[where[_INDEX]] = where["at"]
    pool.append(first.select(*outputs))
    more = typed.filter(pl.col("part") > 0)
    extra = rest.join(more, on=_CELL, how="inner", maintain_order="left_right").select(_INDEX, "part", *outputs)
    found = rest.join(issues, on=_CELL, how="inner", maintain_order="left").select(*_ISSUES)
    return Typed(_gathered(pool, position), found, extra)


def _few(normaliser: Normaliser, cells: pl.Series, context: Context) -> Typed:
    """``apply`` for a short column, by ``one`` alone."""
    texts = [text and text.strip(SPACES) for text in cells.cast(pl.String).to_list()]
    typed: dict[str, list[Values]] = {}
    wrong: dict[str, Issue] = {}
    for text in dict.fromkeys(texts):
        if text is None or text in _UNKNOWN_ANY_CASE:
            continue
        try:
            result = normaliser.one(text, context)
        except CannotTypeError as error:
            wrong[text] = error.issue
        else:
            typed[text] = result if isinstance(result, list) else [result]
    found = [typed.get(text or "", []) for text in texts]
    values = {
        name: pl.Series(name, [parts[0].get(name) if parts else None for parts in found], dtype=kind)
        for name, kind in normaliser.outputs.items()
    }
    extra = [
        (index, part, *(values.get(name) for name in normaliser.outputs))
        for index, parts in enumerate(found)
        for part, values in enumerate(parts)
        if part
    ]
    failed = [(at, wrong[text]) for at, text in enumerate(texts) if text in wrong]
    issues = [(at, issue.code, issue.rule, issue.remedy) for at, issue in failed]
    return Typed(
        pl.DataFrame(values),
        pl.DataFrame(issues, schema=_ISSUES, orient="row"),
        pl.DataFrame(extra, schema=_no_extra(normaliser.outputs).schema, orient="row"),
    )


def _spread(typed: Typed, distinct: pl.Series, cells: pl.Series) -> Typed:
    """What the distinct cells are, for every cell."""
    at = pl.DataFrame([distinct.alias(_CELL)]).with_row_index(_AT)
    cell = pl.DataFrame([cells.alias(_CELL)])
    where = cell.join(at, on=_CELL, how="left", nulls_equal=True, maintain_order="left").select(_AT)

    def all_of(found: pl.DataFrame) -> pl.DataFrame:
        if not found.height:
            return found
        rows = where.with_row_index(_ROW)
        rows = rows.join(found, left_on=_AT, right_on=_INDEX, maintain_order="left_right")
        return rows.drop(_AT).rename({_ROW: _INDEX})

    return Typed(typed.values[where[_AT]], all_of(typed.issues), all_of(typed.extra))


def _fast(normaliser: Normaliser, texts: Texts, context: Context) -> tuple[pl.DataFrame, Sure]:
    """The values where the fast path is sure, else null, and where it is."""
    if isinstance(normaliser.fast, Compiled):
        return normaliser.fast.read(texts, context)
    outputs = dict(normaliser.outputs)
    if normaliser.fast is None:
        return pl.DataFrame(schema=outputs).clear(len(texts)), np.zeros(len(texts), np.bool_)
    frame = pl.DataFrame([texts.cells.alias(_CELL), pl.Series("known", texts.known)]).lazy()
    fast = pl.when(pl.col("known")).then(normaliser.fast(pl.col(_CELL), context)).cast(pl.Struct(outputs))
    done = frame.select(done=fast).collect().to_series()
    return done.struct.unnest(), done.is_not_null().to_numpy()


def _gathered(pool: list[pl.DataFrame], position: Positions) -> pl.DataFrame:
    return pool[0] if len(pool) == 1 else pl.concat(pool, rechunk=True)[position]


def _no_extra(outputs: Mapping[str, Any]) -> pl.DataFrame:
    return pl.DataFrame(schema={_INDEX: pl.UInt32, "part": pl.Int16, **outputs})


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
    schema: dict[str, Any] = {_CELL: pl.String, "part": pl.Int16, **outputs}
    issue_schema = {_CELL: pl.String, "code": pl.String, "rule": pl.String, "remedy": pl.String}
    return (
        pl.DataFrame(rows, schema=schema, orient="row"),
        pl.DataFrame(issues, schema=issue_schema, orient="row"),
    )
