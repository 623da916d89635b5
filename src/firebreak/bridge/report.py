"""What a trace hands to whoever shows it: one frozen tree of values, with nothing left to look up or to compute.

Days are Asia/Shanghai; instants are aware and in Asia/Shanghai. ``seq`` is a stop's order on its service, from 0; a
segment ``(from_seq, to_seq)`` is half open: on board from departing ``from_seq`` until arriving at ``to_seq``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from firebreak.engine.tracing.attack import Expected, expected
from firebreak.terms.enums import Setting
from firebreak.terms.formations import Coach

FIELDS = ("name", "doc_number", "phone", "address", "grid_code")
"""The fields of a person that an order asks for, in the order they are shown."""


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a person, with where it comes from.

    ``completed``: no record that puts the person on board tells it; another does. ``rivals`` counts the different
    values that other records give and that were not chosen. ``confidence`` is 0–1.
    """

    text: str
    channel: str
    seen_on: date | None
    confidence: float
    agreeing: int
    record_id: int
    part: int
    completed: bool = False
    rivals: int = 0


@dataclass(frozen=True, slots=True)
class Person:
    """``values`` by field name; a field that no channel gives is not in it."""

    person_id: int
    values: Mapping[str, Value]
    records: int = 0
    channels: int = 0

    def text(self, field: str) -> str:
        """The value of a field, empty where it is not known."""
        value = self.values.get(field)
        return value.text if value else ""

    @property
    def missing(self) -> tuple[str, ...]:
        return tuple(field for field in FIELDS if field not in self.values)


@dataclass(frozen=True, slots=True)
class Stop:
    """One stop of the service on that run. Times are None where the timetable has none (origin, terminus)."""

    seq: int
    station: str
    arrive_at: datetime | None
    depart_at: datetime | None

    @property
    def at(self) -> datetime | None:
        return self.depart_at or self.arrive_at


def seat_label(row: int | None, letter: str | None, seat_no: int | None) -> str:
    """The place as printed on the ticket, without the coach: ``7A``, ``45``; empty where there is none."""
    if row is not None:
        return f"{row}{letter or ''}"
    return "" if seat_no is None else str(seat_no)


@dataclass(frozen=True, slots=True)
class Sitting:
    """One person in one place between two stops, and the record that proves it.

    ``relation`` is the contact's relation to the case (``case`` for the case itself), None outside the rule.
    """

    person_id: int
    coach: int
    row: int | None
    letter: str | None
    seat_no: int | None
    place: str
    role: str
    board_seq: int
    alight_seq: int
    record_id: int
    part: int
    relation: str | None = None

    @property
    def seat(self) -> str:
        return seat_label(self.row, self.letter, self.seat_no)


@dataclass(frozen=True, slots=True)
class CoachView:
    """One coach on one run: its layout and everybody known in it, the case and people outside the rule included."""

    layout: Coach
    assumed: bool
    sittings: tuple[Sitting, ...]


@dataclass(frozen=True, slots=True)
class Ride:
    """One run of a service that the case was on. ``from_seq``/``to_seq`` is the case's own segment.

    Where no timetable lists its stops (``listed`` is False), ``stops`` are those its rides tell.
    """

    service_id: int
    service_no: str
    service_key: str
    mode: str
    run_date: date
    formation: str | None
    stops: tuple[Stop, ...]
    coaches: tuple[CoachView, ...]
    from_seq: int
    to_seq: int
    listed: bool = True

    def stop(self, seq: int) -> Stop | None:
        return next((stop for stop in self.stops if stop.seq == seq), None)

    def station(self, seq: int) -> str:
        """The name of a stop; ``#seq`` where the timetable does not have it."""
        stop = self.stop(seq)
        return stop.station if stop else f"#{seq}"


@dataclass(frozen=True, slots=True)
class Exposure:
    """One person near the case on one ride (``ride`` indexes ``TraceReport.rides``), under one rule.

    ``minutes`` is None where no record and no timetable tells the times. ``setting``, ``contact_level`` and
    ``distance`` (metres, modelled) as in the table ``exposures``.
    """

    ride: int
    rule: str
    level: str
    relation: str
    coach: int
    seat: str
    row_gap: int | None
    from_seq: int
    to_seq: int
    from_at: datetime | None
    to_at: datetime | None
    minutes: int | None
    case_record_id: int
    record_id: int
    part: int
    setting: str = ""
    contact_level: str = "close"
    distance: float | None = None

    @property
    def expected(self) -> Expected | None:
        """The attack rate to be expected of it (``engine.tracing.attack``); None where nobody knows."""
        return expected(self.relation, self.minutes, self.setting or Setting.TRAIN_SEALED)


def minutes_of(exposures: Iterable[Exposure]) -> int | None:
    """Minutes together as far as they are known; None where none are."""
    known = [one.minutes for one in exposures if one.minutes is not None]
    return sum(known) if known else None


@dataclass(frozen=True, slots=True)
class Contact:
    """One person of the list. ``exposures`` are sorted, the nearest first; the first one ranks the person."""

    rank: int
    person: Person
    exposures: tuple[Exposure, ...]

    @property
    def nearest(self) -> Exposure:
        return self.exposures[0]

    @property
    def minutes(self) -> int | None:
        return minutes_of(self.exposures)


@dataclass(frozen=True, slots=True)
class Meeting:
    """One encounter off the case's rides, or of a contact of a contact, under one rule.

    ``section``: ``joint`` (repeated trips together), ``household`` (home, work, class by register), ``place`` or
    ``second`` (met ``via_person_id``, a close contact). ``place`` is empty for homes; ``minutes`` is None where
    nobody tells how long; ``cumulative_minutes`` where the rule adds them up.
    """

    section: str
    rule: str
    setting: str
    contact_level: str
    relation: str
    place: str
    from_at: datetime | None
    to_at: datetime | None
    minutes: int | None
    cumulative_minutes: int | None
    via_person_id: int | None
    case_record_id: int
    record_id: int
    part: int
    case_part: int = 0


@dataclass(frozen=True, slots=True)
class Met:
    """One person of one section. ``meetings`` are sorted, the nearest first. Who is on the ride list has its rank."""

    rank: int
    section: str
    person: Person
    meetings: tuple[Meeting, ...]

    @property
    def nearest(self) -> Meeting:
        return self.meetings[0]


@dataclass(frozen=True, slots=True)
class Presence:
    """One person's time at a place. ``relation`` is ``case``, the contact's, or None for other times of theirs."""

    person_id: int
    cell: str
    from_at: datetime
    to_at: datetime
    assumed: bool
    relation: str | None
    record_id: int


@dataclass(frozen=True, slots=True)
class PlaceView:
    """One stay of the case, from–to within its window, and who of the list was there. ``until``: the air it left."""

    place_id: int
    kind: str
    name: str
    from_at: datetime
    to_at: datetime
    until: datetime
    presences: tuple[Presence, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """The person the list is about. ``case_no`` is empty where the order named a seat instead of a case."""

    case_no: str
    state: str | None
    onset_on: date | None
    reported_on: date | None
    person: Person | None


@dataclass(frozen=True, slots=True)
class Completeness:
    """How many of the list's people have a value of that field, and how many of those were completed."""

    field: str
    known: int
    completed: int
    total: int


@dataclass(frozen=True, slots=True)
class Gap:
    """What could not be found. ``kind`` is the key of its text; ``values`` fill it; ``remedy`` names channels.

    ``ranks`` are the people concerned. ``searched`` are delivered channels that can hold it and do not; ``ask`` are
    channels that can hold it and were not delivered.
    """

    kind: str
    values: Mapping[str, str]
    ranks: tuple[int, ...] = ()
    searched: tuple[str, ...] = ()
    ask: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ChannelName:
    """A channel for people: its names and how many records of it are in the lake."""

    channel: str
    zh: str
    en: str
    simulated: bool = False

    def name(self, lang: str) -> str:
        return self.zh if lang == "zh" else self.en


@dataclass(frozen=True, slots=True)
class Evidence:
    """A record that proves something in the list, and where it lies in the delivered file."""

    record_id: int
    channel: str
    file: str
    line: int
    used: int


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds of one stage. ``key`` names it in the catalogue."""

    key: str
    seconds: float


@dataclass(frozen=True, slots=True)
class TraceReport:
    """Everything one order asks for. ``simulated`` is true as soon as one channel behind it is a drill's.

    ``in_force``: was the rule in force on ``as_of``? Only a version that the order names can be another.
    """

    case: Case
    rules: tuple[str, ...]
    rows: int | None
    as_of: date
    actor: str
    simulated: bool
    rides: tuple[Ride, ...]
    contacts: tuple[Contact, ...]
    completeness: tuple[Completeness, ...]
    gaps: tuple[Gap, ...]
    channels: Mapping[str, ChannelName]
    evidence: tuple[Evidence, ...]
    timings: tuple[Timing, ...]
    met: tuple[Met, ...] = ()
    places: tuple[PlaceView, ...] = ()
    in_force: bool = True

    @property
    def seconds(self) -> float:
        return sum(timing.seconds for timing in self.timings)

    @property
    def listed(self) -> dict[int, Contact | Met]:
        """Everybody of the list by person, fellow travellers before those met elsewhere."""
        everybody: tuple[Contact | Met, ...] = (*self.met, *self.contacts)
        return {one.person.person_id: one for one in everybody}

    @property
    def met_elsewhere(self) -> int:
        """How many people were met off the rides and are not on the ride list."""
        listed = {contact.person.person_id for contact in self.contacts}
        return len({one.person.person_id for one in self.met} - listed)

    @property
    def complete(self) -> int:
        """How many people of the list have every field of FIELDS."""
        return sum(1 for contact in self.contacts if not contact.person.missing)
