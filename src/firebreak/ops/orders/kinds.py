"""Kinds of orders: what is asked for and how long it may take, from ``kinds.toml``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Kind:
    """``answer``: until it is acknowledged; ``whole``: until everybody has a result."""

    key: str
    zh: str
    en: str
    answer: timedelta
    whole: timedelta


@cache
def kinds() -> dict[str, Kind]:
    """Every kind by key."""
    raw = tomllib.loads(files("firebreak.ops.orders").joinpath("kinds.toml").read_text("utf-8"))
    return {
        key: Kind(
            key, one["zh"], one["en"], timedelta(minutes=one["answer_minutes"]), timedelta(minutes=one["minutes"])
        )
        for key, one in raw.items()
    }
