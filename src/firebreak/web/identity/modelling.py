"""The model as a chart: what each level of each comparison weighs."""

from __future__ import annotations

from dataclasses import dataclass
from math import log2

from firebreak.engine.identity.model.model import Model
from firebreak.web.identity.page import render
from firebreak.web.identity.pairing import level
from firebreak.web.identity.waterfall import level_bars


@dataclass(frozen=True, slots=True)
class LevelWeight:
    """``m``: how often among pairs of one person, ``u``: of two; ``weight`` = log2(m/u), in bits. ``adjusted``: for how
    common the value is, too."""

    word: str
    m: float
    u: float
    weight: float
    adjusted: bool


@dataclass(frozen=True, slots=True)
class Chart:
    """One comparison of the model."""

    name: str
    levels: tuple[LevelWeight, ...]


def charts(model: Model) -> list[Chart]:
    """Every comparison with its levels as the saved model holds them; the level that says nothing is left out."""
    found = []
    for comparison in model.settings["comparisons"]:
        levels = [one for one in comparison["comparison_levels"] if not one.get("is_null_level")]
        told = tuple(
            LevelWeight(
                one["label_for_charts"],
                one["m_probability"],
                one["u_probability"],
                log2(one["m_probability"] / one["u_probability"]),
                "tf_adjustment_column" in one,
            )
            for one in levels
        )
        found.append(Chart(comparison["output_column_name"], told))
    return found


def model_page(model: Model, lang: str = "zh") -> str:
    """The page; all comparisons on one scale, so that lengths can be compared."""
    every = charts(model)
    bars = iter(level_bars([one.weight for chart in every for one in chart.levels]))
    blocks = [
        {
            "name": chart.name,
            "levels": [{"told": one, "words": level(chart.name, one.word), "bar": next(bars)} for one in chart.levels],
        }
        for chart in every
    ]
    return render("model", lang, model=model, blocks=blocks)
