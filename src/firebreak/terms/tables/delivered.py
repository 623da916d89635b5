"""Tables of what was delivered: who a record speaks of, what it tells, and what could not be typed."""

from __future__ import annotations

from firebreak.terms.tables.column import (
    DAY,
    F32,
    FLAG,
    I16,
    I32,
    I64,
    INSTANT,
    PROVENANCE,
    RECORD,
    TEXT,
    Column,
    Table,
)

MENTIONS = Table(
    "mentions",
    (
        *RECORD,
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
        *PROVENANCE,
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
        *PROVENANCE,
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
        *PROVENANCE,
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
        *PROVENANCE,
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
        *PROVENANCE,
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
        *PROVENANCE,
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
        *PROVENANCE,
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
        *PROVENANCE,
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
        *PROVENANCE,
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
        *PROVENANCE,
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
        *PROVENANCE,
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
