"""Where the real data lies: beside the project, never inside it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SHARED = Path(os.environ.get("FIREBREAK_SHARED", ROOT.parent / "shared")) / "data"


def shared(name: str) -> Path:
    """The path of shared data, or the test is skipped with the name of what is missing."""
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"{path.parent} is absent: the real data {name} cannot be read")
    return path
