"""The saved model: read again as it was, refused where it is none or made for other comparisons."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from firebreak.engine.identity.compare.chinese import BY_NAME, COMPARISONS
from firebreak.engine.identity.model.model import Model, default, load, save
from firebreak.engine.identity.model.train import level_weights
from firebreak.terms.errors import SpecError


def test_a_model_is_read_again_as_it_was_saved(tmp_path: Path) -> None:
    path = tmp_path / "model.json"
    model = default(COMPARISONS)
    save(model, path)
    again = load(path, COMPARISONS)
    assert again == model
    save(again, tmp_path / "twice.json")
    assert path.read_bytes() == (tmp_path / "twice.json").read_bytes()


def test_levels_of_a_model_can_be_told_by_their_weights() -> None:
    for comparison in default(COMPARISONS).settings["comparisons"]:
        weights = [0.0, *level_weights(comparison).values()]
        assert min(abs(a - b) for nth, a in enumerate(weights) for b in weights[:nth]) > 1e-6


def test_what_agrees_speaks_for_and_what_differs_against() -> None:
    for comparison in default(COMPARISONS).settings["comparisons"]:
        weights = level_weights(comparison)
        words = {BY_NAME[comparison["output_column_name"]].level_of(gamma): bits for gamma, bits in weights.items()}
        assert words["differs"] < -5
        assert max(words.values()) > 0
        best = next(iter(words.values())) if "same" not in words else words["same"]
        assert best > 0


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("", "FB-MODEL-READ"),
        ("[1]", "FB-MODEL-READ"),
        ('{"format": 99, "settings": {}}', "FB-MODEL-READ"),
        ('{"format": 1, "settings": {"comparisons": []}}', "FB-MODEL-LEVELS"),
    ],
)
def test_what_is_no_model_is_refused(tmp_path: Path, content: str, code: str) -> None:
    path = tmp_path / "model.json"
    path.write_text(content, "utf-8")
    with pytest.raises(SpecError) as caught:
        load(path, COMPARISONS)
    assert caught.value.code == code


def test_a_model_with_a_share_that_is_none_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "model.json"
    save(default(COMPARISONS), path)
    raw = json.loads(path.read_text("utf-8"))
    raw["settings"]["comparisons"][0]["comparison_levels"][1]["m_probability"] = 7
    path.write_text(json.dumps(raw), "utf-8")
    with pytest.raises(SpecError) as caught:
        load(path, COMPARISONS)
    assert caught.value.code == "FB-MODEL-LEVELS"


def test_the_model_file_says_what_it_was_made_of() -> None:
    model = default(COMPARISONS)
    assert isinstance(model, Model)
    assert "without labels" in model.made_of
    assert model.version
