"""JSON, nested as its institutions nest it, and JSON lines."""

from __future__ import annotations

import json
from typing import Any

import polars as pl

from firebreak.world.channels.layout import Channel


def write_jsonl(channel: Channel, cells: pl.DataFrame, lines: pl.Series) -> bytes:
    """One object a line; with ``list_name`` one object for all rows of the same line number."""
    objects = _grouped(channel, cells, lines) if channel.list_name else cells.select(_nested(channel.headers))
    return objects.write_ndjson().encode(channel.encoding)


def write_json(channel: Channel, cells: pl.DataFrame) -> bytes:
    """One document: the rows lie at ``record_path``, beside what the sending system says of itself."""
    rows = cells.select(_nested(channel.headers)).write_json()
    text = rows
    for depth, name in enumerate(reversed(channel.record_path.split("."))):
        beside = {"total": cells.height} if depth == 0 else {"code": 0, "message": "演练/DRILL", "source": channel.zh}
        head = json.dumps(beside, ensure_ascii=False)[:-1]
        text = f'{head}, "{name}": {text}}}'
    return text.encode(channel.encoding)


def _grouped(channel: Channel, cells: pl.DataFrame, lines: pl.Series) -> pl.DataFrame:
    inner = f"{channel.list_name}."
    outside = [header for header in channel.headers if not header.startswith(inner)]
    inside = [header for header in channel.headers if header.startswith(inner)]
    element = pl.struct(pl.col(header).alias(header.removeprefix(inner)) for header in inside)
    grouped = cells.with_columns(lines.alias("_line")).group_by("_line", maintain_order=True)
    return grouped.agg(*(pl.col(header).first() for header in outside), element.alias(channel.list_name)).drop("_line")


def _nested(headers: list[str]) -> list[pl.Expr]:
    """Expressions that make the tree of the dotted headers."""
    tree: dict[str, Any] = {}
    for header in headers:
        *path, leaf = header.split(".")
        branch = tree
        for name in path:
            branch = branch.setdefault(name, {})
        branch[leaf] = header
    return _branches(tree)


def _branches(tree: dict[str, Any]) -> list[pl.Expr]:
    return [
        (pl.struct(_branches(what)) if isinstance(what, dict) else pl.col(what)).alias(name)
        for name, what in tree.items()
    ]
