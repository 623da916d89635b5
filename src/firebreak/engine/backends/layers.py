"""Which files of a table with a key hide rows of which: what every executor does the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from firebreak.lake.layout import generation_of
from firebreak.terms.tables import TABLES


@dataclass(frozen=True, slots=True)
class Layer:
    """Files whose rows count unless their ``key`` stands in a file of ``later``, and only where ``present`` is not
    null (empty: all of them)."""

    files: tuple[Path | str, ...]
    later: tuple[Path | str, ...] = ()
    key: tuple[str, ...] = ()
    present: str = ""


def layers(name: str, files: Sequence[Path | str]) -> list[Layer]:
    """The newest first. One layer without anything hidden for a table that has no key, or was never written over."""
    table = TABLES.get(name)
    by_generation: dict[int, list[Path | str]] = {}
    for file in files if table and table.key else ():
        by_generation.setdefault(generation_of(file), []).append(file)
    if table is None or len(by_generation) < 2:
        return [Layer(tuple(files))]
    found: list[Layer] = []
    later: list[Path | str] = []
    for generation in sorted(by_generation, reverse=True):
        own = by_generation[generation]
        found.append(Layer(tuple(own), tuple(later), tuple(table.key), table.present or ""))
        later += own
    return found
