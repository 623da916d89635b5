"""Registers of who lives where: communities of three kinds, the household register, phone owners."""

from __future__ import annotations

from datetime import date

import polars as pl

from firebreak.world.channels.chance import with_row_ids
from firebreak.world.channels.layout import Channel, Column, Cut, Form, Pack
from firebreak.world.channels.people import DOC_ZH, coded, doc_code, identified
from firebreak.world.channels.spelling import compact_day, iso_day, slash_day, text
from firebreak.world.channels.truth import Truth

_STATED = date(2020, 1, 10)
RELATION_ZH = {"head": "户主", "spouse": "配偶", "child": "子女", "parent": "父母"}
RELATION_CODE = {"head": "01", "spouse": "10", "child": "20", "parent": "50"}
_HOME = (
    *("household_no", "relation", "province", "city", "county", "division_code", "street", "committee", "community"),
    *("building", "unit", "room", "address", "grid_code", "birth_date"),
)


def _residents(truth: Truth, where: pl.Expr) -> pl.DataFrame:
    people = truth.people.filter(where, pl.col("address").is_not_null()).select("person")
    residents = identified(truth, people, *_HOME).with_columns(
        day=pl.lit(_STATED), born=pl.col("birth_date"), no=pl.format("{}户", pl.col("household_no"))
    )
    return with_row_ids(residents, "person")


def _city(name: str) -> pl.Expr:
    return pl.col("city").str.starts_with(name)


WUXI = Channel(
    id="community-wuxi",
    zh="无锡市社区居民登记",
    en="Community register, Wuxi",
    form=Form.CSV,
    encoding="gbk",
    cut=Cut.ONCE,
    file_name="演练_无锡社区居民登记_{day:%Y%m%d}.csv",
    kind="home",
    profile="register",
    totals="合计",
    rows=lambda truth: _residents(truth, _city("无锡")),
    columns=(
        Column("社区名称", text("committee")),
        Column("户号", text("household_no")),
        Column("姓名", text("name")),
        Column("性别", text("sex")),
        Column("年龄", text("age")),
        Column("与户主关系", coded("relation", RELATION_ZH)),
        Column("公民身份号码", text("document")),
        Column("联系方式", text("phone")),
        Column("现住址", text("address")),
        Column("网格编号", text("grid_code")),
    ),
)

_IN_VILLAGE = pl.col("building").str.ends_with("组")
"""A village has groups of houses: 大王村3组17号."""


def _bare(part: pl.Expr) -> pl.Expr:
    """The number alone: 3 of 3幢."""
    return part.str.extract(r"^(\d+)", 1)


SUZHOU = Channel(
    id="community-suzhou",
    zh="苏州市网格化人口底册",
    en="Grid population register, Suzhou",
    form=Form.CSV,
    cut=Cut.ONCE,
    file_name="演练_苏州网格人口_{day:%Y-%m-%d}.csv",
    kind="home",
    profile="register",
    rows=lambda truth: _residents(truth, _city("苏州")),
    columns=(
        Column("网格编码", text("grid_code")),
        Column("区县", text("division_code")),
        Column("小区", pl.when(_IN_VILLAGE).then(pl.col("community") + pl.col("building")).otherwise("community")),
        Column("楼栋号", _bare(pl.when(_IN_VILLAGE).then("room").otherwise("building"))),
        Column("单元号", _bare(pl.col("unit"))),
        Column("房号", _bare(pl.when(_IN_VILLAGE).then(None).otherwise("room"))),
        Column("人员姓名", text("name")),
        Column("性别代码", coded("sex", {"男": "1", "女": "2"})),
        Column("证件号码（脱敏）", text("document")),
        Column("手机号码", text("phone")),
        Column("登记日期", slash_day("day")),
    ),
)

OTHERS = Channel(
    id="community-others",
    zh="其他市县居委会（村委会）台账",
    en="Community registers of the other cities and counties",
    form=Form.CSV,
    encoding="gb18030",
    pack=Pack.ZIP,
    members=3,
    cut=Cut.ONCE,
    file_name="演练_居村委台账_{day:%Y%m%d}.zip",
    kind="home",
    profile="register",
    rows=lambda truth: _residents(truth, ~(_city("无锡") | _city("苏州"))),
    columns=(
        Column("市", text("city")),
        Column("居（村）委会", text("committee")),
        Column("居民姓名", text("name")),
        Column("男女", text("sex")),
        Column("身份证号（含旧号）", text("document")),
        Column("本人电话", text("phone")),
        Column("家庭住址", text("address")),
        Column("所属网格", text("grid_code")),
        Column("户编号", text("household_no")),
    ),
)

_ELSEWHERE_IN_100 = 20
"""People who are registered at one place and live at another."""


def _registered(truth: Truth) -> pl.DataFrame:
    """The household register: of one person in five it knows an old place, in the countryside of the same county."""
    residents = _residents(truth, pl.col("doc_type") == "resident")
    municipality = pl.col("province") == pl.col("city")
    old = pl.format(
        "{}{}{}{}{}组{}号",
        *("province", pl.when(municipality).then(pl.lit("")).otherwise("city"), "county", "street"),
        pl.col("row_id") // 100 % 19 + 1,
        pl.col("row_id") // 10000 % 88 + 1,
    )
    elsewhere = pl.col("row_id") % 100 < _ELSEWHERE_IN_100
    return residents.with_columns(
        address=pl.when(elsewhere).then(old).otherwise("address"),
        where=pl.when(elsewhere).then(pl.lit("elsewhere")).otherwise(pl.lit("home")),
    )


HOUSEHOLDS = Channel(
    id="household-register",
    zh="户籍人口信息",
    en="Household register",
    form=Form.FIXED,
    encoding="gbk",
    cut=Cut.ONCE,
    file_name="演练_HJRK_{day:%Y%m%d}.txt",
    kind="register",
    profile="register",
    event="where",
    rows=_registered,
    columns=(
        Column("户号", text("household_no"), 20),
        Column("户主关系", coded("relation", RELATION_CODE), 2),
        Column("姓名", text("name"), 30),
        Column("性别", coded("sex", {"男": "1", "女": "2"}), 4),
        Column("出生日期", compact_day("born"), 8),
        Column("公民身份号码", text("document"), 40),
        Column("户籍地址", text("address"), 90),
        Column("区划", text("division_code"), 6),
    ),
)


def _subscribers(truth: Truth) -> pl.DataFrame:
    """A number belongs to the eldest of those who use it."""
    users = truth.people.filter(pl.col("phone").is_not_null()).sort("birth_date", "person")
    owners = users.unique("phone", keep="first", maintain_order=True).select("person").sort("person")
    frame = identified(truth, owners, "city").with_columns(day=pl.lit(_STATED))
    return with_row_ids(frame, "person").with_columns(
        since=pl.date(2006, 1, 1) + pl.duration(days=pl.col("row_id") % 5000)
    )


PHONES = Channel(
    id="phone-owners",
    zh="运营商实名登记",
    en="Phone owners, by the operators",
    form=Form.CSV,
    pack=Pack.GZ,
    cut=Cut.ONCE,
    file_name="演练_运营商实名_{day:%Y%m%d}.csv.gz",
    kind="phone",
    profile="subscriber",
    rows=_subscribers,
    columns=(
        Column("msisdn", pl.lit("86") + pl.col("phone")),
        Column("cust_name", text("name")),
        Column("cert_type", doc_code(DOC_ZH, "其他")),
        Column("cert_no", text("document")),
        Column("open_date", iso_day("since")),
        Column("home_city", text("city")),
    ),
)

CHANNELS = (WUXI, SUZHOU, OTHERS, HOUSEHOLDS, PHONES)
