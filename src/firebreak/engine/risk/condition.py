"""Conditions of rules: SQL boolean expressions, parsed once, checked against an allow-list and the typed vocabulary.

The same tree is compiled to Ibis for the executors and evaluated in plain Python for the oracle, with SQL's three values.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

import ibis
import sqlglot
from sqlglot import expressions as sql
from sqlglot.errors import SqlglotError

from firebreak.engine.risk.vocabulary import FACTS, Fact
from firebreak.terms.errors import value_class

Value = bool | int | float | str | None
Row = Mapping[str, Value]

_COMPARE: dict[type[sql.Expression], Callable[[Any, Any], Any]] = {
    sql.EQ: operator.eq,
    sql.NEQ: operator.ne,
    sql.LT: operator.lt,
    sql.LTE: operator.le,
    sql.GT: operator.gt,
    sql.GTE: operator.ge,
}
_MOST_POINTS = 300_000


class Refused(Exception):
    """Why a condition is refused: ``rule`` and ``remedy`` in words, ``code`` of the manual."""

    def __init__(self, code: str, rule: str, remedy: str) -> None:
        super().__init__(f"{code}: {rule} {remedy}")
        self.code, self.rule, self.remedy = code, rule, remedy


@dataclass(frozen=True, slots=True)
class Condition:
    """A checked condition. ``text`` is what the rule file says, ``columns`` the facts it uses, in order of name."""

    text: str
    tree: sql.Expression
    columns: tuple[str, ...]

    def ibis(self, table: Any) -> Any:
        """The condition over a table that has its columns: a boolean column, null where it is not known."""
        return _ibis(self.tree, table)

    def holds(self, row: Row) -> bool:
        """Is the condition true of a person's facts? Unknown counts as no."""
        return _value(self.tree, row) is True

    def can_fire(self, also: Callable[[Row], bool] = lambda _: True) -> bool:
        """Is there any combination of facts, within their ranges, that makes it true and satisfies ``also``?

        A comparison only changes where a constant, or another fact, is passed: the constants, what lies next to them, the
        ends of the range and null are every case there is.
        """
        points = {name: _points(FACTS[name], self.tree) for name in self.columns}
        total = 1
        for values in points.values():
            total *= len(values)
        if total > _MOST_POINTS:
            raise Refused("FB-RISK-COMPLEX", "A condition compares few facts.", "Split it into several rules.")
        rows = (dict(zip(points, values, strict=True)) for values in product(*points.values()))
        return any(self.holds(row) and also(row) for row in rows)


def parse(text: str) -> Condition:
    """Parse and check one condition. Raises Refused."""
    try:
        tree = sqlglot.parse_one(text, dialect="duckdb")
    except SqlglotError:
        raise Refused("FB-RISK-SYNTAX", "A condition is one SQL boolean expression.", "Mend the expression.") from None
    if _type(tree) != "flag":
        raise Refused("FB-RISK-NOT-BOOLEAN", "A condition is true or false.", "Compare the fact with something.")
    columns = sorted({column.name for column in tree.find_all(sql.Column)})
    if not columns:
        raise Refused("FB-RISK-CONSTANT", "A condition asks for at least one fact.", "Name a fact of the vocabulary.")
    return Condition(text, tree, tuple(columns))


def _type(node: sql.Expression) -> str:
    """``flag``, ``number``, ``null`` or ``word:COLUMN``; raises Refused for what is not on the allow-list."""
    match node:
        case sql.Paren() | sql.Neg():
            return _inner_type(node)
        case sql.And() | sql.Or():
            return _flags(node.left, node.right)
        case sql.Not():
            return _flags(node.this)
        case sql.Column():
            return _column_type(node)
        case sql.Boolean():
            return "flag"
        case sql.Null():
            return "null"
        case sql.Literal():
            return "text" if node.is_string else "number"
        case sql.Is():
            if not isinstance(node.expression, sql.Null):
                raise _off_list(node)
            _column_of(node.this)
            return "flag"
        case sql.In():
            if node.args.get("query") or node.args.get("unnest") or not node.expressions:
                raise _off_list(node)
            for value in node.expressions:
                _alike(node.this, value)
            return "flag"
        case sql.Between():
            _ordered(node.this, node.args["low"])
            _ordered(node.this, node.args["high"])
            return "flag"
        case sql.EQ() | sql.NEQ():
            _alike(node.left, node.right)
            return "flag"
        case sql.LT() | sql.LTE() | sql.GT() | sql.GTE():
            _ordered(node.left, node.right)
            return "flag"
    raise _off_list(node)


def _inner_type(node: sql.Expression) -> str:
    inner = _type(node.this)
    if isinstance(node, sql.Neg) and inner != "number":
        raise _off_list(node)
    return inner


def _flags(*nodes: sql.Expression) -> str:
    if any(_type(node) not in ("flag", "null") for node in nodes):
        raise Refused("FB-RISK-NOT-BOOLEAN", "AND, OR and NOT take conditions.", "Compare the fact with something.")
    return "flag"


def _column_of(node: sql.Expression) -> Fact:
    if not isinstance(node, sql.Column):
        raise _off_list(node)
    if node.name not in FACTS or node.table:
        raise Refused(
            "FB-RISK-UNKNOWN-FACT",
            f"No fact has this name ({value_class(node.name)}).",
            "Use a column of the vocabulary: docs/reference/risk-facts.md.",
        )
    return FACTS[node.name]


def _column_type(node: sql.Expression) -> str:
    fact = _column_of(node)
    return {"word": f"word:{fact.name}", "flag": "flag"}.get(fact.type, "number")


def _alike(left: sql.Expression, right: sql.Expression) -> None:
    """Refuse a comparison of different types, and of a word with one that is not of its list."""
    types = {_type(left), _type(right)}
    if types == {"number"}:
        return
    words = [one for one in types if one.startswith("word:")]
    literals = [one for one in (left, right) if isinstance(one, sql.Literal) and one.is_string]
    if len(words) == 1 and types == {words[0], "text"} and literals:
        if literals[0].this in FACTS[words[0][5:]].words:
            return
        raise Refused(
            "FB-RISK-WORD",
            "A word is compared with the words of its list.",
            f"Use one of: {', '.join(FACTS[words[0][5:]].words)}.",
        )
    raise Refused("FB-RISK-TYPES", "Both sides of a comparison are of one type.", "Mend the comparison.")


def _ordered(left: sql.Expression, right: sql.Expression) -> None:
    if {_type(left), _type(right)} != {"number"}:
        raise Refused("FB-RISK-TYPES", "Only numbers have an order.", "Compare numbers, or use = for words.")


def _off_list(node: sql.Expression) -> Refused:
    return Refused(
        "FB-RISK-OFF-LIST",
        f"{type(node).__name__} is not on the list of what a condition may hold.",
        "Use AND, OR, NOT, =, <>, <, <=, >, >=, BETWEEN, IN and IS NULL over facts and constants.",
    )


def _literal(node: sql.Literal) -> str | float | int:
    if node.is_string:
        return str(node.this)
    number = float(node.this)
    return int(number) if number.is_integer() else number


def _ibis(node: sql.Expression, table: Any) -> Any:
    match node:
        case sql.Paren():
            return _ibis(node.this, table)
        case sql.Neg():
            return -_ibis(node.this, table)
        case sql.And():
            return _ibis(node.left, table) & _ibis(node.right, table)
        case sql.Or():
            return _ibis(node.left, table) | _ibis(node.right, table)
        case sql.Not():
            return ~_ibis(node.this, table)
        case sql.Column():
            return table[node.name]
        case sql.Boolean():
            return ibis.literal(bool(node.this))
        case sql.Null():
            return ibis.null("boolean")
        case sql.Literal():
            return ibis.literal(_literal(node))
        case sql.Is():
            return _ibis(node.this, table).isnull()
        case sql.In():
            return _ibis(node.this, table).isin([_ibis(value, table) for value in node.expressions])
        case sql.Between():
            low, high = (_ibis(node.args[end], table) for end in ("low", "high"))
            return _ibis(node.this, table).between(low, high)
    return _COMPARE[type(node)](_ibis(node.left, table), _ibis(node.right, table))


def _value(node: sql.Expression, row: Row) -> Value:
    """The value of a node for one person, in SQL's three values. The oracle."""
    match node:
        case sql.Paren():
            return _value(node.this, row)
        case sql.Neg():
            inner = _value(node.this, row)
            return None if inner is None else -inner  # type: ignore[operator]
        case sql.And():
            left, right = _value(node.left, row), _value(node.right, row)
            return False if left is False or right is False else None if left is None or right is None else True
        case sql.Or():
            left, right = _value(node.left, row), _value(node.right, row)
            return True if left is True or right is True else None if left is None or right is None else False
        case sql.Not():
            inner = _value(node.this, row)
            return None if inner is None else not inner
        case sql.Column():
            return row.get(node.name)
        case sql.Boolean():
            return bool(node.this)
        case sql.Null():
            return None
        case sql.Literal():
            return _literal(node)
        case sql.Is():
            return _value(node.this, row) is None
        case sql.In():
            own = _value(node.this, row)
            return None if own is None else own in [_value(value, row) for value in node.expressions]
        case sql.Between():
            own, low, high = (_value(one, row) for one in (node.this, node.args["low"], node.args["high"]))
            return None if own is None else bool(low <= own <= high)  # type: ignore[operator]
    left, right = _value(node.left, row), _value(node.right, row)
    return None if left is None or right is None else bool(_COMPARE[type(node)](left, right))


def _chain(tree: sql.Expression) -> int:
    """How many comparisons of a fact with a fact there are: a chain of them needs as many steps between its ends."""
    kinds = (sql.LT, sql.LTE, sql.GT, sql.GTE, sql.EQ, sql.NEQ)
    return sum(
        isinstance(one.left, sql.Column) and isinstance(one.right, sql.Column) for one in tree.find_all(*kinds)
    )


def _points(fact: Fact, tree: sql.Expression) -> list[Value]:
    """Every value of a fact that can make a difference to a condition."""
    if fact.type == "word":
        return [None, *fact.words]
    if fact.type == "flag":
        return [None, True, False]
    step = 1 if fact.type in ("days", "count") else 0.1
    numbers = {float(one.this) for one in tree.find_all(sql.Literal) if not one.is_string}
    signed = {sign * number for number in numbers for sign in (1, -1)}
    reach = 1 + _chain(tree)
    near = {number + move * step for number in signed for move in range(-reach, reach + 1)}
    near |= {fact.low + move * step for move in range(reach)} | {fact.high}
    return [None, *sorted(value for value in near if fact.low <= value <= fact.high)]
