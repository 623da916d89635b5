"""The meaning of the contact rules, in plain Python, pair by pair: what every executor's result must equal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta, timezone
from itertools import pairwise
from typing import Any

from firebreak.engine.tracing.layout import DEFAULT_LETTERS, PLACES_A_BAY, SETTING_OF_MODE, setting_of
from firebreak.engine.tracing.rules import RulePack, SettingRule
from firebreak.engine.tracing.seats import NAMED_BAYS, NAMED_ROWS
from firebreak.terms.enums import Setting
from firebreak.terms.formations import Formation, formations

Row = dict[str, Any]
_CHINA = timezone(timedelta(hours=8))


def window(cases: Sequence[Row], rule: RulePack, as_of: date) -> tuple[datetime, datetime] | None:
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
        min(onsets) - timedelta(days=rule.window.before_onset_days)
        if onsets
        else min(reports) - timedelta(days=rule.window.before_report_days)
    )
    isolated = min((case["isolated_at"] for case in known if case["isolated_at"]), default=None)
    return _midnight(first), isolated or _midnight(as_of + timedelta(days=1))


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=_CHINA)


def contacts(rides: Sequence[Row], case_rides: Iterable[Row], services: Iterable[Row], pack: RulePack) -> Iterator[Row]:
    """Exposures of the case rides, one by one."""
    known = list(services)
    for case in case_rides:
        in_force = [one for one in known if one["service_id"] == case["service_id"]
                    and one["valid_from"] <= case["run_date"] <= one["valid_to"]]  # fmt: skip
        service = max(in_force, key=lambda one: one["valid_from"], default={})
        for ride in rides:
            same_run = (ride["service_id"], ride["run_date"]) == (case["service_id"], case["run_date"])
            if same_run and ride["person_id"] != case["person_id"]:
                for judged in _judged(ride, case, service, pack):
                    found = _exposure(ride, case, pack, judged, setting(case, service))
                    if found["contact_level"] is not None:
                        yield found


Judged = tuple[str, str, int | None, str | None]
"""Level, relation, rows between, what the contact is called (None: not listed)."""


def _judged(ride: Row, case: Row, service: Row, pack: RulePack) -> Iterator[Judged]:
    together = ride["board_seq"] < case["alight_seq"] and case["board_seq"] < ride["alight_seq"]
    if pack.companions.listed and together and case["order_id"] is not None and case["order_id"] == ride["order_id"]:
        yield "companion", "same_order", None, "close"
    rule = pack.on(setting(case, service))
    if rule is None:
        return
    if "crew" in (ride["role"], case["role"]):
        if together and _met_crew(ride, case, service, rule):
            yield "crew", "crew", None, rule.contact_level
        return
    if ride["coach"] is None or ride["coach"] != case["coach"]:
        return
    found = _in_coach(ride, case, service, rule, together)
    if found:
        relation, called = found
        rows = ride["row"] is not None and case["row"] is not None
        gap = abs(ride["row"] - case["row"]) if rows else None
        yield "coach" if relation == "coach" else "seat", relation, gap, called


def setting(case: Row, service: Row) -> Setting:
    """The setting of a ride: its coach's, else its mode's; a berth on a train of unknown formation: a hard sleeper."""
    formation = formations().get(service.get("formation") or "")
    coach = formation.coach(case["coach"]) if formation and case["coach"] is not None else None
    if formation and coach:
        return setting_of(formation, coach)
    mode = service.get("mode") or "train"
    return Setting.SLEEPER_HARD if (mode, case["place"]) == ("train", "berth") else SETTING_OF_MODE[mode]


def _met_crew(ride: Row, case: Row, service: Row, rule: SettingRule) -> bool:
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


def _in_coach(ride: Row, case: Row, service: Row, rule: SettingRule, together: bool) -> tuple[str, str | None] | None:
    """(relation, what the contact is called) of two passengers of one coach; None where the rule lists nothing."""
    numbered = ride["row"] is None and case["row"] is None and ride["place"] == "seat"
    same = (ride["row"] is not None and ride["letter"] is not None
            and (ride["row"], ride["letter"]) == (case["row"], case["letter"])) or (
        numbered and ride["seat_no"] is not None and ride["seat_no"] == case["seat_no"])  # fmt: skip
    if not together:
        later = rule.same_seat_later and same and ride["board_seq"] >= case["alight_seq"]
        return ("same_seat_later", "general") if later else None
    called = rule.contact_level if same or _inside(ride, case, service, rule) else rule.otherwise
    return (_relation(ride, case, service, rule, same), called) if called else None


def _inside(ride: Row, case: Row, service: Row, rule: SettingRule) -> bool:
    if rule.scope in ("coach", "set", "vehicle"):
        return True
    if rule.scope == "none":
        return False
    known = False
    if rule.scope == "rows" and ride["row"] is not None and case["row"] is not None:
        known = True
        if abs(ride["row"] - case["row"]) <= rule.rows:
            return True
    size = _bay_size(case, service)
    if size is not None and ride["seat_no"] is not None and case["seat_no"] is not None:
        known = True
        if _bay_gap(ride, case, size) <= rule.bays:
            return True
    return rule.unplaced and not known


def _relation(ride: Row, case: Row, service: Row, rule: SettingRule, same: bool) -> str:
    if same:
        return "same_seat"
    if ride["row"] is not None and case["row"] is not None:
        gap = abs(ride["row"] - case["row"])
        if gap == 0:
            return "adjacent" if _beside(ride["letter"], case, service) else "same_row"
        if gap <= max(NAMED_ROWS, rule.rows):
            return f"rows_{gap}"
    size = _bay_size(case, service)
    if size is not None and ride["seat_no"] is not None and case["seat_no"] is not None:
        bays = _bay_gap(ride, case, size)
        if bays <= max(NAMED_BAYS, rule.bays):
            return f"bays_{bays}" if bays else "same_bay"
    return "coach"


def _bay_gap(ride: Row, case: Row, size: int) -> int:
    own, other = (int(one["seat_no"] - 1) // size for one in (ride, case))
    return abs(own - other)


def _bay_size(case: Row, service: Row) -> int | None:
    formation: Formation | None = formations().get(service.get("formation") or "")
    coach = formation.coach(case["coach"]) if formation and case["coach"] is not None else None
    return PLACES_A_BAY.get(coach.kind) if coach else None


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


def _exposure(ride: Row, case: Row, pack: RulePack, judged: Judged, place: Setting) -> Row:
    level, relation, gap, called = judged
    together = relation != "same_seat_later"
    times = [ride["board_at"], case["board_at"], ride["alight_at"], case["alight_at"]]
    known = all(time is not None for time in times)
    begin = max(times[:2]) if known else None
    end = (min(times[2:]) if together else ride["alight_at"]) if known else None
    minutes = (int((end - begin).total_seconds()) // 60 if together else 0) if begin and end else None
    rule = pack.on(place)
    short = rule and rule.minutes is not None and minutes is not None and minutes < rule.minutes
    if short and together and level in ("seat", "coach"):
        called = rule.otherwise if rule else None
    return {
        "case_person_id": case["person_id"], "person_id": ride["person_id"], "rule": pack.cite, "degree": 1,
        "via_person_id": None, "setting": place.value, "contact_level": called, "level": level,
        "relation": relation, "run_date": ride["run_date"], "service_id": ride["service_id"], "coach": ride["coach"],
        "row_gap": gap, "distance": None, "place_id": None, "from_seq": max(ride["board_seq"], case["board_seq"]),
        "to_seq": min(ride["alight_seq"], case["alight_seq"]) if together else ride["alight_seq"],
        "from_at": begin, "to_at": end, "minutes": minutes, "cumulative_minutes": None,
        "case_record_id": case["record_id"], "case_part": case["part"], "record_id": ride["record_id"],
        "part": ride["part"],
    }  # fmt: skip
