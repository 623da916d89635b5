"""A parked file: what it holds, which channel it might be, which column is which; its rows as that channel's records.

A guess only ever proposes. What a steward decides turns the file into records of the channel, with the channel's own
column names, which go the way of all deliveries.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import msgspec
import polars as pl

from firebreak.engine.intake.readers.archive import tables_in
from firebreak.engine.intake.readers.content import share_typed
from firebreak.engine.intake.readers.found import Found
from firebreak.engine.intake.readers.magic import kind_of
from firebreak.engine.intake.readers.peek import Glimpse, Peeker
from firebreak.engine.intake.readers.read import read
from firebreak.engine.intake.spec_model import ChannelSpec, ColumnSpec, FileSpec
from firebreak.terms.errors import FileError, FirebreakError, value_class

SHOWN, ROWS = 5, 40
"""Candidates and values shown; rows looked at."""
_ENOUGH = 0.4
_NAME, _CONTENT, _SILENT = 0.6, 0.4, 0.8
"""What the name and the content weigh; and the name alone, where every text would do."""
_TEXTS = tuple(FileSpec("csv", delimiter=one) for one in (",", "\t", ";", "|"))
_NUMBER = re.compile(r"[\d０-９]{6}")
"""No column is named so: a date, phone or document number stands where names should, and is nobody's to read here."""
_LAYOUTS = {
    "xlsx": (FileSpec("xlsx"),), "xls": (FileSpec("xls"),), "text": _TEXTS,
    "tree": (FileSpec("jsonl"), FileSpec("json")),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pair:
    """A column of the file: the shapes of its first values, and the channel's column it is guessed to be (empty: none),
    with how sure that is, 0 to 1."""

    column: str
    shapes: tuple[str, ...]
    own: str
    sure: float


@dataclass(frozen=True, slots=True)
class Likely:
    """A channel that the file may be: ``found`` of its ``columns`` columns have a counterpart; ``lacking`` are needed
    columns of the channel that none of them is."""

    spec: ChannelSpec
    score: float
    found: int
    columns: int
    lacking: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Look:
    """What a parked file is as far as anybody can tell. ``into``: the channel whose columns ``pairs`` guess."""

    name: str
    candidates: tuple[Likely, ...]
    into: ChannelSpec
    pairs: tuple[Pair, ...]
    rows: int


def look(path: Path, member: int, specs: Sequence[ChannelSpec], as_of: date, channel: str = "") -> Look:
    """Look into the ``member``-th table of a delivery as if it were of ``channel`` (empty: the likeliest). Errors:
    FirebreakError where it is no table that can be read without a layout."""
    found = _table(path, member)
    layout, glimpse = _best(found, specs[0])
    del layout
    sample = glimpse.frame.head(ROWS)
    candidates = likely(sample, specs, as_of)
    into = next((spec for spec in specs if spec.id == channel), candidates[0].spec)
    pairs = tuple(
        Pair(name, _shapes(sample[name]), *own) for name, own in guess(sample, into, as_of).items()
    )  # fmt: skip
    return Look(found.label, candidates, into, pairs, glimpse.frame.height)


def likely(sample: pl.DataFrame, specs: Sequence[ChannelSpec], as_of: date) -> tuple[Likely, ...]:
    """The channels whose columns the file's may be, best first: by the names of the columns first, then the best few by
    what is in them. A channel of which a needed column is not found counts half."""
    by_name = sorted(specs, key=lambda spec: (-_names_alike(sample, spec), spec.id))[: 2 * SHOWN]
    found = []
    for spec in by_name:
        pairs = guess(sample, spec, as_of)
        given = {own for own, _ in pairs.values() if own}
        lacking = [name for name in spec.needed_columns if name not in given]
        score = sum(sure for _, sure in pairs.values()) / max(len(pairs), 1) / (2 if lacking else 1)
        found.append(Likely(spec, round(score, 2), len(given), len(pairs), tuple(lacking)))
    return tuple(sorted(found, key=lambda one: (-one.score, one.spec.id))[:SHOWN])


def _names_alike(sample: pl.DataFrame, spec: ChannelSpec) -> float:
    """How alike each column's name is to the likest of the channel's, on average."""
    own = [column.source for column in own_columns(spec)]
    best = [max((_named(name, source) for source in own), default=0.0) for name in sample.columns]
    return sum(best) / max(len(best), 1)


def guess(sample: pl.DataFrame, spec: ChannelSpec, as_of: date) -> dict[str, tuple[str, float]]:
    """For each column of a file the channel's column it may be, and how sure that is: by its name, and by how many of
    its values that column's rule can type. Each of the channel's columns is given once, to the surest."""
    own = own_columns(spec)
    scored = sorted(
        ((_alike(name, column, sample, spec, as_of), name, column.source) for name in sample.columns for column in own),
        key=lambda one: (-one[0], one[1], one[2]),
    )
    given: dict[str, tuple[str, float]] = {}
    for score, name, source in scored:
        if score >= _ENOUGH and name not in given and source not in {taken for taken, _ in given.values()}:
            given[name] = (source, round(score, 2))
    return {name: given.get(name, ("", 0.0)) for name in sample.columns}


def own_columns(spec: ChannelSpec) -> list[ColumnSpec]:
    """The columns of a channel that a plain column of a file can be."""
    named: dict[str, ColumnSpec] = {}
    groups = [spec.columns, *spec.identity.values(), *(each.columns for each in spec.several if not each.list)]
    for column in (one for group in groups for one in group if not one.ignore):
        named.setdefault(column.source, column)
    for combine in spec.combine:
        for source in combine.columns:
            named.setdefault(source, ColumnSpec(source, combine.field))
    return list(named.values())


def records(path: Path, member: int, columns: Mapping[str, str], spec: ChannelSpec) -> Iterator[bytes]:
    """The file's rows as lines of JSON under the channel's column names. ``columns``: file's column → channel's."""
    found = _table(path, member)
    layout, glimpse = _best(found, spec)
    known = {one.source for one in own_columns(spec)}
    lacking = [name for name in spec.needed_columns if name not in columns.values()]
    if lacking:
        raise FirebreakError(
            "FB-CHANNEL-NEEDED", ", ".join(lacking), "Without these columns no row becomes a record of the channel.",
            "Say which column of the file each is, or choose another channel.",
        )  # fmt: skip
    wrong = [name for name, own in columns.items() if name not in glimpse.columns or own not in known]
    if wrong or not columns or len(set(columns.values())) < len(columns):
        raise FirebreakError(
            "FB-CHANNEL-COLUMNS", ", ".join(map(value_class, wrong)) or f"{len(columns)} columns",
            "Each column of the file is one column of the channel, and at least one is.", "Choose again.",
        )  # fmt: skip
    for chunk in read(found, layout):
        for row in chunk.frame.select(pl.col(name).alias(own) for name, own in columns.items()).to_dicts():
            yield json_line(row)


def json_line(row: Mapping[str, Any]) -> bytes:
    """A row as a line of JSON; ``a.b`` is b within a, as the layouts of trees name their columns."""
    told: dict[str, Any] = {}
    for name, value in row.items():
        if value is None:
            continue
        *through, last = name.split(".")
        place = told
        for part in through:
            place = place.setdefault(part, {})
        place[last] = value
    return msgspec.json.encode(told) + b"\n"


def _table(path: Path, member: int) -> Found:
    """The nth table of a delivery; an archive's in memory, since its folder goes away with its walk."""
    for nth, found in enumerate(tables_in(path)):
        if nth == member:
            if isinstance(found.data, Path) and found.data != path:
                return replace(found, data=found.data.read_bytes())
            return found
    raise FirebreakError("FB-CHANNEL-COLUMNS", "no such table", "The delivery has it.", "Look at the delivery again.")


def _best(found: Found, like: ChannelSpec) -> tuple[ChannelSpec, Glimpse]:
    """The plain layout under which the file has the most columns. Errors: FirebreakError where none reads it."""
    peeker, best = Peeker(found), None
    for file in _LAYOUTS.get(kind_of(found) if found.size else "text", ()):
        spec = replace(like, file=file, columns=(), combine=(), several=(), identity={})
        try:
            glimpse = peeker.glimpse(spec, rows=True)
        except FileError:
            continue
        if best is None or len(glimpse.columns) > len(best[1].columns):
            best = spec, glimpse
    if best is None or not best[1].columns:
        raise FirebreakError(
            "FB-CHANNEL-UNREADABLE", kind_of(found) if found.size else "empty",
            "Without a layout, delimited text, workbooks and JSON are read.", "Ask its sender for one of these.",
        )  # fmt: skip
    if any(_NUMBER.search(name) for name in best[1].columns):
        raise FirebreakError(
            "FB-CHANNEL-HEADLESS", "a number among the names of columns", "The first line names the columns.",
            "Ask its sender for the file with its line of names, or describe it in a channel specification.",
        )  # fmt: skip
    return best


def _alike(name: str, column: ColumnSpec, sample: pl.DataFrame, spec: ChannelSpec, as_of: date) -> float:
    if name == column.source:
        return 1.0
    named = _named(name, column.source)
    one = replace(spec, columns=(replace(column, source=name),), combine=(), several=(), identity={})
    typed = share_typed(one, sample, as_of)
    return _SILENT * named if typed is None else _NAME * named + _CONTENT * typed


def _named(name: str, source: str) -> float:
    return SequenceMatcher(None, name.lower(), source.rpartition(".")[2].lower()).ratio()


def _shapes(values: pl.Series) -> tuple[str, ...]:
    """The shapes of the first values, each once; never a value."""
    return tuple(dict.fromkeys(value_class(value) for value in values.head(SHOWN).to_list()))[:3]
