"""Railways: ticket sales of three bureaus, changes on board, refunds, crews, gates."""

from __future__ import annotations

import polars as pl

from firebreak.world.channels.chance import with_row_ids
from firebreak.world.channels.layout import Channel, Column, Cut, Form, Pack
from firebreak.world.channels.people import coded, doc_code, identified
from firebreak.world.channels.spelling import (
    clock,
    coach_two,
    compact_day,
    han_day,
    iso_day,
    iso_minute,
    iso_time,
    seat_code,
    seat_of,
    seat_words,
    station_word,
    text,
    with_seat,
)
from firebreak.world.channels.truth import Truth

_RIDE_ID = ("person", "run_date", "service_key", "leg", "board_seq", "coach", "row", "seat_no", "ticket_state")
_CENTRAL = "武|汉|宜昌|荆|襄|麻城|黄|孝感|咸宁|恩施"
_EASTERN = (
    "无锡|苏州|常州|南京|镇江|昆山|合肥|六安|金寨|全椒|上海|杭州|徐州|淮|扬|泰州|盐城|连云|宿|南通|丹阳|嘉兴|蚌埠|滁"
)

DOC_DIGIT = {"resident": "1", "passport": "B", "hk_macao_permit": "C", "taiwan_permit": "G"}
DOC_WORD = {"resident": "二代身份证", "passport": "护照", "hk_macao_permit": "港澳通行证", "taiwan_permit": "台胞证"}
CLASS_ZH = {
    "business": "商务座",
    "first": "一等座",
    "second": "二等座",
    "hard_seat": "硬座",
    "hard_sleeper": "硬卧",
    "soft_sleeper": "软卧",
}
STATE_ZH = {"valid": "已售", "refunded": "已退票", "changed": "已改签"}
STATE_CODE = {"valid": "0", "refunded": "2", "changed": "3"}


def _rides(truth: Truth) -> pl.DataFrame:
    """Passengers' train rides with who they are."""
    rides = truth.rides.filter(pl.col("mode") == "train", pl.col("role") == "passenger")
    return with_row_ids(with_seat(identified(truth, rides)), *_RIDE_ID)


def _changed_on_board(truth: Truth) -> pl.Expr:
    """Seats given on board: the ticket before stays valid up to here, and only the conductor's terminal knows this one.

    Where the ticket before is not valid any more, it was exchanged at the counter: an ordinary sale.
    """
    valid = truth.rides.filter(pl.col("ticket_state") == "valid", pl.col("ticket_no").is_not_null())["ticket_no"]
    before = truth.rides["changed_from"].drop_nulls().unique()
    return pl.col("changed_from").is_in(before.filter(before.is_in(valid.implode())).implode())


def _sales(truth: Truth, bureau: str) -> pl.DataFrame:
    """Tickets sold by one bureau: by the station of boarding; other stations belong to the third."""
    central, eastern = pl.col("from_station").str.contains(_CENTRAL), pl.col("from_station").str.contains(_EASTERN)
    mine = {"central": central, "eastern": ~central & eastern, "other": ~central & ~eastern}[bureau]
    return _rides(truth).filter(mine, ~_changed_on_board(truth).fill_null(False))


def _on_board(truth: Truth) -> pl.DataFrame:
    """Changes of seat, and everybody who stands (whose tickets the bureaus sold, too)."""
    return _rides(truth).filter(_changed_on_board(truth).fill_null(False) | (pl.col("place") == "standing"))


def _class() -> pl.Expr:
    return coded("seat_class", CLASS_ZH)


SALES_CENTRAL = Channel(
    id="rail-sales-wuhan",
    zh="武汉局客票售出明细",
    en="Rail ticket sales, Wuhan bureau",
    form=Form.CSV,
    encoding="gbk",
    file_name="演练_客票售出_武汉局_{day:%Y%m%d}.csv",
    kind="ride",
    profile="scanned",
    event="ticket_no",
    rows=lambda truth: _sales(truth, "central"),
    columns=(
        Column("票号", text("ticket_no")),
        Column("订单号", text("order_no")),
        Column("旅客姓名", text("name")),
        Column("证件类型", doc_code(DOC_DIGIT, "9")),
        Column("证件号码", text("document")),
        Column("联系电话", text("phone")),
        Column("乘车日期", compact_day("board_at")),
        Column("开车时间", clock("board_at")),
        Column("车次", text("service_no")),
        Column("发站", text("from_station")),
        Column("到站", text("to_station")),
        Column("席别", _class()),
        Column("席位", seat_words()),
        Column("票状态", coded("ticket_state", STATE_ZH)),
    ),
)

SALES_EASTERN = Channel(
    id="rail-sales-shanghai",
    zh="上海局电子客票",
    en="Rail e-tickets, Shanghai bureau",
    form=Form.JSONL,
    file_name="演练_sh_eticket_{day:%Y-%m-%d}.jsonl",
    kind="ride",
    profile="scanned",
    event="ticket_no",
    list_name="passengers",
    rows=lambda truth: (
        _sales(truth, "eastern").with_columns(group=pl.col("order_no")).sort("day", "group", maintain_order=True)
    ),
    columns=(
        Column("orderNo", text("order_no")),
        Column("trainCode", text("service_no")),
        Column("trainNo", text("service_key")),
        Column("startDate", iso_day("run_date")),
        Column("fromStation", text("from_station")),
        Column("toStation", text("to_station")),
        Column("boardTime", iso_minute("board_at")),
        Column("arriveTime", iso_minute("alight_at")),
        Column("passengers.ticketNo", text("ticket_no")),
        Column("passengers.name", text("name")),
        Column("passengers.idType", doc_code(DOC_DIGIT, "9")),
        Column("passengers.idNo", text("document")),
        Column("passengers.mobile", text("phone")),
        Column("passengers.coachNo", coach_two()),
        Column("passengers.seatNo", seat_of()),
        Column("passengers.seatType", _class()),
        Column("passengers.status", coded("ticket_state", STATE_CODE)),
    ),
)

SALES_OTHER = Channel(
    id="rail-sales-other",
    zh="其他铁路局客票（汇总转发）",
    en="Rail ticket sales of other bureaus, forwarded",
    form=Form.CSV,
    encoding="gb18030",
    pack=Pack.ZIP,
    members=2,
    file_name="演练_外局客票_{day:%m月%d日}.zip",
    kind="ride",
    profile="scanned",
    event="ticket_no",
    rows=lambda truth: _sales(truth, "other"),
    columns=(
        Column("车票流水", text("ticket_no")),
        Column("旅客", text("name")),
        Column("证件", doc_code(DOC_WORD, "其他")),
        Column("证件号", text("document")),
        Column("手机", text("phone")),
        Column("乘车日", han_day("board_at")),
        Column("车次号", text("service_no")),
        Column("上车站", station_word("from_station")),
        Column("下车站", station_word("to_station")),
        Column("车厢席位", seat_code()),
        Column("状态", coded("ticket_state", STATE_ZH)),
        Column("订单", text("order_no")),
    ),
)

ON_BOARD = Channel(
    id="rail-onboard",
    zh="列车长移动终端（换座、补票、无座登记）",
    en="Conductor's terminal: seat changes, tickets sold on board, standing passengers",
    form=Form.JSON,
    record_path="data.records",
    cut=Cut.WEEK,
    file_name="演练_列车移动补票_周至{day:%Y%m%d}.json",
    kind="ride",
    profile="scanned",
    event="ticket_no",
    rows=_on_board,
    columns=(
        Column("列车.车次", text("service_no")),
        Column("列车.开行日期", iso_day("run_date")),
        Column("登记时间", iso_time("board_at")),
        Column("旅客.姓名", text("name")),
        Column("旅客.证件号码", text("document")),
        Column("旅客.手机号", text("phone")),
        Column("席位.车厢", coach_two() + "车"),
        Column("席位.座位", seat_of()),
        Column("区间.上车站", text("from_station")),
        Column("区间.下车站", text("to_station")),
        Column("票号", text("ticket_no")),
        Column("原票号", text("changed_from")),
        Column("票状态", coded("ticket_state", STATE_ZH)),
    ),
)

REFUNDS = Channel(
    id="rail-refunds",
    zh="退票改签流水",
    en="Refunded and exchanged tickets",
    form=Form.TSV,
    encoding="gb18030",
    cut=Cut.WEEK,
    file_name="演练_退改签流水_截至{day:%Y%m%d}.txt",
    kind="refund",
    profile="scanned",
    event="ticket_no",
    totals="合计",
    rows=lambda truth: _rides(truth).filter(pl.col("ticket_state") != "valid"),
    columns=(
        Column("票号", text("ticket_no")),
        Column("业务类型", coded("ticket_state", {"refunded": "退票", "changed": "改签"})),
        Column("姓名", text("name")),
        Column("证件号", text("document")),
        Column("原车次", text("service_no")),
        Column("原乘车日期", compact_day("board_at")),
        Column("原发站", text("from_station")),
        Column("原到站", text("to_station")),
        Column("原车厢", text("coach")),
        Column("原席位", seat_of()),
    ),
)

_GATE_SIDES = (("board_at", "from_station", "进站"), ("alight_at", "to_station", "出站"))


def _gates(truth: Truth) -> pl.DataFrame:
    """Entering (a quarter of an hour before departure) and leaving, read by the gates; trains of letters G, D and C."""
    rides = _rides(truth).filter(
        pl.col("ticket_state") == "valid", pl.col("changed_from").is_null(), pl.col("service_no").str.contains("^[GDC]")
    )
    sides = []
    for place, (at, station, word) in enumerate(_GATE_SIDES):
        shift = pl.duration(minutes=-15 if place == 0 else 6)
        side = rides.with_columns(at=pl.col(at) + shift, post=pl.col(station), direction=pl.lit(word))
        sides.append(with_row_ids(side, "row_id", "direction"))
    scans = pl.concat(sides).with_columns(pl.col("at").dt.date().alias("day"))
    return scans.filter(pl.col("row_id") % 100 < 60).sort("at", "person")


GATES = Channel(
    id="rail-gates",
    zh="车站闸机核验记录",
    en="Gate scans at stations",
    form=Form.CSV,
    encoding="utf-8-sig",
    pack=Pack.GZ,
    file_name="演练_闸机核验_{day:%Y%m%d}.csv.gz",
    kind="gate",
    profile="scanned",
    event="ticket_no",
    rows=_gates,
    columns=(
        Column("核验时间", iso_time("at")),
        Column("车站", station_word("post")),
        Column("进出", text("direction")),
        Column("证件号码", text("document")),
        Column("姓名", text("name")),
        Column("体温", pl.format("{}.{}", 36 + pl.col("row_id") % 1000 // 950, pl.col("row_id") % 9)),
        Column("设备号", pl.format("Z{}", pl.col("row_id") % 40)),
    ),
)


def _crews(truth: Truth) -> pl.DataFrame:
    rides = truth.rides.filter(pl.col("mode") == "train", pl.col("role") == "crew")
    return with_row_ids(identified(truth, rides, "crew_depot", "occupation"), "person", "run_date", "service_key")


CREWS = Channel(
    id="rail-crews",
    zh="乘务派班表",
    en="Crew rosters",
    form=Form.XLSX,
    cut=Cut.WEEK,
    file_name="演练_乘务派班表_周至{day:%Y%m%d}.xlsx",
    kind="crew",
    profile="scanned",
    sheet="派班",
    extra_sheet=("说明", ("演练/DRILL", "本表每周一次，乘务员全程值乘。", "车厢空白者为列车长、机械师。")),
    titles=("客运段乘务派班表（演练/DRILL）", "制表：客运段派班室　截至 {day:%Y-%m-%d}"),
    totals="合计",
    rows=_crews,
    columns=(
        Column("值乘日期", iso_day("run_date")),
        Column("值乘车次", text("service_no")),
        Column("姓名", text("name")),
        Column("身份证号", text("document")),
        Column("手机", text("phone")),
        Column("职务", text("occupation")),
        Column("负责车厢", text("coach")),
        Column("所属段", text("crew_depot")),
        Column("出乘站", text("from_station")),
        Column("退乘站", text("to_station")),
    ),
)

CHANNELS = (SALES_CENTRAL, SALES_EASTERN, SALES_OTHER, ON_BOARD, REFUNDS, GATES, CREWS)
