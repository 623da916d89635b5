"""Every table of the lake: its columns, their types and meaning, how it is sorted and where it is cut.

All ids are int64. ``record_id = batch_id << 32 | line`` (``batch_id`` is 31 bits of the file's SHA-256, ``line`` counts
data rows from 1), so that a record has the same id in every lake that ever took the same bytes. ``part`` tells the
records of one row apart (a row may name seats 13A/13B/13C). ``raw_hash`` is XXH3-64 of the row's cells as read, joined
by U+001F. Instants (``*_at``) are UTC microseconds; days are Asia/Shanghai.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa

I64, I32, I16, I8 = pa.int64(), pa.int32(), pa.int16(), pa.int8()
F32 = pa.float32()
TEXT, FLAG, DAY = pa.string(), pa.bool_(), pa.date32()
INSTANT = pa.timestamp("us", tz="UTC")


@dataclass(frozen=True, slots=True)
class Column:
    """``personal``: names a person or leads to one; such columns are allowed in tables of the persons room only."""

    name: str
    type: pa.DataType
    en: str
    zh: str
    personal: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """``day`` is the column the table is cut by (one folder a day), ``sort`` the order of rows inside a file.

    ``key``: rows of a later layer hide those of earlier ones that have the same key; a row of a layer in which
    ``present`` is null only hides.
    """

    name: str
    columns: tuple[Column, ...]
    en: str
    zh: str
    sort: tuple[str, ...] = ()
    day: str | None = None
    persons_room: bool = False
    key: tuple[str, ...] = ()
    present: str | None = None

    @property
    def schema(self) -> pa.Schema:
        return pa.schema([(column.name, column.type) for column in self.columns])

    @property
    def names(self) -> list[str]:
        return [column.name for column in self.columns]

    def __iter__(self) -> Iterator[Column]:
        return iter(self.columns)


_RECORD = (
    Column("record_id", I64, "record", "记录"),
    Column("part", I16, "which of the row's records, from 0", "行内序号"),
)
_PROVENANCE = (
    *_RECORD,
    Column("raw_hash", I64, "XXH3-64 of the row as read", "原始行校验值"),
)

MENTIONS = Table(
    "mentions",
    (
        *_RECORD,
        Column("channel", TEXT, "channel id", "渠道"),
        Column("seen_on", DAY, "day of the statement (event day, else delivery day)", "记载日期"),
        Column("relation", TEXT, "self, head, guardian, contact …", "与本条记录关系"),
        Column("name", TEXT, "name, normalised", "姓名", personal=True),
        Column("alias", TEXT, "other name given in the same cell", "别名", personal=True),
        Column("sex", TEXT, "terms.enums.Sex", "性别", personal=True),
        Column("birth_date", DAY, "date of birth", "出生日期", personal=True),
        Column("birth_year", I16, "year of birth where the date is not known", "出生年", personal=True),
        Column("doc_type", TEXT, "terms.enums.DocType", "证件类型", personal=True),
        Column("doc_number", TEXT, "document number, normalised", "证件号码", personal=True),
        Column("doc_check", TEXT, "terms.enums.DocCheck", "证件校验结果"),
        Column("phone", TEXT, "E.164", "电话", personal=True),
        Column("nationality", TEXT, "ISO 3166-1 alpha-3", "国籍", personal=True),
        Column("address", TEXT, "address as one normalised line", "地址", personal=True),
        Column("division_code", TEXT, "GB/T 2260 county code, 6 digits", "区划代码"),
        Column("community", TEXT, "residential community (小区/村)", "小区/村", personal=True),
        Column("building", TEXT, "building", "楼栋", personal=True),
        Column("unit", TEXT, "unit (stairwell)", "单元", personal=True),
        Column("room", TEXT, "room", "室", personal=True),
        Column("grid_code", TEXT, "GB/T 34300 grid code, 15 digits", "网格编码"),
        Column("employer", TEXT, "employer, school", "单位", personal=True),
        Column("household_no", TEXT, "household number in the register", "户号", personal=True),
        Column("plate", TEXT, "vehicle plate", "车牌", personal=True),
    ),
    "what one record says about who the person is",
    "记录中的人员信息",
    sort=("record_id", "part"),
    persons_room=True,
)

JOURNEYS = Table(
    "journeys",
    (
        *_PROVENANCE,
        Column("mode", TEXT, "terms.enums.Mode", "出行方式"),
        Column("service_no", TEXT, "public number (several joined by /)", "车次/航班号"),
        Column(
            "service_key",
            TEXT,
            "operator's key where the channel gives it (12306 train_no)",
            "运营方车次编码",
        ),
        Column("run_date", DAY, "date at the origin of the service, where given", "开行日期"),
        Column("board_date", DAY, "date of boarding", "乘车日期"),
        Column("board_at", INSTANT, "boarding", "上车时间"),
        Column("alight_at", INSTANT, "leaving", "下车时间"),
        Column("from_place", TEXT, "boarding station, normalised", "上车站"),
        Column("to_place", TEXT, "leaving station, normalised", "下车站"),
        Column("coach", I16, "coach", "车厢"),
        Column("coach_last", I16, "last coach where a range is given (4-6)", "车厢（至）"),
        Column("coach_label", TEXT, "coach as a word where no number is given (餐车)", "车厢描述"),
        Column("row", I16, "seat row", "排"),
        Column("letter", TEXT, "seat letter", "座位字母"),
        Column("seat_no", I16, "printed seat or berth number without letter", "座/铺号"),
        Column("berth_level", TEXT, "lower, middle, upper", "铺位层"),
        Column("place", TEXT, "terms.enums.PlaceKind", "席位类型"),
        Column("seat_class", TEXT, "class as sold", "席别"),
        Column("ticket_no", TEXT, "ticket number", "票号"),
        Column("order_no", TEXT, "order number", "订单号"),
        Column("ticket_state", TEXT, "terms.enums.TicketState", "票状态"),
        Column("role", TEXT, "terms.enums.Role", "身份"),
        Column("source_url", TEXT, "bulletin the row cites", "出处"),
    ),
    "ticketed or declared rides, as the channel gives them",
    "行程",
    sort=("board_date", "service_no", "coach", "row", "record_id", "part"),
    day="board_date",
)

STAYS = Table(
    "stays",
    (
        *_PROVENANCE,
        Column("place_kind", TEXT, "hotel, home, ward, venue …", "场所类型"),
        Column("place_name", TEXT, "place", "场所"),
        Column("place_code", TEXT, "the channel's own code of the place", "场所编码"),
        Column("place_division", TEXT, "GB/T 2260 county code of the place, not of the person", "场所区划代码"),
        Column("cell", TEXT, "room, ward, table", "房间/桌号"),
        Column("start_at", INSTANT, "from", "开始"),
        Column("end_at", INSTANT, "to", "结束"),
    ),
    "being somewhere from–to",
    "停留",
    sort=("start_at", "place_code", "cell", "record_id", "part"),
    day="start_at",
)

CHECKS = Table(
    "checks",
    (
        *_PROVENANCE,
        Column("post", TEXT, "checkpoint, gate, toll station", "卡口"),
        Column("post_kind", TEXT, "toll, gate, border, station", "卡口类型"),
        Column("direction", TEXT, "in or out", "方向"),
        Column("at", INSTANT, "time of the check", "时间"),
        Column("temperature", F32, "body temperature, °C", "体温"),
        Column("from_place", TEXT, "coming from, as declared", "来自"),
    ),
    "one vehicle or person checked at a post",
    "查验",
    sort=("at", "post", "record_id", "part"),
    day="at",
)

TESTS = Table(
    "tests",
    (
        *_PROVENANCE,
        Column("laboratory", TEXT, "laboratory", "检测机构"),
        Column("sample_no", TEXT, "sample number", "样本编号"),
        Column("sampled_at", INSTANT, "sampling", "采样时间"),
        Column("result_at", INSTANT, "result", "报告时间"),
        Column("method", TEXT, "pcr, antibody, ct", "方法"),
        Column("result", TEXT, "positive, negative, inconclusive", "结果"),
    ),
    "laboratory tests",
    "检测",
    sort=("sampled_at", "record_id", "part"),
    day="sampled_at",
)

REGISTRATIONS = Table(
    "registrations",
    (
        *_PROVENANCE,
        Column("kind", TEXT, "fever_clinic, pharmacy, entry, sim, vehicle …", "登记类型"),
        Column("place_name", TEXT, "where", "登记地点"),
        Column("place_division", TEXT, "GB/T 2260 county code of the place, not of the person", "场所区划代码"),
        Column("at", INSTANT, "when", "时间"),
        Column("temperature", F32, "body temperature, °C", "体温"),
        Column("symptoms", TEXT, "symptoms as given", "症状"),
        Column("item", TEXT, "what was bought or issued", "物品/事项"),
    ),
    "real-name registration of an act at a place: clinic, pharmacy, border",
    "实名登记",
    sort=("at", "record_id", "part"),
    day="at",
)

RESIDENCES = Table(
    "residences",
    (
        *_PROVENANCE,
        Column("kind", TEXT, "hukou, community, tenant, vehicle_owner, phone_owner", "登记类型"),
        Column("valid_from", DAY, "registered since", "登记起"),
        Column("valid_to", DAY, "until", "登记止"),
    ),
    "registers of who lives or belongs where; the address is in mentions",
    "居住登记",
    sort=("record_id", "part"),
)

DECLARATIONS = Table(
    "declarations",
    (
        *_PROVENANCE,
        Column("at", INSTANT, "declared", "申报时间"),
        Column("from_place", TEXT, "coming from", "来自"),
        Column("arrived_on", DAY, "arrival", "抵达日期"),
        Column("service_no", TEXT, "train or flight, as declared", "车次/航班"),
        Column("temperature", F32, "body temperature, °C", "体温"),
        Column("symptoms", TEXT, "symptoms as given", "症状"),
        Column("exposed", FLAG, "says to have met a case or been in the affected area", "有无接触史"),
    ),
    "what people say of themselves",
    "申报",
    sort=("at", "record_id", "part"),
    day="at",
)

ROSTERS = Table(
    "rosters",
    (
        *_PROVENANCE,
        Column("organisation", TEXT, "employer, school, crew depot", "单位"),
        Column("organisation_code", TEXT, "the organisation's code (GB 32100)", "统一社会信用代码"),
        Column("job", TEXT, "job, class", "岗位/班级"),
        Column("returned_on", DAY, "day of return to work", "返岗日期"),
    ),
    "who works or learns where",
    "花名册",
    sort=("organisation", "record_id", "part"),
)

CASES = Table(
    "cases",
    (
        *_PROVENANCE,
        Column("case_no", TEXT, "case number in the channel", "病例编号"),
        Column("state", TEXT, "terms.enums.CaseState", "状态"),
        Column("onset_on", DAY, "first symptoms", "发病日期"),
        Column("reported_on", DAY, "reported", "报告日期"),
        Column("isolated_at", INSTANT, "isolated", "隔离时间"),
        Column("age", I16, "age in years", "年龄"),
        Column("place_name", TEXT, "hospital, district as given", "医院/地区"),
        Column("classification", TEXT, "imported, local … as given", "分类"),
        Column("source_url", TEXT, "bulletin the row cites", "出处"),
    ),
    "cases as reported",
    "病例",
    sort=("reported_on", "case_no", "record_id", "part"),
)

STOPS = Table(
    "stops",
    (
        *_PROVENANCE,
        Column("mode", TEXT, "terms.enums.Mode", "方式"),
        Column("service_key", TEXT, "operator's key of the service (12306 train_no)", "运营方车次编码"),
        Column("service_no", TEXT, "public number(s), joined by /", "车次"),
        Column("valid_from", DAY, "timetable in force from", "图定起"),
        Column("valid_to", DAY, "until, inclusive", "图定止"),
        Column("stop_seq", I16, "order of the stop, from 0", "站序"),
        Column("station", TEXT, "station, normalised", "车站"),
        Column("arrive_min", I32, "minutes after 00:00 of the run date", "到达（分）"),
        Column("depart_min", I32, "minutes after 00:00 of the run date", "发车（分）"),
        Column("formation", TEXT, "key of terms.formations", "编组"),
    ),
    "timetables: the stops of every service",
    "时刻表",
    sort=("service_key", "valid_from", "stop_seq"),
)

COUNTS = Table(
    "counts",
    (
        *_PROVENANCE,
        Column("counted_on", DAY, "day", "日期"),
        Column("country", TEXT, "country", "国家"),
        Column("province", TEXT, "province", "省"),
        Column("city", TEXT, "city", "市"),
        Column("measure", TEXT, "confirmed, suspected, recovered, died", "指标"),
        Column("value", I64, "count", "数值"),
        Column("basis", TEXT, "cumulative or new", "口径"),
        Column("source_url", TEXT, "bulletin", "出处"),
    ),
    "reported counts",
    "疫情统计",
    sort=("counted_on", "province", "city", "measure"),
)

REJECTS = Table(
    "rejects",
    (
        Column("batch_id", I64, "batch", "批次"),
        Column("line", I32, "data row, from 1", "行号"),
        Column("scope", TEXT, "terms.enums.RejectScope", "范围"),
        Column("field", TEXT, "canonical field; empty where the whole row is meant", "字段"),
        Column("column", TEXT, "the file's own column name", "原列名"),
        Column("value_class", TEXT, "shape of the value, never the value", "值形"),
        Column("code", TEXT, "code of the rule", "规则代码"),
        Column("rule", TEXT, "the rule in words", "规则"),
        Column("remedy", TEXT, "what to do", "处理办法"),
    ),
    "rows and values that could not be typed, with the reason",
    "退回",
    sort=("batch_id", "line", "field"),
)

LINKS = Table(
    "links",
    (
        *_RECORD,
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
        *_RECORD,
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
        *_RECORD,
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
        *_RECORD,
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
        *_RECORD,
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

RIDES = Table(
    "rides",
    (
        Column("run_date", DAY, "date at the origin", "开行日期"),
        Column("service_id", I64, "service, see services", "车次"),
        Column("coach", I16, "coach", "车厢"),
        Column("row", I16, "seat row", "排"),
        Column("letter", TEXT, "seat letter", "座位字母"),
        Column("seat_no", I16, "printed number without letter", "座/铺号"),
        Column("place", TEXT, "terms.enums.PlaceKind", "席位类型"),
        Column("role", TEXT, "terms.enums.Role", "身份"),
        Column("board_seq", I16, "stop_seq of boarding", "上车站序"),
        Column("alight_seq", I16, "stop_seq of leaving", "下车站序"),
        Column("board_at", INSTANT, "boarding", "上车时间"),
        Column("alight_at", INSTANT, "leaving", "下车时间"),
        Column("person_id", I64, "person", "人员"),
        Column("record_id", I64, "record that proves it", "证据记录"),
        Column("part", I16, "part of that record", "行内序号"),
        Column("order_id", I64, "tickets bought together share it; null where one was bought alone", "订单"),
        Column("coach_key", I64, "day, service and coach in one number, see terms.ride_keys", "车厢键"),
        Column("seat_key", I16, "row or number in one number, see terms.ride_keys", "席位键"),
    ),
    "valid journeys on a known service: who sat where between which stops",
    "乘坐",
    sort=("run_date", "service_id", "coach", "row", "record_id", "part"),
    day="run_date",
)

RIDES_BY_PERSON = Table(
    "rides_by_person",
    RIDES.columns,
    "the rows of rides sorted by person, for questions about one person",
    "按人排序的乘坐",
    sort=("person_id", "run_date", "service_id", "record_id", "part"),
)

SERVICES = Table(
    "services",
    (
        Column("service_id", I64, "63 bits of BLAKE2b of mode and service_key", "车次"),
        Column("mode", TEXT, "terms.enums.Mode", "方式"),
        Column("service_key", TEXT, "operator's key", "运营方车次编码"),
        Column("service_no", TEXT, "public number(s), joined by /", "车次号"),
        Column("formation", TEXT, "key of terms.formations", "编组"),
        Column("valid_from", DAY, "from", "起"),
        Column("valid_to", DAY, "until, inclusive", "止"),
    ),
    "services by key",
    "车次表",
    sort=("service_id", "valid_from"),
)

_PRESENCE = (
    Column("person_id", I64, "person", "人员"),
    Column("place_id", I64, "63 bits of BLAKE2b of kind, division and code or name", "场所"),
    Column("cell_id", I64, "room, ward, table: 63 bits of BLAKE2b of place and cell; null: not known", "房间/桌号"),
    Column("place_kind", TEXT, "hotel, ward, venue … (engine/tracing/places.toml)", "场所类型"),
    Column("start_at", INSTANT, "from", "开始"),
    Column("end_at", INSTANT, "to", "结束"),
    Column("assumed", FLAG, "an end that no record tells was assumed by kind of place", "时间为推定"),
    *_RECORD,
)

PRESENCES = Table(
    "presences",
    _PRESENCE,
    "who was at which place, in which room, from when to when",
    "到场",
    sort=("place_id", "start_at", "person_id", "record_id", "part"),
    day="start_at",
)

PRESENCES_BY_PERSON = Table(
    "presences_by_person",
    _PRESENCE,
    "the rows of presences sorted by person, for questions about one person",
    "到场（按人）",
    sort=("person_id", "start_at", "place_id", "record_id", "part"),
)

MEMBERSHIPS = Table(
    "memberships",
    (
        Column("person_id", I64, "person", "人员"),
        Column("place_id", I64, "household, organisation: 63 bits of BLAKE2b of what identifies it", "户/单位"),
        Column("cell_id", I64, "class of a school; null: not told", "班级"),
        Column("place_kind", TEXT, "household, workplace, class", "类型"),
        Column("valid_from", DAY, "from that day on; null: always", "起"),
        Column("valid_to", DAY, "until that day, inclusive; null: still", "止"),
        *_RECORD,
    ),
    "who lives, works or learns where: belonging, not being seen",
    "归属",
    sort=("place_id", "person_id", "valid_from", "record_id", "part"),
)

PLACES = Table(
    "places",
    (
        Column("place_id", I64, "place", "场所"),
        Column("cell_id", I64, "room, ward, table, class; null: the place itself", "房间/桌号/班级"),
        Column("place_kind", TEXT, "hotel, ward, venue, workplace …", "场所类型"),
        Column("place_name", TEXT, "its name as a channel gives it; homes have none", "场所名称"),
        Column("place_code", TEXT, "its code where a channel gives one", "场所编码"),
        Column("place_division", TEXT, "GB/T 2260 county code of the place", "场所区划代码"),
        Column("cell", TEXT, "room, ward, table, class as written", "房间/桌号/班级名称"),
    ),
    "places and their rooms by id",
    "场所表",
    sort=("place_id", "cell_id"),
)

EXPOSURES = Table(
    "exposures",
    (
        Column("case_person_id", I64, "the case", "病例"),
        Column("person_id", I64, "the contact", "接触者"),
        Column("rule", TEXT, "rule@version", "规则"),
        Column("degree", I8, "1 = met the case, 2 = met a contact", "接触代次"),
        Column("via_person_id", I64, "second degree: the contact between; else null", "经由接触者"),
        Column("setting", TEXT, "terms.enums.Setting of the rule that was applied", "接触场景"),
        Column("contact_level", TEXT, "terms.enums.ContactLevel", "接触类别"),
        Column("level", TEXT, "terms.enums.Nearness: seat, coach, crew, companion, cell …", "接触层级"),
        Column("relation", TEXT, "same_seat, adjacent, same_row, rows_1 … rows_n, coach", "座位关系"),
        Column("run_date", DAY, "run date", "开行日期"),
        Column("service_id", I64, "service", "车次"),
        Column("coach", I16, "coach", "车厢"),
        Column("row_gap", I16, "rows between, 0 = same row", "排距"),
        Column("distance", F32, "metres, where the rule or the geometry of the seats gives one", "距离（米）"),
        Column("place_id", I64, "place of a stay; null on rides", "场所"),
        Column("from_seq", I16, "first stop of the overlap", "重叠起站序"),
        Column("to_seq", I16, "last stop of the overlap", "重叠止站序"),
        Column("from_at", INSTANT, "overlap from", "重叠起"),
        Column("to_at", INSTANT, "overlap to", "重叠止"),
        Column("minutes", I32, "minutes together", "共处分钟"),
        Column("cumulative_minutes", I32, "minutes within the rule's hours; null where not counted", "累计分钟"),
        Column("case_record_id", I64, "record that puts the case there", "病例证据记录"),
        Column("case_part", I16, "part of that record", "行内序号"),
        Column("record_id", I64, "record that puts the contact there", "接触者证据记录"),
        Column("part", I16, "part of that record", "行内序号"),
    ),
    "who was near a case, under which rule, proved by which records",
    "暴露",
    sort=("case_person_id", "person_id", "run_date", "service_id"),
    key=("case_person_id", "rule"),
    present="person_id",
)

TRACED = Table(
    "traced",
    (
        Column("case_person_id", I64, "the case", "病例"),
        Column("rule", TEXT, "rule@version", "规则"),
        Column("window_from", INSTANT, "its infectious window, from", "传染期起"),
        Column("window_to", INSTANT, "to", "传染期止"),
        Column("list_no", I32, "the list for which it was last traced", "清单号"),
    ),
    "which cases are in exposures, under which rule and window",
    "已追踪病例",
    sort=("rule", "case_person_id"),
)

TRACED_RUNS = Table(
    "traced_runs",
    (
        Column("case_person_id", I64, "the case", "病例"),
        Column("rule", TEXT, "rule@version", "规则"),
        Column("run_date", DAY, "run date", "开行日期"),
        Column("service_id", I64, "service", "车次"),
        Column("mark", I64, "hash of everybody's rides on that run and of its service", "校验值"),
    ),
    "the runs on which each case was, and what they looked like when it was traced",
    "已追踪车次",
    sort=("rule", "case_person_id", "run_date", "service_id"),
)

TRACED_FILES = Table(
    "traced_files",
    (
        Column("run_date", DAY, "day of rides; null = services", "日期"),
        Column("hash", I64, "hash of the hashes of its files", "校验值"),
    ),
    "what the lake's days of rides looked like at the last list",
    "已追踪文件",
    sort=("run_date",),
)

LISTS = Table(
    "lists",
    (
        Column("list_no", I32, "list, counted from 1", "清单号"),
        Column("as_of", DAY, "the day it is judged on", "基准日"),
        Column("made_by", TEXT, "who made it", "经办人"),
        Column("cases", I32, "cases on it, counted once a rule", "病例数"),
        Column("retraced", I32, "of these, traced anew", "重新追踪"),
        Column("batch_id", I64, "one row a batch that was in the lake; null where there was none", "批次"),
    ),
    "the lists that were made, and the batches they knew",
    "清单",
    sort=("list_no", "batch_id"),
)

CHANGES = Table(
    "changes",
    (
        Column("list_no", I32, "list that brought the change", "清单号"),
        Column("case_person_id", I64, "the case", "病例"),
        Column("person_id", I64, "the contact", "接触者"),
        Column("rule", TEXT, "rule of the list, without its version", "规则"),
        Column("change", TEXT, "terms.enums.ListChange", "变化"),
        Column("why", TEXT, "terms.enums.ChangeReason", "原因"),
        Column("relation_before", TEXT, "nearest relation on the list before", "原关系"),
        Column("relation", TEXT, "nearest relation now", "现关系"),
        Column("record_id", I64, "record that proves it now, else that proved it", "证据记录"),
        Column("part", I16, "part of that record", "行内序号"),
    ),
    "what each list changed: people added, removed, changed, and why",
    "名单变化",
    sort=("list_no", "case_person_id", "person_id"),
)

RISK_FACTS = Table(
    "facts",
    (
        Column("person_id", I64, "person", "人员"),
        Column("kind", I8, "engine.risk.vocabulary.CODES", "事实种类"),
        Column("on", DAY, "day of the fact", "发生日期"),
        Column("known_on", DAY, "day by which it was known here", "获知日期"),
        Column("value", F32, "degrees Celsius for temperatures, else null", "数值"),
        Column("place", TEXT, "division code or venue code where it happened", "地点编码"),
        Column("record_id", I64, "record that says so", "证据记录"),
        Column("part", I16, "part of that record", "行内序号"),
    ),
    "dated facts about people that risk rules may use",
    "风险判定事实",
    sort=("kind", "person_id", "on", "record_id", "part"),
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

FACTS: dict[str, Table] = {
    "journey": JOURNEYS,
    "stay": STAYS,
    "check": CHECKS,
    "test": TESTS,
    "registration": REGISTRATIONS,
    "residence": RESIDENCES,
    "declaration": DECLARATIONS,
    "roster": ROSTERS,
    "case": CASES,
    "timetable": STOPS,
    "count": COUNTS,
}
"""The table each category of channel fills (``terms.enums.Category``)."""

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        *FACTS.values(),
        MENTIONS,
        REJECTS,
        LINKS,
        IDENTITY_KEYS,
        RULINGS,
        LOOKS,
        MERGES,
        MERGE_MEMBERS,
        ALIASES,
        ID_HOMES,
        SPLITS,
        REVIEWS,
        SET_ASIDE,
        LINK_RUNS,
        PERSONS,
        PERSON_FIELDS,
        SERVICES,
        RIDES,
        RIDES_BY_PERSON,
        PRESENCES,
        PRESENCES_BY_PERSON,
        MEMBERSHIPS,
        PLACES,
        EXPOSURES,
        TRACED,
        TRACED_RUNS,
        TRACED_FILES,
        LISTS,
        CHANGES,
        RISK_FACTS,
        FACT_RUNS,
        FINDINGS,
        COLOURS,
    )
}
