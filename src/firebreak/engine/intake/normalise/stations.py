"""Station names: exact names of the list, and the few ways in which people write them differently.

A name that is found in no way stays as cleaned text: an unknown station is a fact about the list, not an error.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from datetime import date

import polars as pl

from firebreak.engine.intake.normalise.base import UNKNOWN_WORDS, CannotTypeError, Context, Normaliser, Values
from firebreak.terms.stations import PROVINCES, Stations, aliases, stations, stations_from

_BRACKETS = re.compile(r"\([^)]*\)")
_HAN_GAP = re.compile(r"(?<=[㐀-鿿])\s+(?=[㐀-鿿])")
_STATION = re.compile(r"(?:高铁|火车|动车)?站$")
_AREA = re.compile(r"[市县区州盟]$")
_PLACE = re.compile(r"(?:市|省|自治区|州)$")
_KEEP = re.compile(
    r"(?:火车|高铁|动车|汽车|客运|车|地铁|公交|轻轨|中转|终点|始发|总|首末|服务|收费|加油|检查|卫生|中心)站$"
)


def clean(text: str) -> str:
    """Half-width, no blanks between Han characters, single blanks elsewhere.

    >>> clean("海  口东"), clean(" Hong   Kong ")
    ('海口东', 'Hong Kong')
    """
    return _HAN_GAP.sub("", " ".join(unicodedata.normalize("NFKC", text).split()))


def _prefixed(name: str, known: Stations) -> Iterator[str]:
    """``武汉汉口``, ``江西上饶``: a known station after the name of its city, or of a province."""
    for cut in range(2, len(name) - 1):
        head, rest = _PLACE.sub("", name[:cut]), name[cut:]
        if rest in known and (known[rest].city == head or head in PROVINCES.values()):
            yield rest


def _spellings(name: str) -> Iterator[str]:
    """The name as written, then with less and less of what people add to it."""
    bare = _BRACKETS.sub("", name)
    yield from (name, bare, _STATION.sub("", bare))
    yield _AREA.sub("", _STATION.sub("", bare))


def resolve(text: str, known: Stations, day: date) -> tuple[str, bool]:
    """The station's name in the list and True; or the cleaned text and False where the list has no such station.

    ``day`` chooses among dated aliases.
    """
    name = clean(text)
    for spelling in _spellings(name):
        if spelling in known:
            return spelling, True
        for alias in aliases().get(spelling, ()):
            if alias.holds(day):
                return alias.station, True
        for rest in _prefixed(spelling, known):
            return rest, True
    bare = name if _KEEP.search(name) or len(name) < 4 else name.removesuffix("站")
    return bare, False


def _known(context: Context) -> Stations:
    path = context.options.get("stations")
    return stations_from(str(path)) if path else stations()


def read_station(text: str, context: Context) -> Values:
    """One cell. ``options.stations`` is the path of a larger list (12306's string, or CSV)."""
    name, _ = resolve(text, _known(context), context.as_of)
    return {"station": name}


_ARROW = re.compile(r"\s*(?:→|->|—>|⇒|~|至|到|—|--)\s*")


def read_pair(text: str, context: Context) -> Values:
    """Two ends in one cell: ``["广州","兰州"]`` or ``Dubai → Hong Kong``; of several places the first and the last."""
    if text.startswith("["):
        try:
            places = [str(place) for place in json.loads(text)]
        except ValueError:
            raise CannotTypeError("pair.json", "The cell is a JSON list of two places.", "Give [from, to].") from None
    else:
        places = _ARROW.split(text)
    if len(places) < 2:
        raise CannotTypeError("pair.one", "The cell names two places.", "Give it as A → B.")
    ends = [None if place.strip().lower() in UNKNOWN_WORDS else place for place in (places[0], places[-1])]
    known, day = _known(context), context.as_of
    values = zip(("from_place", "to_place"), ends, strict=True)
    return {name: resolve(place, known, day)[0] for name, place in values if place is not None}


def _fast(cell: pl.Expr, context: Context) -> pl.Expr:
    """Exact names of the list."""
    known = cell.is_in(list(_known(context)))
    return pl.when(known).then(pl.struct(cell.alias("station")))


NORMALISERS = (
    Normaliser(
        "station",
        {"station": pl.String},
        read_station,
        "The station's name in the list: without 站, blanks or brackets, without the city or province before it; dated "
        "aliases and corrections. A name not in the list stays as cleaned text.",
        "站名统一为站名表写法：去“站”字、空格、括号及前缀省市名；别名与更正按日期生效。表中没有的保留清理后的原文。",
        (
            ("汉口", {"station": "汉口"}),
            ("汉口站", {"station": "汉口"}),
            ("武汉汉口", {"station": "汉口"}),
            ("武汉汉口站", {"station": "汉口"}),
            ("武汉市武昌站", {"station": "武昌"}),
            ("武汉武昌区", {"station": "武昌"}),
            ("湖北麻城站", {"station": "麻城"}),
            ("麻城市", {"station": "麻城"}),
            ("鄠邑（户县）高铁站", {"station": "鄠邑"}),
            ("户县", {"station": "鄠邑"}),
            ("海  口东", {"station": "海口东"}),
            ("邵通", {"station": "昭通"}),
            ("南京南站", {"station": "南京南"}),
            ("河南郑州东", {"station": "郑州东"}),
            ("六安火车站", {"station": "六安"}),
            ("无锡", {"station": "无锡"}),
            ("江苏无锡东", {"station": "无锡东"}),
            ("某地东站", {"station": "某地东"}),
            ("某某客运站", {"station": "某某客运站"}),
            ("火车站", {"station": "火车站"}),
            ("Hong  Kong", {"station": "Hong Kong"}),
        ),
        _fast,
    ),
    Normaliser(
        "station_pair",
        {"from_place": pl.String, "to_place": pl.String},
        read_pair,
        "Two ends in one cell, as a JSON list or with an arrow; of several places the first and the last.",
        "一格两端：JSON列表或箭头；多个地点取首末。",
        (
            ('["汉口","无锡"]', {"from_place": "汉口", "to_place": "无锡"}),
            ('["","江西"]', {"to_place": "江西"}),
            ('["武昌 ","麻城北站"]', {"from_place": "武昌", "to_place": "麻城北"}),
            ("Dubai → Hong Kong", {"from_place": "Dubai", "to_place": "Hong Kong"}),
            ("Madrid→Hong Kong", {"from_place": "Madrid", "to_place": "Hong Kong"}),
            ("Cairo → Bangkok → Hong Kong", {"from_place": "Cairo", "to_place": "Hong Kong"}),
            ('["汉口"', "pair.json"),
            ("汉口", "pair.one"),
        ),
    ),
)
