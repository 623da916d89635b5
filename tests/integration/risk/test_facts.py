"""Each source of facts, from rows of its table to the facts they are: a table of what counts and what does not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest

from firebreak.engine.backends.duckdb import Duck
from firebreak.engine.risk.areas import Area
from firebreak.engine.risk.facts import BATCHES, STATIONS, facts
from firebreak.engine.risk.vocabulary import CODES, Kind
from firebreak.terms.tables import DAY, I64, TABLES, TEXT

AS_OF = date(2020, 2, 10)
D1 = date(2020, 2, 1)
BATCH = 7
HUBEI = Area("42", Kind.KEY_AREA, date(2020, 1, 23), None, 14, "a test")


def at(day: date, hour: int = 4) -> datetime:
    """An instant by its UTC hour; 16:00 UTC is the next day in Shanghai."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


@pytest.fixture(scope="module")
def run() -> Iterator[Duck]:
    with Duck() as duck:
        duck.put(STATIONS, pa.table({"station": ["汉口", "无锡"], "division_code": ["420100", "320200"]},
                                    schema=pa.schema([("station", TEXT), ("division_code", TEXT)])))  # fmt: skip
        duck.put(BATCHES, pa.table({"batch_id": [BATCH], "delivered_on": [date(2020, 2, 5)]},
                                   schema=pa.schema([("batch_id", I64), ("delivered_on", DAY)])))  # fmt: skip
        yield duck


MOVED = [
    (D1, None, ["central_quarantine", "central_quarantine"]),  # a transfer, and still there
    (D1 + timedelta(days=1), D1 + timedelta(days=8), ["central_quarantine", "central_quarantine", "released"]),
    (D1 + timedelta(days=2), D1 + timedelta(days=8), ["central_quarantine"] * 2 + ["released"] * 2),  # a day at home
    (D1 - timedelta(days=9), D1 - timedelta(days=1), ["central_quarantine", "central_quarantine", "released"]),
]


@pytest.mark.parametrize(("start", "end", "kinds"), MOVED)
def test_a_transfer_from_one_place_of_isolation_to_another_is_no_release(
    run: Duck, start: date, end: date | None, kinds: list[str]
) -> None:
    stay = {"place_kind": "isolation", "person_id": 1}
    rows = [
        {**stay, "start_at": at(D1 - timedelta(days=5)), "end_at": at(D1)},
        {**stay, "start_at": at(start), "end_at": end and at(end)},
    ]
    assert [kind for _, kind, *_ in told(run, "stays", rows)] == kinds


def told(run: Duck, table: str, rows: list[dict[str, Any]], homes: list[dict[str, Any]] | None = None):  # type: ignore[no-untyped-def]
    """The facts of rows of one table; row *n* (from 1) is person *n*'s."""
    names = {"cases", "exposures", "tests", "registrations", "checks", "declarations", "stays", "residences", "rosters",
             "journeys", "memberships", "links"}  # fmt: skip
    for name in names:
        run.put(name, TABLES[name].schema.empty_table())
    ids = [(BATCH << 32) + line for line in range(1, len(rows) + 1)]
    full = [{"record_id": one, "part": 0, "raw_hash": 0, "person_id": line, **row}
            for line, (one, row) in enumerate(zip(ids, rows, strict=True), start=1)]  # fmt: skip
    run.put("links", pa.Table.from_pylist(full, schema=TABLES["links"].schema))
    run.put(table, pa.Table.from_pylist(full, schema=TABLES[table].schema))
    if homes:
        rows = [{"place_kind": "household", "record_id": 1, "part": 0, **home} for home in homes]
        run.put("memberships", pa.Table.from_pylist(rows, schema=TABLES["memberships"].schema))
    found = run.run(facts(run, (HUBEI,), AS_OF)).to_pylist()
    kinds = {code: kind for kind, code in CODES.items()}
    return sorted((row["person_id"], str(kinds[row["kind"]]), row["on"], row["known_on"]) for row in found)


DELIVERED = date(2020, 2, 5)
CASES = [
    ("cases", {"state": "confirmed", "reported_on": D1}, [("confirmed", D1)]),
    ("cases", {"state": "suspected", "onset_on": D1}, [("suspected", D1)]),
    ("cases", {"state": None, "reported_on": D1}, []),
    ("cases", {"state": "recovered", "reported_on": D1, "isolated_at": at(D1)},
     [("central_quarantine", D1), ("recovered", D1)]),
    ("exposures", {"contact_level": "close", "run_date": D1, "to_at": at(D1, 17)}, [("close", date(2020, 2, 2))]),
    ("exposures", {"contact_level": "general", "run_date": D1}, [("general", D1)]),
    ("exposures", {"contact_level": "secondary", "run_date": D1}, [("secondary", D1)]),
    ("exposures", {"contact_level": None, "run_date": D1}, []),
    ("tests", {"result": "positive", "sampled_at": at(D1)}, [("positive", D1)]),
    ("tests", {"result": "negative", "sampled_at": None, "result_at": at(D1)}, [("negative", D1)]),
    ("tests", {"result": "inconclusive", "sampled_at": at(D1)}, []),
    ("checks", {"at": at(D1), "temperature": 36.6}, [("temperature", D1)]),
    ("checks", {"at": at(D1), "temperature": 37.3}, [("fever", D1), ("temperature", D1)]),
    ("checks", {"at": at(D1), "temperature": None}, []),
    ("registrations", {"kind": "clinic", "at": at(D1), "symptoms": "咳嗽"}, [("fever_clinic", D1), ("symptom", D1)]),
    ("registrations", {"kind": "pharmacy", "at": at(D1)}, []),
    ("registrations", {"kind": "border", "at": at(D1)}, [("abroad", D1)]),
    ("declarations", {"at": at(D1), "symptoms": "无"}, [("declared", D1)]),
    *(("declarations", {"at": at(D1), "symptoms": none}, [("declared", D1)])
      for none in ("无症状", " 否", "没有", "None", "NO", "")),
    ("declarations", {"at": at(D1), "symptoms": "发热", "temperature": 38.0},
     [("declared", D1), ("fever", D1), ("symptom", D1), ("temperature", D1)]),
    ("stays", {"place_kind": "venue", "start_at": at(D1)}, [("venue", D1)]),
    ("stays", {"place_kind": "hotel", "place_division": "420106", "start_at": at(D1)}, [("key_area", D1)]),
    ("stays", {"place_kind": "hotel", "place_division": "320200", "start_at": at(D1)}, []),
    ("stays", {"place_kind": "hotel", "place_division": "420106", "start_at": at(date(2020, 1, 9))},
     [("key_area", date(2020, 1, 9))]),
    ("stays", {"place_kind": "hotel", "place_division": "420106", "start_at": at(date(2020, 1, 8))}, []),
    ("stays", {"place_kind": "hotel", "place_division": "420106", "start_at": at(date(2020, 1, 3)), "end_at": at(D1)},
     [("key_area", date(2020, 1, 9)), ("key_area", D1)]),  # the days count from leaving
    ("stays", {"place_kind": "hotel", "place_division": "420106", "start_at": at(D1), "end_at": at(date(2020, 3, 1))},
     [("key_area", D1), ("key_area", AS_OF)]),  # still there
    ("stays", {"place_kind": "hotel", "place_division": "420106", "start_at": at(date(2020, 1, 3)),
               "end_at": at(date(2020, 1, 8))}, []),
    ("stays", {"place_kind": "isolation", "start_at": at(date(2020, 1, 20)), "end_at": at(D1)},
     [("central_quarantine", date(2020, 1, 20)), ("released", D1)]),
    ("journeys", {"from_place": "汉口", "to_place": "无锡", "board_at": at(D1), "ticket_state": "valid"},
     [("key_area", D1)]),
    ("journeys", {"from_place": "无锡", "to_place": "汉口", "board_date": D1}, [("key_area", D1)]),
    ("journeys", {"from_place": "汉口", "to_place": "无锡", "board_date": D1, "ticket_state": "refunded"}, []),
    ("residences", {"kind": "community", "valid_from": D1}, [("resident", D1)]),
    ("residences", {"kind": "tenant", "valid_from": D1, "valid_to": AS_OF}, [("resident", D1)]),
    ("residences", {"kind": "tenant", "valid_from": D1, "valid_to": AS_OF - timedelta(days=1)}, []),  # moved out
    ("residences", {"kind": "hukou", "valid_from": D1}, []),  # belongs here, may live elsewhere
    ("residences", {"kind": "phone_owner", "valid_from": D1}, []),
    ("rosters", {"organisation": "x", "returned_on": date(2020, 2, 20)}, [("resident", date(2000, 1, 1))]),
    ("tests", {"result": "positive", "sampled_at": at(date(2020, 2, 11))}, []),  # after the day that is asked
]  # fmt: skip


@pytest.mark.parametrize(("table", "row", "expected"), CASES)
def test_a_row_is_the_facts_it_is(run: Duck, table: str, row: dict[str, Any], expected: list[tuple[str, date]]) -> None:
    assert told(run, table, [row]) == sorted((1, kind, on, max(on, DELIVERED)) for kind, on in expected)


def test_a_house_mate_of_a_case_is_told_so_and_the_case_is_not_its_own_mate(run: Duck) -> None:
    homes = [{"person_id": 1, "place_id": 5}, {"person_id": 2, "place_id": 5}, {"person_id": 3, "place_id": 6}]
    found = told(run, "cases", [{"state": "confirmed", "reported_on": D1}], homes)
    assert [(person, kind) for person, kind, *_ in found] == [(1, "confirmed"), (2, "household_case")]


def test_whoever_moved_out_before_or_in_after_is_no_house_mate(run: Duck) -> None:
    homes = [
        {"person_id": 1, "place_id": 5},
        {"person_id": 2, "place_id": 5, "valid_to": D1 - timedelta(days=1)},
        {"person_id": 3, "place_id": 5, "valid_from": D1 + timedelta(days=1)},
        {"person_id": 4, "place_id": 5, "valid_from": D1, "valid_to": D1},
    ]
    found = told(run, "registrations", [{"kind": "clinic", "at": at(D1)}], homes)
    assert [(person, kind) for person, kind, *_ in found] == [(1, "fever_clinic"), (4, "household_fever")]


def test_a_fact_is_known_when_delivered_and_never_before_it_happens(run: Duck) -> None:
    late = AS_OF - timedelta(days=1)
    found = told(
        run, "tests", [{"result": "positive", "sampled_at": at(D1)}, {"result": "positive", "sampled_at": at(late)}]
    )
    assert [(on, known) for _, _, on, known in found] == [(D1, DELIVERED), (late, late)]


def test_a_contact_is_of_the_person_his_record_speaks_of_today_and_known_when_both_records_were(run: Duck) -> None:
    later = date(2020, 2, 8)
    run.put(BATCHES, pa.table({"batch_id": [BATCH, BATCH + 1], "delivered_on": [DELIVERED, later]}))
    row = {"contact_level": "close", "run_date": D1, "person_id": 99, "case_part": 0}
    told(run, "tests", [{}, {}])  # its links: record 1 is person 1's, record 2 person 2's
    exposed = [
        {**row, "record_id": (BATCH << 32) + 1, "part": 0, "case_record_id": (BATCH << 32) + 9},
        {**row, "record_id": (BATCH << 32) + 2, "part": 0, "case_record_id": ((BATCH + 1) << 32) + 1},
    ]
    run.put("exposures", pa.Table.from_pylist(exposed, schema=TABLES["exposures"].schema))
    found = run.run(facts(run, (HUBEI,), AS_OF)).to_pylist()
    assert sorted((one["person_id"], one["known_on"]) for one in found) == [(1, DELIVERED), (2, later)]
    run.put("exposures", TABLES["exposures"].schema.empty_table())
