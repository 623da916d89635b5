"""Which records mean one place: by kind, division and code, else name; what one record leaves out others fill."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from firebreak.terms.ids import place_id

Said = tuple[str, str | None, str | None, str | None]
"""What a record says of the place: kind, division, code, name."""


@dataclass(frozen=True, slots=True)
class Known:
    """A place as it is known in the end. ``place_id`` is None where neither code nor name is given."""

    place_id: int | None
    division: str | None
    code: str | None
    name: str | None


def identified(said: Iterable[Said]) -> dict[Said, Known]:
    """The place each combination means.

    A code goes before a name. Where all records of one code (or of one name without a code) that tell a division tell
    the same one, the others mean it too; where they differ, a record without division is a place of its own. A name
    without code means the code that all records of that kind, division and name give, if it is one.
    """
    known = sorted(set(said), key=lambda one: tuple(part or "" for part in one))
    coded = _with_code(known)
    divisions = _only([((kind, code, name if not code else None), division) for kind, division, code, name in coded])
    found = {}
    for original, (kind, division, code, name) in zip(known, coded, strict=True):
        where = division or divisions.get((kind, code, name if not code else None))
        key = (f"code:{code}" if code else f"name:{name}") if code or name else None
        number = place_id(kind, where or "", key) if key else None
        found[original] = Known(number, where, code, name)
    return found


def _with_code(known: Sequence[Said]) -> list[Said]:
    """Each combination with the code its name stands for, where it names one place only."""
    here = _only([((kind, division, name), code) for kind, division, code, name in known if name])
    anywhere = _only([((kind, name), code) for kind, _, code, name in known if name])
    return [
        (kind, division, code or (_code_of(kind, division, name, here, anywhere) if name else None), name)
        for kind, division, code, name in known
    ]


def _code_of(
    kind: str, division: str | None, name: str, here: dict[tuple[str | None, ...], str],
    anywhere: dict[tuple[str | None, ...], str],
) -> str | None:  # fmt: skip
    return here.get((kind, division, name)) if division else anywhere.get((kind, name))


def _only(pairs: Iterable[tuple[tuple[str | None, ...], str | None]]) -> dict[tuple[str | None, ...], str]:
    """Keys of which all that say anything say the same, with what they say."""
    values: dict[tuple[str | None, ...], set[str]] = defaultdict(set)
    for key, value in pairs:
        if value:
            values[key].add(value)
    return {key: next(iter(several)) for key, several in values.items() if len(several) == 1}
