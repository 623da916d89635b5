"""A channel spec for tests of readers: what the file is, and no more."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from firebreak.engine.intake.readers import Found, read, tables_in
from firebreak.engine.intake.spec import ChannelSpec, ColumnSpec, FileSpec, Several
from firebreak.terms.enums import Category


def layout(known: Sequence[str] = (), several: tuple[Several, ...] = (), **file: Any) -> ChannelSpec:
    """A spec of a file of that layout; ``known`` are the columns it names."""
    return ChannelSpec(
        id="test",
        version=1,
        valid_from=date(2020, 1, 1),
        valid_to=None,
        zh="测试",
        en="test",
        category=Category.ROSTER,
        source="",
        simulated=True,
        file=FileSpec(**file),
        constants={},
        columns=tuple(ColumnSpec(name, "name", "name") for name in known),
        combine=(),
        several=several,
        identity={},
        path=Path("test.toml"),
    )


def only(path: Path) -> Found:
    """The one table file at ``path``, if it is no archive."""
    (found,) = tables_in(path)
    return found


def rows_of(found: Found, spec: ChannelSpec) -> dict[int, tuple[Any, ...]]:
    """The cells of every row that was cut, by its line."""
    rows: dict[int, tuple[Any, ...]] = {}
    for chunk in read(found, spec):
        rows.update(zip(chunk.lines.to_list(), chunk.frame.rows(), strict=True))
    return rows


def problems_of(found: Found, spec: ChannelSpec) -> dict[int, str]:
    """The code of every row that could not be cut, by its line."""
    return {problem.line: problem.code for chunk in read(found, spec) for problem in chunk.problems}
