"""Kinds of places as dated data: the setting each is for contact rules, how long a stay of unknown end is taken for."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

import pyarrow as pa

from firebreak.terms.errors import SpecError

_FILE = "places.toml"
KINDS = pa.schema([("place_kind", pa.string()), ("setting", pa.string()), ("dwell_minutes", pa.int32())])


@dataclass(frozen=True, slots=True)
class KindOfPlace:
    """``minutes``: how long a stay is taken for whose end no record tells. ``place`` false: such records put nobody
    anywhere (``why``). ``meets`` false: they are presences, but no contact rule is applied to them (``why``).
    ``isolates``: whoever is there meets nobody else any more.
    """

    kind: str
    setting: str = ""
    minutes: int = 0
    zh: str = ""
    en: str = ""
    place: bool = True
    meets: bool = True
    why: str = ""
    isolates: bool = False


@dataclass(frozen=True, slots=True)
class Break:
    """Days (both inclusive) on which members of organisations of a kind are not there."""

    kind: str
    first: date
    last: date
    source: str
    weak: str = ""


@dataclass(frozen=True, slots=True)
class Places:
    """The whole file. ``otherwise`` stands for kinds that are not listed. ``class_pattern`` is a regular expression for
    jobs that are classes; ``lives_at`` are the kinds of registers that tell the current home, ``else_lives_at`` those
    that do where no such register knows the person."""

    version: int
    kinds: Mapping[str, KindOfPlace]
    otherwise: KindOfPlace
    class_pattern: str
    lives_at: tuple[str, ...]
    else_lives_at: tuple[str, ...]
    breaks: tuple[Break, ...]

    def of(self, kind: str) -> KindOfPlace:
        """What is known of a kind."""
        return self.kinds.get(kind, self.otherwise)

    @property
    def isolating(self) -> tuple[str, ...]:
        """The kinds of places where people are isolated."""
        return tuple(sorted(one.kind for one in self.kinds.values() if one.isolates))

    def table(self) -> pa.Table:
        """``place_kind, setting, dwell_minutes`` of the kinds that are listed and are places."""
        listed = [one for one in self.kinds.values() if one.place]
        columns = [[one.kind for one in listed], [one.setting for one in listed], [one.minutes for one in listed]]
        return pa.table(columns, schema=KINDS)


@cache
def places() -> Places:
    """The shipped file. SpecError that names the key where it is not as documented."""
    text = files("firebreak.engine.tracing").joinpath(_FILE).read_text("utf-8")
    try:
        return _read(tomllib.loads(text))
    except (KeyError, TypeError, ValueError) as error:
        raise SpecError("FB-PLACES", f"{_FILE}: {error}", "Kinds of places have the documented keys.",
                        "Mend the file.") from None  # fmt: skip


def _read(raw: dict[str, Any]) -> Places:
    kinds = {one["kind"]: KindOfPlace(**one) for one in raw["kind"]}
    for one in kinds.values():
        if one.place and (not one.setting or one.minutes < 1):
            raise ValueError(f"kind {one.kind} needs a setting and minutes")
        if not (one.place and one.meets) and not one.why:
            raise ValueError(f"kind {one.kind} is no place, or nobody meets there: why?")
    membership = raw["membership"]
    return Places(
        version=raw["version"],
        kinds=kinds,
        otherwise=KindOfPlace(kind="", **raw["otherwise"]),
        class_pattern=membership["class_pattern"],
        lives_at=tuple(membership["lives_at"]),
        else_lives_at=tuple(membership["else_lives_at"]),
        breaks=tuple(Break(**one) for one in raw["break"]),
    )
