"""One made-up journey under every rule that is shipped: who is in and out, and why. A drill: nobody in it exists."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pyarrow as pa

from firebreak.bridge.compare import Column, Comparison, RideLine, RunKey, lines_of
from firebreak.bridge.exposures import Traced, rows_of
from firebreak.bridge.report import Case, Person
from firebreak.engine.backends.duckdb import Duck
from firebreak.engine.tracing.cases import rides_in_windows, windows
from firebreak.engine.tracing.rules import RulePack, shipped_rules
from firebreak.engine.tracing.trace import contacts, place_cases
from firebreak.engine.tracing.why import everybody
from firebreak.terms.formations import formations
from firebreak.terms.ride_keys import with_keys
from firebreak.terms.tables import CASES, LINKS, RIDES, SERVICES, TESTS, Table

Row = dict[str, Any]
ONSET = date(2020, 1, 25)
AS_OF = date(2020, 1, 28)
CASE = 1
STATIONS = ("汉口", "合肥南", "南京南", "无锡")
_HOUR = 60


def journey() -> tuple[list[Row], list[Row]]:
    """(services, rides) of the case's three rides, all seats sold.

    Two days before onset on a train of two coupled sets (coach 7 of the first), three days before in a hard sleeper,
    the day after onset on an aircraft.
    """
    plan = (
        (11, "train", "G演1", "cr400af-8x2", ONSET - timedelta(days=2), (7, 9, "C")),
        (12, "train", "Z演2", "25t-18", ONSET - timedelta(days=3), (9, 21, None)),
        (13, "flight", "MU演3", "a320", ONSET + timedelta(days=1), (1, 12, "C")),
    )
    services, rides = [], []
    for service, mode, number, formation, day, place in plan:
        services.append(
            {"service_id": service, "mode": mode, "service_key": f"drill{service}", "service_no": number,
             "formation": formation, "valid_from": date(1900, 1, 1), "valid_to": date(9999, 12, 31)}
        )  # fmt: skip
        rides += list(_passengers(service, formation, day, place))
    numbered = [{**ride, "record_id": at, "part": 0} for at, ride in enumerate(rides, start=1)]
    return services, [with_keys(ride) for ride in numbered]


def _passengers(service: int, formation: str, day: date, place: tuple[int, int, str | None]) -> Iterator[Row]:
    """The coach of the case and the next, every place taken for the whole ride; their crew and that of the coach after;
    one standing, one companion in the next coach, one who stays twelve minutes, and whoever took the case's seat after
    it left at the third stop."""
    person = service * 1000
    coaches = [coach for coach in formations()[formation].coaches if coach.no in (place[0], place[0] + 1)]
    for coach in coaches:
        places = [(row, letter) for row in range(1, coach.rows + 1) for letter in coach.letters.replace("|", "")]
        numbered = [(number, None) for number in range(1, coach.bays * 2 + 1)]
        for number, letter in places or numbered:
            person += 1
            mine = (coach.no, number, letter) == place
            who = CASE if mine else person
            order = 7 if mine or (coach.no != place[0] and number == 1 and letter in ("A", None)) else None
            yield _ride(service, day, coach.no, number, letter, who, 2 if mine else 3, order)
            if mine:
                yield _ride(service, day, coach.no, number, letter, person, 3, None, board=2)
        yield {**_ride(service, day, coach.no, None, None, person + 1, 3, None), "role": "crew"}
        person += 1
    yield {**_ride(service, day, place[0], None, None, person + 1, 3, None), "place": "standing"}
    yield {**_ride(service, day, place[0] + 2, None, None, person + 3, 3, None), "role": "crew"}
    short = _ride(service, day, place[0], place[1], "F" if place[2] else None, person + 2, 1, None)
    yield {**short, "alight_at": short["board_at"] + timedelta(minutes=12), "place": "seat" if place[2] else "berth"}


def _ride(
    service: int, day: date, coach: int, number: int | None, letter: str | None, person: int, alight: int,
    order: int | None, board: int = 0,
) -> Row:  # fmt: skip
    start = datetime(day.year, day.month, day.day, 1, tzinfo=UTC)
    return {
        "run_date": day, "service_id": service, "coach": coach, "row": number if letter else None, "letter": letter,
        "seat_no": None if letter else number, "place": "seat" if letter else "berth", "role": "passenger",
        "board_seq": board, "alight_seq": alight, "board_at": start + timedelta(minutes=_HOUR * board),
        "alight_at": start + timedelta(minutes=_HOUR * alight), "person_id": person, "order_id": order,
    }  # fmt: skip


def replayed() -> Comparison:
    """The journey under every version of every shipped rule."""
    services, rides = journey()
    packs = [pack for versions in shipped_rules().values() for pack in versions]
    with Duck(threads=1) as duck:
        _put(duck, services, rides)
        whole = _traced(duck, everybody(), rides, inside=None)
        traced = [_traced(duck, pack, rides, _in_window(duck, pack)) for pack in packs]
    keys: list[RunKey] = sorted({(ride["run_date"], ride["service_id"]) for ride in whole.case_rides})
    people = {ride["person_id"]: Person(ride["person_id"], {}) for ride in rides}
    stations = [dict(enumerate(STATIONS)) for _ in keys]
    lines = lines_of(whole, traced, packs, keys, people, stations)
    columns = tuple(
        _column(at, pack, one, keys, lines) for at, (pack, one) in enumerate(zip(packs, traced, strict=True))
    )
    case = Case("演练/DRILL", "confirmed", ONSET, AS_OF, people[CASE])
    return Comparison(case, AS_OF, "", True, tuple(_line(services, whole, key) for key in keys), columns, lines)


def _put(duck: Duck, services: list[Row], rides: list[Row]) -> None:
    case = {"record_id": 1, "part": 0, "state": "confirmed", "onset_on": ONSET, "reported_on": AS_OF}
    tables: tuple[tuple[Table, list[Row]], ...] = ((SERVICES, services), (RIDES, rides), (CASES, [case]), (TESTS, []),
              (LINKS, [{"record_id": 1, "part": 0, "person_id": CASE}]))  # fmt: skip
    for table, rows in tables:
        full = [{name: row.get(name) for name in table.names} for row in rows]
        duck.put(table.name, pa.Table.from_pylist(full, schema=table.schema))


def _in_window(duck: Duck, pack: RulePack) -> set[RunKey]:
    window = windows(duck.table("cases"), duck.table("links"), pack, AS_OF, duck.table("tests"))
    found = duck.run(rides_in_windows(duck.table("rides"), window)).to_pylist()
    return {(ride["run_date"], ride["service_id"]) for ride in found}


def _traced(duck: Duck, pack: RulePack, rides: list[Row], inside: set[RunKey] | None) -> Traced:
    own = [ride for ride in rides if ride["person_id"] == CASE]
    own = [ride for ride in own if inside is None or (ride["run_date"], ride["service_id"]) in inside]
    table = [{name: ride.get(name) for name in RIDES.names} for ride in own]
    placed = place_cases(duck, duck.put("r_case_rides", pa.Table.from_pylist(table, schema=RIDES.schema)))
    found = duck.run(contacts(duck.table("rides"), placed, pack)).to_pylist()
    return Traced(pack.cite, rows_of(pack), tuple(own), tuple(rides), tuple(found))


def _column(at: int, pack: RulePack, traced: Traced, keys: list[RunKey], lines: tuple[Any, ...]) -> Column:
    runs = {(ride["run_date"], ride["service_id"]) for ride in traced.case_rides}
    levels = [line.verdicts[at].level for line in lines]
    inside = tuple(at for at, key in enumerate(keys) if key in runs)
    return Column(pack, pack.cite, pack.in_force(AS_OF), None, inside, levels.count("close"), levels.count("general"))


def _line(services: list[Row], whole: Traced, key: RunKey) -> RideLine:
    service = next(one for one in services if one["service_id"] == key[1])
    own = next(ride for ride in whole.case_rides if (ride["run_date"], ride["service_id"]) == key)
    seat = f"{own['row']}{own['letter']}" if own["row"] else str(own["seat_no"])
    return RideLine(service["service_no"], key[0], service["mode"], own["coach"], seat, STATIONS[own["board_seq"]],
                    STATIONS[own["alight_seq"]])  # fmt: skip
