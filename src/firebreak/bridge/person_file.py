"""One person's file, read from the lake by the person's id: a few small reads of tables that are sorted by it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from firebreak.bridge.one import explain_person
from firebreak.bridge.session import Session
from firebreak.bridge.timetable import SHANGHAI, local
from firebreak.engine.risk.explain import Explanation
from firebreak.terms.errors import OrderError

MOST_EVENTS = 200
MOST_EXPOSURES = 100
_LONG_AGO = datetime(1900, 1, 1, tzinfo=SHANGHAI)
_NO_COLOUR = ("FB-RISK-NO-FACTS", "FB-RISK-STALE", "FB-RISK-NO-SET", "FB-EXPLAIN-PERSON")


@dataclass(frozen=True, slots=True)
class Statement:
    """A value somebody gave of the person, with its source. ``chosen``: it is the one that counts."""

    value: str
    chosen: bool
    channel: str
    file: str
    seen_on: date | None
    agreeing: int
    confidence: float
    record_id: int


@dataclass(frozen=True, slots=True)
class Field:
    """A field of the golden record: the chosen value first, then its rivals."""

    name: str
    statements: tuple[Statement, ...]

    @property
    def rivals(self) -> int:
        """Values that differ from the chosen one."""
        return len({one.value for one in self.statements}) - 1


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the timeline, in Asia/Shanghai. ``day`` where only a day is known."""

    category: str
    day: date | None
    at: datetime | None
    until: datetime | None
    kind: str
    what: str
    from_place: str
    to_place: str
    within: str
    result: str
    temperature: float | None
    channel: str
    record_id: int


@dataclass(frozen=True, slots=True)
class Merge:
    """Two ids that became one; ``undone``: they are two again. ``records``: those that tied them."""

    merge_id: int
    person_id: int
    absorbed_id: int
    at: datetime | None
    rule: str
    probability: float | None
    records: tuple[int, int]
    undone: bool


@dataclass(frozen=True, slots=True)
class PersonFile:
    """``events`` are the latest first, at most ``MOST_EVENTS`` of ``event_count``. ``met``: rows of ``exposures`` in
    which the person is the contact; ``case_of``: how many people were near the person as a case. ``colour``: None where
    nothing was assessed."""

    person_id: int
    fields: tuple[Field, ...]
    events: tuple[Event, ...]
    event_count: int
    findings: tuple[Mapping[str, Any], ...]
    colour: Explanation | None
    met: tuple[Mapping[str, Any], ...]
    case_of: int
    merges: tuple[Merge, ...]
    splits: tuple[Mapping[str, Any], ...]


def person_file(opened: Session, person: int, aliases: Sequence[int], lang: str) -> PersonFile:
    """The file of a person. ``aliases``: older ids that stand for this person. ``lang``: of the explanation."""
    events = sorted((_event(opened, row) for row in opened.rows("timeline", person_id=person)), key=_when, reverse=True)
    day = assessed_on(opened)
    return PersonFile(
        person,
        fields_of(opened, person),
        tuple(events[:MOST_EVENTS]),
        len(events),
        _findings(opened, person, day),
        colour_of(opened, person, day, lang),
        _met(opened, person),
        _near(opened, person),
        _merges(opened, {person, *aliases}),
        _splits(opened, {person, *aliases}),
    )


def assessed_on(opened: Session) -> date | None:
    """The last day that was assessed; None where none was."""
    days = [path.parent.name.removeprefix("day=") for path in opened.snapshot.files("findings")]
    gathered = [row["as_of"] for row in opened.rows("fact_runs")]
    known = [date.fromisoformat(day) for day in days if day[:1].isdigit()]
    return max([*known, *gathered], default=None)


def colour_of(opened: Session, person: int, day: date | None, lang: str) -> Explanation | None:
    """Why the person has a colour on that day; None where nothing was assessed."""
    if day is None:
        return None
    try:
        return explain_person(opened, person, day, lang)
    except OrderError as error:
        if error.code in _NO_COLOUR:
            return None
        raise


def fields_of(opened: Session, person: int) -> tuple[Field, ...]:
    """The golden record: every field that any record gives, with every value and its source."""
    found: dict[str, list[Statement]] = {}
    for row in opened.rows("person_fields", person_id=person):
        if row["value"]:
            document = row["field"] == "document"
            value = row["value"].rpartition("|")[2] if document else row["value"]
            found.setdefault("doc_number" if document else row["field"], []).append(_statement(opened, row, value))
    order = ("name", "doc_number", "phone", "address", "grid_code", "sex", "birth_date", "employer")
    names = sorted(found, key=lambda name: (order.index(name) if name in order else len(order), name))
    return tuple(
        Field(name, tuple(sorted(found[name], key=lambda one: (not one.chosen, -one.confidence)))) for name in names
    )


def _statement(opened: Session, row: Mapping[str, Any], value: str) -> Statement:
    batch = opened.batch_of(row["record_id"])
    return Statement(
        value, bool(row["chosen"]), row["channel"] or "", batch.file_name if batch else "", row["seen_on"],
        row["agreeing"] or 1, float(row["confidence"] or 0.0), row["record_id"],
    )  # fmt: skip


def _event(opened: Session, row: Mapping[str, Any]) -> Event:
    text = {name: row[name] or "" for name in ("kind", "what", "from_place", "to_place", "within", "result")}
    return Event(
        row["category"], row["on_day"], local(row["at"]), local(row["until"]), **text, temperature=row["temperature"],
        channel=opened.channel_of(row["record_id"]), record_id=row["record_id"],
    )  # fmt: skip


def _when(event: Event) -> datetime:
    if event.at is not None:
        return event.at
    return datetime.combine(event.day, time.min, SHANGHAI) if event.day else _LONG_AGO


def _findings(opened: Session, person: int, day: date | None) -> tuple[Mapping[str, Any], ...]:
    if day is None:
        return ()
    opened.only_days("findings", [day])
    return tuple(opened.rows("findings", person_id=person, as_of=day))


def _met(opened: Session, person: int) -> tuple[Mapping[str, Any], ...]:
    rows = opened.rows("exposures", person_id=person)
    services = {row["service_id"] for row in rows if row["service_id"] is not None}
    places = {row["place_id"] for row in rows if row["place_id"] is not None}
    numbers = {row["service_id"]: row["service_no"] for row in opened.rows("services", service_id=services)}
    named = {row["place_id"]: row["place_name"] for row in opened.rows("places", place_id=places) if not row["cell"]}
    rows.sort(key=lambda row: row["from_at"] or _LONG_AGO, reverse=True)
    return tuple(
        row | {"where": numbers.get(row["service_id"]) or named.get(row["place_id"]) or "",
               "from_at": local(row["from_at"]), "to_at": local(row["to_at"])}
        for row in rows[:MOST_EXPOSURES]
    )  # fmt: skip


def _near(opened: Session, person: int) -> int:
    return len({row["person_id"] for row in opened.rows("exposures", ("person_id",), case_person_id=person)})


def _merges(opened: Session, ids: set[int]) -> tuple[Merge, ...]:
    rows = [*opened.rows("merges", person_id=ids), *opened.rows("merges", absorbed_id=ids)]
    return tuple(_merge(row) for _, row in sorted({row["merge_id"]: row for row in rows}.items(), reverse=True))


def _merge(row: Mapping[str, Any]) -> Merge:
    return Merge(
        row["merge_id"], row["person_id"], row["absorbed_id"], local(row["merged_at"]), row["rule"],
        row["probability"], (row["left_record_id"], row["right_record_id"]), row["undone_run_id"] is not None,
    )  # fmt: skip


def _splits(opened: Session, ids: set[int]) -> tuple[Mapping[str, Any], ...]:
    rows = [*opened.rows("splits", person_id=ids), *opened.rows("splits", split_id=ids)]
    return tuple({(row["run_id"], row["person_id"], row["split_id"]): row for row in rows}.values())


@dataclass(frozen=True, slots=True)
class GivenBack:
    """What undoing a merge gives back. ``kept`` and ``returned``: the records of either person as they were then, with
    the channel of each; ``since``: how many records joined later, which go where the evidence takes them."""

    merge: Merge
    living: int
    kept: tuple[tuple[int, str], ...]
    returned: tuple[tuple[int, str], ...]
    since: int


def given_back(opened: Session, merge_id: int) -> GivenBack | None:
    """The preview of an undo; None where there is no such merge, or it does not stand any more."""
    rows = opened.rows("merges", merge_id=merge_id)
    if not rows or rows[0]["undone_run_id"] is not None:
        return None
    merge = _merge(rows[0])
    members = opened.rows("merge_members", merge_id=merge_id)
    sides = {side: tuple((row["record_id"], opened.channel_of(row["record_id"])) for row in members
                         if bool(row["absorbed"]) is side) for side in (False, True)}  # fmt: skip
    alias = opened.rows("aliases", alias_id=merge.absorbed_id)
    living = alias[0]["person_id"] if alias else merge.person_id
    now = len(opened.rows("links", ("record_id",), person_id=living))
    return GivenBack(merge, living, sides[False], sides[True], max(0, now - len(members)))
