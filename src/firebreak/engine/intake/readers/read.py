"""From a found file and its spec to chunks of cells: the one door to all readers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath

import polars as pl

from firebreak.engine.intake.readers.delimited import read_delimited
from firebreak.engine.intake.readers.errors import file_error
from firebreak.engine.intake.readers.excel import read_excel
from firebreak.engine.intake.readers.fixed import read_fixed
from firebreak.engine.intake.readers.found import Chunk, Found
from firebreak.engine.intake.readers.json_file import read_json, read_json_lines
from firebreak.engine.intake.readers.limits import check_width
from firebreak.engine.intake.readers.magic import kind_of
from firebreak.engine.intake.readers.xml_file import read_xml
from firebreak.engine.intake.readers.yaml_file import read_yaml
from firebreak.engine.intake.spec_model import ChannelSpec

Reader = Callable[[Found, ChannelSpec], Iterator[Chunk]]
_TEXT: dict[str, Reader] = {
    "csv": read_delimited,
    "tsv": read_delimited,
    "json": read_json,
    "jsonl": read_json_lines,
    "xml": read_xml,
    "yaml": read_yaml,
    "fixed": read_fixed,
}
_NEEDS = {"json": "tree", "jsonl": "tree", "xml": "markup"}


def read(found: Found, spec: ChannelSpec) -> Iterator[Chunk]:
    """The file's rows, in order, in chunks of at most 250,000. Raises FileError, mostly before the first chunk."""
    reader = reader_of(found, spec)
    named = name_columns(found, spec)
    skip = spec.file.skip_rows_matching
    for chunk in reader(found, spec):
        check_width(found.label, chunk.frame.width, spec)
        left = _without(chunk, skip) if skip else chunk
        if named:
            literals = [pl.lit(value, dtype=pl.String).alias(name) for name, value in named.items()]
            left = Chunk(left.frame.with_columns(literals), left.first_line, left.problems, left.kept)
        yield left


def reader_of(found: Found, spec: ChannelSpec) -> Reader:
    """The reader for what the file is, which its name and spec need not say. Raises FileError where none fits."""
    if found.size == 0:
        raise file_error("FB-F001", found.label)
    kind, form = kind_of(found), spec.file.format
    if kind in ("xlsx", "xls"):
        return read_excel
    if kind == "encrypted":
        raise file_error("FB-F005", found.label)
    if kind == "zip":
        raise file_error("FB-F002" if form == "xlsx" else "FB-F008", found.label, "a package that is no workbook")
    if kind == "foreign":
        raise file_error("FB-F009", found.label)
    if form in ("xlsx", "xls"):  # tables of text named .xls are common
        if kind == "markup":
            raise file_error("FB-F008", found.label, "a web page or XML named as a workbook")
        return read_delimited
    if form == "yaml" and kind != "text":  # JSON is YAML, and read faster as what it is
        form = "json" if kind == "tree" else "xml"
    if form in _NEEDS and kind != _NEEDS[form]:
        raise file_error("FB-F008", found.label, f"it does not begin like {form.upper()}")
    return _TEXT[form]


def name_columns(found: Found, spec: ChannelSpec) -> dict[str, str]:
    """The columns that the file's own name states (``name_columns``): that of the member, else of the delivery."""
    if not spec.file.name_columns:
        return {}
    for name in (found.base_name, PurePosixPath(found.name).name):
        if match := re.search(spec.file.name_columns, name):
            return {key: value for key, value in match.groupdict().items() if value is not None}
    return {}


def _without(chunk: Chunk, pattern: str) -> Chunk:
    """The chunk without the rows whose first cell matches."""
    first = chunk.frame.to_series(0)
    if first.dtype != pl.String:
        return chunk
    stays = ~first.str.contains(pattern).fill_null(False)
    if stays.all():
        return chunk
    return Chunk(chunk.frame.filter(stays), chunk.first_line, chunk.problems, chunk.lines.filter(stays))
