"""Building, unit and room in columns of their own: the number alone, as ``address`` takes it from a whole line."""

from __future__ import annotations

import re
from functools import partial

import polars as pl

from firebreak.engine.intake.normalise.base import CannotTypeError, Context, Normaliser, Values
from firebreak.engine.intake.normalise.chars import arabic, narrowed, without_spaces

_WORDS = {
    "building": "号楼|#楼|楼号|栋|幢|座|楼|号|#",
    "unit": "单元|梯|门洞|门|#",
    "room": "号房|房间|室|房|户|号|#",
}
_NUMBER = "[A-Z]?[0-9]{1,5}[A-Z]?|[A-Z]|[甲乙丙丁东南西北中]|[0-9]{1,3}[组队]"


def _part(name: str, cell: str, context: Context) -> Values:
    """The part's number or letter, without its word and without leading zeros."""
    plain = re.sub(rf"(?:{_WORDS[name]})$", "", arabic(without_spaces(cell)).upper()).removeprefix("第")
    if not re.fullmatch(_NUMBER, plain):
        raise CannotTypeError(
            f"{name}.shape",
            "A building, unit or room is a number, a letter, or both, with or without its word (12栋, 3单元, 501室).",
            "Check the cell; a whole address may stand in the column, which is mapped to address.",
        )
    return {name: plain.lstrip("0") or "0"}


def _part_fast(name: str, cell: pl.Expr, context: Context) -> pl.Expr:
    number = cell.str.extract(rf"^([1-9][0-9]{{0,4}}|[A-Z])(?:{_WORDS[name]})?$")
    return pl.when(number.is_not_null()).then(pl.struct(number.alias(name)))


def _normaliser(name: str, en: str, zh: str, written: tuple[str, ...], becomes: str) -> Normaliser:
    cases = tuple((text, {name: becomes}) for text in written)
    return Normaliser(
        name,
        {name: pl.String},
        partial(_part, name),
        f"The {en} as the number alone, without its word, as address gives it.",
        f"{zh}，只留编号，与 address 的结果一致。",
        (*cases, ("不清", f"{name}.shape"), ("湖滨苑", f"{name}.shape")),
        partial(_part_fast, name),
        narrowed,
    )


NORMALISERS = (
    _normaliser("building", "building", "楼栋", ("12", "12栋", "12幢", "１２号楼", "012栋", "十二栋"), "12"),
    _normaliser("unit", "unit (stairwell)", "单元", ("3", "3单元", "03单元", "三单元", "３ 单元"), "3"),
    _normaliser("room", "room", "室", ("501", "501室", "0501", "５０１号", "501户"), "501"),
)
