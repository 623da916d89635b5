"""Objects of which every value is a text, read at once: what most JSON that people are sent is.

The first records of a chunk tell its shape. The others are decoded into it by msgspec, strictly: a value of another
kind, or a key that the sample did not have, and the chunk is left to the reader that takes anything. Both give the
same.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import msgspec
import numpy as np
import polars as pl
import pyarrow as pa

from firebreak.engine.intake.readers.trees import flatten
from firebreak.engine.intake.spec_model import ChannelSpec

SAMPLE = 20
"""Records that tell the shape."""


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
        for raw in raws:
            decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return _frame(raws, shape, sample, spec)


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


def _frame(
    raws: Sequence[bytes | msgspec.Raw], shape: _Shape, sample: Sequence[Any], spec: ChannelSpec
) -> pl.DataFrame:
    """Records that are known to have the shape, as columns."""
    lists = spec.lists
    names = dict.fromkeys(spec.file_columns)
    for each in sample:
        names.update(dict.fromkeys(flatten(each, lists)))
    found = dict(_columns(_texts(raws).str.json_decode(_type(shape, "", lists)), ""))
    nothing = pl.repeat(None, len(raws), dtype=pl.String, eager=True)
    return pl.DataFrame(
        [
            _with_empty(name, found.get(name, nothing), lists[name])
            if name in lists
            else found.get(name, nothing).alias(name)
            for name in names
        ]
    )


def _texts(raws: Sequence[bytes | msgspec.Raw]) -> pl.Series:
    parts = [bytes(raw) for raw in raws]
    ends = np.cumsum([0, *map(len, parts)], dtype=np.int64)
    data = pa.py_buffer(b"".join(parts))
    return pl.Series(pa.LargeStringArray.from_buffers(len(parts), pa.py_buffer(ends), data))


def _type(shape: _Shape, prefix: str, lists: Mapping[str, tuple[str, ...]]) -> pl.Struct:
    """The shape as a type; elements of a list have the paths the spec names first."""
    fields: dict[str, Any] = dict.fromkeys(shape.texts, pl.String)
    fields |= {name: _type(inner, f"{prefix}{name}.", lists) for name, inner in shape.objects}
    for name, inner in shape.lists:
        fields[name] = pl.List(pl.Struct(dict.fromkeys((*lists[prefix + name], *inner.texts), pl.String)))
    return pl.Struct(fields)


def _columns(objects: pl.Series, prefix: str) -> Iterator[tuple[str, pl.Series]]:
    """Every path below these objects, with its values."""
    for column in objects.struct.unnest().get_columns():
        if isinstance(column.dtype, pl.Struct):
            yield from _columns(column, f"{prefix}{column.name}.")
        else:
            yield prefix + column.name, column


def _with_empty(name: str, found: pl.Series, paths: tuple[str, ...]) -> pl.Series:
    """A list column, with an empty list where a record has none."""
    kind = found.dtype if isinstance(found.dtype, pl.List) else pl.List(pl.Struct(dict.fromkeys(paths, pl.String)))
    if found.dtype != kind:
        found = pl.repeat(None, len(found), dtype=kind, eager=True)
    if found.null_count():
        found = found.fill_null(pl.Series([[]], dtype=kind))
    return found.alias(name)
