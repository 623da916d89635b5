"""Every normaliser does what its table of cases says: the table is the manual."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from firebreak.engine.intake.normalise import base
from firebreak.engine.intake.normalise.base import CannotTypeError, Context, Normaliser, apply
from firebreak.engine.intake.normalise.manual import CASES_AS_OF
from firebreak.engine.intake.normalise.registry import normalisers

CASES = [
    pytest.param(normaliser, text, expected, id=f"{normaliser.name}-{number}")
    for normaliser in normalisers().values()
    for number, (text, expected) in enumerate(normaliser.cases)
]


def _whole(normaliser: Normaliser, values: dict[str, Any]) -> dict[str, Any]:
    """All the outputs, in their types (a temperature has 32 bits)."""
    whole = {name: [values.get(name)] for name in normaliser.outputs}
    return pl.DataFrame(whole, schema=dict(normaliser.outputs)).row(0, named=True)


def _meaning(normaliser: Normaliser, text: str) -> Any:
    try:
        result = normaliser.one(text.strip(), Context(CASES_AS_OF))
    except CannotTypeError as error:
        return error.issue.code
    if isinstance(result, list):
        return [_whole(normaliser, values) for values in result]
    return _whole(normaliser, result)


@pytest.mark.parametrize(("normaliser", "text", "expected"), CASES)
def test_a_cell_means_what_the_table_says(normaliser: Normaliser, text: str, expected: Any) -> None:
    if isinstance(expected, dict):
        expected = _whole(normaliser, expected)
    elif isinstance(expected, list):
        expected = [_whole(normaliser, values) for values in expected]
    assert _meaning(normaliser, text) == expected


@pytest.mark.parametrize(
    ("few", "height"), [(base.FEW, 1), (base.FEW, base.FEW + 1), (0, 1)], ids=["short", "repeating", "fast"]
)
@pytest.mark.parametrize("normaliser", normalisers().values(), ids=normalisers())
def test_a_column_of_all_cases_is_typed_as_each_alone(
    normaliser: Normaliser, few: int, height: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(base, "FEW", few)
    cases = [text for text, _ in normaliser.cases]
    texts = cases * -(-height // len(cases))
    typed = apply(normaliser, pl.Series(texts), Context(CASES_AS_OF))
    codes = dict(zip(typed.issues["index"], typed.issues["code"], strict=True))
    for index, text in enumerate(texts):
        meaning = _meaning(normaliser, text)
        if isinstance(meaning, str):
            assert codes[index] == meaning
            continue
        parts = meaning if isinstance(meaning, list) else [meaning]
        assert typed.values.row(index, named=True) == parts[0]
        more = typed.extra.filter(pl.col("index") == index).drop("index", "part").to_dicts()
        assert more == parts[1:]
