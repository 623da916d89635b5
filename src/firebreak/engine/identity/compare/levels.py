"""A comparison and its levels as values: what Splink is given, and what the manual prints."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

NULL, ELSE = "unknown", "differs"


@dataclass(frozen=True, slots=True)
class Level:
    """``sql`` over ``column_l`` and ``column_r``, in DuckDB's dialect (Splink translates it for Spark).

    ``word`` names the level in links, reviews and charts; ``common`` is the column whose value's frequency adjusts the
    weight (王伟 agreeing says less than a rare name agreeing); ``m`` and ``u`` are where training starts, or, with
    ``fixed`` (``fix_u``: u alone), what they stay.
    """

    word: str
    sql: str
    en: str
    zh: str
    common: str | None = None
    m: float | None = None
    u: float | None = None
    fixed: bool = False
    fix_u: bool = False


@dataclass(frozen=True, slots=True)
class Comparison:
    """Levels are tried in their order; the first is the case that nothing can be said, the last that nothing fits."""

    name: str
    en: str
    zh: str
    levels: tuple[Level, ...]

    def level_of(self, gamma: int) -> str:
        """The word of a level by Splink's number for it: −1 for unknown, 0 for the last, counting upwards."""
        return NULL if gamma < 0 else self.levels[len(self.levels) - 1 - gamma].word


def unknown(sql: str) -> Level:
    """The level that says nothing."""
    return Level(NULL, sql, "not known on one side", "一方缺失")


def differs(en: str = "different", zh: str = "不同", **given: Any) -> Level:
    """The last level: none of the others."""
    return Level(ELSE, "ELSE", en, zh, **given)


def either(column: str) -> str:
    """SQL: one of the two values on the left equals one of the two on the right (``column``, ``column_2``)."""
    here, also = f"{column}_l", f"{column}_2_l"
    there, too = f"{column}_r", f"{column}_2_r"
    return f"({here} = {there} OR {here} = {too} OR {also} = {there} OR {also} = {too})"


def as_splink(comparison: Comparison) -> dict[str, Any]:
    """The comparison as Splink's settings write it."""
    return {
        "output_column_name": comparison.name,
        "comparison_levels": [_level(level) for level in comparison.levels],
        "comparison_description": comparison.en,
    }


def _level(level: Level) -> dict[str, Any]:
    settings: dict[str, Any] = {"sql_condition": level.sql, "label_for_charts": level.word}
    if level.word == NULL:
        return settings | {"is_null_level": True}
    if level.common is not None:
        settings |= {"tf_adjustment_column": level.common, "disable_tf_exact_match_detection": True}
    for name, value in (("m_probability", level.m), ("u_probability", level.u)):
        if value is not None:
            settings[name] = value
            settings[f"fix_{name}"] = level.fixed or (level.fix_u and name == "u_probability")
    return settings


def named(comparisons: tuple[Comparison, ...]) -> Mapping[str, Comparison]:
    """The comparisons by their names."""
    return {comparison.name: comparison for comparison in comparisons}
