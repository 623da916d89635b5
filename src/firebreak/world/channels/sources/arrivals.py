"""What people say and show on arriving: border, health declarations, self-registration at stations, community gates."""

from __future__ import annotations

import polars as pl

from firebreak.world.channels.chance import with_row_ids
from firebreak.world.channels.layout import Channel, Column, Cut, Form
from firebreak.world.channels.people import coded, doc_code, identified
from firebreak.world.channels.spelling import iso_day, iso_time, slash_day, slash_minute, t_time, text
from firebreak.world.channels.truth import Truth

_DOC_CODES = {"resident": "111", "passport": "414", "hk_macao_permit": "516", "taiwan_permit": "511"}
"""Codes of GA/T 517, as used by the border inspection's and the declaration's systems."""
_SELF_REGISTERED_IN_100 = 30


def _temperature() -> pl.Expr:
    return pl.col("temperature").cast(pl.Float64).round(1).cast(pl.String)


def _events(truth: Truth, kind: str, *more: str) -> pl.DataFrame:
    events = identified(truth, truth.events(kind), *more)
    return with_row_ids(events, "person", "at", "place_code").sort("at", "person")


BORDER = Channel(
    id="border-arrivals",
    zh="口岸入境人员",
    en="Border arrivals",
    form=Form.JSON,
    record_path="result.persons",
    cut=Cut.WEEK,
    file_name="演练_入境人员_周至{day:%Y%m%d}.json",
    kind="border",
    profile="scanned",
    rows=lambda truth: _events(truth, "border", "nationality", "birth_date"),
    columns=(
        Column("port", text("place")),
        Column("entryTime", t_time("at")),
        Column("traveller.name", text("name")),
        Column("traveller.sex", coded("sex", {"男": "M", "女": "F"})),
        Column("traveller.birth", iso_day("birth_date")),
        Column("traveller.nationality", text("nationality")),
        Column("document.type", doc_code(_DOC_CODES, "990")),
        Column("document.number", text("document")),
        Column("phone", text("phone")),
        Column("flight", text("service_no")),
        Column("departure", text("from_place")),
        Column("temperature", _temperature()),
    ),
)

DECLARATIONS = Channel(
    id="health-declarations",
    zh="健康申报（小程序）",
    en="Health declarations, from the phone",
    form=Form.JSON,
    record_path="data.list",
    file_name="演练_健康申报_{day:%Y-%m-%d}.json",
    kind="declaration",
    profile="self",
    rows=lambda truth: _events(truth, "declaration", "address"),
    columns=(
        Column("submitTime", iso_time("at")),
        Column("applicant.realName", text("name")),
        Column("applicant.cardType", doc_code(_DOC_CODES, "990")),
        Column("applicant.cardNo", text("document")),
        Column("applicant.mobile", text("phone")),
        Column("applicant.address", text("address")),
        Column("trip.fromCity", text("from_place")),
        Column("trip.vehicleNo", text("service_no")),
        Column("trip.arriveDate", iso_day("arrived_on")),
        Column("health.temperature", _temperature()),
        Column("health.symptoms", text("symptoms")),
        Column("health.contact", pl.when(pl.col("symptoms").is_null()).then(pl.lit("0")).otherwise(pl.lit("1"))),
    ),
)


def _registered(truth: Truth) -> pl.DataFrame:
    """Some of those who leave a train fill in a paper form at the exit, which is typed in later."""
    rides = truth.rides.filter(
        pl.col("mode") == "train", pl.col("role") == "passenger", pl.col("ticket_state") == "valid"
    ).with_columns(at=pl.col("alight_at") + pl.duration(minutes=9))
    rides = with_row_ids(rides, "person", "run_date", "service_key", "leg", "board_seq")
    some = rides.filter(pl.col("row_id") % 100 < _SELF_REGISTERED_IN_100).unique(
        ("person", "run_date", "service_key"), keep="last", maintain_order=True
    )
    some = some.with_columns(pl.col("at").dt.date().alias("day"))
    return (
        identified(truth, some, "address")
        .sort("at", "person")
        .with_columns(fever=pl.format("{}.{}", 36 + pl.col("row_id") // 100 % 50 // 49, pl.col("row_id") // 100 % 9))
    )


SELF_REGISTERED = Channel(
    id="station-registration",
    zh="到站旅客自主登记",
    en="Self-registration of travellers at the station",
    form=Form.CSV,
    encoding="utf-8-sig",
    file_name="演练_到站旅客登记_{day:%Y%m%d}.csv",
    kind="registration",
    profile="self",
    event="ticket_no",
    rows=_registered,
    columns=(
        Column("登记时间", slash_minute("at")),
        Column("到达站", text("to_station")),
        Column("旅客姓名", text("name")),
        Column("身份证号码", text("document")),
        Column("手机号", text("phone")),
        Column("来自何地", text("from_station")),
        Column("乘坐车次", text("service_no")),
        Column("到达日期", slash_day("at")),
        Column("现住址", text("address")),
        Column("体温", text("fever")),
        Column("是否接触疫区人员", pl.when(pl.col("row_id") % 61 == 0).then(pl.lit("是")).otherwise(pl.lit("否"))),
    ),
)

COMMUNITY_GATES = Channel(
    id="community-gates",
    zh="小区卡口测温登记",
    en="Checks at communities' gates",
    form=Form.CSV,
    file_name="演练_小区卡口_{day:%Y%m%d}.csv",
    kind="check",
    profile="typed",
    rows=lambda truth: _events(truth, "gate"),
    columns=(
        Column("时间", iso_time("at")),
        Column("卡口名称", text("place")),
        Column("进/出", pl.col("direction").replace({"in": "进", "out": "出"})),
        Column("姓名", text("name")),
        Column("身份证", text("document")),
        Column("手机", text("phone")),
        Column("测温", _temperature()),
    ),
)

CHANNELS = (BORDER, DECLARATIONS, SELF_REGISTERED, COMMUNITY_GATES)
