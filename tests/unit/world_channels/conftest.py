"""A small drill, generated once: its truth, and its channels rendered."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.drill_fixture import small_drill

from firebreak.world.channels import render
from firebreak.world.channels.noise import Noise


@pytest.fixture(scope="session")
def drill(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """OUT of a drill with ``truth`` and ``channels``, with the shipped noise."""
    return small_drill(tmp_path_factory.mktemp("drill"))


@pytest.fixture
def rendered(drill: Path, tmp_path: Path) -> Callable[[Noise, int], Path]:
    """Render the same truth again with another noise or seed; gives the folder of the files."""

    def again(noise: Noise, seed: int) -> Path:
        truth = tmp_path / f"truth-{seed}"
        truth.mkdir(parents=True)
        for path in (drill / "truth").iterdir():
            (truth / path.name).symlink_to(path)
        for name in ("rows", "files", "channel_of_passenger"):
            (truth / f"{name}.parquet").unlink()
        render(truth, tmp_path / f"out-{seed}", noise, seed)
        return tmp_path / f"out-{seed}" / "channels"

    return again
