"""What identity concludes: who is one person, which pairs a clerk must judge, and what evidence was set aside."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

GROUPS: dict[str, pl.DataType | type[pl.DataType]] = {
    "record_id": pl.Int64,
    "part": pl.Int16,
    "group": pl.Int64,
    "rule": pl.String,
    "confidence": pl.Float32,
}
REVIEWS: dict[str, pl.DataType | type[pl.DataType]] = {
    "left_record_id": pl.Int64,
    "left_part": pl.Int16,
    "right_record_id": pl.Int64,
    "right_part": pl.Int16,
    "weight": pl.Float32,
    "probability": pl.Float32,
    "gammas": pl.String,
}
NOTES: dict[str, pl.DataType | type[pl.DataType]] = {
    "field": pl.String,
    "rule": pl.String,
    "value_class": pl.String,
    "records": pl.Int64,
    "record_id": pl.Int64,
    "part": pl.Int16,
}
JOINS: dict[str, pl.DataType | type[pl.DataType]] = {
    "left": pl.Int64,
    "right": pl.Int64,
    "weight": pl.Float32,
    "probability": pl.Float32,
}
RULINGS: dict[str, pl.DataType | type[pl.DataType]] = {
    "kind": pl.String,
    "left_record_id": pl.Int64,
    "left_part": pl.Int16,
    "right_record_id": pl.Int64,
    "right_part": pl.Int16,
}
"""The columns of a ruling that the engine reads; others are carried by whoever keeps them."""


@dataclass(frozen=True, slots=True)
class Resolution:
    """``groups``: every mention once; ``group`` is a number without meaning that the mentions of one person share.

    ``reviews``: pairs in the band between joined and apart, the smaller mention on the left. ``weight`` is the match
    weight in bits, ``probability`` what it amounts to, ``gammas`` JSON: comparison → ``{"level", "weight",
    "adjustment"}``, the level's word, its weight in bits and the adjustment for how common the value is.

    ``notes``: evidence that ties nothing: ``field``, the ``rule`` that set it aside, the shape of the value (never
    the value), in how many ``records`` it stands, and the first of them.

    ``joins``: pairs of groups as they were before the model (the executor's ``id_groups``), which it joined, with the
    weight in bits and the probability.
    """

    groups: pl.DataFrame
    reviews: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=REVIEWS))
    notes: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=NOTES))
    joins: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=JOINS))


@dataclass(frozen=True, slots=True)
class Population:
    """The people among whom a part is resolved: how many there are, and how many bear each name (``name, people``).

    Where only some records are looked at, their own number would say that everybody is rare: a few people among whom a
    name agrees are one person much more likely than two of ten million.
    """

    people: int
    names: pl.DataFrame


def no_rulings() -> pl.DataFrame:
    """A table of rulings without a row."""
    return pl.DataFrame(schema=RULINGS)
