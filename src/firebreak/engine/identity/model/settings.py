"""Splink's settings from our comparisons."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from firebreak.engine.identity.compare.levels import Comparison, as_splink


def settings(comparisons: Sequence[Comparison], link_type: str = "dedupe_only") -> dict[str, Any]:
    """Untrained settings. ``link_type``: Splink's (dedupe_only, link_only, link_and_dedupe)."""
    return {
        "link_type": link_type,
        "comparisons": [as_splink(comparison) for comparison in comparisons],
        "blocking_rules_to_generate_predictions": [],
        "retain_matching_columns": False,
        "retain_intermediate_calculation_columns": True,
        "max_iterations": 50,
        "em_convergence": 0.0005,
        "unique_id_column_name": "unique_id",
    }
