"""Timetables: reference channels without people. Times are minutes after midnight of the run date, hours past 24."""

from __future__ import annotations

from datetime import date

import polars as pl

from firebreak.world.channels.chance import with_row_ids
from firebreak.world.channels.layout import Channel, Column, Cut, Form
from firebreak.world.channels.spelling import clock_minutes, text
from firebreak.world.channels.truth import Truth

VALID_FROM, VALID_TO = date(2019, 12, 30), date(2020, 4, 9)
"""The railways' plan of the winter 2019/2020."""


def _stops(truth: Truth, mode: str) -> pl.DataFrame:
    stops = truth.stops.filter(pl.col("mode") == mode).with_columns(
        person=pl.lit(None, pl.Int64), day=pl.lit(VALID_FROM), to_day=pl.lit(VALID_TO)
    )
    return with_row_ids(stops, "service_key", "stop_seq")


RAIL = Channel(
    id="rail-timetable",
    zh="列车时刻表",
    en="Rail timetable",
    form=Form.XML,
    cut=Cut.ONCE,
    record_path="时刻表/停站",
    file_name="演练_列车时刻表_{day:%Y%m%d}.xml",
    kind="stop",
    profile="none",
    rows=lambda truth: _stops(truth, "train"),
    columns=(
        Column("车次编码", text("service_key")),
        Column("车次", text("service_no")),
        Column("站序", text("stop_seq")),
        Column("站名", text("station")),
        Column("到达", clock_minutes("arrive_min")),
        Column("开车", clock_minutes("depart_min")),
        Column("编组", text("formation")),
        Column("启用", text("day")),
        Column("停用", text("to_day")),
    ),
)

AIR = Channel(
    id="air-timetable",
    zh="航班计划",
    en="Flight schedule",
    form=Form.JSON,
    cut=Cut.ONCE,
    record_path="schedule.legs",
    file_name="演练_航班计划_{day:%Y%m%d}.json",
    kind="stop",
    profile="none",
    rows=lambda truth: _stops(truth, "flight"),
    columns=(
        Column("flight.key", text("service_key")),
        Column("flight.number", text("service_no")),
        Column("flight.aircraft", text("formation")),
        Column("seq", text("stop_seq")),
        Column("airport", text("station")),
        Column("arr", clock_minutes("arrive_min")),
        Column("dep", clock_minutes("depart_min")),
        Column("from", text("day")),
        Column("until", text("to_day")),
    ),
)

COACH = Channel(
    id="coach-timetable",
    zh="长途客运班次表",
    en="Long-distance coach timetable",
    form=Form.CSV,
    encoding="gbk",
    cut=Cut.ONCE,
    file_name="演练_客运班次表_{day:%Y%m%d}.csv",
    kind="stop",
    profile="none",
    rows=lambda truth: _stops(truth, "coach"),
    columns=(
        Column("线路编码", text("service_key")),
        Column("班次号", text("service_no")),
        Column("顺序", text("stop_seq")),
        Column("车站", text("station")),
        Column("到站时间", clock_minutes("arrive_min")),
        Column("发车时间", clock_minutes("depart_min")),
        Column("车型", text("formation")),
        Column("执行日期", text("day")),
        Column("截止日期", text("to_day")),
    ),
)

CHANNELS = (RAIL, AIR, COACH)
