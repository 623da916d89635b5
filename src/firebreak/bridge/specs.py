"""The channel specs of a run: those shipped, and those of folders that are named."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from firebreak.engine.intake.spec import SHIPPED, ChannelSpec, load_specs


def specs_from(folders: Iterable[Path] = ()) -> list[ChannelSpec]:
    """Every spec, by id and version. SpecError at the first mistake."""
    return load_specs([SHIPPED, *folders])
