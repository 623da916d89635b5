"""Tables of what risk rules go by and what they propose."""

from __future__ import annotations

from firebreak.terms.tables.column import DAY, F32, I8, I16, I64, TEXT, Column, Table

_FACT = (
    Column("person_id", I64, "person", "人员"),
    Column("kind", I8, "engine.risk.vocabulary.CODES", "事实种类"),
    Column("on", DAY, "day of the fact", "发生日期"),
    Column("known_on", DAY, "day by which it was known here", "获知日期"),
    Column("value", F32, "degrees Celsius for temperatures, else null", "数值"),
    Column("place", TEXT, "division code or venue code where it happened", "地点编码"),
    Column("record_id", I64, "record that says so", "证据记录"),
    Column("part", I16, "part of that record", "行内序号"),
)

RISK_FACTS = Table(
    "facts",
    _FACT,
    "dated facts about people that risk rules may use",
    "风险判定事实",
    sort=("kind", "person_id", "on", "record_id", "part"),
    key=("person_id",),
    present="kind",
)

FACTS_BY_PERSON = Table(
    "facts_by_person",
    _FACT,
    "the same rows, sorted by person: what one person is asked about is found at once",
    "风险判定事实（按人员排序）",
    sort=("person_id", "kind", "on", "record_id", "part"),
    key=("person_id",),
    present="kind",
)

FACT_RUNS = Table(
    "fact_runs",
    (
        Column("as_of", DAY, "facts are gathered up to this day", "汇集截止日"),
        Column("facts", I64, "how many there were", "事实数"),
    ),
    "up to which day the table of facts was gathered: one row, none where it never was",
    "风险事实汇集记录",
    sort=("as_of",),
)

FACT_SOURCES = Table(
    "fact_sources",
    (
        Column("name", TEXT, "a table, batch, areas, or rules", "来源"),
        Column("hash", I64, "of one of its files; a batch's id; of the areas or rules used", "校验值"),
    ),
    "what the facts, and the colours of that day, were made from: whatever is otherwise now makes them stale",
    "风险事实的来源",
    sort=("name", "hash"),
)

AREA_LEVELS = Table(
    "area_levels",
    (
        Column("division", TEXT, "2, 4 or 6 digits of GB/T 2260: everything under it", "区划代码"),
        Column("level", TEXT, "key_area, high_area, medium_area", "风险等级"),
        Column("valid_from", DAY, "in force from", "生效日期"),
        Column("valid_to", DAY, "until, inclusive; null: still", "失效日期"),
        Column("before_days", I16, "presence counts from so many days before", "提前天数"),
        Column("zh", TEXT, "name in Chinese", "中文名称"),
        Column("en", TEXT, "name in English", "英文名称"),
        Column("source", TEXT, "who says so", "出处"),
    ),
    "areas of elevated risk that this lake was told, beside those shipped",
    "风险地区",
    sort=("division", "level", "valid_from"),
)

FINDINGS = Table(
    "findings",
    (
        Column("person_id", I64, "person", "人员"),
        Column("as_of", DAY, "day of the assessment", "判定日期"),
        Column("rule", TEXT, "set@version/rule", "规则"),
        Column("level", TEXT, "engine.risk.rule_set.LEVELS", "风险类别"),
        Column("colour", TEXT, "red, yellow, pending", "建议码色"),
        Column("kind", I8, "kind of the fact it starts from", "事实种类"),
        Column("since", DAY, "day of that fact", "起始日期"),
        Column("until", DAY, "first day it no longer holds by itself; null: when the rule's text says", "自动解除日期"),
        Column("record_id", I64, "record that proves it", "证据记录"),
        Column("part", I16, "part of that record", "行内序号"),
    ),
    "which risk rules hold for a person on a day, with the evidence",
    "风险判定",
    sort=("as_of", "person_id", "rule"),
    day="as_of",
)

COLOURS = Table(
    "colours",
    (
        Column("person_id", I64, "person", "人员"),
        Column("as_of", DAY, "day of the assessment", "判定日期"),
        Column("jurisdiction", TEXT, "division code whose rules were used", "适用地区"),
        Column("colour", TEXT, "red, yellow, pending", "建议码色"),
        Column("level", TEXT, "engine.risk.rule_set.LEVELS", "风险类别"),
        Column("rule", TEXT, "the rule that decides, set@version/rule", "决定规则"),
        Column("since", DAY, "since", "起始日期"),
        Column("until", DAY, "first day it no longer holds by itself", "自动解除日期"),
    ),
    "proposed colours of people who are not green; each stands on a finding",
    "建议码色",
    sort=("as_of", "person_id"),
    day="as_of",
)
