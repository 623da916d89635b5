"""Tables of who was where and near whom: rides, presences, exposures, lists."""

from __future__ import annotations

from firebreak.terms.tables.column import DAY, F32, FLAG, I8, I16, I32, I64, INSTANT, RECORD, TEXT, Column, Table

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
    *RECORD,
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
        *RECORD,
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
