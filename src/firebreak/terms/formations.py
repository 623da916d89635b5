"""Seat layouts of trains, aircraft and coaches: dated facts from ``codes/formations.toml``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Coach:
    """One coach. ``letters`` has ``|`` for each aisle; coaches with numbered seats or bays have no letters."""

    no: int
    kind: str
    letters: str = ""
    rows: int = 0
    seats: int = 0
    bays: int = 0
    levels: int = 0

    @property
    def places(self) -> int:
        """How many passengers the coach seats or beds."""
        if self.letters:
            return self.rows * len(self.letters.replace("|", ""))
        return self.seats or self.bays * self.levels * 2


@dataclass(frozen=True, slots=True)
class Formation:
    """A train, aircraft or coach by its layout. ``through``: first and last coach of each set one can walk through.

    ``air``: sealed, open, ventilated, hepa, none; empty where nobody says.
    """

    key: str
    zh: str
    en: str
    coaches: tuple[Coach, ...]
    through: tuple[tuple[int, int], ...]
    air: str = ""

    def coach(self, no: int) -> Coach | None:
        """The coach of that number, or None where the formation has none."""
        return next((coach for coach in self.coaches if coach.no == no), None)


@cache
def formations() -> dict[str, Formation]:
    """All formations by key."""
    raw = tomllib.loads(files("firebreak.terms.codes").joinpath("formations.toml").read_text("utf-8"))
    return {
        key: Formation(
            key,
            entry["zh"],
            entry["en"],
            tuple(Coach(**coach) for coach in entry["coaches"]),
            tuple((first, last) for first, last in entry["through"]),
            entry.get("air", ""),
        )
        for key, entry in raw.items()
    }
