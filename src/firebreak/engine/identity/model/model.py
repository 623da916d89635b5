"""A trained model as a value: what Splink needs to score, with the version and the data it was trained on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Model:
    """``settings``: Splink's settings with m and u of every level. ``version`` names it in links and reviews."""

    version: str
    settings: Mapping[str, Any]
