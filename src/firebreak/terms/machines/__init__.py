"""State machines as dated tables: which move is allowed from where, who may make it, whose turn it is, the clock."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from firebreak.terms.offices import Office

NAMES = ("case", "order", "task")


@dataclass(frozen=True, slots=True)
class State:
    """``owner``: whose turn it is. ``minutes``: how long it may last from the moment that ``clock`` says (None: no time
    of its own); ``deadline``: the clock is the order's own. ``final``: nothing is owed any more; ``end``: no way out.
    """

    key: str
    zh: str
    en: str
    owner: tuple[Office, ...]
    clock_zh: str
    clock_en: str
    minutes: int | None = None
    deadline: bool = False
    final: bool = False
    end: bool = False


@dataclass(frozen=True, slots=True)
class Move:
    """``offices`` may make it, each within its reach; ``channels``: what a channel tells suffices, too."""

    key: str
    zh: str
    en: str
    sources: tuple[str, ...]
    target: str
    offices: frozenset[Office]
    channels: bool = False


@dataclass(frozen=True, slots=True)
class Machine:
    """One version of a machine; ``valid_to`` is inclusive, None while it is in force."""

    id: str
    version: int
    valid_from: date
    valid_to: date | None
    source: str
    states: tuple[State, ...]
    moves: tuple[Move, ...]

    @property
    def cite(self) -> str:
        """``case@1``."""
        return f"{self.id}@{self.version}"

    def state(self, key: str) -> State:
        """The state of this key. Errors: KeyError."""
        return {one.key: one for one in self.states}[key]

    def move(self, key: str) -> Move | None:
        """The move of this key, if there is one."""
        return next((one for one in self.moves if one.key == key), None)

    def moves_from(self, state: str) -> tuple[Move, ...]:
        """What may be done in this state, by somebody."""
        return tuple(one for one in self.moves if state in one.sources)

    def between(self, state: str, target: str) -> Move | None:
        """The move that leads from one state to the other, if one does."""
        return next((one for one in self.moves_from(state) if one.target == target), None)


def machine(name: str, day: date) -> Machine:
    """The machine of this name in force on that day; before the first version, the first. Errors: KeyError."""
    versions = [one for one in all_machines() if one.id == name]
    if not versions:
        raise KeyError(name)
    current = [one for one in versions if one.valid_from <= day and (one.valid_to is None or day <= one.valid_to)]
    return (current or versions)[0]


@cache
def all_machines() -> tuple[Machine, ...]:
    """Every version of every machine, by name and time."""
    folder = files("firebreak.terms.machines")
    found = [_machine(tomllib.loads(one.read_text("utf-8"))) for one in folder.iterdir() if one.name.endswith(".toml")]
    return tuple(sorted(found, key=lambda one: (one.id, one.valid_from)))


def _machine(raw: dict[str, Any]) -> Machine:
    """A machine from its table. Errors: ValueError where a move leads nowhere."""
    states = tuple(_state(one) for one in raw["state"])
    moves = tuple(_move(one) for one in raw["move"])
    known = {one.key for one in states}
    if any(not {*one.sources, one.target} <= known for one in moves):
        raise ValueError(f"{raw['id']}: a move leads from or to a state that is not there")
    return Machine(
        raw["id"], raw["version"], raw["valid_from"], raw.get("valid_to"), raw["source"], states, moves
    )  # fmt: skip


def _state(raw: dict[str, Any]) -> State:
    return State(
        raw["key"], raw["zh"], raw["en"], tuple(Office(one) for one in raw["owner"]), raw["clock"]["zh"],
        raw["clock"]["en"], raw.get("minutes"), raw.get("deadline", False), raw.get("final", False),
        raw.get("end", False),
    )  # fmt: skip


def _move(raw: dict[str, Any]) -> Move:
    offices = frozenset(Office(one) for one in raw["offices"])
    return Move(
        raw["key"], raw["zh"], raw["en"], tuple(raw["from"]), raw["to"], offices, raw.get("channels", False)
    )  # fmt: skip
