"""Employers and schools: one workbook each, typed in the office."""

from __future__ import annotations

from datetime import date

import polars as pl

from firebreak.world.channels.chance import text_id, with_row_ids
from firebreak.world.channels.layout import Channel, Column, Cut, Form
from firebreak.world.channels.people import identified
from firebreak.world.channels.spelling import slash_day, text
from firebreak.world.channels.truth import Truth

_STATED = date(2020, 1, 20)
_ENTERPRISES_IN_100, _SCHOOLS_IN_100 = 3, 15
"""Organisations that send a roster at all."""


def _members(truth: Truth, column: str, in_100: int, *more: str) -> pl.DataFrame:
    """People of the organisations that send a roster, with ``organisation``, ``code`` and the file's ``group``."""
    sending = truth.workplaces.filter(
        pl.col("code").map_elements(lambda code: text_id(code) % 100 < in_100, return_dtype=pl.Boolean)
    ).select(
        pl.col("workplace").alias(column),
        organisation="name",
        code="code",
        group=pl.col("name") + "_" + pl.col("code").str.slice(-6),
    )
    people = truth.people.select("person", column).join(sending, on=column, how="inner", maintain_order="left")
    return with_row_ids(identified(truth, people, *more).with_columns(day=pl.lit(_STATED)), "person")


ENTERPRISES = Channel(
    id="enterprise-rosters",
    zh="企业员工返岗名册",
    en="Enterprises' rosters",
    form=Form.XLSX,
    cut=Cut.GROUP,
    file_name="演练_员工返岗名册_{group}.xlsx",
    kind="work",
    profile="self",
    sheet="员工名册",
    titles=("{group} 员工返岗名册（演练/DRILL）",),
    totals="合计",
    rows=lambda truth: _members(truth, "workplace", _ENTERPRISES_IN_100, "address", "occupation").with_columns(
        back=pl.date(2020, 2, 10) + pl.duration(days=pl.col("row_id") % 12)
    ),
    columns=(
        Column("员工姓名", text("name")),
        Column("身份证", text("document")),
        Column("联系手机", text("phone")),
        Column("岗位", text("occupation")),
        Column("现居住地", text("address")),
        Column("返岗日期", slash_day("back")),
        Column("用人单位", text("organisation")),
        Column("信用代码", text("code")),
    ),
)


def _pupils(truth: Truth) -> pl.DataFrame:
    heads = truth.people.filter(pl.col("relation") == "head").unique("household", keep="first", maintain_order=True)
    guardians = heads.select("household", guardian="name", guardian_phone="phone")
    pupils = _members(truth, "school", _SCHOOLS_IN_100, "address", "household")
    return pupils.join(guardians, on="household", how="left", maintain_order="left").with_columns(
        form=pl.format("{}年级{}班", pl.col("row_id") % 6 + 1, pl.col("row_id") // 6 % 4 + 1)
    )


SCHOOLS = Channel(
    id="school-rosters",
    zh="学校学生花名册",
    en="Schools' rosters",
    form=Form.XLSX,
    cut=Cut.GROUP,
    file_name="演练_学生花名册_{group}.xlsx",
    kind="school",
    profile="register",
    sheet="学生",
    titles=("学生花名册（演练/DRILL）", "学校：{group}"),
    rows=_pupils,
    columns=(
        Column("学校名称", text("organisation")),
        Column("班级", text("form")),
        Column("学生姓名", text("name")),
        Column("性别", text("sex")),
        Column("学生身份证件号", text("document")),
        Column("家庭住址", text("address")),
        Column("监护人姓名", text("guardian")),
        Column("监护人电话", text("guardian_phone")),
    ),
)

CHANNELS = (ENTERPRISES, SCHOOLS)
