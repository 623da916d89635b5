"""Training without labels: u from random pairs, m by expectation–maximisation over pairs that share something.

Fellegi and Sunter 1969; EM for it: Winkler 1988. Splink does the work; here is which pairs it is shown, and what
becomes of levels that no pair was seen on.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from math import log2
from typing import Any

from splink import Linker

from firebreak.engine.backends.base import Executor

RANDOM_PAIRS = 2_000_000
SEEN_LEAST = 0.5
"""A level that no pair was seen on counts as half a pair of those that were looked at (Krichevsky, Trofimov 1981)."""
NEVER_BELOW = 1e-4
"""No m below this: a slip that the sample did not show is rare, not impossible."""


def trained(
    run: Executor, people: str, records: str, untrained: dict[str, Any], blocks: Sequence[str], seed: int = 1
) -> dict[str, Any]:
    """The settings with m and u of every level.

    ``people`` and ``records`` are tables of the executor, rows as the comparisons read them: in the first nearly no two
    are of one person, so that random pairs of it give u; the second has all records of some people. ``blocks``: SQL
    conditions over ``l`` and ``r``; each trains the comparisons that it does not itself use.
    """
    with quiet():
        api = run.splink()
        linker = _linker(api, people, "for_u", untrained)
        linker.training.estimate_u_using_random_sampling(max_pairs=RANDOM_PAIRS, seed=seed, min_count_per_level=None)
        linker = _linker(api, records, "for_m", linker.misc.save_model_to_json())
        for block in blocks:
            linker.training.estimate_parameters_using_expectation_maximisation(
                block, estimate_without_term_frequencies=True
            )
        found: dict[str, Any] = linker.misc.save_model_to_json()
        api.delete_tables_created_by_splink_from_db()
    return {**found, "comparisons": [_completed(comparison) for comparison in found["comparisons"]]}


def _linker(api: Any, table: str, role: str, how: dict[str, Any]) -> Linker:
    return Linker(api.register(table, table_name=f"{table}_{role}"), how, log_level=None, validate_settings=False)


def _completed(comparison: dict[str, Any]) -> dict[str, Any]:
    """Levels that were not seen get half a pair; m and u sum to one again."""
    levels = [dict(level) for level in comparison["comparison_levels"]]
    told = [level for level in levels if not level.get("is_null_level")]
    for level in [level for level in told if not level.get("fix_u_probability")]:
        level["m_probability"] = max(_number(level.get("m_probability")), NEVER_BELOW)
        level["u_probability"] = max(_number(level.get("u_probability")), SEEN_LEAST / RANDOM_PAIRS)
    for key in ("m_probability", "u_probability"):
        total = sum(level[key] for level in told)
        for level in told:
            level[key] /= total
    _told_apart(told)
    return {**comparison, "comparison_levels": levels}


def level_weights(comparison: Mapping[str, Any]) -> dict[int, float]:
    """The weight in bits of each level by Splink's number for it: 0 for the last level, counting upwards."""
    told = [level for level in comparison["comparison_levels"] if not level.get("is_null_level")]
    numbered = zip(range(len(told) - 1, -1, -1), told, strict=True)
    return {number: log2(level["m_probability"] / level["u_probability"]) for number, level in numbered}


def _told_apart(levels: list[dict[str, Any]]) -> None:
    """No two levels, and none and the unknown, weigh the same: a ten-thousandth of a bit sets them apart."""
    taken = {0}
    for level in levels:
        while (place := round(log2(level["m_probability"] / level["u_probability"]) * 10_000)) in taken:
            level["m_probability"] *= 1 + 1e-4
        taken.add(place)


def _number(value: Any) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


@contextmanager
def quiet() -> Iterator[None]:
    """Splink tells its progress as warnings and on standard error; the engine keeps silent."""
    logger = logging.getLogger("splink")
    before = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(before)
