"""The meaning of repeated trips together and of contacts of contacts, in plain Python."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta, timezone
from typing import Any

from firebreak.engine.tracing import oracle_stays
from firebreak.engine.tracing.joint_trips import NUMBERS_APART, ROWS_APART
from firebreak.engine.tracing.places import Places
from firebreak.engine.tracing.rules import RulePack
from firebreak.engine.tracing.second_degree import at_second_degree

Row = dict[str, Any]
_CHINA = timezone(timedelta(hours=8))


def together(ride: Row, other: Row) -> bool:
    """Did two people travel together on a run?"""
    stretch = ("service_id", "run_date", "board_seq", "alight_seq")
    if any(ride[name] != other[name] for name in stretch) or "crew" in (ride["role"], other["role"]):
        return False
    if ride["order_id"] is not None and ride["order_id"] == other["order_id"]:
        return True
    if ride["coach"] != other["coach"]:
        return False
    if ride["row"] is not None and other["row"] is not None:
        return bool(abs(ride["row"] - other["row"]) <= ROWS_APART)
    numbers = ride["row"] is None and other["row"] is None and None not in (ride["seat_no"], other["seat_no"])
    return bool(numbers and abs(ride["seat_no"] - other["seat_no"]) <= NUMBERS_APART)


def joint_trips(rides: Sequence[Row], case: int, pack: RulePack) -> set[tuple[int, int, int]]:
    """``(person, the case's record, the person's record)`` of every trip with a companion by repeated trips."""
    pairs = [
        (other["person_id"], own, other)
        for own in rides if own["person_id"] == case
        for other in rides if other["person_id"] != case and together(own, other)
    ]  # fmt: skip
    runs: dict[int, set[tuple[date, int]]] = defaultdict(set)
    for person, own, _ in pairs:
        runs[person].add((own["run_date"], own["service_id"]))
    length, least = timedelta(days=pack.companions.within_days or 0), pack.companions.joint_trips or 0
    companions = {
        person for person, trips in runs.items()
        if any(sum(first <= day < first + length for day, _ in trips) >= least for first, _ in trips)
    }  # fmt: skip
    return {(person, own["record_id"], other["record_id"]) for person, own, other in pairs if person in companions}


def contact_spans(first: Iterable[Row], isolated: Iterable[tuple[int, datetime]], as_of: date) -> list[Row]:
    """From a close contact's first exposure to its first isolation after it, at most to the end of ``as_of``."""
    since: dict[tuple[int, int], datetime] = {}
    for row in first:
        if row["degree"] == 1 and row["contact_level"] == "close":
            at = row["from_at"] or datetime.combine(row["run_date"], datetime.min.time(), _CHINA)
            key = (row["case_person_id"], row["person_id"])
            since[key] = min(at, since.get(key, at))
    over = datetime.combine(as_of + timedelta(days=1), datetime.min.time(), _CHINA)
    known = list(isolated)
    spans = []
    for (case, person), at in since.items():
        end = min([over, *(moment for who, moment in known if who == person and moment >= at)])
        if at < end:
            spans.append({"case_person_id": case, "person_id": person, "window_from": at, "window_to": end})
    return spans


def second_degree(
    first: Sequence[Row], presences: Sequence[Row], memberships: Sequence[Row],
    isolated: Iterable[tuple[int, datetime]], pack: RulePack, places: Places, as_of: date,
) -> Iterator[Row]:  # fmt: skip
    """Contacts of the close contacts of ``first``, without the case and without its close contacts."""
    kept = [(row["person_id"], row["start_at"]) for row in presences if row["place_kind"] in places.isolating]
    spans = contact_spans(first, [*isolated, *kept], as_of)
    close = {(row["case_person_id"], row["person_id"]) for row in first if row["contact_level"] == "close"}
    met = oracle_stays.stay_contacts(presences, spans, at_second_degree(pack, unplaced=False), places)
    belong = oracle_stays.member_contacts(memberships, spans, at_second_degree(pack, unplaced=True), places)
    for row in (*met, *belong):
        if (row["case_person_id"], row["person_id"]) not in close:
            yield row
