"""The meaning of presences and memberships, record by record, in plain Python."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from firebreak.engine.tracing.place_ids import Said, identified
from firebreak.engine.tracing.places import Places
from firebreak.terms.ids import place_id

Row = dict[str, Any]


def sightings(stays: Sequence[Row], checks: Sequence[Row], registrations: Sequence[Row]) -> list[Row]:
    """What the three tables say, in the same columns."""
    empty = dict.fromkeys(("place_division", "place_code", "place_name", "cell", "end_at"))
    seen = [empty | row for row in stays]
    seen += [empty | row | {"place_kind": row["post_kind"], "place_name": row["post"], "start_at": row["at"]}
             for row in checks]  # fmt: skip
    seen += [empty | row | {"place_kind": row["kind"], "start_at": row["at"]} for row in registrations]
    return seen


def outcome(row: Row, person: int | None, place: int | None, places: Places) -> str:
    """``presence``, or why the record puts nobody anywhere."""
    if person is None:
        return "no_person"
    if not places.of(row["place_kind"]).place:
        return "not_a_place"
    if place is None:
        return "no_place"
    if row["start_at"] is None and row["end_at"] is None:
        return "no_time"
    if row["start_at"] and row["end_at"] and row["start_at"] >= row["end_at"]:
        return "wrong_way"
    return "presence"


def presences(seen: Sequence[Row], people: dict[tuple[int, int], int], places: Places) -> Iterator[Row]:
    """Presences of sightings; ``people`` maps records to persons."""
    said: list[Said] = [
        (row["place_kind"], row["place_division"], row["place_code"], row["place_name"]) for row in seen
    ]
    known = identified(said)
    groups: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for row, where in zip(seen, said, strict=True):
        person, place = people.get((row["record_id"], row["part"])), known[where].place_id
        if outcome(row, person, place, places) == "presence":
            cell = _cell(row["cell"], place)
            groups[person, place, cell].append(_timed(row, places))
    for (person, place, cell), rows in groups.items():
        for stretch in _stretches(sorted(rows, key=lambda row: (row["start"], row["end"]))):
            yield {"person_id": person, "place_id": place, "cell_id": cell} | _one(stretch)


def _cell(cell: str | None, place: int | None) -> int | None:
    plain = re.sub("(号?房间?|室|号?桌|号|间)$", "", re.sub("[ \u3000]+", "", (cell or "").upper()))
    return place_id("cell", str(place), plain) if plain else None


def _timed(row: Row, places: Places) -> Row:
    length = timedelta(minutes=places.of(row["place_kind"]).minutes)
    start = row["start_at"] or row["end_at"] - length
    return row | {"start": start, "end": row["end_at"] or start + length}


def _stretches(rows: list[Row]) -> Iterator[list[Row]]:
    stretch: list[Row] = []
    for row in rows:
        if stretch and row["start"] > max(one["end"] for one in stretch):
            yield stretch
            stretch = []
        stretch.append(row)
    yield stretch


def _one(rows: list[Row]) -> Row:
    starts = [row["start"] for row in rows if row["start_at"]]
    ends = [row["end"] for row in rows if row["end_at"]]
    sooner = [row["start"] for row in rows if not row["start_at"] and (not starts or row["end"] < min(starts))]
    later = [row["end"] for row in rows if not row["end_at"] and (not ends or row["start"] > max(ends))]
    proof = min(rows, key=lambda row: (row["record_id"], row["part"]))
    return {
        "place_kind": min(row["place_kind"] for row in rows), "start_at": min(starts + sooner),
        "end_at": max(ends + later), "assumed": bool(sooner or later), "record_id": proof["record_id"],
        "part": proof["part"],
    }  # fmt: skip
