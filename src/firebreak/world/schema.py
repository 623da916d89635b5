"""The truth tables of a drill: what is really so, before any channel garbles it.

``person`` counts from 0. Instants are UTC microseconds; days are Asia/Shanghai. Rides, stays, events and tests lie in
``truth/TABLE/day=YYYY-MM-DD/part.parquet`` cut by ``CUT_BY``; the others in ``truth/TABLE.parquet``.
"""

from __future__ import annotations

import pyarrow as pa

I64, I32, I16, I8, F32 = pa.int64(), pa.int32(), pa.int16(), pa.int8(), pa.float32()
TEXT, DAY, INSTANT = pa.string(), pa.date32(), pa.timestamp("us", tz="UTC")

_COLUMNS: dict[str, list[tuple[str, pa.DataType]]] = {
    "people": [
        ("person", I64),
        ("name", TEXT),
        ("sex", TEXT),  # terms.enums.Sex
        ("birth_date", DAY),
        ("doc_type", TEXT),  # null: has no document
        ("doc_number", TEXT),
        ("doc_old", TEXT),  # the 15-digit number some old people still show
        ("nationality", TEXT),  # ISO 3166-1 alpha-3
        ("phone", TEXT),  # 11 digits; null: has none; some households share one
        ("household", I64),
        ("household_no", TEXT),  # number in the community's register
        ("relation", TEXT),  # head, spouse, child, parent
        ("province", TEXT),
        ("city", TEXT),
        ("county", TEXT),
        ("division_code", TEXT),  # 6 digits
        ("street", TEXT),
        ("committee", TEXT),  # 社区/村委会, the bearer of the 12-digit code
        ("committee_code", TEXT),
        ("community", TEXT),  # 小区 or 村
        ("building", TEXT),  # 12幢 or 3组
        ("unit", TEXT),  # 2单元; null in villages
        ("room", TEXT),  # 402室 or 17号
        ("address", TEXT),
        ("grid_code", TEXT),  # GB/T 34300, 15 digits
        ("workplace", I32),  # row of workplaces; null: not employed
        ("school", I32),  # row of workplaces (kind school); null: not at school
        ("occupation", TEXT),
        ("crew_depot", TEXT),  # null: no crew
        ("plate", TEXT),  # of the household's car, on its owner; null: has none
    ],
    "workplaces": [
        ("workplace", I32),
        ("kind", TEXT),  # enterprise, school, depot
        ("name", TEXT),
        ("code", TEXT),  # GB 32100, 18 characters
        ("division_code", TEXT),
        ("address", TEXT),
    ],
    "places": [
        ("kind", TEXT),  # hotel, clinic, laboratory, pharmacy, toll, border, hospital, isolation
        ("name", TEXT),
        ("code", TEXT),
        ("division_code", TEXT),
        ("address", TEXT),
    ],
    "services": [
        ("service_key", TEXT),
        ("mode", TEXT),
        ("service_no", TEXT),  # public numbers, joined by /
        ("formation", TEXT),  # key of terms.formations
        ("operator", TEXT),
    ],
    "stops": [
        ("service_key", TEXT),
        ("stop_seq", I16),
        ("station", TEXT),
        ("arrive_min", I32),  # minutes after 00:00 of the run date; null at the origin
        ("depart_min", I32),  # null at the terminus
        ("mode", TEXT),
    ],
    "rides": [
        ("person", I64),
        ("run_date", DAY),
        ("service_key", TEXT),
        ("service_no", TEXT),
        ("mode", TEXT),
        ("coach", I16),
        ("row", I16),
        ("letter", TEXT),
        ("seat_no", I16),
        ("berth_level", TEXT),  # lower, middle, upper
        ("place", TEXT),  # terms.enums.PlaceKind
        ("seat_class", TEXT),  # kind of coach (terms.formations)
        ("role", TEXT),
        ("board_seq", I16),
        ("alight_seq", I16),
        ("from_station", TEXT),
        ("to_station", TEXT),
        ("board_at", INSTANT),
        ("alight_at", INSTANT),
        ("order_no", TEXT),
        ("ticket_no", TEXT),
        ("ticket_state", TEXT),  # only "valid" rides put the person on board
        ("leg", I8),  # 0, or 1 for the second train of a transfer
        ("changed_from", TEXT),  # ticket held before, where the seat was changed on board or the ticket exchanged
    ],
    "stays": [
        ("person", I64),
        ("place_kind", TEXT),  # hotel, hospital, isolation
        ("place_name", TEXT),
        ("place_code", TEXT),
        ("division_code", TEXT),
        ("cell", TEXT),
        ("start_at", INSTANT),
        ("end_at", INSTANT),
    ],
    "events": [
        ("person", I64),
        ("kind", TEXT),  # clinic, pharmacy, toll, border, declaration, gate
        ("place", TEXT),
        ("place_code", TEXT),
        ("division_code", TEXT),
        ("at", INSTANT),
        ("direction", TEXT),  # in, out
        ("temperature", F32),
        ("symptoms", TEXT),
        ("item", TEXT),
        ("plate", TEXT),
        ("from_place", TEXT),
        ("service_no", TEXT),
        ("arrived_on", DAY),
    ],
    "tests": [
        ("person", I64),
        ("laboratory", TEXT),
        ("sample_no", TEXT),
        ("sampled_at", INSTANT),
        ("result_at", INSTANT),
        ("method", TEXT),
        ("result", TEXT),
    ],
    "cases": [
        ("person", I64),
        ("case_no", TEXT),  # WX-2020-0001 is the Wuxi order's; null: infected, not found in these days
        ("state", TEXT),
        ("infected_at", INSTANT),
        ("infector", I64),  # null: infected in Wuhan
        ("infected_how", TEXT),  # wuhan, household, workplace, school, seat, companion
        ("onset_on", DAY),  # null: asymptomatic
        ("sampled_at", INSTANT),
        ("reported_on", DAY),
        ("isolated_at", INSTANT),
    ],
}

SCHEMAS: dict[str, pa.Schema] = {name: pa.schema(columns) for name, columns in _COLUMNS.items()}
CUT_BY: dict[str, str] = {"rides": "run_date", "stays": "start_at", "events": "at", "tests": "sampled_at"}
