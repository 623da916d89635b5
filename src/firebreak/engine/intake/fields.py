"""The canonical fields a channel spec may map a column to, and which normaliser types each.

A field is what a column says (``document``); a column of a table is what is stored (``doc_type``, ``doc_number``, …).
The normaliser's ``outputs`` are stored columns, renamed where the field says so.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Field:
    """``normaliser`` is the default one; ``rename`` maps its outputs to stored columns where they differ."""

    name: str
    normaliser: str
    en: str
    zh: str
    rename: tuple[tuple[str, str], ...] = ()


def _instant(name: str, en: str, zh: str, column: str | None = None) -> Field:
    return Field(name, "instant", en, zh, (("instant", column or name),))


def _day(name: str, en: str, zh: str) -> Field:
    return Field(name, "day", en, zh, (("day", name),))


def _text(name: str, en: str, zh: str) -> Field:
    return Field(name, "text", en, zh, (("text", name),))


def _number(name: str, en: str, zh: str, column: str | None = None) -> Field:
    return Field(name, "integer", en, zh, (("integer", column or name),))


def _station(name: str, en: str, zh: str) -> Field:
    return Field(name, "station", en, zh, (("station", name),))


_ALL = (
    # who
    Field("name", "name", "name", "姓名"),  # name, alias (and sex, where a title says it)
    Field("document", "document", "document number", "证件号码"),  # doc_type, doc_number, doc_check, sex, birth_date
    Field(
        "case_numbers", "case_numbers", "numbers of cases", "病例编号（一个或多个）"
    ),  # doc_type, doc_number, doc_check
    Field("document_type", "document_type", "kind of document", "证件类型"),  # doc_type
    Field("sex", "sex", "sex", "性别"),
    Field("birth_date", "birth_date", "date of birth", "出生日期"),  # birth_date, birth_year
    Field("phone", "phone", "phone", "电话"),
    Field("address", "address", "address", "地址"),  # address, division_code, community, building, unit, room
    Field("division", "division", "division code or name", "行政区划"),  # division_code
    Field("grid_code", "grid_code", "grid code", "网格编码"),
    Field("nationality", "nationality", "nationality", "国籍"),
    Field("plate", "plate", "vehicle plate", "车牌"),
    *(
        _text(name, en, zh)
        for name, en, zh in (
            ("employer", "employer, school", "单位"),
            ("household_no", "household number", "户号"),
            ("relation", "relation", "关系"),
            ("community", "community", "小区/村"),
        )
    ),
    Field("building", "building", "building", "楼栋"),  # the number alone, as address gives it
    Field("unit", "unit", "unit", "单元"),
    Field("room", "room", "room", "室"),
    # journeys and timetables
    Field("mode", "mode", "mode of travel", "出行方式"),
    Field("service_no", "service_no", "train or flight number", "车次/航班号"),  # service_no, coach, mode
    _text("service_key", "operator's key of the service", "运营方车次编码"),
    _day("run_date", "date at the origin", "开行日期"),
    _day("board_date", "date of boarding", "乘车日期"),
    _instant("board_at", "boarding", "上车时间"),  # fills board_date too, where that has no column of its own
    _instant("alight_at", "leaving", "下车时间"),
    _station("from_place", "boarding station", "上车站"),
    _station("to_place", "leaving station", "下车站"),
    _station("station", "station", "车站"),
    Field("from_to", "station_pair", "boarding and leaving station", "上下车站"),  # from_place, to_place
    Field("coach", "coach", "coach", "车厢"),  # coach, coach_last, coach_label, row, letter, seat_no, place
    Field("seat", "seat", "seat", "座位"),  # coach, row, letter, seat_no, berth_level, place
    Field("trip_detail", "trip_detail", "coach, seat, time or vehicle", "车厢/座位/时间"),
    Field("seat_memo", "seat_memo", "free text that may hold a seat", "备注（座位）"),
    _text("seat_class", "class as sold", "席别"),
    _text("ticket_no", "ticket number", "票号"),
    _text("order_no", "order number", "订单号"),
    Field("ticket_state", "ticket_state", "ticket state", "票状态"),
    Field("role", "role", "passenger or crew", "身份"),
    _number("stop_seq", "order of the stop", "站序"),
    Field("arrive_min", "clock_minutes", "arrival", "到达", (("minutes", "arrive_min"),)),
    Field("depart_min", "clock_minutes", "departure", "发车", (("minutes", "depart_min"),)),
    _text("formation", "formation", "编组"),
    _day("valid_from", "from", "起"),
    _day("valid_to", "until", "止"),
    # stays, checks, tests, registrations, declarations, rosters
    Field("place_division", "division", "division of the place", "场所区划", (("division_code", "place_division"),)),
    *(
        _text(name, en, zh)
        for name, en, zh in (
            ("place_kind", "kind of place", "场所类型"),
            ("place_name", "place", "场所"),
            ("place_code", "code of the place", "场所编码"),
            ("cell", "room, ward, table", "房间/桌号"),
            ("post", "post", "卡口"),
            ("post_kind", "kind of post", "卡口类型"),
            ("direction", "direction", "方向"),
            ("laboratory", "laboratory", "检测机构"),
            ("sample_no", "sample number", "样本编号"),
            ("method", "method", "方法"),
            ("symptoms", "symptoms", "症状"),
            ("item", "item", "物品/事项"),
            ("kind", "kind", "类型"),
            ("organisation", "organisation", "单位"),
            ("organisation_code", "organisation code", "统一社会信用代码"),
            ("job", "job", "岗位"),
            ("source_url", "source", "出处"),
            ("classification", "classification", "分类"),
            ("case_no", "case number", "病例编号"),
        )
    ),
    _instant("start_at", "from", "开始"),
    _instant("end_at", "to", "结束"),
    _instant("at", "time", "时间"),
    _instant("sampled_at", "sampling", "采样时间"),
    _instant("result_at", "result", "报告时间"),
    _instant("isolated_at", "isolated", "隔离时间"),
    Field("temperature", "temperature", "body temperature", "体温"),
    Field("result", "test_result", "test result", "检测结果"),
    Field("exposed", "yes_no", "exposed", "有无接触史", (("flag", "exposed"),)),
    _day("arrived_on", "arrival", "抵达日期"),
    _day("returned_on", "return to work", "返岗日期"),
    _day("seen_on", "day of the statement", "记载日期"),
    # cases and counts
    Field("case_state", "case_state", "case state", "病例状态", (("case_state", "state"),)),
    _day("onset_on", "first symptoms", "发病日期"),
    _day("reported_on", "reported", "报告日期"),
    _number("age", "age", "年龄"),
    _day("counted_on", "day", "日期"),
    *(
        _text(name, en, zh)
        for name, en, zh in (
            ("country", "country", "国家"),
            ("province", "province", "省"),
            ("city", "city", "市"),
            ("measure", "measure", "指标"),
            ("basis", "cumulative or new", "口径"),
        )
    ),
    _number("value", "count", "数值"),
    Field("place_counts", "place_counts", "counts by place, in prose", "分地区数值"),  # country, province, city, value
)

FIELDS: dict[str, Field] = {field.name: field for field in _ALL}
"""Every canonical field by name."""
