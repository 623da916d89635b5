"""The meaning of ``rides``, in plain Python, row by row: what every executor's result must equal. Slow on purpose."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from firebreak.engine.tracing.layout import ONE_ROOM
from firebreak.terms.ids import LINE_BITS, service_id
from firebreak.terms.ride_keys import with_keys

Row = dict[str, Any]
_SEAT = ("coach", "row", "letter", "seat_no")
_KEPT = (*_SEAT, "coach_last", "place", "role", "order_no", "record_id", "part")
Outcomes = dict[tuple[int, int], str]


def stop_lists(stops: Iterable[Row]) -> list[Row]:
    """Stop lists in force: ``service_id, mode, service_key, service_no, formation, valid_from, valid_to, stops``."""
    delivered: dict[tuple[str, str, date], dict[int, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for stop in stops:
        key = (stop["mode"] or "train", stop["service_key"], stop["valid_from"] or date(1900, 1, 1))
        delivered[key][stop["record_id"] >> LINE_BITS].append(stop)
    found = []
    for (mode, service, valid_from), batches in delivered.items():
        rows: dict[int, Row] = {}
        for stop in sorted(batches[min(batches)], key=lambda row: row["record_id"]):
            rows.setdefault(stop["stop_seq"], stop)
        chosen = [rows[seq] for seq in sorted(rows)]
        numbers = [row["service_no"] for row in chosen if row["service_no"]]
        ends = [row["valid_to"] or date(9999, 12, 31) for row in chosen]
        found.append(
            {"service_id": service_id(mode, service), "mode": mode, "service_key": service,
             "service_no": max(numbers, default=None), "valid_from": valid_from, "valid_to": max(ends),
             "stops": chosen}
        )  # fmt: skip
    return found


def board(
    stops: Iterable[Row], journeys: Sequence[Row], links: Iterable[Row], mentions: Sequence[Row] = ()
) -> tuple[list[Row], dict[tuple[int, int], str]]:
    """(rides, outcome of each journey by record and part)."""
    lists = stop_lists(stops)
    people = {(link["record_id"], link["part"]): link["person_id"] for link in links}
    void = {row["ticket_no"] for row in journeys if row["ticket_state"] in ("refunded", "changed") and row["ticket_no"]}
    outcomes: Outcomes = {}
    resolved: list[Row] = []
    for given in journeys:
        journey = _keyed(given, journeys, mentions)
        key = (journey["record_id"], journey["part"])
        outcome, ride = _one(journey, people.get(key), void, lists)
        outcomes[key] = outcome
        if ride is not None:
            resolved.append(ride)
    return [with_keys(ride) for ride in _rides(resolved, _orders(journeys))], outcomes


def _keyed(journey: Row, journeys: Sequence[Row], mentions: Sequence[Row]) -> Row:
    """A taxi or car has no number of its own: those on one order, in a car of one plate, or named in one record were in
    one car."""
    alone = journey["service_no"] is None and journey["service_key"] is None and journey["mode"] in ("taxi", "car")
    if not alone or journey["order_no"] is not None:
        return {**journey, "service_key": journey["order_no"]} if alone else journey
    record = journey["record_id"]
    plates = sorted(row["plate"] for row in mentions if row["record_id"] == record and row["plate"])
    parts = {row["part"] for row in journeys if row["record_id"] == record and row["mode"] in ("taxi", "car")}
    return {**journey, "service_key": plates[0] if plates else f"record {record}" if len(parts) > 1 else None}


def _orders(journeys: Iterable[Row]) -> dict[str, int]:
    """Orders that more than one record names, by the smallest of them."""
    named: dict[str, list[int]] = {}
    for journey in journeys:
        if journey["order_no"] is not None:
            named.setdefault(journey["order_no"], []).append(journey["record_id"])
    return {order: min(records) for order, records in named.items() if len(records) > 1}


def _one(journey: Row, person: int | None, void: set[str], lists: list[Row]) -> tuple[str, Row | None]:
    if person is None:
        return "no_person", None
    if journey["ticket_state"] in ("refunded", "changed") or journey["ticket_no"] in void:
        return "void", None
    if journey["service_no"] is None and journey["service_key"] is None:
        return "no_service", None
    if journey["board_date"] is None and journey["run_date"] is None:
        return "no_date", None
    base = {name: journey[name] for name in _KEPT} | {"person_id": person}
    fits = _candidates(journey, lists)
    if not fits:
        mode = journey["mode"] or "other"
        key = journey["service_key"] or journey["service_no"].split("/")[0]
        return "no_stop_list", {
            **_roomed(base, mode), "service_id": service_id(mode, key),
            "run_date": journey["run_date"] or journey["board_date"], "board_seq": 0, "alight_seq": 1,
            "board_at": journey["board_at"], "alight_at": journey["alight_at"],
        }  # fmt: skip
    judged = [_fit(journey, one) for one in fits]
    if len(judged) > 1:
        good = [one for one in judged if one["fault"] is None]
        if len(good) > 1 and journey["board_at"] is None and len({one["service_id"] for one in judged}) > 1:
            return "ambiguous", None
        judged.sort(key=lambda one: _far(journey, one))
    best = judged[0]
    if best["fault"]:
        return best["fault"], None
    return "stop_list", {**_roomed(base, best["mode"]), **{name: best[name] for name in _FIT}}


def _roomed(ride: Row, mode: str) -> Row:
    return {**ride, "coach": 1} if ride["coach"] is None and mode in ONE_ROOM else ride


_FIT = ("service_id", "run_date", "board_seq", "alight_seq", "board_at", "alight_at")


def _candidates(journey: Row, lists: list[Row]) -> list[Row]:
    mode, key = journey["mode"], journey["service_key"]
    if any(key == one["service_key"] for one in lists):
        return [one for one in lists if one["service_key"] == key and mode in (None, one["mode"])]
    numbers = set((journey["service_no"] or "").split("/")) - {""}
    return [
        one
        for one in lists
        if numbers & set((one["service_no"] or "").split("/")) - {""} and mode in (None, one["mode"])
    ]


def _fit(journey: Row, one: Row) -> Row:
    stops = one["stops"]
    boards = [stop for stop in stops if journey["from_place"] in (None, stop["station"])]
    leaves = [stop for stop in stops if journey["to_place"] in (None, stop["station"])]
    fit: Row = {"service_id": one["service_id"], "mode": one["mode"], "valid_from": one["valid_from"], "board_at": None}
    if not boards or not leaves:
        fault = "no_such_stop"
        if boards:
            fit |= _timed(journey, boards[0], None)
        return fit | {"fault": fault}
    fit |= _timed(journey, boards[0], leaves[-1])
    fault = ""
    if not one["valid_from"] <= fit["run_date"] <= one["valid_to"]:
        fault = "not_in_force"
    elif fit["board_seq"] >= fit["alight_seq"]:
        fault = "wrong_way"
    return fit | {"fault": fault or None}


def _timed(journey: Row, first: Row, last: Row | None) -> Row:
    depart = first["depart_min"] if first["depart_min"] is not None else first["arrive_min"]
    run = journey["run_date"] or journey["board_date"] - timedelta(days=depart // 1440)
    found: Row = {"run_date": run, "board_seq": first["stop_seq"], "board_at": _instant(run, depart)}
    if last is not None:
        arrive = last["arrive_min"] if last["arrive_min"] is not None else last["depart_min"]
        found |= {"alight_seq": last["stop_seq"], "alight_at": _instant(run, arrive)}
    return found


def _instant(run: date, minutes: int) -> datetime:
    return datetime(run.year, run.month, run.day, tzinfo=UTC) + timedelta(hours=-8, minutes=minutes)


def _far(journey: Row, one: Row) -> tuple[bool, float, int, int]:
    known = journey["board_at"] is not None and one["board_at"] is not None
    far = abs((journey["board_at"] - one["board_at"]).total_seconds()) if known else 0
    return one["fault"] is not None, far, -one["valid_from"].toordinal(), one["service_id"]


def _rides(resolved: list[Row], orders: dict[str, int]) -> list[Row]:
    groups: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for ride in resolved:
        for seat in _coaches(ride):
            groups[_run(ride), seat, ride["board_seq"], ride["alight_seq"]].append(ride)
    rides = [_collapsed(key, rows, orders) for key, rows in groups.items()]
    rides = [ride for ride in rides if not any(_vaguer(ride, other) for other in rides)]
    return [_cut(ride, rides) for ride in rides]


def _run(ride: Row) -> tuple[int, date, int]:
    return ride["person_id"], ride["run_date"], ride["service_id"]


def _coaches(ride: Row) -> list[tuple[Any, ...]]:
    first, last = ride["coach"], ride["coach_last"]
    if first is None or last is None or last <= first:
        return [tuple(ride[name] for name in _SEAT)]
    return [(coach, None, None, None) for coach in range(first, last + 1)]


def _collapsed(key: tuple[Any, ...], rows: list[Row], orders: dict[str, int]) -> Row:
    (person, run_date, service), seat, board_seq, alight_seq = key
    proof = min((row["record_id"], row["part"]) for row in rows)
    return {
        "person_id": person, "run_date": run_date, "service_id": service, **dict(zip(_SEAT, seat, strict=True)),
        "board_seq": board_seq, "alight_seq": alight_seq, "record_id": proof[0], "part": proof[1],
        "place": min((row["place"] for row in rows if row["place"] is not None), default="unknown"),
        "role": "crew" if any(row["role"] == "crew" for row in rows) else "passenger",
        "board_at": min((row["board_at"] for row in rows if row["board_at"]), default=None),
        "alight_at": max((row["alight_at"] for row in rows if row["alight_at"]), default=None),
        "order_id": min((orders[row["order_no"]] for row in rows if row["order_no"] in orders), default=None),
    }  # fmt: skip


def _unplaced(ride: Row) -> bool:
    return ride["row"] is None and ride["seat_no"] is None and ride["place"] != "standing"


def _vaguer(ride: Row, other: Row) -> bool:
    if _run(ride) != _run(other) or not _unplaced(ride):
        return False
    if not (ride["board_seq"] < other["alight_seq"] and other["board_seq"] < ride["alight_seq"]):
        return False
    if ride["coach"] is None:
        return other["coach"] is not None
    return bool(ride["coach"] == other["coach"] and not _unplaced(other))


def _cut(ride: Row, rides: list[Row]) -> Row:
    seat = [ride[name] for name in _SEAT]
    later = [
        other
        for other in rides
        if _run(other) == _run(ride)
        and [other[name] for name in _SEAT] != seat
        and ride["board_seq"] < other["board_seq"] < ride["alight_seq"]
    ]
    if not later:
        return ride
    first = min(later, key=lambda other: other["board_seq"])
    return {**ride, "alight_seq": first["board_seq"], "alight_at": first["board_at"] or ride["alight_at"]}
