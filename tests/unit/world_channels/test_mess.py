"""What mess does to a cell: harmless notations keep what is said, harmful ones do not."""

from __future__ import annotations

import re
import unicodedata

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from firebreak.world.channels.mess.apply import make_messy, mess_words
from firebreak.world.channels.mess.base import Harm, Mess
from firebreak.world.channels.mess.fields import CELLS
from firebreak.world.draws import Draws

ROLLS = st.integers(0, 2**64 - 1)
NUMBERS = st.from_regex(r"\A32[0-9]{4}19[0-9]{9}[0-9X]\Z")
PHONES = st.from_regex(r"\A1[3-9][0-9]{9}\Z")
NAMES = st.text(alphabet="王李张刘陈明红建国秀英欣怡子涵", min_size=2, max_size=4)


def named(column: str, name: str) -> Mess:
    return next(mess for mess in CELLS[column] if mess.name == name)


def bare(text: str | None) -> str:
    """Letters and digits alone, full-width ones as half-width ones."""
    return re.sub(r"[^0-9A-Z一-鿿]", "", unicodedata.normalize("NFKC", text or "").upper())


@given(NUMBERS, ROLLS)
def test_a_document_in_another_notation_has_the_same_digits(number: str, roll: int) -> None:
    for name in ("lower_x", "full_width", "spaced", "apostrophe"):
        assert bare(named("document", name).make(number, roll)) == number


@given(NUMBERS, ROLLS)
def test_a_wrong_document_is_as_long_and_differs_in_one_or_two_places(number: str, roll: int) -> None:
    for name, most in (("digit_off", 1), ("transposed", 2)):
        wrong = named("document", name).make(number, roll)
        assert wrong is not None
        assert len(wrong) == len(number)
        assert 1 <= sum(a != b for a, b in zip(wrong, number, strict=True)) <= most


@given(NUMBERS, ROLLS)
def test_an_old_number_is_the_new_one_without_century_and_check_digit(number: str, roll: int) -> None:
    old = named("document", "old15").make(number, roll)
    assert old is not None
    assert (len(old), old[:6] + "19" + old[6:]) == (15, number[:17])


@given(PHONES, ROLLS)
def test_a_phone_in_another_notation_ends_in_the_same_eleven_digits(phone: str, roll: int) -> None:
    for name in ("prefixed", "dashed", "full_width"):
        assert bare(named("phone", name).make(phone, roll))[-11:] == phone


@given(NAMES, ROLLS)
def test_a_name_in_another_notation_begins_with_the_name(name: str, roll: int) -> None:
    for mess in ("title", "alias", "inner_space"):
        assert bare(named("name", mess).make(name, roll)).startswith(name)


@given(NAMES, ROLLS)
def test_a_wrong_name_keeps_its_surname_or_its_other_characters(name: str, roll: int) -> None:
    for mess in ("homophone", "look_alike"):
        wrong = named("name", mess).make(name, roll)
        assert wrong is not None
        assert len(wrong) == len(name)
        assert sum(a != b for a, b in zip(wrong, name, strict=True)) <= 1


@pytest.mark.parametrize(
    ("mess", "expected"),
    [
        ("dashes", "江苏省无锡市梁溪区清扬街道翠竹新村3-2-501"),
        ("hash_sign", "江苏省无锡市梁溪区清扬街道翠竹新村3#2单元501"),
        ("spaces", "江苏省无锡市梁溪区清扬街道翠竹新村 3幢 2单元 501室"),
        ("no_province", "无锡市梁溪区清扬街道翠竹新村3幢2单元501室"),
        ("no_city", "梁溪区清扬街道翠竹新村3幢2单元501室"),
        ("no_room", "江苏省无锡市梁溪区清扬街道翠竹新村"),
        ("gap", None),
    ],
)
def test_an_address_is_written_as_offices_write_it(mess: str, expected: str | None) -> None:
    assert named("address", mess).make("江苏省无锡市梁溪区清扬街道翠竹新村3幢2单元501室", 0) == expected


def people(rows: int) -> pl.DataFrame:
    ids = np.arange(rows, dtype=np.uint64)
    return pl.DataFrame({"row_id": ids, "name": ["王建国"] * rows, "document": ["320211199003077715"] * rows})


def test_a_mess_happens_at_its_rate() -> None:
    rates = {"name.gap": 0.02, "name.title": 0.1, "document.transposed": 0.05}
    done = mess_words(make_messy(people(50_000), "any", rates, Draws(3))["mess"])["mess"]
    for name, rate in rates.items():
        assert done.str.contains(name, literal=True).mean() == pytest.approx(rate, rel=0.12)


def test_without_rates_nothing_happens() -> None:
    clean = people(1_000)
    messy = make_messy(clean, "any", {}, Draws(3))
    assert messy.drop("mess").equals(clean)
    assert mess_words(messy["mess"])["harm"].unique().to_list() == ["none"]


def test_what_happens_to_a_row_does_not_depend_on_the_other_rows() -> None:
    rates = {"name.homophone": 0.3, "document.digit_off": 0.3}
    all_rows = make_messy(people(3_000), "any", rates, Draws(3))
    some = make_messy(people(3_000)[::7], "any", rates, Draws(3))
    assert some.equals(all_rows[::7])


def test_two_channels_have_different_luck() -> None:
    first, second = (make_messy(people(2_000), name, {"name.gap": 0.5}, Draws(3))["name"] for name in ("a", "b"))
    assert not first.equals(second)


def test_the_worst_harm_of_a_row_is_told() -> None:
    rates = {"name.title": 1.0, "document.gap": 1.0}
    words = mess_words(make_messy(people(10), "any", rates, Draws(3))["mess"])
    assert words.unique().rows() == [("name.title+document.gap", Harm.LOST.value)]
