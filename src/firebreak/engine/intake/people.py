"""Mentions: what a record says about who the person is, and about the people named beside him."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import polars as pl

from firebreak.engine.intake.columns import TypedColumn
from firebreak.engine.intake.records import PART, ROW, of_rows
from firebreak.engine.intake.spec_model import ChannelSpec
from firebreak.lake.frames import polars_schema
from firebreak.terms.enums import Category
from firebreak.terms.tables import FACTS

_MENTIONS = polars_schema("mentions")
_KEYS = ("record_id", "part", "channel", "seen_on", "relation")
IDENTITY = tuple(name for name in _MENTIONS if name not in _KEYS)
"""Columns of mentions that say who somebody is."""

_NOBODY = (Category.TIMETABLE, Category.COUNT)
_STATED_ON = {Category.CASE: "reported_on"}


def mentions(
    spec: ChannelSpec, facts: pl.DataFrame, records: pl.DataFrame, others: pl.DataFrame, as_of: date
) -> pl.DataFrame:
    """One mention a record, then those named beside the person. ``facts`` and ``records`` have the same rows;
    ``others`` is what ``named_beside`` gave, with ``record_id`` and ``part``."""
    said = seen_on(spec.category, facts, records, as_of)
    keys = facts.select("record_id", "part").with_columns(said)
    if spec.category in _NOBODY:
        own = pl.DataFrame(schema=_MENTIONS)
    else:
        relation = records["relation"].fill_null("self") if "relation" in records.columns else pl.lit("self")
        own = _whole(keys.with_columns([records[name] for name in _identity(spec, records)]), spec, relation)
    if others.is_empty():
        return own
    days = keys.filter(pl.col("record_id").is_first_distinct()).select("record_id", "seen_on")
    beside = others.join(days, on="record_id", how="left", maintain_order="left")
    return pl.concat([own, _whole(beside, spec, pl.col("relation"))])


def seen_on(category: Category, facts: pl.DataFrame, records: pl.DataFrame, as_of: date) -> pl.Series:
    """The day of the statement: as stated, else the day of the event, else of delivery; never after delivery."""
    name = FACTS[category].day or _STATED_ON.get(category)
    days = [pl.lit(records["seen_on"])] if "seen_on" in records.columns else []
    if name is not None:
        event = facts[name]
        zoned = event.dt.convert_time_zone("Asia/Shanghai").dt.date() if event.dtype != pl.Date else event
        days.append(pl.lit(zoned))
    delivered = pl.repeat(as_of, facts.height, dtype=pl.Date, eager=True)
    day = pl.min_horizontal(pl.coalesce(*days, pl.lit(delivered)), pl.lit(delivered))
    return pl.select(day.alias("seen_on")).to_series()


def named_beside(typed: Mapping[str, Sequence[TypedColumn]], height: int) -> pl.DataFrame:
    """The people of [identity]: ROW, PART (from 0 in each row), relation and what is said of them."""
    pieces = []
    for nth, (relation, columns) in enumerate(typed.items()):
        people = of_rows(columns, height)
        stored = [name for name in people.columns if name in IDENTITY]
        people = people.select(ROW, PART, *stored).filter(pl.any_horizontal(pl.col(stored).is_not_null()))
        pieces.append(people.with_columns(pl.lit(relation).alias("relation"), pl.lit(nth).alias("\x1fnth")))
    if not pieces:
        return pl.DataFrame(schema={ROW: pl.UInt32, PART: pl.Int16, "relation": pl.String})
    every = pl.concat(pieces, how="diagonal").sort(ROW, "\x1fnth", PART)
    return every.drop("\x1fnth").with_columns(pl.int_range(pl.len(), dtype=pl.Int16).over(ROW).alias(PART))


def _identity(spec: ChannelSpec, records: pl.DataFrame) -> list[str]:
    """A column that the facts have too (division_code of a place) is the fact's, not the person's."""
    own = set(FACTS[spec.category].names)
    return [name for name in records.columns if name in IDENTITY and name not in own]


def _whole(frame: pl.DataFrame, spec: ChannelSpec, relation: pl.Expr | pl.Series) -> pl.DataFrame:
    """All columns of mentions, in order."""
    frame = frame.with_columns(pl.lit(spec.id).alias("channel"), relation.alias("relation"))
    absent = [pl.lit(None, dtype=kind).alias(name) for name, kind in _MENTIONS.items() if name not in frame.columns]
    return frame.with_columns(absent).select(_MENTIONS.names())
