"""Training without labels: u from random pairs, m by expectation–maximisation over pairs that share something.

Fellegi and Sunter 1969; EM for it: Winkler 1988. Splink does the work; here is which pairs it is shown, and what becomes
of levels that no pair was seen on.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from splink import Linker

from firebreak.engine.backends.base import Executor

RANDOM_PAIRS = 4_000_000
SEEN_LEAST = 0.5
"""A level that no pair was seen on counts as half a pair, of those that were looked at (Krichevsky and Trofimov 1981)."""
NEVER_BELOW = 1e-4
"""No m below this: a slip that the sample did not show is rare, not impossible."""


def trained(run: Executor, table: str, untrained: dict[str, Any], blocks: Sequence[str], seed: int = 1) -> dict[str, Any]:
    """The settings with m and u of every level. ``table``: the executor's, one row a record, as the comparisons read it.

    ``blocks``: SQL conditions over ``l`` and ``r``; each trains the comparisons that it does not itself use.
    """
    with quiet():
        api = run.splink()
        linker = Linker(api.register(table, table_name=f"{table}_of_splink"), untrained, log_level=None, validate_settings=False)
        linker.training.estimate_u_using_random_sampling(max_pairs=RANDOM_PAIRS, seed=seed, min_count_per_level=None)
        for block in blocks:
            linker.training.estimate_parameters_using_expectation_maximisation(
                block, estimate_without_term_frequencies=True
            )
        found: dict[str, Any] = linker.misc.save_model_to_json()
        api.delete_tables_created_by_splink_from_db()
    return {**found, "comparisons": [_completed(comparison) for comparison in found["comparisons"]]}


def _completed(comparison: dict[str, Any]) -> dict[str, Any]:
    """Levels that were not seen get half a pair; m and u sum to one again."""
    levels = [dict(level) for level in comparison["comparison_levels"]]
    told = [level for level in levels if not level.get("is_null_level")]
    for level in told:
        level["m_probability"] = max(_number(level.get("m_probability")), NEVER_BELOW)
        level["u_probability"] = max(_number(level.get("u_probability")), SEEN_LEAST / RANDOM_PAIRS)
    for key in ("m_probability", "u_probability"):
        total = sum(level[key] for level in told)
        for level in told:
            level[key] /= total
    return {**comparison, "comparison_levels": levels}


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
