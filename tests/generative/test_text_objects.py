"""Records read at once are the records read one by one, whatever is in them."""

from __future__ import annotations

import json
import tracemalloc
from typing import Any
from unittest import mock

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.channel_spec import layout

from firebreak.engine.intake.readers import Chunk, Found, json_file, read
from firebreak.engine.intake.readers.text_objects import Raws, text_objects
from firebreak.engine.intake.spec import ColumnSpec, Several
from firebreak.terms.errors import FileError

TEXTS = st.none() | st.text(st.sampled_from('ab1 ，张𠮷"\\{}[]:,\n'), max_size=4)
ODD = st.integers() | st.floats(allow_nan=False) | st.booleans() | st.just({}) | st.just([]) | st.lists(TEXTS)
MOSTLY = st.one_of(TEXTS, TEXTS, TEXTS, ODD)


def objects(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Nested records of one shape, mostly: now and then a key is absent, unknown, or of another kind."""
    seat = st.fixed_dictionaries({"席位": values}, optional={"票号": values, "other": values})
    who = st.fixed_dictionaries({"姓名": values}, optional={"证件": values})
    record = st.fixed_dictionaries(
        {"单号": values}, optional={"who": who | values, "seats": st.lists(seat, max_size=3) | values, "extra": values}
    )
    return st.lists(record, min_size=1, max_size=8)


SPEC = {
    "known": ("单号", "who.姓名"),
    "several": (Several(list="seats", columns=(ColumnSpec("席位", "seat", "seat"),)),),
}


def chunks(data: bytes, **file: Any) -> list[Any]:
    """What a reader gives: everything of each chunk, or the code of the error."""
    try:
        return [_all_of(chunk) for chunk in read(Found("a.json", "", data, ""), layout(**SPEC, **file))]
    except FileError as error:
        return [error.code]


def _all_of(chunk: Chunk) -> Any:
    return chunk.frame.schema, chunk.frame.to_dicts(), chunk.lines.to_list(), chunk.problems


def one_by_one(data: bytes, **file: Any) -> list[Any]:
    """The same by the reader that takes anything."""
    with (
        mock.patch.object(json_file, "text_objects", return_value=None),
        mock.patch.object(json_file, "_raw_elements", return_value=None),
    ):
        return chunks(data, **file)


@settings(max_examples=150, deadline=None)
@given(objects(TEXTS) | objects(MOSTLY), st.sampled_from([None, 1]), st.booleans())
def test_a_json_file_read_at_once_is_the_file_read_record_by_record(
    records: list[Any], indent: int | None, plain: bool
) -> None:
    for path, whole in (("", records), ("data.list", {"data": {"total": 1, "list": records}})):
        data = json.dumps(whole, ensure_ascii=plain, indent=indent).encode()
        assert chunks(data, format="json", record_path=path) == one_by_one(data, format="json", record_path=path)


@settings(max_examples=150, deadline=None)
@given(objects(TEXTS) | objects(MOSTLY), st.data(), st.booleans())
def test_json_lines_read_at_once_are_the_lines_read_one_by_one(records: list[Any], data: Any, ended: bool) -> None:
    lines = [json.dumps(record, ensure_ascii=False) for record in records]
    at = data.draw(st.integers(0, len(lines) - 1))
    lines[at] = data.draw(st.sampled_from([lines[at], lines[at] * 2, lines[at][:-1], f" {lines[at]}\r", "\u3000", "1"]))
    raw = ("\n".join(lines) + ("\n" if ended else "")).encode()
    assert chunks(raw, format="jsonl") == one_by_one(raw, format="jsonl")
    with mock.patch.object(json_file, "TREE_ROWS", 2), mock.patch.object(json_file, "_BATCH", 1):
        assert said(chunks(raw, format="jsonl")) == said(one_by_one(raw, format="jsonl"))


def said(found: list[Any]) -> list[Any]:
    """What chunks say, however many they are: each line's cells that are there, and the problems."""
    if found and isinstance(found[-1], str):
        return found[-1:]
    rows = [
        (line, {name: cell for name, cell in row.items() if cell not in (None, [])})
        for _, cells, lines, _ in found
        for line, row in zip(lines, cells, strict=True)
    ]
    return [rows, [problem for *_, problems in found for problem in problems]]


def test_texts_alone_are_read_at_once() -> None:
    records = [{"单号": "1", "who": {"姓名": "张伟"}, "seats": [{"席位": "5A"}, {"席位": None}]}, {"单号": None}]
    data = json.dumps(records).encode()
    with mock.patch.object(json_file, "flatten", side_effect=AssertionError):
        (chunk,) = read(Found("a.json", "", data, ""), layout(**SPEC, format="json"))
    assert chunk.frame["who.姓名"].to_list() == ["张伟", None]
    assert chunk.frame.schema["seats"] == pl.List(pl.Struct({"席位": pl.String}))


def test_lines_whose_keys_are_mostly_absent_take_memory_by_their_bytes() -> None:
    keys = json.dumps({f"k{at}": "1" for at in range(62)})
    listed = json.dumps({"seats": [{f"k{at}": "1" for at in range(62)}, *({} for _ in range(100_000))]})
    for line in ("\n".join([keys, *(["{}"] * 100_000)]), listed):
        tracemalloc.start()
        try:
            raws = Raws.of_lines(line.encode())
            assert text_objects(raws, layout(**SPEC, format="jsonl")) is None
            assert tracemalloc.get_traced_memory()[1] < 40 * len(line)
        finally:
            tracemalloc.stop()


def test_a_batch_of_json_lines_is_cut_a_chunk_at_a_time() -> None:
    raw = b'{"k":"1"}\n' * 7
    with mock.patch.object(json_file, "CHUNK_ROWS", 3):
        assert [(len(chunk), lines) for _, chunk, lines, _ in chunks(raw, format="jsonl")] == [
            (3, [1, 2, 3]),
            (3, [4, 5, 6]),
            (1, [7]),
        ]
