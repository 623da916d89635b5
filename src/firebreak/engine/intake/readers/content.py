"""How much of a sample a spec's normalisers can type: what the cells say of the channel, where headers do not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import polars as pl

from firebreak.engine.intake.normalise.base import UNKNOWN_WORDS, CannotTypeError, Context
from firebreak.engine.intake.normalise.registry import normalisers
from firebreak.engine.intake.spec_model import ChannelSpec, ColumnSpec

ROWS = 40
"""Rows looked at: enough to tell two channels apart, few enough to be quick."""
_SAYS_NOTHING = frozenset(("text", ""))
"""Normalisers that take every cell."""
_NEEDED = 3
"""A required column weighs as much as three others."""


def share_typed(spec: ChannelSpec, frame: pl.DataFrame, as_of: date) -> float | None:
    """The weighted share, over the spec's columns, of cells that can be typed; None where no column tells anything."""
    weighed = [(weight, share) for weight, share in _shares(spec, frame, as_of) if share is not None]
    total = sum(weight for weight, _ in weighed)
    return sum(weight * share for weight, share in weighed) / total if total else None


def _shares(spec: ChannelSpec, frame: pl.DataFrame, as_of: date) -> Iterator[tuple[int, float | None]]:
    for column in (*spec.columns, *(each for several in spec.several if not several.list for each in several.columns)):
        if column.source in frame.columns:
            cells = frame[column.source].head(ROWS)
            yield _weight(column.required), _share(column, _distinct(cells), as_of)
    for combine in spec.combine:
        if set(combine.columns) <= set(frame.columns):
            joined = frame.head(ROWS).select(pl.concat_str(combine.columns, separator=combine.separator)).to_series()
            typed = _typed_share(combine.normaliser, combine.options, _distinct(joined), as_of)
            yield _weight(combine.required), typed
    for several in spec.several:
        if several.list in frame.columns:
            elements = frame[several.list].head(ROWS).explode(empty_as_null=False).struct.unnest()
            for column in several.columns:
                yield _weight(column.required), _share(column, _distinct(elements[column.source].head(ROWS)), as_of)


def _weight(required: bool) -> int:
    return _NEEDED if required else 1


def _distinct(cells: pl.Series) -> list[str]:
    """The distinct cells that say something."""
    if cells.dtype != pl.String:
        return []
    texts = {text.strip() for text in cells.to_list() if text is not None}
    return sorted(text for text in texts if text.lower() not in UNKNOWN_WORDS)


def _share(column: ColumnSpec, cells: list[str], as_of: date) -> float | None:
    if column.ignore or not cells:
        return None
    if column.map:
        return sum(cell in column.map for cell in cells) / len(cells)
    return _typed_share(column.normaliser, column.options, cells, as_of)


def _typed_share(name: str, options: Mapping[str, Any], cells: list[str], as_of: date) -> float | None:
    normaliser = normalisers().get(name)
    if normaliser is None or name in _SAYS_NOTHING or not cells:
        return None
    context = Context(as_of, options)
    typed = 0
    for cell in cells:
        try:
            normaliser.one(cell, context)
            typed += 1
        except CannotTypeError:
            continue
    return typed / len(cells)
