"""One column of a chunk typed: from cells to stored columns, with the cells that could not be typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from firebreak.engine.intake.fields import FIELDS
from firebreak.engine.intake.normalise.base import UNKNOWN_WORDS, Context, Typed, apply
from firebreak.engine.intake.normalise.registry import normalisers
from firebreak.engine.intake.spec_model import ColumnSpec, Combine
from firebreak.terms.errors import value_class

ISSUES: dict[str, Any] = {"index": pl.UInt32, "code": pl.String, "rule": pl.String, "remedy": pl.String}
_NO_ISSUES = pl.DataFrame(schema={**ISSUES, "fatal": pl.Boolean})
_NOTHING_DESCRIBED = pl.DataFrame(
    schema={**_NO_ISSUES.schema, "field": pl.String, "column": pl.String, "value_class": pl.String}
)
_UNKNOWN = sorted(UNKNOWN_WORDS)
_MISSING = (
    "required.missing",
    "The channel's spec says that a record needs this value.",
    "Ask the channel for the value, or take `required` out of the spec.",
)
_UNMAPPED = (
    "map.unknown_code",
    "The value is not in the code list of the channel's spec.",
    "Add the code to `map` in the spec, or ask the channel what it means.",
)
_RANGE = ("number.out_of_range", "The number is larger than this field can be.", "Check the cell.")


@dataclass(frozen=True, slots=True)
class TypedColumn:
    """``values`` has a row a cell, in stored columns and types. ``extra`` has ``index, part`` and the same columns, for
    cells that name several. ``issues`` has the columns of ISSUES and ``fatal``: the row gives no record."""

    field: str
    label: str
    cells: pl.Series
    values: pl.DataFrame
    extra: pl.DataFrame
    issues: pl.DataFrame


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where values are stored: the columns of a category's table and of mentions, with their types."""

    types: Mapping[str, pl.DataType]
    as_of: date


def type_column(spec: ColumnSpec | Combine, frame: pl.DataFrame, shelf: Shelf, kinds: pl.Series | None) -> TypedColumn:
    """Type one column, or several combined. ``kinds`` are the kinds of documents the row states, if it does."""
    cells = _combined(spec, frame) if isinstance(spec, Combine) else _cells(frame, spec.source)
    label = " + ".join(spec.columns) if isinstance(spec, Combine) else spec.source
    mapping = {} if isinstance(spec, Combine) else spec.map
    if mapping:
        typed = _mapped(_stored_name(spec.field), mapping, cells, shelf)
    elif spec.field == "document" and kinds is not None:
        typed = _by_kind(spec, cells, kinds, shelf)
    else:
        typed = apply(normalisers()[spec.normaliser], cells, Context(shelf.as_of, spec.options))
    values, issues = _stored(_renamed(typed.values, spec.field), typed.issues, shelf)
    extra = pl.DataFrame()
    if typed.extra.height:
        extra, _ = _stored(_renamed(typed.extra, spec.field), typed.issues, shelf, "index", "part")
    issues = _with_missing(issues, values, spec.required)
    return TypedColumn(spec.field, label, cells, values, extra, issues)


def is_known(cells: pl.Expr) -> pl.Expr:
    """Does the cell say anything, other than that nothing is known?"""
    return cells.is_not_null() & ~cells.str.strip_chars().str.to_lowercase().is_in(_UNKNOWN)


def described(column: TypedColumn) -> pl.DataFrame:
    """The column's issues with ``field``, ``column`` and ``value_class``: what a reject says of them."""
    issues = column.issues
    if not issues.height:
        return _NOTHING_DESCRIBED
    shapes: dict[str | None, str] = {}
    classes = []
    for cell in column.cells.gather(issues["index"]).to_list():
        if cell not in shapes:
            shapes[cell] = value_class(cell)
        classes.append(shapes[cell])
    return issues.with_columns(
        pl.lit(column.field).alias("field"),
        pl.lit(column.label).alias("column"),
        pl.Series("value_class", classes, dtype=pl.String),
    )


def _cells(frame: pl.DataFrame, name: str) -> pl.Series:
    if name in frame.columns and not frame.schema[name].is_nested():
        return frame[name].cast(pl.String)
    return pl.repeat(None, frame.height, dtype=pl.String, eager=True).alias(name)


def _combined(spec: Combine, frame: pl.DataFrame) -> pl.Series:
    parts = pl.DataFrame([_cells(frame, name).alias(str(nth)) for nth, name in enumerate(spec.columns)])
    known = [pl.when(is_known(pl.col(name))).then(pl.col(name).str.strip_chars()) for name in parts.columns]
    return parts.select(pl.concat_str(known, separator=spec.separator, ignore_nulls=True).alias("cell")).to_series()


def _stored_name(field: str) -> str:
    known = FIELDS[field]
    return known.rename[0][1] if known.rename else next(iter(normalisers()[known.normaliser].outputs))


def _renamed(values: pl.DataFrame, field: str) -> pl.DataFrame:
    rename = dict(FIELDS[field].rename)
    return values.rename(rename, strict=False) if rename else values


def _mapped(name: str, mapping: Mapping[str, str], cells: pl.Series, shelf: Shelf) -> Typed:
    """A code list. Codes are compared as they stand, without the spaces around them."""
    text = cells.str.strip_chars()
    values = text.replace_strict(dict(mapping), default=None, return_dtype=pl.String).alias(name)
    if name in shelf.types and shelf.types[name] == pl.Boolean:
        values = values.replace_strict({"true": True, "false": False}, default=None, return_dtype=pl.Boolean)
    elif name in shelf.types:
        values = values.cast(shelf.types[name], strict=False)
    missing = values.is_null().arg_true()
    wrong = missing.filter(text.gather(missing).to_frame("c").select(is_known(pl.col("c"))).to_series())
    return Typed(values.to_frame(), _issue(wrong, _UNMAPPED), pl.DataFrame())


def _by_kind(spec: ColumnSpec | Combine, cells: pl.Series, kinds: pl.Series, shelf: Shelf) -> Typed:
    """Document numbers together with the kind of document the row states: the kind decides what a number may be."""
    normaliser = normalisers()[spec.normaliser]
    pieces: list[tuple[pl.Series, Typed]] = []
    for kind in sorted(kinds.unique().to_list(), key=lambda value: (value is not None, value)):
        where = kinds.is_null().arg_true() if kind is None else (kinds == kind).fill_null(False).arg_true()
        options = dict(spec.options) if kind is None else {**spec.options, "type": kind}
        pieces.append((where, apply(normaliser, cells.gather(where), Context(shelf.as_of, options))))
    order = pl.concat([where for where, _ in pieces]).arg_sort()
    back = [
        (where, typed.issues.with_columns(where.gather(typed.issues["index"]).alias("index")))
        for where, typed in pieces
    ]
    return Typed(
        pl.concat([typed.values for _, typed in pieces])[order],
        pl.concat([issues for _, issues in back]).sort("index", maintain_order=True),
        pl.concat([t.extra.with_columns(where.gather(t.extra["index"]).alias("index")) for where, t in pieces]),
    )


def _stored(values: pl.DataFrame, issues: pl.DataFrame, shelf: Shelf, *keys: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The values in their stored types; numbers too large for them become issues."""
    if not values.width:
        return pl.DataFrame(schema=dict.fromkeys(keys, pl.UInt32)), issues
    columns, found = [values[key] for key in keys], [issues]
    for given in values.get_columns():
        if given.name in keys or given.name not in shelf.types:
            continue
        stored, kind = given, shelf.types[given.name]
        if given.dtype != kind:
            stored = given.cast(kind, strict=False)
            if given.dtype.is_integer() and (lost := (stored.is_null() & given.is_not_null())).any():
                found.append(_issue(lost.arg_true(), _RANGE))
        columns.append(stored)
    return pl.DataFrame(columns), pl.concat(found) if len(found) > 1 else found[0]


def _with_missing(issues: pl.DataFrame, values: pl.DataFrame, required: bool) -> pl.DataFrame:
    if not required and not issues.height:
        return _NO_ISSUES
    if not required or not values.width:
        return issues.with_columns(pl.lit(required).alias("fatal"))
    empty = values.select(pl.all_horizontal(pl.all().is_null())).to_series().arg_true()
    silent = empty.filter(~empty.is_in(issues["index"].implode()))
    fatal = issues["index"].is_in(empty.implode()).alias("fatal")
    missing = _issue(silent, _MISSING).with_columns(pl.lit(True).alias("fatal"))
    return pl.concat([issues.with_columns(fatal), missing])


def _issue(index: pl.Series, texts: tuple[str, str, str]) -> pl.DataFrame:
    code, rule, remedy = (pl.lit(text, dtype=pl.String) for text in texts)
    return pl.DataFrame({"index": index.cast(pl.UInt32)}).with_columns(code=code, rule=rule, remedy=remedy)
