"""Divisions by code or name (GB/T 2260, with the dates codes were in force), and grid codes (GB/T 34300)."""

from __future__ import annotations

import re
from datetime import date
from functools import cache, lru_cache

import polars as pl

from firebreak.engine.intake.normalise.base import CannotTypeError, Context, Normaliser, Values
from firebreak.engine.intake.normalise.chars import narrowed, without_spaces
from firebreak.engine.intake.normalise.gazetteer import locate
from firebreak.terms.divisions import code_on, known_codes

_CODE = re.compile(r"(\d{6})(?:0{3}|0{6}|\d{3}|\d{6})?(?:\.0)?")
_NAMED_CODE = re.compile(r"(\d{6})[-:/ ]?[(\u4e00-\u9fff]+\)?|[\u4e00-\u9fff]+[(\-:/](\d{6})\)?")
_SHORTER = re.compile(r"(\d{2}|\d{4})")


def division(cell: str, context: Context) -> Values:
    """The code in force on ``as_of`` for a code or a name of any day."""
    plain = without_spaces(cell)
    code = _CODE.fullmatch(plain) or _NAMED_CODE.fullmatch(plain)
    if code:
        return {"division_code": _in_force(next(group for group in code.groups() if group), context)}
    if _SHORTER.fullmatch(plain):
        return {"division_code": _in_force(plain.ljust(6, "0"), context)}
    return {"division_code": _named(plain, context)}


def _in_force(code: str, context: Context) -> str:
    current = code_on(code, context.as_of)
    if current is None:
        raise CannotTypeError(
            "division.unknown_code",
            "No division has or had this code (GB/T 2260).",
            "Check the code; digits may be swapped.",
        )
    return current


def _named(plain: str, context: Context) -> str:
    within = str(context.options.get("within", ""))
    found = locate(plain, context.as_of, within)
    if found is not None and found.several:
        raise CannotTypeError(
            "division.several",
            "Several divisions have this name.",
            'Say the city in the cell, or where the channel is: options = { within = "3202" }.',
        )
    if found is None or found.rest:
        raise CannotTypeError(
            "division.unknown_name",
            "No division has or had this name.",
            "Write the full name (江苏省无锡市滨湖区) or the code.",
        )
    return found.code


@lru_cache(maxsize=16)
def _codes_on(day: date) -> dict[str, str]:
    """Every code of any day, with the one in force on that day."""
    return {code: current for code in known_codes() if (current := code_on(code, day)) is not None}


def _division_fast(cell: pl.Expr, context: Context) -> pl.Expr:
    """Codes of six digits that were ever in force."""
    code = cell.replace_strict(_codes_on(context.as_of), default=None, return_dtype=pl.String)
    return pl.when(code.is_not_null()).then(pl.struct(division_code=code))


def grid_code(cell: str, context: Context) -> Values:
    """15 digits: the community's code (12: county 6, street 3, community 3) and the grid's number in it (3)."""
    plain = re.sub(r"[-_. ]", "", without_spaces(cell))
    plain = re.sub(r"^(?:网格编?[码号]?|GRID)[:=]?", "", plain, flags=re.IGNORECASE)
    if not re.fullmatch(r"\d{15}", plain):
        raise CannotTypeError(
            "grid_code.length",
            "A grid code (GB/T 34300) has 15 digits: community 12, grid 3.",
            "A community's code of 12 digits names no grid; complete the cell.",
        )
    if plain[:6] not in known_codes() or plain[4:6] == "00":
        raise CannotTypeError(
            "grid_code.unknown_county",
            "The first six digits are no county's code (GB/T 2260).",
            "Check the code; digits may be swapped.",
        )
    if plain[6:9] == "000" or plain[9:12] == "000" or plain[12:] == "000":
        raise CannotTypeError(
            "grid_code.empty_part",
            "Street, community and grid are numbered from 001.",
            "The code names a county, street or community, not a grid; complete the cell.",
        )
    return {"grid_code": plain}


@cache
def _counties() -> list[str]:
    return sorted(code for code in known_codes() if not code.endswith("00"))


def _grid_fast(cell: pl.Expr, context: Context) -> pl.Expr:
    digits = cell.str.contains(r"^[0-9]{15}$")
    county = cell.str.slice(0, 6).is_in(_counties())
    parts = [cell.str.slice(start, 3) != "000" for start in (6, 9, 12)]
    return pl.when(digits & county & pl.all_horizontal(parts)).then(pl.struct(grid_code=cell))


def _is(code: str) -> Values:
    return {"division_code": code}


NORMALISERS = (
    Normaliser(
        "division",
        {"division_code": pl.String},
        division,
        "The GB/T 2260 code in force on the day of delivery, from a code or name of any day (海门市 is 320684 until "
        "2020-07-02, 320614 since). Longer codes (street, community) give their county. Option within: code or first "
        "digits of the division that bare names are looked for in.",
        "交付日有效的行政区划代码（GB/T 2260），可写任何时期的代码或名称"
        "（海门市：2020-07-02 及以前 320684，之后 320614）。"
        "更长的代码取其县级。选项 within：在哪一区划内查找单独的县名。",
        (
            ("320211", _is("320211")),
            ("320211001002", _is("320211")),
            ("3202", _is("320200")),
            ("320211 滨湖区", _is("320211")),
            ("滨湖区(320211)", _is("320211")),
            ("江苏省无锡市滨湖区", _is("320211")),
            ("江苏 无锡 滨湖", _is("320211")),
            ("无锡市", _is("320200")),
            ("滨湖区", _is("320211")),
            ("江苏省", _is("320000")),
            ("江苏省宜兴市", _is("320282")),
            ("海门市", _is("320684")),
            ("海门区", _is("320614")),
            ("南通市崇川区", _is("320602")),
            ("崇安区", _is("320213")),
            ("320202", _is("320213")),
            ("北京市朝阳区", _is("110105")),
            ("湖北省武汉市", _is("420100")),
            ("湖北省恩施州", _is("422800")),
            ("鼓楼区", "division.several"),
            ("南京市鼓楼区", _is("320106")),
            ("329999", "division.unknown_code"),
            ("无锡市太湖区", "division.unknown_name"),
        ),
        _division_fast,
        narrowed,
    ),
    Normaliser(
        "grid_code",
        {"grid_code": pl.String},
        grid_code,
        "A grid code of GB/T 34300: county 6, street 3, community 3, grid 3.",
        "网格编码（GB/T 34300）：县 6 位、街道 3 位、社区 3 位、网格 3 位。",
        (
            ("320211001002003", {"grid_code": "320211001002003"}),
            ("３２０２１１００１００２００３", {"grid_code": "320211001002003"}),
            ("320211-001-002-003", {"grid_code": "320211001002003"}),
            ("网格：320211001002003", {"grid_code": "320211001002003"}),
            ("320211001002", "grid_code.length"),
            ("329999001002003", "grid_code.unknown_county"),
            ("320211001002000", "grid_code.empty_part"),
        ),
        _grid_fast,
        narrowed,
    ),
)
