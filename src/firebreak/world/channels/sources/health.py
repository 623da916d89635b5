"""Health: fever clinics, laboratories, pharmacies, isolation points, case reports, the line list."""

from __future__ import annotations

import polars as pl

from firebreak.world.channels.chance import with_row_ids
from firebreak.world.channels.layout import Channel, Column, Cut, Form
from firebreak.world.channels.people import DOC_ZH, doc_code, identified
from firebreak.world.channels.spelling import (
    compact_time,
    dotted_day,
    han_day,
    han_minute,
    iso_day,
    iso_minute,
    iso_time,
    slash_minute,
    text,
)
from firebreak.world.channels.truth import Truth, day

STATE_ZH = {"suspected": "疑似病例", "confirmed": "确诊病例", "asymptomatic": "无症状感染者"}
METHOD_ZH = {"pcr": "核酸检测", "antibody": "血清抗体", "ct": "胸部CT"}


def _temperature() -> pl.Expr:
    return pl.col("temperature").cast(pl.Float64).round(1).cast(pl.String)


def _visits(truth: Truth, kind: str, *more: str) -> pl.DataFrame:
    events = identified(truth, truth.events(kind), *more)
    return with_row_ids(events, "person", "at", "place_code").sort("at", "person")


CLINICS = Channel(
    id="fever-clinics",
    zh="发热门诊登记",
    en="Fever clinics",
    form=Form.XML,
    record_path="发热门诊/就诊",
    file_name="演练_发热门诊_{day:%Y%m%d}.xml",
    kind="clinic",
    profile="typed",
    rows=lambda truth: _visits(truth, "clinic", "address"),
    columns=(
        Column("医疗机构", text("place")),
        Column("就诊时间", iso_time("at")),
        Column("患者姓名", text("name")),
        Column("性别", text("sex")),
        Column("年龄", text("age")),
        Column("身份证号", text("document")),
        Column("联系电话", text("phone")),
        Column("现住址", text("address")),
        Column("体温", _temperature() + "℃"),
        Column("症状", text("symptoms")),
    ),
)

_RESULT_ZH = {"positive": "阳性", "negative": "阴性", "inconclusive": "可疑"}


def _tests(truth: Truth) -> pl.DataFrame:
    """Tests that have a result: the file is one of results."""
    known = truth.tests.filter(pl.col("result_at").is_not_null())
    tests = identified(truth, known.with_columns(day("result_at")))
    return with_row_ids(tests, "person", "sampled_at", "laboratory")


LABORATORIES = Channel(
    id="laboratory-tests",
    zh="核酸检测结果",
    en="Laboratory tests",
    form=Form.CSV,
    encoding="utf-8-sig",
    cut=Cut.WEEK,
    file_name="演练_核酸检测结果_周至{day:%Y%m%d}.csv",
    kind="test",
    profile="typed",
    event="sample_no",
    rows=_tests,
    columns=(
        Column("样本编号", text("sample_no")),
        Column("检测机构", text("laboratory")),
        Column("受检者", text("name")),
        Column("证件类型", doc_code(DOC_ZH, "其他")),
        Column("证件号码", text("document")),
        Column("手机号码", text("phone")),
        Column("采样时间", iso_minute("sampled_at")),
        Column("报告时间", iso_minute("result_at")),
        Column("检测方法", pl.col("method").replace(METHOD_ZH)),
        Column("检测结果", pl.col("result").replace(_RESULT_ZH)),
    ),
)

PHARMACIES = Channel(
    id="pharmacies",
    zh="药店退热药实名登记",
    en="Fever medicine sold by pharmacies",
    form=Form.TSV,
    encoding="gbk",
    cut=Cut.WEEK,
    file_name="演练_药店退热药_周至{day:%Y%m%d}.txt",
    kind="pharmacy",
    profile="typed",
    rows=lambda truth: _visits(truth, "pharmacy", "address"),
    columns=(
        Column("药店", text("place")),
        Column("购药时间", slash_minute("at")),
        Column("购药人", text("name")),
        Column("身份证号码", text("document")),
        Column("电话号码", text("phone")),
        Column("药品", text("item")),
        Column("住址", text("address")),
        Column("是否发热", pl.when(pl.col("temperature") >= 37.3).then(pl.lit("是")).otherwise(pl.lit("否"))),
    ),
)


def _stays(truth: Truth, *kinds: str) -> pl.DataFrame:
    stays = truth.stays.filter(pl.col("place_kind").is_in(kinds)).with_columns(day("start_at"))
    stays = stays.rename({"division_code": "place_division"})
    return with_row_ids(identified(truth, stays, "address"), "person", "start_at", "place_code").sort(
        "start_at", "person"
    )


ISOLATION = Channel(
    id="isolation-points",
    zh="隔离点与定点医院在院人员",
    en="Isolation points and designated hospitals",
    form=Form.JSONL,
    cut=Cut.WEEK,
    file_name="演练_隔离与收治_周至{day:%Y%m%d}.jsonl",
    kind="isolation",
    profile="typed",
    rows=lambda truth: _stays(truth, "hospital", "isolation"),
    columns=(
        Column("机构类别", pl.col("place_kind").replace({"hospital": "定点医院", "isolation": "集中隔离点"})),
        Column("机构名称", text("place_name")),
        Column("机构代码", text("place_code")),
        Column("房间", text("cell")),
        Column("姓名", text("name")),
        Column("证件号", text("document")),
        Column("电话", text("phone")),
        Column("入住时间", iso_time("start_at")),
        Column("离开时间", iso_time("end_at")),
    ),
)

HOTELS = Channel(
    id="hotels",
    zh="旅馆业住宿登记",
    en="Hotel guests",
    form=Form.CSV,
    encoding="gb18030",
    file_name="演练_旅馆住宿_{day:%Y%m%d}.csv",
    kind="hotel",
    profile="typed",
    rows=lambda truth: _stays(truth, "hotel"),
    columns=(
        Column("旅馆名称", text("place_name")),
        Column("旅馆编码", text("place_code")),
        Column("所在区划", text("place_division")),
        Column("房间号", text("cell")),
        Column("旅客姓名", text("name")),
        Column("旅客性别", text("sex")),
        Column("证件名称", doc_code(DOC_ZH, "其他")),
        Column("证件号码", text("document")),
        Column("户籍详址", text("address")),
        Column("入住时间", compact_time("start_at")),
        Column("退房时间", compact_time("end_at")),
    ),
)


def _cases(truth: Truth) -> pl.DataFrame:
    hospitals = truth.places.filter(pl.col("kind") == "hospital")["name"].to_list() or ["定点医院"]
    sent_on = pl.coalesce(pl.col("reported_on"), pl.col("isolated_at").dt.date())
    cases = truth.cases.with_columns(day=sent_on).filter(pl.col("day").is_not_null())
    cases = with_row_ids(identified(truth, cases, "address", "city", "county"), "person", "case_no")
    return cases.sort("day", "case_no").with_columns(
        hospital=(pl.col("row_id") % len(hospitals)).replace_strict(dict(enumerate(hospitals)), return_dtype=pl.String),
        classification=pl.when(pl.col("infected_how") == "wuhan")
        .then(pl.lit("输入病例"))
        .otherwise(pl.lit("本地病例")),
    )


REPORTS = Channel(
    id="hospital-cases",
    zh="医院传染病报告卡",
    en="Hospitals' case reports",
    form=Form.JSON,
    record_path="cards",
    file_name="演练_传染病报告卡_{day:%Y%m%d}.json",
    kind="case",
    profile="clinic",
    event="case_no",
    rows=_cases,
    columns=(
        Column("卡片编号", text("case_no")),
        Column("患者.姓名", text("name")),
        Column("患者.性别", text("sex")),
        Column("患者.年龄", text("age")),
        Column("患者.有效证件号", text("document")),
        Column("患者.联系电话", text("phone")),
        Column("患者.现住详细地址", text("address")),
        Column("病例分类", pl.col("state").replace(STATE_ZH)),
        Column("发病日期", iso_day("onset_on")),
        Column("报告日期", iso_day("reported_on")),
        Column("隔离时间", iso_minute("isolated_at")),
        Column("报告单位", text("hospital")),
    ),
)

LINE_LIST = Channel(
    id="cdc-line-list",
    zh="疾控中心病例一览表",
    en="Line list of the centre for disease control",
    form=Form.XLSX,
    cut=Cut.ONCE,
    file_name="演练_病例一览表_{day:%Y%m%d}.xlsx",
    kind="case",
    profile="clinic",
    event="case_no",
    sheet="病例一览",
    titles=("新型冠状病毒感染的肺炎病例一览表（演练/DRILL）", "截至 {day:%Y年%m月%d日}　内部资料"),
    totals="合计",
    extra_sheet=("填表说明", ("演练/DRILL", "一人一行；无症状感染者发病日期填无。")),
    rows=_cases,
    columns=(
        Column("病例编号", text("case_no")),
        Column("姓名", text("name")),
        Column("性别", text("sex")),
        Column("年龄（岁）", text("age")),
        Column("身份证号", text("document")),
        Column("联系电话", text("phone")),
        Column("现住址", text("address")),
        Column("分类", pl.col("state").replace(STATE_ZH)),
        Column("来源", text("classification")),
        Column("发病日期", han_day("onset_on").fill_null("无")),
        Column("报告日期", dotted_day("reported_on")),
        Column("隔离治疗时间", han_minute("isolated_at")),
        Column("收治医院", text("hospital")),
    ),
)

CHANNELS = (CLINICS, LABORATORIES, PHARMACIES, ISOLATION, HOTELS, REPORTS, LINE_LIST)
