"""Addresses in free text: division, street, road, community, building, unit and room."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np
import polars as pl

from firebreak.engine.intake.kernels.addresses import heads_of, lines, parted
from firebreak.engine.intake.kernels.texts import Texts
from firebreak.engine.intake.kernels.views import series
from firebreak.engine.intake.normalise.base import CannotTypeError, Compiled, Context, Normaliser, Sure, Values
from firebreak.engine.intake.normalise.chars import arabic, narrow, narrowed, without_spaces
from firebreak.engine.intake.normalise.gazetteer import locate
from firebreak.terms.divisions import full_name

_PREFIX = re.compile(r"^(?:[现常家]?庭?住?[地住]址|居住地|户籍地|住所|ADDRESS)(?:为|是)?[:=]?", re.IGNORECASE)
_REMARK = re.compile(r"\([^)]*\)$|[。;,]+$")
_HAN = "一-鿿"
_NUMBER = "[〇零一二三四五六七八九十]{1,3}"

_STREET = re.compile(rf"[{_HAN}]{{1,8}}?(?:街道办事处|街道|镇|乡|苏木)")
_COMMITTEE = re.compile(rf"[{_HAN}0-9]{{2,10}}?(?:社区居民委员会|社区居委会|社区|居民委员会|居委会|村民委员会|村委会)")
_ROAD = re.compile(
    rf"[{_HAN}]{{1,10}}?(?:路|大道|大街|街|巷|弄|里|道)\d{{1,5}}(?:[-之]\d{{1,3}})?(?:号院|[号弄](?![楼栋室]))"
)

_GROUP = re.compile(r"\d{1,3}(?:村民小)?[组队]$")  # of a village; stays in the line, is no part of the village's name
_BUILDING = (
    rf"(?P<building>[A-Z]?\d{{1,4}}[A-Z]?|[A-Z]|{_NUMBER}|[东南西北])"
    r"(?:号楼|#楼|栋|幢|座|#|号(?=\d{3,4}(?:室|$)|\d{1,2}单元))"
)
_UNIT = rf"(?P<unit>\d{{1,2}}|[A-Z]|[甲乙丙丁东中西]|{_NUMBER})(?:单元|梯|门洞)"
_FLOOR = rf"(?:\d{{1,2}}|{_NUMBER})(?:层|楼)"
_ROOM = r"(?P<room>[A-Z]?\d{1,5}[A-Z]?)"
_ENDINGS = (
    re.compile(rf"{_BUILDING}(?:{_UNIT})?(?:{_FLOOR})?(?:{_ROOM}(?:室|号房|房间|房|户|号)?)?$"),
    re.compile(r"(?<![\d-])(?P<building>\d{1,4})(?:栋|幢|号楼)?-(?P<unit>\d{1,2})-(?P<room>\d{2,5})(?:室|号)?$"),
    re.compile(r"(?<![\d-])(?P<building>\d{1,4})(?:栋|幢|号楼)?-(?P<room>\d{3,5})(?:室|号)?$"),
    re.compile(rf"{_UNIT}(?:{_FLOOR})?(?:{_ROOM}(?:室|号房|房间|房|户|号)?)?$"),
    re.compile(rf"(?:{_FLOOR})?(?<!\d){_ROOM}(?:室|号房|房间)$"),
    re.compile(r"(?P<building>\d{1,3}[组队])(?P<room>\d{1,4})号$"),
    re.compile(rf"(?<=[{_HAN}])(?P<building>\d{{1,4}})号$"),
)


_ANY_HAN, _ONLY_HAN = re.compile(rf"[{_HAN}]"), re.compile(rf"[{_HAN}]+")
_OUTPUTS = dict.fromkeys(("address", "division_code", "community", "building", "unit", "room"), pl.String)


@dataclass(frozen=True, slots=True)
class _Place:
    """The parts of a text below its division, in order; empty where it does not say them."""

    street: str = ""
    committee: str = ""
    road: str = ""
    community: str = ""
    building: str = ""
    unit: str = ""
    room: str = ""
    rural: bool = False

    def line(self) -> str:
        """The parts as one line in one form: 12栋3单元501室."""
        if self.rural:
            return f"{self.street}{self.committee}{self.road}{self.community}{self.building}{self.room}号"
        house = "" if self.road and self.building and not self.community and self._is_house() else self.building
        return "".join(
            (
                self.street,
                self.committee,
                self.road,
                self.community,
                f"{house}栋" if house else "",
                f"{self.unit}单元" if self.unit else "",
                f"{self.room}室" if self.room else "",
            )
        )

    def _is_house(self) -> bool:
        """Is the building the house number of the road (人民路12号)?"""
        return self.road.endswith(f"{self.building}号")


def address(cell: str, context: Context) -> Values:
    """The address as one line in one form, its division's code, and its parts."""
    plain = _REMARK.sub("", _PREFIX.sub("", without_spaces(cell).upper())).strip("-/")
    if not _ANY_HAN.search(plain):
        return _foreign(cell)
    within = str(context.options.get("within", ""))
    if _ONLY_HAN.fullmatch(plain):  # no house: many people have the same
        return dict(_no_house(plain, context.as_of, within))
    return _domestic(plain, context.as_of, within)


@lru_cache(maxsize=1 << 16)
def _no_house(plain: str, day: date, within: str) -> tuple[tuple[str, str | None], ...]:
    return tuple(_domestic(plain, day, within).items())


def _domestic(plain: str, day: date, within: str) -> Values:
    found = locate(plain, day, within)
    code = found.code if found else ""
    rest = found.rest if found else plain
    place = _below(rest)
    line = full_name(code, day) + place.line()
    village = _GROUP.sub("", place.community)
    parts = {"community": village, "building": place.building, "unit": place.unit, "room": place.room}
    return {"address": line, "division_code": code or None, **{name: part or None for name, part in parts.items()}}


def _foreign(cell: str) -> Values:
    """An address in another script is kept as it is written; only a bare 12-3-501 has parts."""
    plain = without_spaces(cell).upper()
    place = _below(plain)
    if place.unit or place.room:
        return {"address": place.line(), "building": place.building, "unit": place.unit or None, "room": place.room}
    if not re.search(r"[A-Z]{2}", plain):
        raise CannotTypeError(
            "address.shape",
            "The text names no place: an address has a division, street, community or building.",
            "Check the cell; another column may stand in its place.",
        )
    return {"address": re.sub(" +", " ", narrow(cell).upper())}


def _below(text: str) -> _Place:
    street, rest = _strip(_STREET, text)
    committee, rest = _strip(_COMMITTEE, rest)
    road, rest = _strip(_ROAD, rest)
    for ending in _ENDINGS:
        end = ending.search(rest)
        if end is None:
            continue
        parts = {name: _plain_number(part) for name, part in end.groupdict().items() if part}
        community = rest[: end.start()].rstrip("-/,·")
        rural = ending in _ENDINGS[-2:]
        return _with_house(_Place(street, committee, road, community, rural=rural, **parts))
    return _with_house(_Place(street, committee, road, rest))


def _strip(pattern: re.Pattern[str], text: str) -> tuple[str, str]:
    found = pattern.match(text)
    return (found[0], text[found.end() :].lstrip("-/,·")) if found else ("", text)


def _with_house(place: _Place) -> _Place:
    """A road's house number is the building where no other is named."""
    house = re.search(r"(\d+)号$", place.road)
    if house is None or place.community or place.building:
        return place
    return _Place(place.street, place.committee, place.road, "", house[1], place.unit, place.room)


def _plain_number(part: str) -> str:
    return (arabic(part).lstrip("0") or "0") if not part.isalpha() or re.fullmatch(_NUMBER, part) else part


_PROBE = "1栋1单元1室"


@lru_cache(maxsize=1 << 17)
def _head(text: str, day: date, within: str) -> tuple[str, str | None, str | None]:
    """What stands before a house, whatever the house: its line, its division's code, its community."""
    values = address(text + _PROBE, Context(day, {"within": within}))
    return values["address"].removesuffix(_PROBE), values["division_code"], values["community"]


def _regular(texts: Texts, context: Context) -> tuple[pl.DataFrame, Sure]:
    """江苏省无锡市滨湖区蠡湖街道湖滨苑 by ``one``, once for all its houses; the houses by their shapes.

    Han before a digit, in these shapes, neither takes part in the house nor makes a road of it, so both are read apart.
    """
    found = parted(texts)
    within = str(context.options.get("within", ""))
    heads = [_head(head, context.as_of, within) for head in heads_of(texts, found)]
    views, data, parts = lines(texts, found, [line for line, _, _ in heads])
    which = pl.Series(np.minimum(found.head, len(heads)).astype(np.uint32))
    # Without a line: nothing but a word for address, which is left to ``one``.
    sure = np.array([*(bool(line) for line, _, _ in heads), False])[which.to_numpy()]
    codes, communities = ([each[at] if each[0] else None for each in heads] for at in (1, 2))
    columns = [
        series("address", views, data),
        pl.Series("division_code", [*codes, None], dtype=pl.String).gather(which),
        pl.Series("community", [*communities, None], dtype=pl.String).gather(which),
        *(series(name, parts[at], texts.data) for at, name in enumerate(("building", "unit", "room"))),
    ]
    return pl.DataFrame(columns), sure


def _tidy(cell: pl.Expr) -> pl.Expr:
    return narrowed(cell).str.replace_all(" ", "", literal=True)


def _is(
    address: str,
    code: str | None,
    community: str | None = None,
    building: str | None = None,
    unit: str | None = None,
    room: str | None = None,
) -> Values:
    return {
        "address": address,
        "division_code": code,
        "community": community,
        "building": building,
        "unit": unit,
        "room": room,
    }


_WHOLE = _is("江苏省无锡市滨湖区蠡湖街道湖滨苑12栋3单元501室", "320211", "湖滨苑", "12", "3", "501")
_NO_UNIT = _is("江苏省无锡市滨湖区湖滨苑12栋501室", "320211", "湖滨苑", "12", None, "501")
_SHORT = _is("江苏省无锡市滨湖区湖滨苑12栋3单元501室", "320211", "湖滨苑", "12", "3", "501")

NORMALISERS = (
    Normaliser(
        "address",
        _OUTPUTS,
        address,
        "An address: one line in one form (full names of province, city and county; 栋, 单元, 室), the code of its "
        "division as deep as the text says, and community, building, unit, room. A road's house number is the building "
        "where no other is named; in a village the group (3组) is. "
        "Option within: the division that counties without a city are looked for in first.",
        "地址：统一写法的一行（省市县全称，栋、单元、室）、所能确定的区划代码，以及小区/村、楼栋、单元、室。只有路名门牌时，"
        "门牌号记为楼栋；村民小组（3组）亦记为楼栋。选项 within：未写明市的县名先在哪一区划内查找。",
        (
            ("江苏省无锡市滨湖区蠡湖街道湖滨苑12栋3单元501室", _WHOLE),
            ("江苏省无锡市滨湖区蠡湖街道湖滨苑１２幢３单元５０１", _WHOLE),
            ("江苏 无锡 滨湖区 蠡湖街道 湖滨苑 12号楼 3单元 501室", _WHOLE),
            ("地址：无锡市滨湖区蠡湖街道湖滨苑十二栋三单元501室", _WHOLE),
            ("滨湖区湖滨苑12-3-501", _SHORT),
            ("江苏省无锡市滨湖区湖滨苑012栋3单元5楼501室", _SHORT),
            ("无锡市滨湖区湖滨苑12-501", _NO_UNIT),
            ("无锡市滨湖区湖滨苑12号501室", _NO_UNIT),
            (
                "无锡市滨湖区太湖大道1888号湖滨苑A座1203",
                _is("江苏省无锡市滨湖区太湖大道1888号湖滨苑A栋1203室", "320211", "湖滨苑", "A", None, "1203"),
            ),
            ("无锡市梁溪区人民路12号", _is("江苏省无锡市梁溪区人民路12号", "320213", None, "12")),
            (
                "宜兴市张渚镇茶亭村3组12号",
                _is("江苏省无锡市宜兴市张渚镇茶亭村3组12号", "320282", "茶亭村", "3组", None, "12"),
            ),
            (
                "无锡市滨湖区蠡湖街道美湖社区湖滨苑12栋",
                _is("江苏省无锡市滨湖区蠡湖街道美湖社区湖滨苑12栋", "320211", "湖滨苑", "12"),
            ),
            ("无锡市滨湖区", _is("江苏省无锡市滨湖区", "320211")),
            ("无锡市", _is("江苏省无锡市", "320200")),
            ("无锡市滨湖区太湖街道", _is("江苏省无锡市滨湖区太湖街道", "320211")),
            ("滨湖苑3号", _is("滨湖苑3号", None, "滨湖苑", "3")),
            ("12 Harbour Road, Wan Chai", _is("12 HARBOUR ROAD, WAN CHAI", None)),
            ("湖滨苑12栋501室", _is("湖滨苑12栋501室", None, "湖滨苑", "12", None, "501")),
            ("12-3-501", _is("12栋3单元501室", None, None, "12", "3", "501")),
            ("南通市海门市北京路1号", _is("江苏省南通市海门市北京路1号", "320684", None, "1")),
            ("南京路1号", _is("南京路1号", None, None, "1")),
            ("湖北省武汉市江汉区", _is("湖北省武汉市江汉区", "420103")),
            ("12345", "address.shape"),
        ),
        Compiled(_OUTPUTS, _regular),
        _tidy,
    ),
)
