"""A small made-up lake of one train, written table by table, for tests of the bridge: 演练/DRILL throughout."""

from __future__ import annotations

import hashlib
from datetime import date, datetime, timedelta
from pathlib import Path

import polars as pl
from tests.report_fixture import made_up_report

from firebreak.bridge.report import FIELDS, Sitting, TraceReport
from firebreak.lake.batches import Batch
from firebreak.lake.frames import polars_schema
from firebreak.lake.lake import Lake
from firebreak.terms.ids import record_id, service_id
from firebreak.terms.ride_keys import with_keys

KEY = "42000D30080H"
DAY = date(2020, 1, 23)
SALES, REGISTER = "made-up-sales", "made-up-register"


def rows_of(table: str, rows: list[dict[str, object]]) -> pl.DataFrame:
    """Rows with the lake's columns; what a row does not say is null."""
    schema = polars_schema(table)
    rows = [with_keys(row) for row in rows] if table == "rides" else rows
    full = [{name: row.get(name) for name in schema} for row in rows]
    return pl.DataFrame(full, schema=schema, orient="row")


def _batch(lake: Lake, channel: str, category: str, content: bytes, rows: int, rejected: int = 0) -> Batch:
    digest = hashlib.sha256(content).hexdigest()
    return Batch(
        lake.id_for(digest),
        digest,
        channel,
        1,
        category,
        f"{channel}.csv",
        "",
        len(content),
        True,
        DAY,
        "tester",
        rows,
        rows - rejected,
        rejected,
    )


def made_up_lake(path: Path) -> tuple[Lake, TraceReport]:
    """The lake, and the report whose people and sittings it holds (their ids and records are the lake's own)."""
    report = made_up_report()
    lake = Lake.open(path, create=True)
    lines = ["姓名,证件号码,车次,席位"] + [f"演练{n},{n},D3008,05车07A号" for n in range(1, 400)]
    sales = _batch(lake, SALES, "journey", "\n".join(lines).encode(), 399, 2)
    register = _batch(lake, REGISTER, "residence", b"made-up", 399)
    timetable = _batch(lake, "made-up-timetable", "timetable", b"stops", len(report.rides[0].stops))
    cases = _batch(lake, "made-up-cases", "case", b"cases", 1)
    told = [
        {
            "record_id": record_id(sales.batch_id, one.record_id),
            "part": 0,
            "channel": SALES,
            "name": "演练",
            "doc_number": "1",
        }
        for one in report.rides[0].coaches[0].sittings
    ]
    with lake.commit(sales) as commit:
        commit.write("mentions", rows_of("mentions", told))
        commit.keep_raw("\n".join(lines).encode())
    with lake.commit(register):
        pass
    _timetable(lake, timetable, report)
    with lake.commit(cases) as commit:
        row = {
            "record_id": record_id(cases.batch_id, 1),
            "part": 0,
            "raw_hash": 0,
            "case_no": "WX-0001",
            "state": "suspected",
            "onset_on": date(2020, 1, 21),
            "reported_on": DAY,
        }
        commit.write("cases", rows_of("cases", [row]))
    sittings = report.rides[0].coaches[0].sittings
    _rides(lake, sales, sittings, report)
    _persons(lake, sales, register, report)
    links = [(record_id(cases.batch_id, 1), 1)]
    links += [(record_id(sales.batch_id, one.record_id), one.person_id) for one in sittings]
    lake.replace(
        "links",
        rows_of(
            "links",
            [
                {"record_id": record, "part": 0, "person_id": person, "rule": "document@1", "confidence": 1.0}
                for record, person in links
            ],
        ),
    )
    return lake, report


def _timetable(lake: Lake, batch: Batch, report: TraceReport) -> None:
    rows = []
    for stop in report.rides[0].stops:
        arrive, depart = (None if at is None else at.hour * 60 + at.minute for at in (stop.arrive_at, stop.depart_at))
        rows.append(
            {
                "record_id": record_id(batch.batch_id, stop.seq + 1),
                "part": 0,
                "raw_hash": 0,
                "mode": "train",
                "service_key": KEY,
                "service_no": "D3008",
                "stop_seq": stop.seq,
                "station": stop.station,
                "arrive_min": arrive,
                "depart_min": depart,
                "formation": "crh380a-8",
            }
        )
    with lake.commit(batch) as commit:
        commit.write("stops", rows_of("stops", rows))
    service = {
        "service_id": service_id("train", KEY),
        "mode": "train",
        "service_key": KEY,
        "service_no": "D3008",
        "formation": "crh380a-8",
        "valid_from": date(2019, 12, 30),
        "valid_to": date(2020, 12, 31),
    }
    lake.replace("services", rows_of("services", [service]))


def _rides(lake: Lake, batch: Batch, sittings: tuple[Sitting, ...], report: TraceReport) -> None:
    def utc(at: datetime | None) -> datetime | None:
        return at - timedelta(hours=8) if at else None

    stops = report.rides[0].stops
    rows = [
        {
            "run_date": DAY,
            "service_id": service_id("train", KEY),
            "coach": one.coach,
            "row": one.row,
            "letter": one.letter,
            "place": one.place,
            "role": one.role,
            "board_seq": one.board_seq,
            "alight_seq": one.alight_seq,
            "board_at": utc(stops[one.board_seq].depart_at.replace(tzinfo=None)),
            "alight_at": utc(stops[one.alight_seq].arrive_at.replace(tzinfo=None)),
            "person_id": one.person_id,
            "record_id": record_id(batch.batch_id, one.record_id),
            "part": 0,
        }
        for one in sittings
    ]
    schema = polars_schema("rides")
    frame = rows_of("rides", [{**row, "board_at": None, "alight_at": None} for row in rows])
    for name in ("board_at", "alight_at"):
        moments = pl.Series(name, [row[name] for row in rows], dtype=pl.Datetime("us")).dt.replace_time_zone("UTC")
        frame = frame.with_columns(moments.cast(schema[name]))
    lake.replace("rides", frame, days=[DAY])


def _persons(lake: Lake, sales: Batch, register: Batch, report: TraceReport) -> None:
    people = {contact.person.person_id: contact.person for contact in report.contacts}
    assert report.case.person is not None
    people[1] = report.case.person
    persons, fields = [], []
    for number, person in people.items():
        persons.append(
            {"person_id": number, "records": 2, "channels": 2} | {name: person.text(name) or None for name in FIELDS}
        )
        for name, value in person.values.items():
            batch = register if value.completed else sales
            stored = {"doc_number": ("document", f"resident|{value.text}")}.get(name, (name, value.text))
            fields.append(
                {
                    "person_id": number,
                    "field": stored[0],
                    "value": stored[1],
                    "chosen": True,
                    "record_id": record_id(batch.batch_id, number),
                    "part": 0,
                    "channel": batch.channel,
                    "seen_on": value.seen_on,
                    "agreeing": 1,
                    "confidence": value.confidence,
                }
            )
            if value.rivals:
                fields.append(fields[-1] | {"value": f"{stored[1]}x", "chosen": False, "confidence": 0.1})
    lake.replace("persons", rows_of("persons", persons))
    lake.replace("person_fields", rows_of("person_fields", fields))
