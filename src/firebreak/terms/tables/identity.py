"""Tables of who each record speaks of: links, rulings, merges, the review queue, people."""

from __future__ import annotations

from firebreak.terms.tables.column import DAY, F32, FLAG, I16, I32, I64, INSTANT, RECORD, TEXT, Column, Table
from firebreak.terms.tables.delivered import MENTIONS

LINKS = Table(
    "links",
    (
        *RECORD,
        Column("person_id", I64, "person", "人员"),
        Column("rule", TEXT, "linkage rule", "关联规则"),
        Column("confidence", F32, "0–1", "置信度"),
    ),
    "which person a record speaks of",
    "人员关联",
    sort=("record_id", "part"),
    key=("record_id", "part"),
)

_PAIR = (
    Column("left_record_id", I64, "one record", "记录甲"),
    Column("left_part", I16, "part of that record", "行内序号"),
    Column("right_record_id", I64, "the other record", "记录乙"),
    Column("right_part", I16, "part of that record", "行内序号"),
)

IDENTITY_KEYS = Table(
    "identity_keys",
    (
        Column("key", I64, "64-bit hash of kind and value", "键", personal=True),
        Column("kind", TEXT, "document, number, phone, ticket, or a key of the model", "键类型"),
        *RECORD,
    ),
    "what a record can be found by when new ones come; the hash of a number leads to a person as the number does",
    "查找键",
    sort=("key", "record_id", "part"),
    persons_room=True,
)

RULINGS = Table(
    "rulings",
    (
        Column("ruling_id", I64, "ruling, counted from 1", "裁定"),
        Column("kind", TEXT, "terms.enums.RulingKind: must, cannot, withdraw", "裁定类型"),
        *_PAIR,
        Column("merge_id", I64, "the merge this ruling undoes; null else", "撤销的合并"),
        Column("withdraws", I64, "the ruling this one takes back; null else", "撤回的裁定"),
        Column("decided_by", TEXT, "who decided", "裁定人"),
        Column("decided_at", INSTANT, "when", "裁定时间"),
        Column("reason", TEXT, "why, in words (may name people)", "理由", personal=True),
    ),
    "what people decided about who is one person; append-only, an input to every run",
    "关联裁定",
    sort=("ruling_id",),
    persons_room=True,
)

LOOKS = Table(
    "looks",
    (
        Column("look_id", I64, "look, counted from 1", "查看"),
        Column("at", INSTANT, "when", "时间"),
        Column("decided_by", TEXT, "who looked", "查看人"),
        *_PAIR,
        Column("reason", TEXT, "why, in words (may name people)", "理由", personal=True),
    ),
    "when somebody had a pair's values shown in full, and why; append-only",
    "查看留痕",
    sort=("look_id",),
    persons_room=True,
)

MERGES = Table(
    "merges",
    (
        Column("merge_id", I64, "merge, counted from 1", "合并"),
        Column("run_id", I64, "run that found it, see link_runs", "关联运行"),
        Column("merged_at", INSTANT, "time of that run", "合并时间"),
        Column("person_id", I64, "the person that stayed, as of that run", "保留的人员"),
        Column("absorbed_id", I64, "the id that became an alias", "并入的人员"),
        *_PAIR,
        Column("rule", TEXT, "rule of the edge that caused it", "依据规则"),
        Column(
            "weight", F32, "match weight of the edge in bits; null where a rule without weights tied it", "匹配权重"
        ),
        Column("probability", F32, "what the weight amounts to, 0–1", "匹配概率"),
        Column("undone_run_id", I64, "run in which the absorbed id came back; null while the merge stands", "撤销运行"),
    ),
    "people that turned out to be one, with the edge that caused it",
    "人员合并",
    sort=("merge_id",),
)

MERGE_MEMBERS = Table(
    "merge_members",
    (
        Column("merge_id", I64, "merge", "合并"),
        *RECORD,
        Column("absorbed", FLAG, "was it a record of the id that became an alias", "属并入一方"),
    ),
    "which records were which person's when a merge happened: what undoing it gives back",
    "合并成员",
    sort=("merge_id", "record_id", "part"),
)

ALIASES = Table(
    "aliases",
    (
        Column("alias_id", I64, "an id that was given once and stands for somebody else now", "别名编号"),
        Column("person_id", I64, "the person it stands for today", "人员"),
        Column("merge_id", I64, "merge in which it became an alias", "合并"),
        Column("run_id", I64, "run since which it is one", "关联运行"),
        Column("rule", TEXT, "rule of that merge", "规则"),
        Column("left_record_id", I64, "evidence: one record", "证据记录甲"),
        Column("right_record_id", I64, "evidence: the other record", "证据记录乙"),
    ),
    "ids of people that were merged: look an old id up here",
    "人员别名",
    sort=("alias_id",),
)

ID_HOMES = Table(
    "id_homes",
    (
        Column("id", I64, "an id that was given to a person once", "人员编号"),
        *RECORD,
    ),
    "ids whose first record retention has dropped: the record that stands for it since",
    "编号归属",
    sort=("id",),
)

SPLITS = Table(
    "splits",
    (
        Column("run_id", I64, "run that found it", "关联运行"),
        Column("person_id", I64, "the person before", "原人员"),
        Column("split_id", I64, "the person some of the records are now", "拆出的人员"),
        Column("records", I32, "how many records went", "记录数"),
    ),
    "people that turned out to be several",
    "人员拆分",
    sort=("run_id", "person_id", "split_id"),
)

REVIEWS = Table(
    "reviews",
    (
        *_PAIR,
        Column("left_person_id", I64, "the person of the one record", "人员甲"),
        Column("right_person_id", I64, "the person of the other record", "人员乙"),
        Column("weight", F32, "match weight in bits", "匹配权重"),
        Column("probability", F32, "what it amounts to, 0–1", "匹配概率"),
        Column("gammas", TEXT, "JSON: comparison → level, weight, adjustment; no values", "各项比较结果"),
        Column("run_id", I64, "run that put it in the queue", "关联运行"),
    ),
    "pairs neither joined nor apart: the queue of the clerks",
    "待核对",
    sort=("left_record_id", "left_part", "right_record_id", "right_part"),
)

SET_ASIDE = Table(
    "set_aside",
    (
        Column("field", TEXT, "field", "字段"),
        Column("rule", TEXT, "why it ties nothing", "规则"),
        Column("value_class", TEXT, "shape of the value, never the value", "值形"),
        Column("records", I64, "records it stands in", "记录数"),
        *RECORD,
        Column("run_id", I64, "run", "关联运行"),
    ),
    "evidence that was not used: default numbers, phones of thousands; with the first record each",
    "未采用的证据",
    sort=("field", "rule", "record_id", "part"),
)

LINK_RUNS = Table(
    "link_runs",
    (
        Column("run_id", I64, "run, counted from 1", "关联运行"),
        Column("kind", TEXT, "terms.enums.LinkKind: whole, new, ruling", "方式"),
        Column("at", INSTANT, "when", "时间"),
        Column("decided_by", TEXT, "who ran it", "经办人"),
        Column("model", TEXT, "version of the model; null without one", "模型版本"),
        Column("looked_at", I64, "records looked at", "核对记录数"),
        Column("records", I64, "records linked for the first time", "新记录数"),
        Column("new_people", I64, "people nobody spoke of before", "新人员"),
        Column("joined", I64, "new records that joined people who were there", "并入已有人员的记录"),
        Column("merged", I64, "people that became one with another", "合并"),
        Column("split", I64, "people that came out of another", "拆分"),
        Column("reviews", I64, "pairs that wait for a clerk afterwards", "待核对"),
        Column("set_aside", I64, "values set aside as evidence", "未采用的证据"),
    ),
    "what each linkage run changed",
    "关联运行",
    sort=("run_id",),
)

_NOT_OF_A_PERSON = ("record_id", "part", "channel", "seen_on", "relation", "doc_check", "plate")

PERSONS = Table(
    "persons",
    (
        Column("person_id", I64, "person", "人员"),
        *(column for column in MENTIONS.columns if column.name not in _NOT_OF_A_PERSON),
        Column("records", I32, "records that speak of this person", "记录数"),
        Column("channels", I16, "channels that speak of this person", "渠道数"),
    ),
    "one row a person: the best value of each field",
    "人员",
    sort=("person_id",),
    persons_room=True,
    key=("person_id",),
    present="records",
)

PERSON_FIELDS = Table(
    "person_fields",
    (
        Column("person_id", I64, "person", "人员"),
        Column("field", TEXT, "name of the field", "字段"),
        Column("value", TEXT, "value as text", "值", personal=True),
        Column("chosen", FLAG, "is this the value of the persons table", "是否采用"),
        Column("record_id", I64, "record that gives it", "来源记录"),
        Column("part", I16, "part of that record", "行内序号"),
        Column("channel", TEXT, "channel that gives it", "来源渠道"),
        Column("seen_on", DAY, "day of the statement", "记载日期"),
        Column("agreeing", I16, "channels that say the same", "一致渠道数"),
        Column("confidence", F32, "0–1", "置信度"),
    ),
    "every value any channel gives for a person, with source and confidence",
    "人员字段来源",
    sort=("person_id", "field", "value"),
    persons_room=True,
    key=("person_id",),
    present="field",
)

TIMELINE = Table(
    "timeline",
    (
        Column("person_id", I64, "person", "人员"),
        *RECORD,
        Column("category", TEXT, "terms.enums.Category of the record", "类别"),
        Column("on_day", DAY, "day, where the record names one", "日期"),
        Column("at", INSTANT, "moment, where the record names one", "时间"),
        Column("until", INSTANT, "end: leaving, check-out, result, isolation", "至"),
        Column("kind", TEXT, "mode, kind of place, post or register, method", "种类"),
        Column("what", TEXT, "service, place, post, laboratory, organisation", "事项"),
        Column("from_place", TEXT, "from", "来自"),
        Column("to_place", TEXT, "to", "前往"),
        Column("within", TEXT, "coach and seat, room, job, case number", "位置"),
        Column("result", TEXT, "result, state of the ticket, of the case, direction", "结果"),
        Column("temperature", F32, "body temperature, °C", "体温"),
    ),
    "everything any record says of each person, sorted by person",
    "人员时间线",
    sort=("person_id", "record_id", "part"),
)
