"""What goes wrong with whole files: sent twice, sent under another name, empty, cut off, of a layout nobody knows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

from firebreak.world.channels.chance import text_id
from firebreak.world.channels.noise import Noise
from firebreak.world.draws import Draws

AGAIN = "演练-补送"
"""Folder of what was sent again or came broken."""

_SUPPLIES = ("口罩", "消毒液", "测温枪", "防护服", "护目镜")


@dataclass(frozen=True, slots=True)
class Extra:
    """A file beside the good ones. ``fate``: one of ``mess.fields.FILES``; ``of`` is the file it copies."""

    path: str
    content: bytes
    fate: str
    of: str


def sent_again(path: str, content: bytes, noise: Noise, draws: Draws) -> list[Extra]:
    """The same bytes again, under the same name in another folder or under another name beside it."""
    luck = float(draws.uniform("files/again", text_id(path))[0])
    repeated, renamed = noise.files.get("repeated", 0.0), noise.files.get("renamed", 0.0)
    pure = PurePosixPath(path)
    if luck < repeated:
        return [Extra(f"{AGAIN}/{pure.name}", content, "repeated", path)]
    if luck < repeated + renamed:
        stem, dot, end = pure.name.partition(".")
        return [Extra(f"{pure.parent}/{stem}_副本{dot}{end}", content, "renamed", path)]
    return []


def cut_off(archives: Iterable[tuple[str, bytes]], noise: Noise) -> list[Extra]:
    """Archives of which only the first part arrived."""
    wanted = list(archives)[: int(noise.files.get("truncated", 0))]
    return [
        Extra(f"{AGAIN}/{PurePosixPath(path).stem}_中断.zip", content[: len(content) * 3 // 5], "truncated", path)
        for path, content in wanted
    ]


def odd_files(noise: Noise) -> list[Extra]:
    """Empty files, and lists of supplies that no spec describes."""
    empty = [
        Extra(f"{AGAIN}/演练_空文件_{number + 1}.csv", b"", "empty", "")
        for number in range(int(noise.files.get("empty", 0)))
    ]
    unknown = [
        Extra(f"{AGAIN}/演练_物资领用_{number + 1}.csv", _supplies(number), "unknown", "")
        for number in range(int(noise.files.get("unknown", 0)))
    ]
    return empty + unknown


def _supplies(number: int) -> bytes:
    lines = [f"{item},{20 * place + 7 * number + 5},箱,仓库{place % 2 + 1}" for place, item in enumerate(_SUPPLIES)]
    return "\n".join(["物资名称,库存数量,单位,存放地点", *lines, ""]).encode()
