"""From typed columns to records: a row gives one, or several where a cell names several or the layout is wide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from firebreak.engine.intake.columns import TypedColumn

ROW, PART = "\x1frow", "\x1fpart"
"""Row of the chunk, and number of the record within it: named so that no column of a table can be meant."""


@dataclass(frozen=True, slots=True)
class Group:
    """The records that one group of columns, or one list, of a wide layout gives."""

    records: pl.DataFrame
    constants: Mapping[str, Any]


def of_rows(columns: Sequence[TypedColumn], height: int) -> pl.DataFrame:
    """Records of the rows' own columns: ROW, PART and the stored columns.

    Where a cell names several, the row has as many records as its longest cell; a cell that names fewer gives its
    first value to the rest (one train, three seats).
    """
    rows = pl.int_range(height, dtype=pl.UInt32, eager=True).alias(ROW)
    extras = [column.extra.select("index", "part") for column in columns if column.extra.height]
    if not extras:
        parts = pl.repeat(0, height, dtype=pl.Int16, eager=True).alias(PART)
        return pl.DataFrame([rows, parts, *_merged([(c.field, c.values) for c in columns])])
    counts = np.ones(height, dtype=np.int64)
    for extra in extras:
        np.maximum.at(counts, extra["index"].to_numpy(), extra["part"].to_numpy() + 1)
    row = np.repeat(np.arange(height, dtype=np.uint32), counts)
    part = (np.arange(len(row)) - np.repeat(np.cumsum(counts) - counts, counts)).astype(np.int16)
    keys = pl.DataFrame({ROW: row, PART: part})
    spread = [(column.field, _spread(column, keys)) for column in columns]
    return pl.DataFrame([*keys.get_columns(), *_merged(spread)])


def _spread(column: TypedColumn, keys: pl.DataFrame) -> pl.DataFrame:
    """The column's values for each record: its part's own where it names one, else its first."""
    if not column.extra.height:
        return column.values[keys[ROW]]
    first = keys[ROW].to_numpy().astype(np.int64)
    own = column.extra.with_row_index("at", offset=column.values.height).select("index", "part", "at")
    found = keys.join(own, left_on=[ROW, PART], right_on=["index", "part"], how="left", maintain_order="left")["at"]
    at = np.where(found.is_not_null().to_numpy(), found.fill_null(0).to_numpy(), first)
    pool = pl.concat([column.values, column.extra.select(column.values.columns)])
    return pool[at]


def _merged(frames: Sequence[tuple[str, pl.DataFrame]]) -> list[pl.Series]:
    """One series a stored column. Where several columns of the file say it, its own field goes before what another
    field implies (a sex column before the sex in a document number), then the order of the spec. One exception: the
    coach that a seat's own text names (``妻子座位：10车18C``) is that seat's, whatever the row's coach column says."""
    found: dict[str, list[tuple[int, pl.Series]]] = {}
    for field, values in frames:
        for name in values.columns:
            own = field == name or (field == "document" and name.startswith("doc_"))
            closest = name in _OF_THE_SEAT and field in _SEATS
            found.setdefault(name, []).append((0 if closest else 1 if own else 2, values[name]))
    return [_coalesced(name, [s for _, s in sorted(said, key=lambda each: each[0])]) for name, said in found.items()]


_SEATS = ("seat", "seat_memo")
_OF_THE_SEAT = ("coach", "coach_label")


def _coalesced(name: str, said: Sequence[pl.Series]) -> pl.Series:
    result = said[0]
    for other in said[1:]:
        if not result.null_count():
            break
        result = pl.select(pl.coalesce(pl.lit(result), pl.lit(other))).to_series()
    return result.alias(name)


def of_group(columns: Sequence[TypedColumn], height: int, rows: pl.Series | None = None) -> pl.DataFrame:
    """Records of a group's or a list's columns: those that say anything and lack nothing required.

    ``rows`` maps the elements of a list to the rows they are in.
    """
    records = of_rows(columns, height)
    stored = [name for name in records.columns if name not in (ROW, PART)]
    fatal = [column.issues.filter("fatal")["index"] for column in columns]
    broken = pl.concat(fatal) if fatal else pl.Series([], dtype=pl.UInt32)
    kept = records.filter(
        pl.any_horizontal([pl.col(name).is_not_null() for name in stored] or [pl.lit(False)])
        & ~pl.col(ROW).is_in(broken.implode())
    )
    return kept if rows is None else kept.with_columns(rows.gather(kept[ROW]).alias(ROW))


def joined(base: pl.DataFrame, groups: Sequence[Group], types: Mapping[str, pl.DataType]) -> pl.DataFrame:
    """Every record of a row with every record of its groups; rows without one stay as they are, marked ``grouped``
    false. What a group says goes before what the row says."""
    pieces = [with_constants(group.records, group.constants, types) for group in groups]
    every = pieces[0] if len(pieces) == 1 else pl.concat(pieces, how="diagonal").sort(ROW, maintain_order=True)
    of_base, of_group = _paired(base[ROW].to_numpy(), every[ROW].to_numpy())
    left, right = base[of_base], every.drop(PART, ROW)[_or_none(of_group)]
    said = [name for name in right.columns if name in left.columns]
    both = left.with_columns([pl.coalesce(pl.lit(right[name]), name).alias(name) for name in said])
    grouped = pl.Series("grouped", of_group != _NONE)
    return both.with_columns(*right.drop(said), grouped, nth_of_run(left[ROW]).cast(pl.Int16).alias(PART))


_NONE = np.uint32(0xFFFFFFFF)
_Places = npt.NDArray[np.uint32]


def _paired(base: _Places, every: _Places) -> tuple[_Places, _Places]:
    """Where each joined record stands in both; _NONE where a row has none of the second. Rows rise in both."""
    first, last = np.searchsorted(every, base, "left"), np.searchsorted(every, base, "right")
    counts = np.maximum(last - first, 1)
    of_base = np.repeat(np.arange(len(base), dtype=np.uint32), counts)
    nth = np.arange(len(of_base)) - np.repeat(np.cumsum(counts) - counts, counts)
    of_group = np.where(np.repeat(last > first, counts), np.repeat(first, counts) + nth, _NONE)
    return of_base, of_group.astype(np.uint32)


def _or_none(places: _Places) -> pl.Series:
    series = pl.Series(places)
    return series.set(series == _NONE, None)


def nth_of_run(keys: pl.Series) -> pl.Series:
    """The place of each among the equal ones around it, from 0, UInt32; equal keys stand side by side."""
    numbers = keys.to_numpy()
    starts = np.flatnonzero(np.append(True, numbers[1:] != numbers[:-1])) if len(numbers) else np.empty(0, np.int64)
    lengths = np.diff(np.append(starts, len(numbers)))
    return pl.Series((np.arange(len(numbers)) - np.repeat(starts, lengths)).astype(np.uint32))


def with_constants(
    records: pl.DataFrame, constants: Mapping[str, Any], types: Mapping[str, pl.DataType]
) -> pl.DataFrame:
    """The records with what the spec states for all of them, where they do not say it themselves."""
    stated = {name: pl.lit(value, dtype=types[name]) for name, value in constants.items() if name in types}
    return records.with_columns(
        [(pl.coalesce(name, value) if name in records.columns else value).alias(name) for name, value in stated.items()]
    )
