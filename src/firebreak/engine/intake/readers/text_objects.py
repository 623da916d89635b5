"""Objects of which every value is a text, read at once: what most JSON that people are sent is.

The first records of a chunk tell its shape. The others are decoded into it by msgspec, strictly: a value of another
kind, or a key that the sample did not have, and the chunk is left to the reader that takes anything. Both give the
same.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import attrgetter
from typing import Any

import msgspec
import numpy as np
import polars as pl
import pyarrow as pa

from firebreak.engine.intake.readers.trees import flatten
from firebreak.engine.intake.spec_model import ChannelSpec

SAMPLE = 20
"""Records that tell the shape."""

_Records = Sequence[Any]


@dataclass(frozen=True, slots=True)
class _Shape:
    """Of one object: the keys with a text, with an object, and with a list of objects; and those it always has."""

    texts: tuple[str, ...]
    objects: tuple[tuple[str, _Shape], ...] = ()
    lists: tuple[tuple[str, _Shape], ...] = ()
    always: frozenset[str] = frozenset()


def text_objects(raws: Sequence[bytes | msgspec.Raw], spec: ChannelSpec) -> pl.DataFrame | None:
    """The records as a frame, with the columns ``trees`` gives them; None where one is not such an object."""
    try:
        sample = [json.loads(bytes(raw)) for raw in raws[:SAMPLE]]
    except (ValueError, RecursionError):
        return None
    shape = _shape(sample, "", tuple(spec.lists))
    if shape is None:
        return None
    decode = _decoder(shape)
    try:
        records = [decode(raw) for raw in raws]
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return _frame(records, shape, sample, spec)


def _shape(sample: Sequence[Any], prefix: str, lists: tuple[str, ...]) -> _Shape | None:
    """The shape of these values; None where one of them is no object of texts."""
    if not sample or not all(type(each) is dict for each in sample):
        return None
    texts: list[str] = []
    objects: list[tuple[str, _Shape]] = []
    listed: list[tuple[str, _Shape]] = []
    for key in dict.fromkeys(key for each in sample for key in each):
        values = [each[key] for each in sample if key in each]
        if "." in key:
            return None
        if prefix + key in lists:
            elements = [element for value in values if value is not None for element in _elements(value)]
            inner = _shape(elements, "", ()) if elements else None
            if inner is None or inner.objects:
                return None
            listed.append((key, inner))
        elif all(value is None or type(value) is str for value in values):
            texts.append(key)
        else:
            inner = _shape(values, f"{prefix}{key}.", lists)
            if inner is None or not inner.always:  # an object without keys is a text to the reader that takes anything
                return None
            objects.append((key, inner))
    always = frozenset(key for key in sample[0] if all(key in each for each in sample))
    return _Shape(tuple(texts), tuple(objects), tuple(listed), always)


def _elements(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


@lru_cache(maxsize=256)
def _decoder(shape: _Shape) -> Any:
    return msgspec.json.Decoder(_struct(shape, top=True)).decode


def _struct(shape: _Shape, *, top: bool) -> Any:
    """A type for the shape. Only objects within objects must have what they always had: an empty one is no object."""
    fields: list[tuple[str, Any]] = [(name, str | None) for name in shape.texts]
    fields += [(name, _struct(inner, top=False)) for name, inner in shape.objects]
    fields += [(name, list[_struct(inner, top=True)] | None) for name, inner in shape.lists]  # type: ignore[misc]
    needed = frozenset() if top else shape.always
    ordered = sorted(range(len(fields)), key=lambda at: fields[at][0] not in needed)
    said = [
        (f"f{at}", kind) if name in needed else (f"f{at}", kind, None)
        for at, (name, kind) in ((at, fields[at]) for at in ordered)
    ]
    rename = {f"f{at}": name for at, (name, _) in enumerate(fields)}
    return msgspec.defstruct("Record", said, rename=rename, forbid_unknown_fields=True, gc=False)


def _frame(records: _Records, shape: _Shape, sample: Sequence[Any], spec: ChannelSpec) -> pl.DataFrame:
    lists = spec.lists
    names = dict.fromkeys(spec.file_columns)
    for each in sample:
        names.update(dict.fromkeys(flatten(each, lists)))
    found = dict(_columns(records, shape, ""))
    columns = []
    for name in names:
        if name in lists:
            columns.append(_list_column(name, found.get(name), lists[name], len(records)))
        else:
            columns.append(pl.Series(name, found.get(name) or [None] * len(records), pl.String))
    return pl.DataFrame(columns)


@dataclass(frozen=True, slots=True)
class _Lists:
    """The lists of one key, and the shape of their elements."""

    values: Sequence[_Records | None]
    shape: _Shape

    def __bool__(self) -> bool:
        return True


def _columns(records: _Records, shape: _Shape, prefix: str) -> Iterable[tuple[str, Any]]:
    """Every path below these records, with its values."""
    at = 0
    for name in shape.texts:
        yield prefix + name, _taken(records, at)
        at += 1
    for name, inner in shape.objects:
        yield from _columns(_taken(records, at), inner, f"{prefix}{name}.")
        at += 1
    for name, inner in shape.lists:
        yield prefix + name, _Lists(_taken(records, at), inner)
        at += 1


def _taken(records: _Records, at: int) -> list[Any]:
    """One field of all records; nothing of an object that is not there."""
    take = attrgetter(f"f{at}")
    try:
        return [*map(take, records)]
    except AttributeError:
        return [None if record is None else take(record) for record in records]


def _list_column(name: str, found: _Lists | None, paths: tuple[str, ...], height: int) -> pl.Series:
    """A List(Struct) column whose fields are the paths the spec names, then the others in the order they occur."""
    values = found.values if found else [None] * height
    elements = [element for value in values for element in value or ()]
    ends = np.cumsum([0, *(len(value or ()) for value in values)], dtype=np.int64)
    known = dict(_columns(elements, found.shape, "")) if found else {}
    fields = dict.fromkeys((*paths, *known))
    cells = [pa.array(known.get(path) or [None] * len(elements), pa.large_string()) for path in fields]
    structs = pa.StructArray.from_arrays(cells, fields=[pa.field(path, pa.large_string()) for path in fields])
    return pl.Series(name, pa.LargeListArray.from_arrays(ends, structs))
