"""What a condition is made of: each node knows its value for one person and its expression over a table.

Values are SQL's three: a comparison with null is null, ``false AND null`` is false, ``true OR null`` is true.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import ibis

Value = bool | int | float | str | None
Row = Mapping[str, Value]

COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


class Node(Protocol):
    """A part of a condition."""

    def value(self, row: Row) -> Value:
        """The value for one person's facts."""

    def ibis(self, table: Any) -> Any:
        """The column over a table that has the facts as columns."""

    def parts(self) -> tuple[Node, ...]:
        """The nodes below."""


def walk(node: Node) -> Iterator[Node]:
    """A node and all below it."""
    yield node
    for part in node.parts():
        yield from walk(part)


@dataclass(frozen=True, slots=True)
class Constant:
    """A number, a word or a truth value."""

    constant: bool | int | float | str

    def value(self, row: Row) -> Value:
        return self.constant

    def ibis(self, table: Any) -> Any:
        return ibis.literal(self.constant)

    def parts(self) -> tuple[Node, ...]:
        return ()


@dataclass(frozen=True, slots=True)
class Asked:
    """A fact of the vocabulary."""

    name: str

    def value(self, row: Row) -> Value:
        return row.get(self.name)

    def ibis(self, table: Any) -> Any:
        return table[self.name]

    def parts(self) -> tuple[Node, ...]:
        return ()


@dataclass(frozen=True, slots=True)
class Compare:
    """Two values of one type, by ``sign`` of ``COMPARE``."""

    sign: str
    left: Node
    right: Node

    def value(self, row: Row) -> Value:
        left, right = self.left.value(row), self.right.value(row)
        return None if left is None or right is None else bool(COMPARE[self.sign](left, right))

    def ibis(self, table: Any) -> Any:
        return COMPARE[self.sign](self.left.ibis(table), self.right.ibis(table))

    def parts(self) -> tuple[Node, ...]:
        return self.left, self.right


@dataclass(frozen=True, slots=True)
class IsNull:
    """Is nothing known of a fact?"""

    asked: Asked

    def value(self, row: Row) -> Value:
        return self.asked.value(row) is None

    def ibis(self, table: Any) -> Any:
        return self.asked.ibis(table).isnull()

    def parts(self) -> tuple[Node, ...]:
        return (self.asked,)


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite; unknown stays unknown."""

    inner: Node

    def value(self, row: Row) -> Value:
        inner = self.inner.value(row)
        return None if inner is None else not inner

    def ibis(self, table: Any) -> Any:
        return ~self.inner.ibis(table)

    def parts(self) -> tuple[Node, ...]:
        return (self.inner,)


@dataclass(frozen=True, slots=True)
class Both:
    """AND where ``every``, else OR."""

    every: bool
    left: Node
    right: Node

    def value(self, row: Row) -> Value:
        values = (self.left.value(row), self.right.value(row))
        if (not self.every) in values:
            return not self.every
        return None if None in values else self.every

    def ibis(self, table: Any) -> Any:
        left, right = self.left.ibis(table), self.right.ibis(table)
        return left & right if self.every else left | right

    def parts(self) -> tuple[Node, ...]:
        return self.left, self.right
