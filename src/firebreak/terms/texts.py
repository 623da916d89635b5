"""Texts for people, in both languages: one TOML catalogue a room, each entry with ``zh`` and ``en``.

``[seat] empty = { zh = "空座", en = "empty" }`` is the key ``seat.empty``. An entry may hold ``{placeholders}``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

Lang = Literal["zh", "en"]
LANGS: tuple[Lang, ...] = ("zh", "en")


@dataclass(frozen=True, slots=True)
class Catalogue:
    """``entries[key][lang]`` is a text. A key that is not there is a programmer's error, so KeyError."""

    entries: Mapping[str, Mapping[str, str]]

    def text(self, key: str, lang: str, **values: object) -> str:
        """The text of ``key`` in ``lang``, its placeholders filled."""
        return self.entries[key][lang].format_map(values) if values else self.entries[key][lang]

    def has(self, key: str) -> bool:
        return key in self.entries


@cache
def catalogue(*packages: str) -> Catalogue:
    """The entries of ``texts.toml`` of each package, later ones over earlier ones."""
    entries: dict[str, Mapping[str, str]] = {}
    for package in packages:
        raw = tomllib.loads(files(package).joinpath("texts.toml").read_text("utf-8"))
        entries.update(_flat(raw, ""))
    return Catalogue(entries)


def _flat(tree: Mapping[str, Any], prefix: str) -> dict[str, Mapping[str, str]]:
    found: dict[str, Mapping[str, str]] = {}
    for name, node in tree.items():
        key = f"{prefix}.{name}" if prefix else name
        if set(node) <= set(LANGS):
            found[key] = node
        else:
            found.update(_flat(node, key))
    return found
