"""From a spec file's text to a ChannelSpec: the grammar, key by key."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection
from datetime import date
from pathlib import Path
from typing import Any

from firebreak.engine.intake.fields import FIELDS
from firebreak.engine.intake.spec_model import (
    DELIMITED,
    FORMATS,
    SHEETS,
    TREES,
    ChannelSpec,
    ColumnSpec,
    Combine,
    FileSpec,
    Several,
)
from firebreak.engine.intake.spec_source import Source, TableReader, nearest
from firebreak.terms.enums import Category

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_ONLY_FOR = {
    "delimiter": ("csv",),
    "quote": DELIMITED,
    "header_row": (*DELIMITED, *SHEETS),
    "columns": (*DELIMITED, *SHEETS),
    "sheet": SHEETS,
    "record_path": TREES,
    "key_column": ("json", "yaml"),
    "widths": ("fixed",),
    "width_unit": ("fixed",),
}


def parse(path: Path, text: str, known: Collection[str]) -> ChannelSpec:
    """Read one spec. ``known`` are the names of the normalisers there are. Raises SpecError."""
    source = Source(path, text)
    top = TableReader(source, "", _toml(source))
    file = _file(TableReader(source, "file", top.take("file", dict)))
    spec = ChannelSpec(
        id=_id(top),
        version=top.take("version", int),
        valid_from=top.take("valid_from", date),
        valid_to=top.take("valid_to", date, None),
        zh=top.take("zh", str),
        en=top.take("en", str),
        category=Category(top.choice("category", list(Category))),
        source=top.take("source", str, ""),
        simulated=top.take("simulated", bool, False),
        file=file,
        constants=top.take("constants", dict, {}),
        columns=_columns(TableReader(source, "columns", top.take("columns", dict, {})), known),
        combine=tuple(_combine(table, known) for table in _tables(top, "combine")),
        several=tuple(_several(table, known) for table in _tables(top, "several")),
        identity=_identity(TableReader(source, "identity", top.take("identity", dict, {})), known),
        path=path,
    )
    top.done()
    return spec


def _toml(source: Source) -> dict[str, Any]:
    try:
        return tomllib.loads(source.text)
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"line (\d+)", str(error))
        line = int(at[1]) if at else 1
        source.fail("FB-S001", line, f"not TOML ({error})", "A spec is a TOML file.", "Mend the line.")


def _id(top: TableReader) -> str:
    value: str = top.take("id", str)
    if not _ID.fullmatch(value):
        rule = "An id is lower-case words of a–z and 0–9 joined by hyphens."
        top.fail("FB-S004", "id", f'the id is "{value}"', rule, "Write it so.")
    return value


def _tables(top: TableReader, key: str) -> list[TableReader]:
    tables = top.take(key, list, [])
    if not all(isinstance(table, dict) for table in tables):
        top.fail("FB-S004", key, f'"{key}" is not a list of tables', f"It is written [[{key}]].", "Write it so.")
    return [TableReader(top.source, key, table, nth) for nth, table in enumerate(tables)]


def _file(table: TableReader) -> FileSpec:
    form = table.choice("format", FORMATS)
    for key, forms in _ONLY_FOR.items():
        if key in table.table and form not in forms:
            rule = f'"{key}" belongs to {", ".join(forms)}.'
            table.fail("FB-S011", key, f'"{key}" in a spec of format {form}', rule, "Remove it or mend the format.")
    file = FileSpec(
        format=form,
        names=table.texts("names"),
        encoding=table.take("encoding", str, "auto"),
        delimiter=table.take("delimiter", str, "\t" if form == "tsv" else ","),
        quote=table.take("quote", str, '"'),
        header_row=table.take("header_row", int, 1),
        columns=table.texts("columns"),
        sheet=_sheet(table),
        skip_rows_matching=_pattern(table, "skip_rows_matching"),
        record_path=table.take("record_path", str, ""),
        key_column=table.take("key_column", str, ""),
        name_columns=_pattern(table, "name_columns"),
        widths=_widths(table),
        width_unit=table.choice("width_unit", ("bytes", "chars"), "bytes"),
    )
    table.done()
    _file_is_whole(table, file)
    return file


def _file_is_whole(table: TableReader, file: FileSpec) -> None:
    if file.format == "fixed" and not file.widths:
        table.fail("FB-S011", "format", "no widths", "Format fixed needs widths.", 'Add widths = [["name", 20], …].')
    if file.format == "xml" and not file.record_path.strip("/"):
        table.fail("FB-S011", "format", "no record_path", "Format xml needs it.", 'Add record_path = "root/list/item".')
    if file.format in (*DELIMITED, *SHEETS):
        if file.header_row == 0 and not file.columns:
            rule = "A file without a header needs the names of its columns by position."
            table.fail("FB-S011", "header_row", "header_row = 0 and no columns", rule, 'Add columns = ["…", …].')
        if file.header_row and file.columns:
            rule = "Names by position are for header_row = 0."
            table.fail("FB-S011", "columns", "columns and a header row", rule, "Remove one of the two.")
        if file.header_row < 0:
            table.fail("FB-S004", "header_row", "header_row is negative", "Rows count from 1.", "Write the row.")
    for key, value in (("delimiter", file.delimiter), ("quote", file.quote)):
        if len(value.encode()) != 1 and not (key == "quote" and value == ""):
            table.fail("FB-S004", key, f'"{key}" is not one ASCII character', "It is one character.", "Write one.")
    if len(set(file.columns)) != len(file.columns) or len({name for name, _ in file.widths}) != len(file.widths):
        key = "columns" if file.columns else "widths"
        table.fail("FB-S012", key, "a column name stands twice", "Names are unique.", "Rename one of them.")


def _sheet(table: TableReader) -> str | int:
    value = table.table.get("sheet", 1)
    if isinstance(value, int) and not isinstance(value, bool) and value >= 1:
        table.take("sheet", int, 1)
        return value
    return str(table.take("sheet", str, ""))


def _pattern(table: TableReader, key: str) -> str:
    value: str = table.take(key, str, "")
    try:
        re.compile(value)
    except re.error as error:
        table.fail("FB-S004", key, f'"{key}" is no pattern ({error})', "It is a regular expression.", "Mend it.")
    return value


def _widths(table: TableReader) -> tuple[tuple[str, int], ...]:
    pairs = table.take("widths", list, [])
    for pair in pairs:
        whole = isinstance(pair, list) and len(pair) == 2 and isinstance(pair[0], str) and isinstance(pair[1], int)
        if not whole or pair[1] < 1:
            rule = "A width is a pair of a column's name and a number above 0."
            table.fail("FB-S004", "widths", '"widths" holds something else', rule, 'Write ["name", 20].')
    return tuple((name, width) for name, width in pairs)


def _columns(table: TableReader, known: Collection[str]) -> tuple[ColumnSpec, ...]:
    found: list[ColumnSpec] = []
    for source, entry in table.table.items():
        entries = entry if isinstance(entry, list) else [entry]
        for each in entries:
            if not isinstance(each, dict):
                rule = 'A column is written { field = "…" }, or a list of these.'
                table.fail("FB-S004", source, f'column "{source}" is not a table', rule, "Write it so.")
            found.append(_column(table, source, each, known))
    return tuple(found)


def _column(parent: TableReader, source: str, entry: dict[str, Any], known: Collection[str]) -> ColumnSpec:
    table = _Entry(parent, source, entry)
    ignore = table.take("ignore", bool, False)
    if ignore:
        table.done()
        return ColumnSpec(source, ignore=True)
    mapping = table.take("map", dict, {})
    if not all(isinstance(value, str) for value in mapping.values()):
        table.fail("FB-S004", "map", '"map" holds something else', "It maps texts to texts.", "Write it so.")
    field = _field(table)
    column = ColumnSpec(
        source=source,
        field=field,
        normaliser="" if mapping else _normaliser(table, field, known),
        required=table.take("required", bool, False),
        map=mapping,
        options=table.take("options", dict, {}),
    )
    table.done()
    return column


class _Entry(TableReader):
    """An inline table of a column: its errors stand on the column's line."""

    def __init__(self, parent: TableReader, column: str, table: dict[str, Any]) -> None:
        super().__init__(parent.source, parent.section, table, parent.nth)
        self._column = column

    def fail(self, code: str, key: str, found: str, rule: str, remedy: str) -> Any:
        super().fail(code, self._column, f'column "{self._column}": {found}', rule, remedy)


def _field(table: TableReader) -> str:
    name: str = table.take("field", str)
    if name not in FIELDS:
        rule = "Fields are those of firebreak.engine.intake.fields."
        table.fail("FB-S005", "field", f'unknown field "{name}"', rule, f"Name one of them.{nearest(name, FIELDS)}")
    return name


def _normaliser(table: TableReader, field: str, known: Collection[str]) -> str:
    name: str = table.take("normaliser", str, FIELDS[field].normaliser)
    if name not in known:
        rule = "Normalisers are those `firebreak normalisers` lists."
        table.fail(
            "FB-S006", "normaliser", f'unknown normaliser "{name}"', rule, f"Name one of them.{nearest(name, known)}"
        )
    return name


def _combine(table: TableReader, known: Collection[str]) -> Combine:
    columns = table.texts("columns", ...)
    if len(columns) < 2:
        table.fail("FB-S004", "columns", "fewer than two columns", "Combine joins several columns.", "Name them.")
    field = _field(table)
    combine = Combine(
        columns=columns,
        field=field,
        normaliser=_normaliser(table, field, known),
        separator=table.take("separator", str, " "),
        required=table.take("required", bool, False),
        options=table.take("options", dict, {}),
    )
    table.done()
    return combine


def _several(table: TableReader, known: Collection[str]) -> Several:
    inner = TableReader(table.source, "several", table.take("columns", dict), table.nth)
    position = table.take("position", str, "")
    several = Several(
        list=table.take("list", str, ""),
        columns=_columns(inner, known),
        constants=table.take("constants", dict, {}),
        position=position,
    )
    table.done()
    if position and (position not in FIELDS or not several.list):
        rule = "position names a field, and belongs to a list."
        table.fail("FB-S005", "position", f'position is "{position}"', rule, f"Mend it.{nearest(position, FIELDS)}")
    return several


def _identity(table: TableReader, known: Collection[str]) -> dict[str, tuple[ColumnSpec, ...]]:
    found = {}
    for relation in list(table.table):
        inner = TableReader(table.source, "identity", table.take(relation, dict))
        found[relation] = _columns(inner, known)
    return found
