"""Objects of which every value is a text, read at once: what most JSON that people are sent is.

The first records of a chunk tell its shape. All are then cut by it (``kernels.json_objects``), strictly: a value of
another kind, or a key that the sample did not have, and the chunk is left to the reader that takes anything. Both
give the same.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import msgspec
import numpy as np
import polars as pl
import pyarrow as pa

from firebreak.engine.intake.kernels import json_objects
from firebreak.engine.intake.kernels.json_objects import LIST, MOST_KEYS, OBJECT, TEXT, Cut, Numbers, Plan
from firebreak.engine.intake.kernels.views import LONGEST, Bytes, series, texts
from firebreak.engine.intake.kernels.words import PADDING
from firebreak.engine.intake.readers.trees import flatten
from firebreak.engine.intake.spec_model import ChannelSpec

SAMPLE = 20
"""Records that tell the shape."""
_LAST = b"\n" + PADDING
"""What stands behind the last record, so that nothing is looked for beyond it."""
_NEWLINE, _OPEN = 10, 123


@dataclass(frozen=True, slots=True)
class Raws:
    """Records as they are written: ``data[starts:ends]`` each, a line end after each and PADDING after the last.
    ``open``: of lines, does the last lack its end in the file?"""

    data: Bytes
    starts: Numbers
    ends: Numbers
    open: bool = False

    @classmethod
    def of(cls, parts: Sequence[bytes | msgspec.Raw]) -> Raws:
        """Records that are apart."""
        held = [bytes(part) for part in parts]
        ends = np.cumsum([len(part) + 1 for part in held], dtype=np.int64) - 1
        data = np.frombuffer(b"\n".join(held) + _LAST, np.uint8)
        return cls(data, np.concatenate(([0], ends[:-1] + 1)).astype(np.int64), ends)

    @classmethod
    def of_lines(cls, data: bytes) -> Raws:
        """Lines that are not blank; the last may lack its end."""
        cells = np.frombuffer((data if data.endswith(b"\n") else data + b"\n") + PADDING, np.uint8)
        ends = np.flatnonzero(cells == _NEWLINE)
        starts = np.concatenate(([0], ends[:-1] + 1))
        short = np.flatnonzero(cells[starts] != _OPEN)
        blank = [at for at in short.tolist() if not cells[starts[at] : ends[at]].tobytes().decode().strip()]
        unended = not data.endswith(b"\n") and len(ends) - 1 not in blank
        return cls(cells, np.delete(starts, blank), np.delete(ends, blank), unended)

    def __len__(self) -> int:
        return len(self.starts)

    def parts(self, count: int) -> Iterator[Raws]:
        """So many records at once."""
        for at in range(0, len(self), count):
            last = at + count >= len(self)
            yield Raws(self.data, self.starts[at : at + count], self.ends[at : at + count], self.open and last)

    def lines(self) -> Iterator[tuple[bytes, bool]]:
        """Each record, and whether its line has an end."""
        for at, raw in enumerate(self.first(len(self)), start=1):
            yield raw, not (self.open and at == len(self))

    def first(self, count: int) -> list[bytes]:
        """The first records."""
        spans = zip(self.starts[:count].tolist(), self.ends[:count].tolist(), strict=True)
        return [self.data[start:end].tobytes() for start, end in spans]


@dataclass(frozen=True, slots=True)
class _Shape:
    """Of one object: the keys with a text, with an object, and with a list of objects; and those it always has."""

    texts: tuple[str, ...]
    objects: tuple[tuple[str, _Shape], ...] = ()
    lists: tuple[tuple[str, _Shape], ...] = ()
    always: frozenset[str] = frozenset()

    @property
    def keys(self) -> tuple[str, ...]:
        """All of them: those of texts, of objects, of lists."""
        return (*self.texts, *(name for name, _ in self.objects), *(name for name, _ in self.lists))


def text_objects(raws: Raws, spec: ChannelSpec) -> pl.DataFrame | None:
    """The records as a frame, with the columns ``trees`` gives them; None where one is not such an object."""
    try:
        sample = [json.loads(raw) for raw in raws.first(SAMPLE)]
    except (ValueError, RecursionError):
        return None
    shape = _shape(sample, "", tuple(spec.lists))
    escaped = bool(sample) and raws.first(1)[0].isascii()
    layout = _layout(shape, escaped) if shape is not None and len(raws.data) <= LONGEST else None
    cut = json_objects.cut(raws.data, raws.starts, raws.ends, layout.plan) if layout is not None else None
    return None if layout is None or cut is None else _frame(raws, cut, layout, sample, spec)


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


@dataclass(slots=True)
class _Layout:
    """A shape as the kernel takes it. ``columns`` are the paths of the records' texts; ``lists`` the path of each
    list, and the keys of its elements with their columns."""

    columns: list[str] = field(default_factory=list)
    lists: list[tuple[str, dict[str, int]]] = field(default_factory=list)
    width: int = 0
    nodes: list[tuple[int, int, int]] = field(default_factory=list)
    names: list[bytes] = field(default_factory=list)
    kinds: list[int] = field(default_factory=list)
    targets: list[int] = field(default_factory=list)
    elements: list[int] = field(default_factory=list)

    @property
    def plan(self) -> Plan:
        """The arrays."""
        names = np.frombuffer(b"".join((*self.names, PADDING)), np.uint8)
        ends = np.cumsum([len(name) for name in self.names], dtype=np.int64)
        inner = [self.elements[at] if kind == LIST else 0 for kind, at in zip(self.kinds, self.targets, strict=True)]
        keys = np.column_stack([ends, *(np.array(each, np.int64) for each in (self.kinds, self.targets, inner))])
        return Plan(
            np.array(self.nodes), np.ascontiguousarray(keys), names, len(self.columns), self.width, len(self.lists)
        )

    def add(self, shape: _Shape, needed: frozenset[str], *, escaped: bool) -> None:
        """The next object's keys as they are written; what stands behind them is yet to be said."""
        first = len(self.names)
        bits = sum(1 << at for at, key in enumerate(shape.keys) if key in needed)
        self.nodes.append((first, first + len(shape.keys), bits))
        self.names += [json.dumps(key, ensure_ascii=escaped)[1:].encode() for key in shape.keys]
        kinds = ((TEXT, shape.texts), (OBJECT, shape.objects), (LIST, shape.lists))
        self.kinds += [kind for kind, keys in kinds for _ in keys]

    def add_texts(self, path: str, shape: _Shape) -> None:
        """Columns of a record for its texts."""
        self.targets += range(len(self.columns), len(self.columns) + len(shape.texts))
        self.columns += [path + key for key in shape.texts]

    def add_list(self, path: str, shape: _Shape, node: int) -> None:
        """Columns of a list's elements, which are the objects of that number."""
        self.targets.append(len(self.lists))
        self.elements.append(node)
        self.lists.append((path, {key: self.width + at for at, key in enumerate(shape.texts)}))
        self.width += len(shape.texts)


@lru_cache(maxsize=256)
def _layout(shape: _Shape, escaped: bool) -> _Layout | None:
    """None where there are no keys, or more than the kernel tells apart. ``escaped``: are keys written in ASCII?"""
    layout = _Layout()
    waiting: list[tuple[str, _Shape, bool]] = [("", shape, True)]
    elements: list[_Shape] = []
    for path, each, top in waiting:
        if not 0 < len(each.keys) <= MOST_KEYS:
            return None
        layout.add(each, frozenset() if top else each.always, escaped=escaped)
        layout.add_texts(path, each)
        layout.targets += range(len(waiting), len(waiting) + len(each.objects))
        waiting += [(f"{path}{name}.", below, False) for name, below in each.objects]
        for name, below in each.lists:
            layout.add_list(path + name, below, len(elements))
            elements.append(below)
    layout.elements = [len(waiting) + at for at in layout.elements]
    for each, (_, columns) in zip(elements, layout.lists, strict=True):
        if not 0 < len(each.keys) <= MOST_KEYS:
            return None
        layout.add(each, frozenset(), escaped=escaped)
        layout.targets += columns.values()
    return layout


def _frame(raws: Raws, cut: Cut, layout: _Layout, sample: Sequence[Any], spec: ChannelSpec) -> pl.DataFrame:
    """The cut records as columns."""
    lists = spec.lists
    names = dict.fromkeys(spec.file_columns)
    for each in sample:
        names.update(dict.fromkeys(flatten(each, lists)))
    found = {path: series(path, cut.rows[at], raws.data, cut.unescaped) for at, path in enumerate(layout.columns)}
    found |= {
        path: _listed(path, columns, cut.offsets[at], cut, raws, lists)
        for at, (path, columns) in enumerate(layout.lists)
    }
    nothing = pl.repeat(None, len(raws), dtype=pl.String, eager=True)
    return pl.DataFrame(
        [
            found[name]
            if name in found
            else _empty_lists(name, len(raws), lists[name])
            if name in lists
            else nothing.alias(name)
            for name in names
        ]
    )


def _listed(
    path: str, columns: Mapping[str, int], offsets: Numbers, cut: Cut, raws: Raws, lists: Mapping[str, tuple[str, ...]]
) -> pl.Series:
    """A list column; its elements have the paths the spec names first."""
    count = int(offsets[-1])
    cells = {name: texts(cut.listed[at, :count], raws.data, cut.unescaped) for name, at in columns.items()}
    fields = dict.fromkeys((*lists[path], *columns))
    arrays = [cells.get(name, pa.nulls(count, pa.string_view())) for name in fields]
    structs = pa.StructArray.from_arrays(arrays, fields=[pa.field(name, pa.string_view()) for name in fields])
    return pl.Series(path, pa.LargeListArray.from_arrays(offsets, structs))


def _empty_lists(name: str, count: int, paths: tuple[str, ...]) -> pl.Series:
    kind = pl.List(pl.Struct(dict.fromkeys(paths, pl.String)))
    return pl.Series(name, [[]], dtype=kind).new_from_index(0, count)
