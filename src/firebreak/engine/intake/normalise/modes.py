"""How somebody travelled, from the word for the vehicle."""

from __future__ import annotations

import polars as pl

from firebreak.engine.intake.normalise.base import CannotTypeError, Context, Normaliser, Values
from firebreak.engine.intake.normalise.journey_text import fold
from firebreak.terms.enums import Mode

WORDS: dict[str, tuple[str, ...]] = {
    Mode.TRAIN.value: ("火车", "列车", "铁路", "高铁", "动车", "城际", "普速", "国际列车", "TRAIN", "RAIL"),
    Mode.FLIGHT.value: ("飞机", "航班", "民航", "航空", "FLIGHT", "AIR", "PLANE"),
    Mode.COACH.value: (
        *(
            "客车",
            "客车/大巴",
            "大巴",
            "汽车",
            "长途汽车",
            "长途客车",
            "客运班车",
            "班车",
            "专线车",
            "旅游大巴",
            "旅游包车",
        ),
        *("机场巴士", "机场大巴", "机场中巴", "中巴", "农村客运班车", "公路客运", "COACH"),
    ),
    Mode.SHIP.value: ("轮船", "船", "客轮", "轮渡", "渡轮", "邮轮", "客滚船", "水运", "SHIP", "FERRY", "CRUISE"),
    Mode.METRO.value: ("地铁", "轻轨", "轨道交通", "有轨电车", "METRO", "SUBWAY", "MTR"),
    Mode.BUS.value: ("公交", "公交车", "公共汽车", "巴士", "BUS"),
    Mode.TAXI.value: ("出租", "出租车", "的士", "网约车", "滴滴", "TAXI"),
    Mode.CAR.value: ("自驾", "私家车", "小汽车", "轿车", "小客车", "CAR"),
    Mode.OTHER.value: ("其他", "其它", "其他交通工具", "步行", "OTHER"),
}
KNOWN = {fold(word): mode for mode, words in WORDS.items() for word in (*words, mode)}


def read_mode(text: str, _context: Context) -> Values:
    """One cell of a mode column. Raises CannotTypeError on a word that is not in the table."""
    mode = KNOWN.get(fold(text))
    if mode is None:
        raise CannotTypeError("mode.unknown", "The mode is a known word.", "Map the channel's code list in its spec.")
    return {"mode": mode}


def _fast(cell: pl.Expr, _context: Context) -> pl.Expr:
    mode = cell.replace_strict(KNOWN, default=None, return_dtype=pl.String)
    return pl.when(mode.is_not_null()).then(pl.struct(mode.alias("mode")))


NORMALISERS = (
    Normaliser(
        "mode",
        {"mode": pl.String},
        read_mode,
        "The word for the vehicle, as a mode.",
        "交通工具名称对应的出行方式。",
        (
            *((word, {"mode": mode}) for mode, words in WORDS.items() for word in words),
            ("骆驼", "mode.unknown"),
        ),
        _fast,
    ),
)
