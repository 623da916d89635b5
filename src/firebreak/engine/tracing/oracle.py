"""The meaning of the contact rules, in plain Python, pair by pair: what every executor's result must equal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta, timezone

from firebreak.engine.tracing.layout import SETTING_OF_MODE, setting_of
from firebreak.engine.tracing.oracle_coach import Pair, Row, in_coach
from firebreak.engine.tracing.reach import named
from firebreak.engine.tracing.rules import RulePack, SettingRule
from firebreak.engine.tracing.rules.model import Window
from firebreak.terms.enums import Setting
from firebreak.terms.formations import formations

_CHINA = timezone(timedelta(hours=8))


def window(
    cases: Sequence[Row], rule: RulePack, as_of: date, tests: Sequence[Row] = ()
) -> tuple[datetime, datetime] | None:
    """The infectious window of one person's case records and tests; None where there is none."""
    known = [case for case in cases if case["reported_on"] is None or case["reported_on"] <= as_of]
    stated = [case for case in known if case["state"] is not None]
    newest = max(stated, key=lambda case: (case["reported_on"] or date.min, case["record_id"]), default=None)
    if newest is None or newest["state"] == "excluded":
        return None
    onsets = [case["onset_on"] for case in known if case["onset_on"]]
    first = _opens(onsets, [case["reported_on"] for case in known if case["reported_on"]], rule.window, as_of, tests)
    if first is None:
        return None
    isolated = min((case["isolated_at"] for case in known if case["isolated_at"]), default=None)
    end = _midnight(as_of + timedelta(days=1))
    if isolated is not None and isolated < end:
        end = isolated
    if rule.window.after_onset_days is not None and onsets:
        end = min(end, _midnight(min(onsets) + timedelta(days=rule.window.after_onset_days + 1)))
    return _midnight(first), end


def _opens(onsets: list[date], reports: list[date], window: Window, as_of: date, tests: Sequence[Row]) -> date | None:
    days: list[date] = [one["sampled_at"].astimezone(_CHINA).date() for one in tests
            if one["result"] == "positive" and one["sampled_at"]]  # fmt: skip
    samples = [day for day in days if day <= as_of]
    if onsets:
        return min(onsets) - timedelta(days=window.before_onset_days)
    if samples and window.before_sample_days is not None:
        return min(samples) - timedelta(days=window.before_sample_days)
    return min(reports) - timedelta(days=window.before_report_days) if reports else None


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=_CHINA)


def contacts(rides: Sequence[Row], case_rides: Iterable[Row], services: Iterable[Row], pack: RulePack) -> Iterator[Row]:
    """Exposures of the case rides, one by one."""
    found: list[tuple[Row, SettingRule | None, bool]] = []
    known = list(services)
    for case in case_rides:
        in_force = [one for one in known if one["service_id"] == case["service_id"]
                    and one["valid_from"] <= case["run_date"] <= one["valid_to"]]  # fmt: skip
        service = max(in_force, key=lambda one: one["valid_from"], default={})
        rule = pack.on(setting(case, service))
        for ride in rides:
            same_run = (ride["service_id"], ride["run_date"]) == (case["service_id"], case["run_date"])
            if same_run and ride["person_id"] != case["person_id"]:
                for judged in _judged(Pair(ride, case, service), rule, pack):
                    timed = judged["level"] in ("seat", "coach") and judged["relation"] != "same_seat_later"
                    found.append((_exposure(ride, case, pack, judged, setting(case, service)), rule, timed))
    yield from _long_enough(found)


def _judged(pair: Pair, rule: SettingRule | None, pack: RulePack) -> Iterator[Row]:
    ride, case = pair.ride, pair.case
    together = ride["board_seq"] < case["alight_seq"] and case["board_seq"] < ride["alight_seq"]
    for one, other in ((ride, case), (case, ride)):
        if one["board_at"] and other["alight_at"] and one["board_at"] >= other["alight_at"]:
            together = False
    if pack.companions.listed and together and case["order_id"] is not None and case["order_id"] == ride["order_id"]:
        yield {"level": "companion", "relation": "same_order", "contact_level": "close"}
    if rule is None:
        return
    if "crew" in (ride["role"], case["role"]):
        if together and _met_crew(pair, rule):
            yield {"level": "crew", "relation": "crew", "contact_level": rule.contact_level}
        return
    if rule.scope == "none":
        return
    if ride["coach"] is not None and ride["coach"] == case["coach"]:
        yield from in_coach(pair, rule, together, named(pack))
    elif together and (rule.scope == "vehicle" or (rule.scope == "set" and _one_set(pair))):
        yield {"level": "coach", "relation": "vehicle", "contact_level": rule.contact_level}


def setting(case: Row, service: Row) -> Setting:
    """The setting of a ride: its coach's, else its mode's; a berth on a train of unknown formation: a hard sleeper."""
    formation = formations().get(service.get("formation") or "")
    coach = formation.coach(case["coach"]) if formation and case["coach"] is not None else None
    if formation and coach:
        return setting_of(formation, coach)
    mode = service.get("mode") or "train"
    return Setting.SLEEPER_HARD if (mode, case["place"]) == ("train", "berth") else SETTING_OF_MODE[mode]


def _met_crew(pair: Pair, rule: SettingRule) -> bool:
    ride, case = pair.ride, pair.case
    if rule.crew == "none":
        return False
    if ride["role"] != "crew":
        return case["coach"] is None or ride["coach"] == case["coach"]
    if ride["coach"] is None or case["coach"] is None or ride["coach"] == case["coach"] or rule.crew == "vehicle":
        return True
    if rule.crew == "coach" and case["role"] != "crew":
        return False
    return _one_set(pair)


def _one_set(pair: Pair) -> bool:
    """Can one walk from one's coach to the other's? Yes where nobody knows."""
    own, other = pair.ride["coach"], pair.case["coach"]
    formation = formations().get(pair.service.get("formation") or "")
    if formation is None or other is None or own is None:
        return True
    sets = [one for one in formation.through if one[0] <= other <= one[1]]
    return not sets or any(first <= own <= last for first, last in sets)


def _exposure(ride: Row, case: Row, pack: RulePack, judged: Row, place: Setting) -> Row:
    together = judged["relation"] != "same_seat_later"
    times = [ride["board_at"], case["board_at"], ride["alight_at"], case["alight_at"]]
    known = all(time is not None for time in times)
    begin = max(times[:2]) if known else None
    end = (min(times[2:]) if together else ride["alight_at"]) if known else None
    minutes = (int((end - begin).total_seconds()) // 60 if together else 0) if begin and end else None
    return {
        "case_person_id": case["person_id"], "person_id": ride["person_id"], "rule": pack.cite, "degree": 1,
        "via_person_id": None, "setting": place.value, "contact_level": judged["contact_level"],
        "level": judged["level"], "relation": judged["relation"], "run_date": ride["run_date"],
        "service_id": ride["service_id"], "coach": ride["coach"], "row_gap": judged.get("row_gap"),
        "distance": judged.get("distance"), "place_id": None, "from_seq": max(ride["board_seq"], case["board_seq"]),
        "to_seq": min(ride["alight_seq"], case["alight_seq"]) if together else ride["alight_seq"],
        "from_at": begin, "to_at": end, "minutes": minutes, "cumulative_minutes": None,
        "case_record_id": case["record_id"], "case_part": case["part"], "record_id": ride["record_id"],
        "part": ride["part"],
    }  # fmt: skip


def _long_enough(found: list[tuple[Row, SettingRule | None, bool]]) -> Iterator[Row]:
    """What each is called after its minutes, single and cumulative; what is then nothing is left out."""
    for row, rule, timed in found:
        if rule and timed and row["minutes"] is not None:
            if rule.within_hours is not None:
                row = row | {"cumulative_minutes": _cumulative(row, rule.within_hours, found)}
            short = rule.minutes is not None and row["minutes"] < rule.minutes
            short |= rule.cumulative_minutes is not None and row["cumulative_minutes"] < rule.cumulative_minutes
            row = row | {"contact_level": rule.otherwise if short else row["contact_level"]}
        if row["contact_level"] is not None:
            yield row | {"contact_level": str(row["contact_level"])}


def _spent(spans: Iterable[tuple[datetime, datetime]], start: datetime, stop: datetime) -> float:
    """Seconds between start and stop that lie in any of the spans."""
    seconds, reached = 0.0, start
    for begin, end in sorted(spans):
        begin, end = max(begin, reached), min(end, stop)
        if begin < end:
            seconds, reached = seconds + (end - begin).total_seconds(), end
    return seconds


def _cumulative(row: Row, hours: int, found: list[tuple[Row, SettingRule | None, bool]]) -> int:
    pair = (row["case_person_id"], row["person_id"])
    spans = {(one["from_at"], one["to_at"]) for one, rule, timed in found
             if timed and one["minutes"] is not None and (one["case_person_id"], one["person_id"]) == pair
             and rule and rule.within_hours is not None}  # fmt: skip
    most = 0.0
    for start, _ in spans:
        stop = start + timedelta(hours=hours)
        if start <= row["from_at"] < stop:
            most = max(most, _spent(spans, start, stop))
    return int(most) // 60
