"""The people of a list, each value with its source."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from firebreak.bridge.report import FIELDS, Completeness, Contact, Person, Value
from firebreak.bridge.session import Session

_STORED = {"doc_number": "document"}
"""Fields that are stored under another name: a document is ``type|number``."""


def _as_shown(row: dict[str, Any]) -> dict[str, Any]:
    if row["field"] != "document":
        return row
    return row | {"field": "doc_number", "value": (row["value"] or "").rpartition("|")[2]}


def people_of(session: Session, ids: Iterable[int], proofs: Mapping[int, Iterable[int]]) -> dict[int, Person]:
    """Persons by id. ``proofs`` are the records that put each on board: what none of them tells is completed."""
    ids, told = set(ids), _told_by(session, proofs)
    fields: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in session.rows("person_fields", person_id=ids, field=[_STORED.get(field, field) for field in FIELDS]):
        fields[row["person_id"]].append(_as_shown(row))
    found = {}
    for row in session.rows("persons", ("person_id", "records", "channels"), person_id=ids):
        person = row["person_id"]
        values = _values(fields[person], told.get(person, set()))
        found[person] = Person(person, values, row["records"] or 0, row["channels"] or 0)
    return {person: found.get(person, Person(person, {})) for person in ids}


def _told_by(session: Session, proofs: Mapping[int, Iterable[int]]) -> dict[int, set[str]]:
    """The fields that the records which put each person on board tell themselves."""
    mentions = session.rows("mentions", record_id={record for records in proofs.values() for record in records})
    fields: dict[int, set[str]] = defaultdict(set)
    for row in mentions:
        fields[row["record_id"]] |= {field for field in FIELDS if row[field]}
    return {person: set().union(*(fields[record] for record in records)) for person, records in proofs.items()}


def _values(rows: list[dict[str, Any]], told: set[str]) -> dict[str, Value]:
    chosen = {row["field"]: row for row in rows if row["chosen"] and row["value"]}
    return {field: _value(row, rows, field not in told) for field, row in chosen.items()}


def _value(row: dict[str, Any], rows: list[dict[str, Any]], completed: bool) -> Value:
    rivals = {other["value"] for other in rows if other["field"] == row["field"]} - {row["value"], None, ""}
    return Value(
        text=row["value"],
        channel=row["channel"] or "",
        seen_on=row["seen_on"],
        confidence=float(row["confidence"] or 0),
        agreeing=row["agreeing"] or 1,
        record_id=row["record_id"],
        part=row["part"] or 0,
        completed=completed,
        rivals=len(rivals),
    )


def completeness_of(contacts: Iterable[Contact]) -> tuple[Completeness, ...]:
    """For each field how many people of the list have it, and how many of those were completed."""
    people = [contact.person for contact in contacts]
    return tuple(
        Completeness(
            field,
            sum(1 for person in people if field in person.values),
            sum(1 for person in people if field in person.values and person.values[field].completed),
            len(people),
        )
        for field in FIELDS
    )
