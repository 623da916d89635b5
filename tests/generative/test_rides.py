"""What each executor makes of journeys equals the plain meaning of rides, on generated timetables and records."""

from __future__ import annotations

from hypothesis import strategies as st
from tests.executors import generated
from tests.generative.travel import DAY, Row, arrow, instant, journeys, linked, stops

from firebreak.engine.backends.base import Executor
from firebreak.engine.tracing import oracle_rides
from firebreak.engine.tracing.rides import board
from firebreak.engine.tracing.rules import rule_named
from firebreak.engine.tracing.trace import contacts, place_cases
from firebreak.terms.tables import TABLES


def boarded(
    executor: Executor, timetable: list[Row], records: list[Row], people: list[Row], mentions: list[Row] | None = None
) -> tuple[list[Row], dict[object, str]]:
    for name, rows in (("stops", timetable), ("journeys", records), ("links", people),
                       ("mentions", mentions or [])):  # fmt: skip
        executor.put(name, arrow(name, rows))
    found = board(executor)
    outcomes = executor.run(found.resolutions).to_pylist()
    assert len(outcomes) == len(records)
    return executor.run(found.rides).to_pylist(), {(row["record_id"], row["part"]): row["outcome"] for row in outcomes}


def in_order(rides: list[Row]) -> list[str]:
    return sorted(repr([(name, str(value)) for name, value in sorted(ride.items())]) for ride in rides)


@generated(
    examples=25,
    timetable=stops(),
    records=journeys(),
    people=st.lists(st.integers(0, 2), min_size=8, max_size=8),
    plates=st.lists(st.sampled_from([None, None, "苏B00001"]), min_size=8, max_size=8),
)
def test_rides_and_outcomes_equal_their_meaning(
    executor: Executor, timetable: list[Row], records: list[Row], people: list[int], plates: list[str | None]
) -> None:
    links = linked(people, records)
    told = [{"record_id": row["record_id"], "part": row["part"], "plate": plate}
            for row, plate in zip(records, plates, strict=False)]  # fmt: skip
    rides, outcomes = boarded(executor, timetable, records, links, told)
    expected, reasons = oracle_rides.board(timetable, records, links, told)
    assert outcomes == reasons
    assert in_order(rides) == in_order(expected)


BLANK: Row = dict.fromkeys(TABLES["journeys"].names)
LINE = [
    {"mode": "train", "service_key": "4e000G176600", "service_no": "G1763/G1766", "stop_seq": seq, "station": station,
     "arrive_min": minutes, "depart_min": minutes, "record_id": seq, "part": 0}
    for seq, (station, minutes) in enumerate((("武汉", 1400), ("合肥南", 1500), ("南京南", 1600), ("无锡东", 1700)))
]  # fmt: skip


def record(number: int, **said: object) -> Row:
    return {
        **BLANK,
        "record_id": number,
        "part": 0,
        "board_date": DAY,
        "coach": 4,
        "row": 7,
        "letter": "A",
        "place": "seat",
        **said,
    }


def rides_of(executor: Executor, *records: Row) -> list[Row]:
    links = linked([5] * len(records), list(records))
    rides, _ = boarded(executor, LINE, list(records), links)
    return sorted(rides, key=lambda ride: ride["board_seq"])


def test_two_public_numbers_of_one_train_lead_to_one_run(executor: Executor) -> None:
    first, second = (
        rides_of(executor, record(1, service_no=number, from_place="武汉", to_place="合肥南"))
        for number in ("G1763", "G1766")
    )
    assert first == second
    assert len(first) == 1


def test_boarding_after_midnight_belongs_to_the_run_of_the_day_before(executor: Executor) -> None:
    ride = rides_of(executor, record(1, service_no="G1763", from_place="合肥南", to_place="无锡东"))[0]
    assert (DAY - ride["run_date"]).days == 1
    assert ride["board_at"] == instant(DAY, 60)


def test_a_seat_change_ends_the_first_seat_where_the_second_begins(executor: Executor) -> None:
    whole = record(1, service_no="G1763", from_place="武汉", to_place="无锡东")
    moved = record(2, service_no="G1763", from_place="南京南", to_place="无锡东", run_date=DAY, row=9)
    assert [(ride["row"], ride["board_seq"], ride["alight_seq"]) for ride in rides_of(executor, whole, moved)] == [
        (7, 0, 2),
        (9, 2, 3),
    ]


def test_the_same_ticket_in_two_channels_is_one_ride_proved_by_the_smallest_record(executor: Executor) -> None:
    said = {"service_no": "G1763", "from_place": "武汉", "to_place": "无锡东"}
    gate = record(3, **said) | {"coach": None, "row": None, "letter": None, "place": None}
    assert [ride["record_id"] for ride in rides_of(executor, record(2, **said), record(1, **said), gate)] == [1]


def test_a_refund_in_another_channel_voids_the_sale(executor: Executor) -> None:
    sale = record(1, service_no="G1763", from_place="武汉", to_place="无锡东", ticket_no="T1", ticket_state="valid")
    assert rides_of(executor, sale) != []
    assert rides_of(executor, sale, record(2, ticket_no="T1", ticket_state="refunded", service_no="G1763")) == []


def test_those_whom_one_record_names_in_a_car_were_in_one_car(executor: Executor) -> None:
    car = {"mode": "car", "coach": None, "row": None, "letter": None, "place": "unknown", "service_no": None}
    records = [record(1, **car), {**record(1, **car), "part": 1}, record(2, **car)]
    links = linked([1, 2, 3], records)
    rides, outcomes = boarded(executor, [], records, links)
    assert len({ride["service_id"] for ride in rides}) == 1
    assert {ride["person_id"] for ride in rides} == {1, 2}
    assert outcomes[2, 0] == "no_service"


def test_one_taxi_at_two_times_brings_nobody_together(executor: Executor) -> None:
    taxi = {"mode": "taxi", "coach": None, "row": None, "letter": None, "place": "unknown", "service_no": None}
    hours = ((1, 500, 560), (2, 520, 540), (3, 560, 600))
    records = [record(n, **taxi, board_at=instant(DAY, start), alight_at=instant(DAY, end)) for n, start, end in hours]
    plates = [{"record_id": n, "part": 0, "plate": "苏B00001"} for n, _, _ in hours]
    rides, _ = boarded(executor, [], records, linked([1, 2, 3], records), plates)
    everybody = executor.put("rides", arrow("rides", rides))
    executor.put("services", arrow("services", []))
    placed = place_cases(executor, everybody.filter(everybody.person_id == 1))
    found = executor.run(contacts(everybody, placed, rule_named("nhc@8"))).to_pylist()
    assert {(row["person_id"], row["minutes"]) for row in found} == {(2, 20)}
