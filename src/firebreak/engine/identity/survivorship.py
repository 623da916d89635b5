"""The survivorship rule: what each category of channel is trusted with, from ``survivorship.toml``."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

import polars as pl

FIELDS = ("name", "sex", "birth_date", "document", "phone", "address", "grid_code", "employer")
"""Fields a person's record is completed in."""


@cache
def _rule() -> dict[str, Any]:
    return tomllib.loads(files("firebreak.engine.identity").joinpath("survivorship.toml").read_text("utf-8"))


def trust(field: str, category: str) -> float:
    """How probable one statement of that category is right for that field, 0–1."""
    table = _rule()["trust"][field]
    return float(table.get(category, table["default"]))


def trusted(channels: pl.DataFrame, field: str) -> pl.DataFrame:
    """``channel, source, trust`` of one field for every channel.

    ``channels``: ``channel, category, source``; channels that copy one another share a ``source`` and count once.
    """
    rows = [(channel, source, trust(field, category)) for channel, category, source in channels.iter_rows()]
    return pl.DataFrame(rows, schema={"channel": pl.String, "source": pl.String, "trust": pl.Float64}, orient="row")


def survivorship_page() -> str:
    """The rule as a page of the manual."""
    rule = _rule()
    categories = sorted({category for table in rule["trust"].values() for category in table} - {"default"})
    head = ["field", *categories, "any other"]
    lines = [
        "# Which value is chosen",
        "",
        f"Printed from `survivorship.toml`, version {rule['version']}, in force from {rule['valid_from']}.",
        f"{rule['source']}.",
        "",
        f"| {' | '.join(head)} |",
        f"|{'---|' * len(head)}",
    ]
    for field in FIELDS:
        cells = [f"{trust(field, category):.2f}" for category in categories]
        lines.append(f"| {field} | {' | '.join(cells)} | {rule['trust'][field]['default']:.2f} |")
    return "\n".join([*lines, "", _HOW])


_HOW = """The chosen value is the one with, in this order: the better validity (documents: valid, upgraded, unchecked,
contradicted, masked; names: whole before masked), the category with the higher trust, more independent channels
agreeing, the later day, the smaller text.

**Confidence** of a value *v* with independent sources *S(v)*, each trusted with *t*: support *s(v)* = 1 − ∏(1 − t);
confidence = *s(v)*² / Σ *s(u)* over all values *u* of the field. One undisputed statement keeps its trust; agreement
raises it; a dispute halves it.

A grid that no record of the person gives is completed from the register of the same building, as `same_building`, with
half the trust: it is where the house stands, not what somebody said of the person.
"""
