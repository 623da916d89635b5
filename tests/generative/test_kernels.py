"""Compiled loops against what they stand for: xxhash, Python's codec."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Any

import numpy as np
import polars as pl
import pytest
import xxhash
from hypothesis import given, settings
from hypothesis import strategies as st

from firebreak.engine.intake.kernels import gb18030
from firebreak.engine.intake.kernels.words import PADDING
from firebreak.engine.intake.kernels.xxh3 import hashes
from firebreak.engine.intake.normalise.base import Compiled, Context, texts_of
from firebreak.engine.intake.normalise.registry import normalisers
from firebreak.engine.intake.raw_hash import raw_hash
from firebreak.engine.intake.readers import Found, encoding
from firebreak.terms.errors import FileError


def hashed(texts: list[bytes]) -> list[int]:
    ends = np.cumsum([len(text) for text in texts], dtype=np.int64)
    data = np.frombuffer(b"".join(texts) + PADDING, np.uint8)
    return hashes(data, ends - [len(text) for text in texts], ends).tolist()


def test_texts_of_every_length_are_hashed_as_the_library_hashes_them() -> None:
    seed = hashlib.shake_128(b"any bytes").digest(2200)
    texts = [seed[:length] for length in (*range(300), *range(1000, 1100), *range(2000, 2200))]
    assert hashed(texts) == [xxhash.xxh3_64_intdigest(text) for text in texts]


@settings(deadline=None)
@given(st.lists(st.binary(max_size=400), min_size=1, max_size=12))
def test_any_bytes_are_hashed_as_the_library_hashes_them(texts: list[bytes]) -> None:
    assert hashed(texts) == [xxhash.xxh3_64_intdigest(text) for text in texts]


CELLS = st.none() | st.text(max_size=20)


@settings(deadline=None)
@given(st.lists(st.tuples(CELLS, CELLS, st.lists(st.fixed_dictionaries({"座": CELLS}), max_size=2)), min_size=1))
def test_a_row_is_hashed_as_its_cells_joined(rows: list[Any]) -> None:
    schema = {"a": pl.String, "b": pl.String, "c": pl.List(pl.Struct({"座": pl.String}))}
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    lists = frame.select(pl.struct(cells="c").struct.json_encode()).to_series().to_list()
    texts = ["\x1f".join((a or "", b or "", said)) for (a, b, _), said in zip(rows, lists, strict=True)]
    expected = np.array([xxhash.xxh3_64_intdigest(text.encode()) for text in texts], np.uint64).view(np.int64)
    assert raw_hash(frame).to_list() == expected.tolist()


def test_every_character_of_gb18030_becomes_what_python_makes_of_it() -> None:
    text = "".join(map(chr, (*range(0xD800), *range(0xE000, 0x110000))))
    data = text.encode("gb18030")
    found, read = gb18030.to_utf8(data)
    assert (found.tobytes().decode(), read) == (data.decode("gb18030"), len(data))


def read_as(data: bytes, stated: str, size: int) -> str:
    """The text, or the error's code and what it says."""
    found = Found("a.csv", "", data, "")
    try:
        codec = encoding.encoding_of(found, stated)
        return b"".join(encoding.utf8_blocks(found, codec, size)).decode()
    except FileError as error:
        return f"{error.code} {error.what}"


def by_python(data: bytes, codec: str) -> str:
    found = Found("a.csv", "", data, "")
    try:
        if not data.strip():
            encoding.encoding_of(found, codec)
        text = "".join(encoding.text_blocks(found, codec, 64))
        encoding._refuse_binary(found, data)
    except FileError as error:
        return f"{error.code} {error.what}"
    return text


PIECES = st.sampled_from(
    [*(each.encode("gb18030") for each in ("a", "1,", "\n", "张", "𠮷", "é")), b"\x81", b"\x810", b"\xff"]
)


@settings(deadline=None, max_examples=300)
@given(st.lists(PIECES, min_size=1, max_size=40).map(b"".join), st.integers(1, 9))
def test_any_bytes_are_read_as_gb18030_or_refused_as_python_does(data: bytes, size: int) -> None:
    assert read_as(data, "gb18030", size) == by_python(data, "gb18030")


TAILS = st.sampled_from([b"", b"\xe5", b"\xe5\xbc", b"\xf0\xa0\xae", b"\xff", b"\xed\xa0\x80", b"\xc0\x80"])


@settings(deadline=None)
@given(st.text(min_size=1, max_size=30), TAILS, st.text(max_size=4), st.integers(8, 40))
def test_a_text_is_utf8_or_refused_where_python_refuses_it(text: str, tail: bytes, more: str, block: int) -> None:
    data = text.encode() + tail + more.encode()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(encoding, "BLOCK", block)
        assert encoding._is_utf8(Found("a.csv", "", data, "")) == _decodes(data)


def _decodes(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


YEARS, SMALL = st.sampled_from(["1991", "1992", "2019", "2020", "0999"]), st.integers(0, 61)
NUMBERS = SMALL.map(str) | SMALL.map("{:02d}".format)
MARKS = st.sampled_from([("-", "-"), ("/", "/"), (".", "."), ("年", "月"), ("", ""), ("-", "/")])
CLOCKS = st.sampled_from(
    [(":", ":", ""), ("时", "分", "秒"), ("点", "分", ""), ("", "", ""), (":", "分", ""), (":", "", "")]
)


@st.composite
def moments(draw: st.DrawFn) -> str:
    """A day and a time of it in any of the ways of writing them, and in some that nobody uses."""
    first, second = draw(MARKS)
    hour, minute, last = (mark.strip("_") for mark in draw(CLOCKS))
    text = f"{draw(YEARS)}{first}{draw(NUMBERS)}{second}{draw(NUMBERS)}{draw(st.sampled_from(['', '', '日']))}"
    text += draw(st.sampled_from([" ", "T", "", "  "])) + f"{draw(NUMBERS)}{hour}{draw(NUMBERS)}"
    text += draw(st.sampled_from(["", minute, f"{minute}{draw(NUMBERS)}{last}"]))
    return text + draw(st.sampled_from(["", "", "+08:00", "Z", "左右"]))


@settings(deadline=None, max_examples=400)
@given(st.lists(moments(), min_size=1, max_size=20))
def test_a_time_that_is_read_at_once_is_the_time_it_means(texts: list[str]) -> None:
    for name, longest in (("instant", 99), ("day", 10), ("birth_date", 8)):
        cells = [text[:longest] for text in texts]
        normaliser, context = normalisers()[name], Context(date(2020, 2, 1))
        assert isinstance(normaliser.fast, Compiled)
        values, sure = normaliser.fast.read(texts_of(pl.Series(cells)), context)
        for cell, told, found in zip(cells, sure, values.to_dicts(), strict=True):
            assert not told or normaliser.one(cell.strip(), context) == found


def test_times_as_channels_write_them_are_read_at_once() -> None:
    said = ["20200123 10:30", "2020-1-2 10:30", "20200123103000"]
    said += ["2020/1/23 9:05", "2020年1月23日10时30分", "2020-01-23T10:30:00"]
    fast = normalisers()["instant"].fast
    assert isinstance(fast, Compiled)
    values, sure = fast.read(texts_of(pl.Series(said)), Context(date(2020, 2, 1)))
    assert sure.all()
    assert [f"{at:%m-%d %H:%M}" for at in values["instant"].dt.convert_time_zone("Asia/Shanghai")] == [
        *("01-23 10:30", "01-02 10:30", "01-23 10:30"),
        *("01-23 09:05", "01-23 10:30", "01-23 10:30"),
    ]
