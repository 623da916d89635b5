"""Countries and areas (ISO 3166-1) with their codes and names."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Country:
    """``also`` are other names and words in use for it, without spaces."""

    alpha3: str
    alpha2: str
    numeric: str
    en: str
    zh: str
    also: tuple[str, ...]


@cache
def countries() -> tuple[Country, ...]:
    """All of ``codes/countries.csv``, in order of alpha-3."""
    lines = (files("firebreak.terms") / "codes" / "countries.csv").read_text(encoding="utf-8").splitlines()
    rows = csv.DictReader(line for line in lines if not line.startswith("#"))
    return tuple(
        Country(row["alpha3"], row["alpha2"], row["numeric"], row["en"], row["zh"], tuple(row["also"].split()))
        for row in rows
    )
