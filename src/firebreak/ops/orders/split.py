"""Who gets whom: contacts split by the divisions they live in, from the province down to the grid. Pure.

Levels are prefixes of the division code: province 2 digits, prefecture 4, county 6, street 9, and the grid's 15
(GB/T 34300). Each contact belongs to exactly one order, the deepest that its code names; orders above it count it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

LEVELS = (2, 4, 6, 9, 15)
_PARTS = (2, 4, 6, 9, 12, 15)


@dataclass(slots=True)
class Node:
    """One order to be: ``own`` are the subjects that belong to it and to no order below; ``total`` counts both.

    ``outside``: the area lies in another province, whose desks are reached by a signed file only. ``parent``: the code
    of the order above; empty for the province's own, which is always there and counts everybody.
    """

    code: str
    parent: str
    outside: bool = False
    own: list[int] = field(default_factory=list)
    total: int = 0

    @property
    def level(self) -> int:
        return len(self.code)


def plain_code(code: str) -> str:
    """The code without the digits that name nothing, cut to a level; empty where it names no province.

    >>> [plain_code(one) for one in ("320200", "320213001001", "320213001001003", "32021", "")]
    ['3202', '320213001', '320213001001003', '3202', '']
    """
    if not (code.isascii() and code.isdigit()):
        return ""
    size = max((part for part in _PARTS if part <= len(code)), default=0)
    while size and not int(code[:size][_before(size) :]):
        size = _before(size)
    size = max((level for level in LEVELS if level <= size), default=0)
    return code[:size]


def _before(size: int) -> int:
    return max((part for part in _PARTS if part < size), default=0)


def home_of(division: str, grid: str) -> str:
    """The code of where somebody lives: the grid, where it lies in the division, else the division.

    >>> home_of("320213", "320213001001003"), home_of("320213", "320505001001003"), home_of("", "")
    ('320213001001003', '320213', '')
    """
    known = plain_code(division)
    return plain_code(grid) if len(grid) == 15 and grid.startswith(known) else known


def path_of(code: str) -> Iterator[str]:
    """The codes from the province down to this one.

    >>> list(path_of("320213001"))
    ['32', '3202', '320213', '320213001']
    """
    return (code[:level] for level in LEVELS if level <= len(code))


def split(homes: Iterable[tuple[int, str]], *, province: str, desk: str) -> list[Node]:
    """The orders for these subjects (``subject, code of home``), parents before children.

    ``province``: two digits; codes of others are outside. ``desk``: who finds out where those live of whom nobody
    knows; it lies in the province.
    """
    nodes = {province: Node(province, "")}
    for subject, home in homes:
        code = plain_code(home) or plain_code(desk) or province
        outside = code[:2] != province
        way = [province, code[:2]] if outside else list(path_of(code))
        for step, one in enumerate(way):
            node = nodes.setdefault(one, Node(one, way[step - 1] if step else "", outside))
            node.total += 1
        node.own.append(subject)
    return sorted(nodes.values(), key=lambda node: (node.code != province, node.level, node.code))
