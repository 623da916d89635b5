"""The meaning of the contact rules, in plain Python, pair by pair: what every executor's result must equal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta, timezone
from itertools import pairwise
from typing import Any

from firebreak.engine.tracing.layout import DEFAULT_LETTERS, PLACES_A_BAY
from firebreak.engine.tracing.rules import ContactRule
from firebreak.terms.formations import Formation, formations

Row = dict[str, Any]
_CHINA = timezone(timedelta(hours=8))


def window(cases: Sequence[Row], rule: ContactRule, as_of: date) -> tuple[datetime, datetime] | None:
    """The infectious window of one person's case records; None where there is none."""
    known = [case for case in cases if case["reported_on"] is None or case["reported_on"] <= as_of]
    stated = [case for case in known if case["state"] is not None]
    newest = max(stated, key=lambda case: (case["reported_on"] or date.min, case["record_id"]), default=None)
    if newest is None or newest["state"] == "excluded":
        return None
    onsets = [case["onset_on"] for case in known if case["onset_on"]]
    reports = [case["reported_on"] for case in known if case["reported_on"]]
    if not onsets and not reports:
        return None
    first = (
        min(onsets) - timedelta(days=rule.before_onset_days)
        if onsets
        else min(reports) - timedelta(days=rule.before_report_days)
    )
    isolated = min((case["isolated_at"] for case in known if case["isolated_at"]), default=None)
    return _midnight(first), isolated or _midnight(as_of + timedelta(days=1))


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=_CHINA)


def contacts(
    rides: Sequence[Row], case_rides: Iterable[Row], services: Iterable[Row], rule: ContactRule
) -> Iterator[Row]:
    """Exposures of the case rides, one by one."""
    known = list(services)
    for case in case_rides:
        in_force = [one for one in known if one["service_id"] == case["service_id"]
                    and one["valid_from"] <= case["run_date"] <= one["valid_to"]]  # fmt: skip
        service = max(in_force, key=lambda one: one["valid_from"], default={})
        for ride in rides:
            same_run = (ride["service_id"], ride["run_date"]) == (case["service_id"], case["run_date"])
            if same_run and ride["person_id"] != case["person_id"]:
                for level, relation, gap in _judged(ride, case, service, rule):
                    yield _exposure(ride, case, rule, level, relation, gap)


def _judged(ride: Row, case: Row, service: Row, rule: ContactRule) -> Iterator[tuple[str, str, int | None]]:
    together = ride["board_seq"] < case["alight_seq"] and case["board_seq"] < ride["alight_seq"]
    if rule.companions and together and case["order_id"] is not None and case["order_id"] == ride["order_id"]:
        yield "companion", "same_order", None
    if "crew" in (ride["role"], case["role"]):
        if together and _met_crew(ride, case, service, rule):
            yield "crew", "crew", None
        return
    if ride["coach"] is None or ride["coach"] != case["coach"]:
        return
    relation = _relation(ride, case, service, rule, together)
    if relation:
        rows = ride["row"] is not None and case["row"] is not None
        yield "coach" if relation == "coach" else "seat", relation, abs(ride["row"] - case["row"]) if rows else None


def _met_crew(ride: Row, case: Row, service: Row, rule: ContactRule) -> bool:
    if rule.crew == "none":
        return False
    if ride["role"] != "crew":
        return case["coach"] is not None and ride["coach"] == case["coach"]
    if ride["coach"] is None or case["coach"] is None or ride["coach"] == case["coach"]:
        return True
    if rule.crew == "coach" and case["role"] != "crew":
        return False
    return _walkable(ride["coach"], case["coach"], service)


def _walkable(coach: int, case_coach: int, service: Row) -> bool:
    formation = formations().get(service.get("formation") or "")
    sets = [one for one in formation.through if one[0] <= case_coach <= one[1]] if formation else []
    return not sets or any(first <= coach <= last for first, last in sets)


def _relation(ride: Row, case: Row, service: Row, rule: ContactRule, together: bool) -> str | None:
    numbered = ride["row"] is None and case["row"] is None and ride["place"] == "seat"
    same = (ride["row"] is not None and ride["letter"] is not None
            and (ride["row"], ride["letter"]) == (case["row"], case["letter"])) or (
        numbered and ride["seat_no"] is not None and ride["seat_no"] == case["seat_no"])  # fmt: skip
    if not together:
        return "same_seat_later" if rule.same_seat_later and same and ride["board_seq"] >= case["alight_seq"] else None
    if same:
        return "same_seat"
    if ride["row"] is not None and case["row"] is not None:
        gap = abs(ride["row"] - case["row"])
        if gap == 0:
            return "adjacent" if _beside(ride["letter"], case, service) else "same_row"
        if gap <= rule.rows:
            return f"rows_{gap}"
        return _bay(ride, case, service, rule) or ("coach" if rule.whole_coach else None)
    bay = _bay(ride, case, service, rule)
    if bay:
        return bay
    if _bays_known(ride, case, service):
        return "coach" if rule.whole_coach else None
    return "coach" if rule.unplaced or rule.whole_coach else None


def _bay_size(case: Row, service: Row) -> int | None:
    formation: Formation | None = formations().get(service.get("formation") or "")
    coach = formation.coach(case["coach"]) if formation and case["coach"] is not None else None
    return PLACES_A_BAY.get(coach.kind) if coach else None


def _bays_known(ride: Row, case: Row, service: Row) -> bool:
    return ride["seat_no"] is not None and case["seat_no"] is not None and _bay_size(case, service) is not None


def _bay(ride: Row, case: Row, service: Row, rule: ContactRule) -> str | None:
    size = _bay_size(case, service)
    if size is None or ride["seat_no"] is None or case["seat_no"] is None:
        return None
    gap = abs((ride["seat_no"] - 1) // size - (case["seat_no"] - 1) // size)
    if gap > rule.bays:
        return None
    return f"bays_{gap}" if gap else "same_bay"


def _beside(letter: str | None, case: Row, service: Row) -> bool:
    if letter is None or case["letter"] is None:
        return False
    formation = formations().get(service["formation"]) if service.get("formation") else None
    if service.get("formation"):
        coach = formation.coach(case["coach"]) if formation else None
        layouts: tuple[str, ...] = (coach.letters,) if coach else ()
    else:
        layouts = DEFAULT_LETTERS.get(service.get("mode") or "train", ())
    pairs = {pair for layout in layouts for pair in pairwise(layout)}
    return (letter, case["letter"]) in pairs or (case["letter"], letter) in pairs


def _exposure(ride: Row, case: Row, rule: ContactRule, level: str, relation: str, gap: int | None) -> Row:
    together = relation != "same_seat_later"
    times = [ride["board_at"], case["board_at"], ride["alight_at"], case["alight_at"]]
    known = all(time is not None for time in times)
    begin = max(times[:2]) if known else None
    end = (min(times[2:]) if together else ride["alight_at"]) if known else None
    minutes = (int((end - begin).total_seconds()) // 60 if together else 0) if begin and end else None
    return {
        "case_person_id": case["person_id"], "person_id": ride["person_id"], "rule": rule.cite, "level": level,
        "relation": relation, "run_date": ride["run_date"], "service_id": ride["service_id"], "coach": ride["coach"],
        "row_gap": gap, "from_seq": max(ride["board_seq"], case["board_seq"]),
        "to_seq": min(ride["alight_seq"], case["alight_seq"]) if together else ride["alight_seq"],
        "from_at": begin, "to_at": end, "minutes": minutes, "case_record_id": case["record_id"],
        "case_part": case["part"], "record_id": ride["record_id"], "part": ride["part"],
    }  # fmt: skip
