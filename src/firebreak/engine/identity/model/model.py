"""A trained model as a value and as a file: what Splink needs to score, and what it was trained on.

The file is JSON without a value of any person: comparisons, levels, and how often each level is seen among pairs of one
person (m) and of two (u).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from firebreak.engine.identity.compare.levels import NULL, Comparison
from firebreak.terms.errors import SpecError

FORMAT = 1
"""Of the file. A file of another format is refused, not guessed at."""


@dataclass(frozen=True, slots=True)
class Model:
    """``settings``: Splink's settings with m and u of every level. ``version`` names it in links and reviews;
    ``made_of``: what it was trained on, in words."""

    version: str
    settings: Mapping[str, Any]
    made_of: str = ""


def save(model: Model, path: Path) -> None:
    """Write the file; the same model gives the same bytes."""
    content = {
        "format": FORMAT,
        "version": model.version,
        "made_of": model.made_of,
        "settings": {key: value for key, value in model.settings.items() if key not in _OF_A_SESSION},
    }
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", "utf-8")


_OF_A_SESSION = ("linker_uid", "sql_dialect")


def load(path: Path, comparisons: Sequence[Comparison]) -> Model:
    """Read a model. SpecError where the file is none, or was made for other comparisons than these."""
    try:
        raw = json.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        rule = "A model is the JSON file that training wrote."
        raise SpecError("FB-MODEL-READ", f"{path.name}: {type(error).__name__}", rule, "Train it again.") from error
    return _checked(raw, path.name, comparisons)


def default(comparisons: Sequence[Comparison]) -> Model:
    """The model that comes with the program, trained on drill records without labels."""
    text = files("firebreak.engine.identity.model").joinpath("default.json").read_text("utf-8")
    return _checked(json.loads(text), "default.json", comparisons)


def _checked(raw: Any, name: str, comparisons: Sequence[Comparison]) -> Model:
    if not isinstance(raw, dict) or raw.get("format") != FORMAT or not isinstance(raw.get("settings"), dict):
        rule = f"A model is an object of format {FORMAT} with settings."
        raise SpecError("FB-MODEL-READ", name, rule, "Train it again with this version.")
    settings = raw["settings"]
    if _levels(settings) != [
        (one.name, [level.word for level in one.levels if level.word != NULL]) for one in comparisons
    ]:
        rule = "A model has m and u for each level that this version compares, and for no other."
        raise SpecError("FB-MODEL-LEVELS", name, rule, "Train it again with this version.")
    return Model(str(raw.get("version", "")), settings, str(raw.get("made_of", "")))


def _levels(settings: Mapping[str, Any]) -> list[tuple[str, list[str]]]:
    """Comparisons and their levels that carry weights, as the file names them."""
    found = []
    for comparison in settings.get("comparisons", []):
        told = [one for one in comparison.get("comparison_levels", []) if not one.get("is_null_level")]
        whole = [one for one in told if _is_share(one.get("m_probability")) and _is_share(one.get("u_probability"))]
        found.append((str(comparison.get("output_column_name")), [str(one.get("label_for_charts")) for one in whole]))
    return found


def _is_share(value: Any) -> bool:
    return isinstance(value, float | int) and not isinstance(value, bool) and 0 < value <= 1
