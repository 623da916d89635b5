"""All normalisers by name, as channel specs cite them."""

from __future__ import annotations

from functools import cache
from importlib import import_module

from firebreak.engine.intake.normalise.base import Normaliser

_MODULES: tuple[str, ...] = (
    "modes",
    "services",
    "stations",
    "coaches",
    "seats",
    "seat_memos",
    "trip_details",
    "tickets",
    "clocks",
    "counts",
    "case_numbers",
    "text",
    "documents",
    "document_types",
    "phones",
    "names",
    "sex",
    "dates",
    "times",
    "health",
    "plates",
    "nationality",
    "divisions",
    "addresses",
    "house_parts",
)
"""Modules of this folder that define NORMALISERS, a tuple."""


@cache
def normalisers() -> dict[str, Normaliser]:
    """Every normaliser by its name."""
    found: dict[str, Normaliser] = {}
    for module in _MODULES:
        for normaliser in import_module(f"firebreak.engine.intake.normalise.{module}").NORMALISERS:
            if normaliser.name in found:
                raise ValueError(f"two normalisers are named {normaliser.name}")
            found[normaliser.name] = normaliser
    return found
