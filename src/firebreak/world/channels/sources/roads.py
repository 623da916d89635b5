"""Air and road: flight manifests, coach tickets, toll gates, vehicle owners."""

from __future__ import annotations

import polars as pl

from firebreak.world.channels.chance import with_row_ids
from firebreak.world.channels.layout import Channel, Column, Cut, Form
from firebreak.world.channels.people import doc_code, identified
from firebreak.world.channels.spelling import (
    compact_day,
    compact_time,
    dotted_day,
    iso_day,
    iso_minute,
    iso_time,
    seat_of,
    text,
    with_seat,
)
from firebreak.world.channels.truth import Truth

_RIDE_ID = ("person", "run_date", "service_key", "leg", "board_seq", "row", "seat_no", "ticket_state")
_DOC_LETTERS = {"resident": "NI", "passport": "PP", "hk_macao_permit": "HM", "taiwan_permit": "TW"}


def _rides(truth: Truth, mode: str) -> pl.DataFrame:
    rides = truth.rides.filter(pl.col("mode") == mode, pl.col("role") == "passenger", pl.col("ticket_state") == "valid")
    return with_row_ids(with_seat(identified(truth, rides)), *_RIDE_ID)


FLIGHTS = Channel(
    id="flight-manifests",
    zh="民航旅客清单",
    en="Flight manifests",
    form=Form.FIXED,
    encoding="gbk",
    file_name="演练_PNL_{day:%Y%m%d}.txt",
    kind="ride",
    profile="scanned",
    event="ticket_no",
    rows=lambda truth: _rides(truth, "flight"),
    columns=(
        Column("航班号", text("service_no"), 8),
        Column("航班日期", compact_day("run_date"), 8),
        Column("始发", text("from_station"), 20),
        Column("到达", text("to_station"), 20),
        Column("起飞时间", compact_time("board_at"), 14),
        Column("座位", pl.col("seat") + pl.col("letter"), 5),
        Column("姓名", text("name"), 30),
        Column("证件种类", doc_code(_DOC_LETTERS, "ZZ"), 2),
        Column("证件号", text("document"), 40),
        Column("电话", text("phone"), 20),
        Column("票号", text("ticket_no"), 24),
        Column("订座编号", text("order_no"), 24),
    ),
)

COACHES = Channel(
    id="coach-tickets",
    zh="长途客运实名售票",
    en="Long-distance coach tickets",
    form=Form.TSV,
    cut=Cut.WEEK,
    file_name="演练_客运售票_周至{day:%Y%m%d}.tsv",
    kind="ride",
    profile="typed",
    event="ticket_no",
    rows=lambda truth: _rides(truth, "coach"),
    columns=(
        Column("班次", text("service_no")),
        Column("发车时间", iso_minute("board_at")),
        Column("乘车站", text("from_station")),
        Column("目的地", text("to_station")),
        Column("座号", seat_of().str.strip_chars_start("0")),
        Column("乘客", text("name")),
        Column("身份证", text("document")),
        Column("电话", text("phone")),
        Column("客票号", text("ticket_no")),
    ),
)


def _tolls(truth: Truth) -> pl.DataFrame:
    return with_row_ids(truth.events("toll"), "person", "at", "place_code").sort("at", "person")


TOLLS = Channel(
    id="toll-gates",
    zh="高速公路收费站过车",
    en="Toll gates",
    form=Form.CSV,
    file_name="演练_收费站过车_{day:%Y%m%d}.csv",
    kind="toll",
    profile="machine",
    rows=_tolls,
    columns=(
        Column("通行流水", pl.format("T{}", pl.col("row_id"))),
        Column("收费站", text("place")),
        Column("通行时间", iso_time("at")),
        Column("车牌号码", text("plate")),
        Column("方向", pl.col("direction").replace({"in": "入口", "out": "出口"})),
        Column("车型", pl.lit("一型客车")),
        Column("来自", text("from_place")),
    ),
)


def _owners(truth: Truth) -> pl.DataFrame:
    owners = truth.people.filter(pl.col("plate").is_not_null()).select("person", "plate")
    days = pl.lit("2020-01-05").str.to_date()
    return with_row_ids(identified(truth, owners, "address").with_columns(day=days), "person").with_columns(
        since=pl.date(2008, 1, 1) + pl.duration(days=pl.col("row_id") % 4300)
    )


VEHICLES = Channel(
    id="vehicle-owners",
    zh="机动车登记",
    en="Vehicle owners",
    form=Form.CSV,
    encoding="gbk",
    cut=Cut.ONCE,
    file_name="演练_机动车登记_{day:%Y%m%d}.csv",
    kind="vehicle",
    profile="register",
    totals="总计",
    rows=_owners,
    columns=(
        Column("号牌号码", text("plate")),
        Column("号牌种类", pl.lit("小型汽车号牌")),
        Column("机动车所有人", text("name")),
        Column("身份证明号码", text("document")),
        Column("联系电话", text("phone")),
        Column("登记住所", text("address")),
        Column("初次登记日期", dotted_day("since")),
        Column("状态", pl.lit("正常")),
        Column("更新日期", iso_day("day")),
    ),
)

CHANNELS = (FLIGHTS, COACHES, TOLLS, VEHICLES)
