"""Scores of candidate pairs by the model: the weight of each, and of each of its comparisons."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ibis
import numpy as np
import polars as pl
from splink import Linker

from firebreak.engine.backends.base import Executor
from firebreak.engine.identity.model.model import Model
from firebreak.engine.identity.model.train import level_weights, quiet


def scored(run: Executor, model: Model, profiles: str, pairs: str, prior: float, least: float) -> pl.DataFrame:
    """``left, right, weight, probability`` and, of each comparison, ``gamma_C``, ``mw_C`` (bits), ``mw_tf_adj_C``.

    ``profiles`` and ``pairs`` are tables of the executor: rows of ``profiles.profiles``, and ``left, right``.
    ``prior``: the probability that two of the groups are one person. Pairs below ``least`` bits are left out.
    """
    with quiet():
        api = run.splink()
        of_duckdb = api.sql_dialect.sql_dialect_str == "duckdb"
        linker = Linker(
            api.register(profiles if of_duckdb else _bare(run, profiles), table_name=f"{profiles}_of_splink"),
            {**model.settings, "probability_two_random_records_match": prior},
            log_level=None,
            validate_settings=False,
        )
        if not of_duckdb:
            _give_frequencies(run, linker, api, profiles)
        blocked = api.register(_blocked(run, pairs), table_name=f"{pairs}_of_splink")
        linker.table_management.register_blocked_pairs_for_predict(blocked)
        found = linker.inference.predict(threshold_match_weight=least, warning_mode="never")
        table = _polars(found)
        api.delete_tables_created_by_splink_from_db()
    return _told(table, model.settings)


def _frequencies(run: Executor, profiles: str) -> list[str]:
    return [name.removeprefix("tf_") for name in run.table(profiles).columns if name.startswith("tf_")]


def _bare(run: Executor, profiles: str) -> str:
    """The profiles without frequencies: past DuckDB, Splink would join its own beside the columns given."""
    given = [f"tf_{column}" for column in _frequencies(run, profiles)]
    run.keep(f"{profiles}_bare", run.table(profiles).drop(*given))
    return f"{profiles}_bare"


def _give_frequencies(run: Executor, linker: Linker, api: Any, profiles: str) -> None:
    """The frequencies of the profiles as Splink's lookup tables."""
    table = run.table(profiles)
    for column in _frequencies(run, profiles):
        told = table.filter(table[column].notnull() & table[f"tf_{column}"].notnull())
        run.keep(f"{profiles}_tf_{column}", told.select(column, f"tf_{column}").distinct())
        lookup = api.register(f"{profiles}_tf_{column}", table_name=f"{profiles}_tf_{column}_of_splink")
        linker.table_management.register_term_frequency_lookup(lookup, column)


def _blocked(run: Executor, pairs: str) -> str:
    """The pairs as Splink names them."""
    known = run.table(pairs)
    run.keep(f"{pairs}_blocked", known.select(match_key=ibis.literal("0"), join_key_l="left", join_key_r="right"))
    return f"{pairs}_blocked"


def _polars(found: Any) -> pl.DataFrame:
    table = pl.from_arrow(found.as_pyarrow_table())
    assert isinstance(table, pl.DataFrame)
    return table


def _told(table: pl.DataFrame, settings: Mapping[str, Any]) -> pl.DataFrame:
    """Splink gives a pair's gammas only together with every column compared; a level is known by its weight, too."""
    weights = [pl.col(name).cast(pl.Float32) for name in table.columns if name.startswith("mw_")]
    levels = [
        _gammas(table[f"mw_{comparison['output_column_name']}"], comparison) for comparison in settings["comparisons"]
    ]
    return table.select(
        pl.col("unique_id_l").alias("left"),
        pl.col("unique_id_r").alias("right"),
        pl.col("match_weight").cast(pl.Float32).alias("weight"),
        pl.col("match_probability").cast(pl.Float32).alias("probability"),
        *weights,
        *levels,
    ).sort("weight", "left", "right", descending=[True, False, False])


def _gammas(weights: pl.Series, comparison: Mapping[str, Any]) -> pl.Series:
    """Splink's number of each pair's level (−1: unknown), from its weight: ``model.train`` sees that they differ."""
    of_level = level_weights(comparison)
    known = np.array([0.0, *of_level.values()])
    numbers = np.array([-1, *of_level], dtype=np.int8)
    order = np.argsort(known)
    middles = (known[order][1:] + known[order][:-1]) / 2
    found = numbers[order][np.searchsorted(middles, weights.to_numpy())]
    return pl.Series(f"gamma_{comparison['output_column_name']}", found)
