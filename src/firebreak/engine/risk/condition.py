"""Conditions of rules: SQL boolean expressions, read once; one tree for the executors and for one person."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import Any

from firebreak.engine.risk.allow_list import RefusedError, read
from firebreak.engine.risk.nodes import Asked, Compare, Constant, Node, Row, Value, walk
from firebreak.engine.risk.vocabulary import FACTS, Fact

_MOST_POINTS = 300_000


@dataclass(frozen=True, slots=True)
class Condition:
    """A checked condition. ``text`` is what the rule file says, ``columns`` the facts it uses, in order of name."""

    text: str
    tree: Node
    columns: tuple[str, ...]

    def ibis(self, table: Any) -> Any:
        """The condition over a table that has its columns: a boolean column, null where it is not known."""
        return self.tree.ibis(table)

    def holds(self, row: Row) -> bool:
        """Is the condition true of a person's facts? Unknown counts as no."""
        return self.tree.value(row) is True

    def can_fire(self) -> bool:
        """Is there any combination of facts, within their ranges, that makes it true? RefusedError where too many.

        A comparison only changes where a constant, or another fact, is passed: the constants, what lies next to them,
        the ends of the range and null are every case there is.
        """
        points = {name: _points(FACTS[name], self.tree) for name in self.columns}
        total = 1
        for values in points.values():
            total *= len(values)
        if total > _MOST_POINTS:
            raise RefusedError("FB-RISK-COMPLEX", "A condition compares few facts.", "Split it into several rules.")
        return any(self.holds(dict(zip(points, values, strict=True))) for values in product(*points.values()))


def parse(text: str) -> Condition:
    """Read and check one condition. Raises RefusedError."""
    tree = read(text)
    columns = sorted({node.name for node in walk(tree) if isinstance(node, Asked)})
    if not columns:
        said = "A condition asks for at least one fact."
        raise RefusedError("FB-RISK-CONSTANT", said, "Name a fact of the vocabulary.")
    return Condition(text, tree, tuple(columns))


def _points(fact: Fact, tree: Node) -> list[Value]:
    """Every value of a fact that can make a difference to a condition."""
    if fact.type == "word":
        return [None, *fact.words]
    step = 1 if fact.type in ("days", "count") else 0.1
    reach = 1 + _chain(tree)
    numbers = {float(one) for one in _constants(tree)}
    near = {number + move * step for number in numbers for move in range(-reach, reach + 1)}
    near |= {fact.low + move * step for move in range(reach)} | {fact.high}
    return [None, *sorted(value for value in near if fact.low <= value <= fact.high)]


def _constants(tree: Node) -> list[float]:
    return [
        node.constant for node in walk(tree) if isinstance(node, Constant) and not isinstance(node.constant, bool | str)
    ]


def _chain(tree: Node) -> int:
    """How many comparisons of a fact with a fact there are: a chain of them needs as many steps between its ends."""
    compared = [node for node in walk(tree) if isinstance(node, Compare)]
    return sum(isinstance(one.left, Asked) and isinstance(one.right, Asked) for one in compared)
