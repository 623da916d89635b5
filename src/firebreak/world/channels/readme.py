"""The page that lies beside the files of a drill."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from firebreak.world.channels.layout import Channel

_MARK = "\n## 渠道 channels\n"
_TITLE = "# 演练 / DRILL\n"
_HEAD = """
演练/DRILL：以下文件全部为模拟数据，人员、行程、病例、企业、住址均为虚构，任何雷同纯属巧合，不得作为真实数据使用或转发。
All files below are simulated: people, journeys, cases, enterprises and addresses are invented. They must not be used or
passed on as real data.

| 渠道 channel | 名称 | name | 文件 files | 行 rows |
|---|---|---|---:|---:|
"""


def write_readme(path: Path, channels: Sequence[Channel], files: pl.DataFrame) -> None:
    """Add to the drill's page the channels with their files and rows, and the files that came broken or twice."""
    before = path.read_text("utf-8").split(_MARK)[0] if path.is_file() else _TITLE
    sums = files.filter(pl.col("fate") == "data").group_by("channel").agg(pl.len(), pl.col("rows").sum())
    counts = {channel: (number, rows) for channel, number, rows in sums.iter_rows()}
    lines = [
        f"| `{channel.folder}` | {channel.zh} | {channel.en} | {counts.get(channel.id, (0, 0))[0]} "
        f"| {counts.get(channel.id, (0, 0))[1]} |\n"
        for channel in channels
    ]
    odd = files.filter(pl.col("fate") != "data").select("file", "fate").rows()
    tail = [
        "\n重复、改名、残缺、空白与未知格式的文件 · files sent twice, renamed, cut off, empty, of unknown layout:\n\n"
    ]
    tail += [f"- `{name}`: {fate}\n" for name, fate in odd]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(before + _MARK + _HEAD + "".join(lines) + "".join(tail), encoding="utf-8")
