"""The two executions of the journey normalisers held equal, and no text breaking them."""

from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firebreak.engine.intake.normalise.base import UNKNOWN_WORDS, CannotTypeError, Context, Normaliser, apply
from firebreak.engine.intake.normalise.registry import normalisers

NAMES = (
    *("mode", "service_no", "station", "station_pair", "coach", "seat", "seat_memo", "trip_detail"),
    *("ticket_state", "role", "clock_minutes", "place_counts", "case_numbers"),
)
CONTEXT = Context(date(2020, 2, 1))


def _full(normaliser: Normaliser, values: dict[str, object]) -> dict[str, object]:
    assert set(values) <= set(normaliser.outputs)
    return {name: values.get(name) for name in normaliser.outputs}


def _outcome(normaliser: Normaliser, text: str) -> object:
    try:
        result = normaliser.one(text, CONTEXT)
    except CannotTypeError as error:
        return error.issue.code
    parts = result if isinstance(result, list) else [result]
    return [_full(normaliser, values) for values in parts or [{}]]


_PIECES = st.sampled_from(
    [
        *"0123456789ABCDFGHKMUXZ号车厢座排铺上中下第加至次-/.:、，, （）()或无站餐十四二",
        "车厢",
        "号车厢",
        "座位：",
        "无座",
        "卧铺",
        "铺",
        "座次",
    ]
)


@pytest.mark.parametrize("name", [name for name in NAMES if normalisers()[name].fast])
@settings(max_examples=25, deadline=None)
@given(cells=st.lists(st.lists(_PIECES, min_size=1, max_size=7).map("".join), min_size=1, max_size=40))
def test_the_fast_path_says_what_the_meaning_says(name, cells):
    normaliser = normalisers()[name]
    known = [text for cell in cells if (text := cell.strip()) and text.lower() not in UNKNOWN_WORDS]
    known += [text for text, _ in normaliser.cases]
    typed = apply(Normaliser("slow", normaliser.outputs, normaliser.one, "", "", ()), pl.Series(known), CONTEXT)
    fast = apply(normaliser, pl.Series(known), CONTEXT)
    assert fast.values.to_dicts() == typed.values.to_dicts()
    assert fast.issues.equals(typed.issues)
    assert fast.extra.equals(typed.extra)


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=40, deadline=None)
@given(text=st.one_of(st.text(max_size=20), st.lists(_PIECES, max_size=10).map("".join)))
def test_no_text_whatever_breaks_a_normaliser(name, text):
    normaliser = normalisers()[name]
    if text.strip() and text.strip().lower() not in UNKNOWN_WORDS:
        _outcome(normaliser, text.strip())
    apply(normaliser, pl.Series([text]), CONTEXT)
