"""The meaning of the rules for stays and belonging, in plain Python, pair by pair and minute by minute."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta, timezone
from typing import Any

from firebreak.engine.tracing.places import Places
from firebreak.engine.tracing.rules import RulePack, SettingRule
from firebreak.terms.enums import Scope, Setting

Row = dict[str, Any]
_CHINA = timezone(timedelta(hours=8))
_MINUTE = timedelta(minutes=1)


def stay_contacts(presences: Sequence[Row], spans: Iterable[Row], pack: RulePack, places: Places) -> Iterator[Row]:
    """Exposures of the people of ``spans`` at places, one pair of presences at a time."""
    pairs = [pair for span in spans for pair in _pairs(presences, span, pack, places)]
    minutes = _minutes_together(pairs)
    for pair in pairs:
        called = _called(pair, minutes)
        if called:
            yield _exposure(pair, called, pack, minutes)


def _pairs(presences: Sequence[Row], span: Row, pack: RulePack, places: Places) -> Iterator[Row]:
    for own in presences:
        begin, end = max(own["start_at"], span["window_from"]), min(own["end_at"], span["window_to"])
        rule = _rule(own["place_kind"], pack, places)
        if own["person_id"] != span["person_id"] or begin >= end or rule is None:
            continue
        if own["start_at"] >= span["window_to"] or own["end_at"] <= span["window_from"]:
            continue
        for other in presences:
            if other["place_id"] != own["place_id"] or other["person_id"] in (
                span["person_id"],
                span["case_person_id"],
            ):
                continue
            yield {"span": span, "own": own, "other": other, "rule": rule, "begin": begin, "end": end}


def _rule(kind: str, pack: RulePack, places: Places) -> SettingRule | None:
    known = places.of(kind)
    if not known.place or not known.meets:
        return None
    rule = pack.on(Setting(known.setting))
    return rule if rule and rule.scope != Scope.NONE else None


def _together(pair: Row) -> tuple[datetime, datetime] | None:
    begin, end = max(pair["begin"], pair["other"]["start_at"]), min(pair["end"], pair["other"]["end_at"])
    return (begin, end) if begin < end else None


def _inside(pair: Row) -> bool:
    own, other, rule = pair["own"]["cell_id"], pair["other"]["cell_id"], pair["rule"]
    if rule.scope in (Scope.PLACE, Scope.VEHICLE, Scope.SET):
        return True
    if own is None or other is None:
        return bool(rule.unplaced)
    return bool(own == other)


def _key(pair: Row) -> tuple[Any, ...]:
    return (pair["span"]["case_person_id"], pair["span"]["person_id"], pair["other"]["person_id"],
            pair["rule"].within_hours)  # fmt: skip


def _minutes_together(pairs: Iterable[Row]) -> dict[tuple[Any, ...], set[datetime]]:
    """The minutes two people were together where a rule counts them, each once."""
    found: dict[tuple[Any, ...], set[datetime]] = defaultdict(set)
    for pair in pairs:
        span = _together(pair)
        if span and _inside(pair) and pair["rule"].cumulative_minutes is not None:
            found[_key(pair)] |= set(_each_minute(*span))
    return found


def _each_minute(begin: datetime, end: datetime) -> Iterator[datetime]:
    while begin < end:
        yield begin
        begin += _MINUTE


def _cumulative(pair: Row, together: dict[tuple[Any, ...], set[datetime]]) -> int | None:
    """The most minutes in any window of the rule's hours that holds a minute of this meeting."""
    span = _together(pair)
    if span is None or pair["rule"].cumulative_minutes is None or not _inside(pair):
        return None
    length, minutes = timedelta(hours=pair["rule"].within_hours), together[_key(pair)]
    starts = {minute - length + _MINUTE for minute in minutes} | minutes
    windows = [start for start in starts if start < span[1] and span[0] < start + length]
    return max(sum(start <= minute < start + length for minute in minutes) for start in windows)


def _called(pair: Row, together: dict[tuple[Any, ...], set[datetime]]) -> str | None:
    rule, span = pair["rule"], _together(pair)
    if span is None:
        return "general" if _inside(pair) and _soon_after(pair) else None
    enough = rule.minutes is None and rule.cumulative_minutes is None
    enough |= rule.minutes is not None and span[1] - span[0] >= timedelta(minutes=rule.minutes)
    most = _cumulative(pair, together)
    enough |= most is not None and most >= rule.cumulative_minutes
    if _inside(pair) and enough:
        return str(rule.contact_level)
    return str(rule.otherwise) if rule.otherwise else None


def _soon_after(pair: Row) -> bool:
    lag = timedelta(minutes=pair["rule"].lag_minutes or 0)
    return bool(pair["end"] <= pair["other"]["start_at"] < pair["end"] + lag)


def _exposure(pair: Row, called: str, pack: RulePack, together: dict[tuple[Any, ...], set[datetime]]) -> Row:
    own, other, span = pair["own"], pair["other"], _together(pair)
    same = own["cell_id"] is not None and own["cell_id"] == other["cell_id"]
    lag = timedelta(minutes=pair["rule"].lag_minutes or 0)
    begin, end = span or (other["start_at"], min(other["end_at"], pair["end"] + lag))
    relation = ("same_cell" if same else "same_place") + ("" if span else "_later")
    home = pair["rule"].setting == Setting.HOUSEHOLD
    return _row(pair["span"], own, other, pack) | {
        "setting": str(pair["rule"].setting), "contact_level": _of_degree(pair["span"], called),
        "level": "household" if home else "cell" if same else "place", "relation": relation,
        "place_id": own["place_id"], "from_at": begin, "to_at": end,
        "minutes": int((end - begin) / _MINUTE) if span else 0, "cumulative_minutes": _cumulative(pair, together),
    }  # fmt: skip


def _row(span: Row, own: Row, other: Row, pack: RulePack) -> Row:
    case = span["case_person_id"] == span["person_id"]
    return {
        "case_person_id": span["case_person_id"], "person_id": other["person_id"], "rule": pack.cite,
        "degree": 1 if case else 2, "via_person_id": None if case else span["person_id"],
        "case_record_id": own["record_id"], "case_part": own["part"], "record_id": other["record_id"],
        "part": other["part"],
    }  # fmt: skip


def _of_degree(span: Row, called: str) -> str:
    return called if span["case_person_id"] == span["person_id"] else "secondary"


def member_contacts(memberships: Sequence[Row], spans: Iterable[Row], pack: RulePack, places: Places) -> Iterator[Row]:
    """Exposures of the people of ``spans`` by belonging: the first of each case, person and setting."""
    for span in spans:
        found: dict[tuple[int, str], list[tuple[Any, ...]]] = defaultdict(list)
        for own in memberships:
            rule = _rule(own["place_kind"], pack, places)
            if own["person_id"] != span["person_id"] or rule is None:
                continue
            for other in memberships:
                if other["place_id"] == own["place_id"] and other["person_id"] not in (
                    span["person_id"], span["case_person_id"]
                ):  # fmt: skip
                    found[other["person_id"], str(rule.setting)] += _shared(span, own, other, rule)
        for rows in found.values():
            if rows:
                *_, own, other, rule, called, same, begin, end = min(rows, key=lambda row: row[:7])
                yield _membership(span, own, other, pack, rule, called, same, begin, end)


def _shared(span: Row, own: Row, other: Row, rule: SettingRule) -> Iterator[tuple[Any, ...]]:
    begin = max([span["window_from"], *(_midnight(one["valid_from"]) for one in (own, other) if one["valid_from"])])
    ends = [_midnight(one["valid_to"] + timedelta(days=1)) for one in (own, other) if one["valid_to"]]
    end = min([span["window_to"], *ends])
    home = rule.setting == Setting.HOUSEHOLD
    same = home or (own["cell_id"] is not None and own["cell_id"] == other["cell_id"])
    inside = home or _inside({"own": own, "other": other, "rule": rule})
    called = str(rule.contact_level) if inside else str(rule.otherwise) if rule.otherwise else None
    if begin < end and called:
        order = (not same, begin, own["record_id"], own["part"], other["record_id"], other["part"], own["place_id"])
        yield (*order, own, other, rule, called, same, begin, end)


def _membership(
    span: Row, own: Row, other: Row, pack: RulePack, rule: SettingRule, called: str, same: bool, begin: datetime,
    end: datetime,
) -> Row:  # fmt: skip
    home, school = rule.setting == Setting.HOUSEHOLD, rule.setting == Setting.CLASS
    return _row(span, own, other, pack) | {
        "setting": str(rule.setting), "contact_level": _of_degree(span, called),
        "level": "household" if home else "cell" if same else "place",
        "relation": "household" if home else ("classmate" if same else "same_school") if school else "colleague",
        "place_id": own["place_id"], "from_at": begin, "to_at": end, "minutes": None, "cumulative_minutes": None,
    }  # fmt: skip


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=_CHINA)
