"""What a condition may hold: an allow-list of SQL over a typed vocabulary. All else is refused at load."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Any

import sqlglot
from sqlglot import expressions as sql
from sqlglot.errors import SqlglotError

from firebreak.engine.risk.nodes import Asked, Both, Compare, Constant, IsNull, Node, Not
from firebreak.engine.risk.vocabulary import FACTS
from firebreak.terms.errors import value_class

_SIGNS: dict[type[sql.Expr], str] = {
    sql.EQ: "=",
    sql.NEQ: "<>",
    sql.LT: "<",
    sql.LTE: "<=",
    sql.GT: ">",
    sql.GTE: ">=",
}


class RefusedError(Exception):
    """Why a condition is refused: ``rule`` and ``remedy`` in words, ``code`` of the manual."""

    def __init__(self, code: str, rule: str, remedy: str) -> None:
        super().__init__(f"{code}: {rule} {remedy}")
        self.code, self.rule, self.remedy = code, rule, remedy


def read(text: str) -> Node:
    """The tree of one condition. Raises RefusedError."""
    try:
        tree = sqlglot.parse_one(text, dialect="duckdb")
    except SqlglotError:
        said = "A condition is one SQL boolean expression."
        raise RefusedError("FB-RISK-SYNTAX", said, "Mend the expression.") from None
    return _flag(tree)


def type_of(node: Node) -> str:
    """``flag``, ``number``, ``text``, or ``word:FACT`` for a fact with a list of words."""
    if isinstance(node, Asked):
        fact = FACTS[node.name]
        return {"word": f"word:{fact.name}", "flag": "flag"}.get(fact.type, "number")
    if isinstance(node, Constant):
        return "flag" if isinstance(node.constant, bool) else "text" if isinstance(node.constant, str) else "number"
    return "flag"


def _node(tree: sql.Expr) -> Node:
    build = _BUILDERS.get(type(tree))
    if build is None:
        raise _off_list(tree)
    return build(tree)


def _flag(tree: sql.Expr) -> Node:
    node = _node(tree)
    if type_of(node) != "flag":
        said = "A condition, and each side of AND, OR and NOT, is true or false."
        raise RefusedError("FB-RISK-NOT-BOOLEAN", said, "Compare the fact with something.")
    return node


def _column(tree: Any) -> Asked:
    if not isinstance(tree, sql.Column):
        raise _off_list(tree)
    if tree.name not in FACTS or tree.table:
        said = f"No fact has this name ({value_class(tree.name)})."
        raise RefusedError("FB-RISK-UNKNOWN-FACT", said, "Use a fact of docs/reference/risk-rules.md.")
    return Asked(tree.name)


def _literal(tree: Any) -> Constant:
    if tree.is_string:
        return Constant(str(tree.this))
    number = float(tree.this)
    return Constant(int(number) if number.is_integer() else number)


def _negative(tree: Any) -> Constant:
    inner = _node(tree.this)
    if not isinstance(inner, Constant) or isinstance(inner.constant, bool | str):
        raise _off_list(tree)
    return Constant(-inner.constant)


def _is(tree: Any) -> Node:
    if not isinstance(tree.expression, sql.Null):
        raise _off_list(tree)
    return IsNull(_column(tree.this))


def _in(tree: Any) -> Node:
    if not tree.expressions or tree.args.get("query") or tree.args.get("unnest"):
        raise _off_list(tree)
    own = _node(tree.this)
    equal: list[Node] = [_compare("=", own, _node(one)) for one in tree.expressions]
    return reduce(lambda left, right: Both(False, left, right), equal)


def _between(tree: Any) -> Node:
    own, low, high = _node(tree.this), _node(tree.args["low"]), _node(tree.args["high"])
    return Both(True, _compare(">=", own, low), _compare("<=", own, high))


def _comparison(tree: Any) -> Node:
    return _compare(_SIGNS[type(tree)], _node(tree.left), _node(tree.right))


def _compare(sign: str, left: Node, right: Node) -> Compare:
    """Refuses different types, an order of words, and a word that is not of its fact's list."""
    types = {type_of(left), type_of(right)}
    words = sorted(one[5:] for one in types if one.startswith("word:"))
    if types == {"number"}:
        return Compare(sign, left, right)
    if sign not in ("=", "<>") or len(words) != 1 or types != {f"word:{words[0]}", "text"}:
        said = "Both sides of a comparison are of one type, and only numbers have an order."
        raise RefusedError("FB-RISK-TYPES", said, "Mend the comparison.")
    listed = FACTS[words[0]].words
    if not any(isinstance(one, Constant) and one.constant in listed for one in (left, right)):
        said = "A word is compared with the words of its list."
        raise RefusedError("FB-RISK-WORD", said, f"Use one of: {', '.join(listed)}.")
    return Compare(sign, left, right)


def _off_list(tree: object) -> RefusedError:
    return RefusedError(
        "FB-RISK-OFF-LIST",
        f"{type(tree).__name__} is not on the list of what a condition may hold.",
        "Use AND, OR, NOT, =, <>, <, <=, >, >=, BETWEEN, IN and IS NULL over facts and constants.",
    )


_BUILDERS: dict[type[sql.Expr], Callable[[Any], Node]] = {
    sql.Paren: lambda tree: _node(tree.this),
    sql.Column: _column,
    sql.Literal: _literal,
    sql.Boolean: lambda tree: Constant(bool(tree.this)),
    sql.Neg: _negative,
    sql.Not: lambda tree: Not(_flag(tree.this)),
    sql.And: lambda tree: Both(True, _flag(tree.left), _flag(tree.right)),
    sql.Or: lambda tree: Both(False, _flag(tree.left), _flag(tree.right)),
    sql.Is: _is,
    sql.In: _in,
    sql.Between: _between,
    **dict.fromkeys(_SIGNS, _comparison),
}
