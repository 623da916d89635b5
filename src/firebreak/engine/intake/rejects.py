"""Rejects: what could not be typed, with line, field, shape of the value, rule and remedy; never the value."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from firebreak.engine.intake.columns import TypedColumn, described, is_known
from firebreak.engine.intake.readers.found import Piece
from firebreak.lake.frames import polars_schema
from firebreak.terms.enums import RejectScope
from firebreak.terms.errors import value_class
from firebreak.terms.ids import LINE_BITS

_FOUND = {
    "index": pl.UInt32,
    "code": pl.String,
    "rule": pl.String,
    "remedy": pl.String,
    "fatal": pl.Boolean,
    "field": pl.String,
    "column": pl.String,
    "value_class": pl.String,
}
_TABLE = polars_schema("rejects")
_NOTHING = (
    "row.says_nothing",
    "A row gives a record for each group of columns that says something, or at least says who somebody is.",
    "Nothing to do where the row is really empty; else mend the groups in the spec.",
)


def of_column(column: TypedColumn) -> pl.DataFrame:
    """The issues of a column, as they are collected: by row of the chunk."""
    return described(column).select(list(_FOUND))


def of_group(columns: Sequence[TypedColumn]) -> list[pl.DataFrame]:
    """The issues of a group. An empty one lacks nothing; what another lacks costs its record, not the row."""
    return [_of_filled(of_column(column), columns).with_columns(fatal=pl.lit(False)) for column in columns]


def _of_filled(issues: pl.DataFrame, columns: Sequence[TypedColumn]) -> pl.DataFrame:
    """Those of elements of which any column says something."""
    if not issues.height:
        return issues
    cells = pl.DataFrame([column.cells.gather(issues["index"]).alias(str(nth)) for nth, column in enumerate(columns)])
    return issues.filter(
        cells.select(pl.any_horizontal([is_known(pl.col(name)) for name in cells.columns])).to_series()
    )


def all_of(found: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """All issues of a chunk."""
    return pl.concat(found) if found else pl.DataFrame(schema=_FOUND)


def rejected_rows(issues: pl.DataFrame) -> pl.Series:
    """Rows that give no record."""
    return issues.filter("fatal")["index"].unique().sort() if issues.height else issues["index"]


def told(issues: pl.DataFrame, lost: pl.Series) -> pl.DataFrame:
    """Of a rejected row only what lost it is told: it has no fields to be empty."""
    if not len(lost):
        return issues
    return issues.filter(pl.col("fatal") | ~pl.col("index").is_in(lost.implode()))


def nothing_said(rows: pl.Series, issues: pl.DataFrame) -> pl.DataFrame:
    """Rows that gave no record at all: because of the issues they have, or because they are empty."""
    rows = rows.filter(~rows.is_in(rejected_rows(issues).implode()))
    because = issues.filter(pl.col("index").is_in(rows.implode()))
    empty = rows.filter(~rows.is_in(because["index"].implode()))
    code, rule, remedy = _NOTHING
    texts = {"code": code, "rule": rule, "remedy": remedy, "field": "", "column": "", "value_class": "empty"}
    silent = pl.DataFrame({"index": empty.cast(pl.UInt32)}).with_columns(
        **{name: pl.lit(text, dtype=pl.String) for name, text in texts.items()}, fatal=pl.lit(True)
    )
    return pl.concat([because.with_columns(pl.lit(True).alias("fatal")), silent.select(list(_FOUND))])


def of_rules(ruled: pl.DataFrame, rows: pl.Series, columns: Sequence[TypedColumn]) -> pl.DataFrame:
    """What the rules of the category refused, by row of the chunk, with the column that the field came from."""
    if ruled.is_empty():
        return pl.DataFrame(schema=_FOUND)
    by_field = {column.field: column for column in columns}
    at = rows.gather(ruled["index"])
    told_of = [by_field.get(field) for field in ruled["field"].to_list()]
    cells = [column.cells[row] if column else None for column, row in zip(told_of, at.to_list(), strict=True)]
    return ruled.with_columns(
        at.cast(pl.UInt32).alias("index"),
        pl.Series("column", [column.label if column else "" for column in told_of], dtype=pl.String),
        pl.Series("value_class", [value_class(cell) if cell else "derived" for cell in cells], dtype=pl.String),
        fatal=pl.lit(False),
    ).select(list(_FOUND))


def table(issues: pl.DataFrame, ids: pl.Series, pieces: Sequence[Piece]) -> pl.DataFrame:
    """The issues, and the rows that could not be cut into cells, as rows of the rejects table. ``ids`` has the record
    id of each row."""
    if not issues.height and not any(piece.chunk.problems for piece in pieces):
        return pl.DataFrame(schema=_TABLE)
    scope = pl.when("fatal").then(pl.lit(RejectScope.ROW.value)).otherwise(pl.lit(RejectScope.FIELD.value))
    record = pl.lit(ids.gather(issues["index"]))
    batch, line = record // (1 << LINE_BITS), (record % (1 << LINE_BITS)).cast(pl.Int32)
    typed = issues.with_columns(batch.alias("batch_id"), line.alias("line"), scope.alias("scope"))
    problems = [
        (each.batch, p.line, RejectScope.ROW.value, "", "", p.value_class, p.code, p.rule, p.remedy)
        for each in pieces
        for p in each.chunk.problems
    ]
    uncut = pl.DataFrame(problems, schema=_TABLE, orient="row")
    return pl.concat([typed.unique(maintain_order=True).select(_TABLE.names()), uncut])
