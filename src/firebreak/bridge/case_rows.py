"""The cases of the laboratory and clinic channels, as the case desk takes them in."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from firebreak.bridge.session import Session
from firebreak.ops.cases.actions import Told

_STATES = ("suspected", "confirmed", "asymptomatic", "excluded", "recovered", "died")
_FACTS = "state", "onset_on", "reported_on", "isolated_at"


def told_cases(opened: Session, places: dict[int, str], home: str, simulated: bool) -> list[Told]:
    """One row a case number: the newest word on each fact, the first positive sample, and whom the records speak of.

    ``places``: person → division as published. A case belongs to the desk of where the person lives; to ``home`` where
    nobody knows, or where that is outside it. Cases without a number, or of several people, are left out: nobody could
    say which.
    """
    rows, people = opened.rows("cases"), _people(opened)
    by_number: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        if row["case_no"] and row["state"] in _STATES:
            by_number.setdefault(row["case_no"][:40], []).append(row)
    samples = _samples(opened, {one for row in rows for one in people.get((row["record_id"], row["part"]), ())})
    found = []
    for number, own in sorted(by_number.items()):
        who = {one for row in own for one in people.get((row["record_id"], row["part"]), ())}
        if len(who) <= 1:
            found.append(_told(number, own, next(iter(who), None), samples, places, home, simulated))
    return found


def persons_of(opened: Session) -> set[int]:
    """Everybody whom a record of a case speaks of."""
    return {one for people in _people(opened).values() for one in people}


def _people(opened: Session) -> dict[tuple[int, int], set[int]]:
    cases = opened.duck.table("cases").select("record_id", "part")
    found = opened.duck.run(cases.join(opened.duck.table("links"), ["record_id", "part"]), "cases' people")
    people: dict[tuple[int, int], set[int]] = {}
    for row in found.select(["record_id", "part", "person_id"]).to_pylist():
        people.setdefault((row["record_id"], row["part"]), set()).add(row["person_id"])
    return people


def _samples(opened: Session, people: Iterable[int]) -> dict[int, dict[str, Any]]:
    """The first positive sample of each of these people."""
    tests, links = opened.duck.table("tests"), opened.duck.table("links")
    positive = tests.filter(tests.result == "positive").join(links, ["record_id", "part"])
    wanted = positive.filter(positive.person_id.isin(sorted(people))) if people else positive.limit(0)
    rows = opened.duck.run(wanted.select("person_id", "sampled_at", "result_at"), "positive samples").to_pylist()
    first: dict[int, dict[str, Any]] = {}
    for row in sorted(rows, key=lambda one: str(one["sampled_at"] or "9")):
        first.setdefault(row["person_id"], row)
    return first


def _told(
    number: str, rows: list[dict[str, Any]], person: int | None, samples: dict[int, dict[str, Any]],
    places: dict[int, str], home: str, simulated: bool,
) -> Told:  # fmt: skip
    rows = sorted(rows, key=lambda row: (row["reported_on"] or date.min, row["record_id"]))
    facts: dict[str, Any] = {
        name: next((row[name] for row in reversed(rows) if row[name] is not None), None) for name in _FACTS
    }
    sample = samples.get(person or 0, {})
    place = places.get(person or 0, "")
    facts |= {"sampled_at": sample.get("sampled_at"), "result_at": sample.get("result_at"), "person_id": person}
    division = place if place.startswith(home) else home
    return Told(case_no=number, division_code=division, record_id=rows[-1]["record_id"], mark=_mark(facts),
                simulated=simulated, **facts)  # fmt: skip


def _mark(facts: dict[str, Any]) -> str:
    text = json.dumps(facts, default=_text, sort_keys=True)
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


def _text(value: date | datetime) -> str:
    return value.isoformat()
