"""A small drill for tests: some hundred people, two weeks, all channels."""

from __future__ import annotations

from pathlib import Path

from firebreak.world.channels import load_noise, render
from firebreak.world.generate import generate

PEOPLE, DAYS, SEED = 500, 14, 11


def small_drill(out: Path, people: int = PEOPLE, days: int = DAYS, seed: int = SEED) -> Path:
    """Write ``truth`` and ``channels`` into ``out``, with the shipped noise."""
    generate(people, days, seed, out)
    render(out / "truth", out, load_noise(), seed)
    return out
