"""One order under several rules, side by side: who is listed under which, and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from firebreak.bridge.coaches import seat_text
from firebreak.bridge.compare_met import MetLine, met_lines
from firebreak.bridge.exposures import Traced, aboard, expose, rule_of, window_of
from firebreak.bridge.orders import Order, Target, resolve
from firebreak.bridge.people import people_of
from firebreak.bridge.ranking import call_first, closeness
from firebreak.bridge.report import Case, Person
from firebreak.bridge.session import Session
from firebreak.bridge.timetable import service_of, stops_of, stops_told
from firebreak.bridge.trace import is_drill
from firebreak.engine.tracing.attack import Expected, expected
from firebreak.engine.tracing.rules import RulePack, shipped_rules
from firebreak.engine.tracing.why import Verdict, verdict

RunKey = tuple[date, int]
ALL = "all"
_STRENGTH = {"close": 2, "general": 1, None: 0}


@dataclass(frozen=True, slots=True)
class Column:
    """One rule of the comparison. ``window`` None: the order names the ride, or there is no window.

    ``runs``: which of the rides (indices) the window holds.
    """

    pack: RulePack
    cite: str
    in_force: bool
    window: tuple[datetime, datetime] | None
    runs: tuple[int, ...]
    close: int
    general: int


@dataclass(frozen=True, slots=True)
class RideLine:
    """One ride of the case, in words: the service, its date, the case's seat, its stretch."""

    service_no: str
    run_date: date
    mode: str
    coach: int | None
    seat: str
    from_station: str
    to_station: str


@dataclass(frozen=True, slots=True)
class Line:
    """Somebody on a ride of the case, and what each rule says; ``verdicts`` as the comparison's columns."""

    person: Person
    ride: int
    coach: int | None
    seat: str
    setting: str
    relation: str
    row_gap: int | None
    distance: float | None
    minutes: int | None
    from_station: str
    to_station: str
    record_id: int
    verdicts: tuple[Verdict, ...]

    @property
    def expected(self) -> Expected | None:
        """The attack rate to be expected (``engine.tracing.attack``)."""
        return expected(self.relation, self.minutes, self.setting)


@dataclass(frozen=True, slots=True)
class Group:
    """Lines of which every rule says the same for the same reason. ``relations`` in order of nearness."""

    relations: tuple[str, ...]
    verdicts: tuple[Verdict, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everything side by side. ``lines`` are sorted, whoever is most likely infected first; ``met``: off the rides."""

    case: Case
    as_of: date
    actor: str
    simulated: bool
    rides: tuple[RideLine, ...]
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    met: tuple[MetLine, ...] = ()

    @property
    def groups(self) -> tuple[Group, ...]:
        """Lines that all rules judge alike, the nearest group first."""
        found: dict[tuple[Any, ...], list[Line]] = defaultdict(list)
        for line in self.lines:
            kind = (
                "placed" if line.relation not in ("crew", "same_order", "same_seat_later", "vehicle") else line.relation
            )
            signs = tuple((one.level, one.reason, tuple(sorted(one.values.items()))) for one in line.verdicts)
            found[(line.ride, kind, signs)].append(line)
        return tuple(_group(lines) for lines in found.values())

    def met_by(self, column: int) -> int:
        """People that this rule lists off the rides."""
        return len({line.person.person_id for line in self.met if line.verdicts[column].level})

    def only(self, column: int) -> tuple[Line, ...]:
        """Lines that this rule alone lists."""
        return tuple(
            line
            for line in self.lines
            if line.verdicts[column].level
            and not any(one.level for at, one in enumerate(line.verdicts) if at != column)
        )


def _group(lines: list[Line]) -> Group:
    relations = sorted({line.relation for line in lines}, key=closeness)
    return Group(tuple(relations), lines[0].verdicts, tuple(lines))


def rules_named(words: Iterable[str]) -> tuple[str, ...]:
    """Rule names of ``a,b`` and ``all``: every version of every shipped rule."""
    names: list[str] = []
    for word in words:
        for name in filter(None, (part.strip() for part in word.split(","))):
            found = [pack.cite for versions in shipped_rules().values() for pack in versions] if name == ALL else [name]
            names += [one for one in found if one not in names]
    return tuple(names)


def compare(
    session: Session,
    order: Order,
    rules: Sequence[str],
    *,
    as_of: date,
    by: str,
    rows: int | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> Comparison:
    """The order under each rule. OrderError where it leads to nobody, or a rule is not known."""
    progress("find")
    target = resolve(session, order)
    packs = [rule_of(name, rows, as_of) for name in rules]
    traced: list[Traced] = []
    for pack, cite in packs:
        progress(cite)
        traced.append(expose(session, target, as_of, cite, None, pack))
    progress("compare")
    everybody = aboard(session, [ride for one in traced for ride in one.case_rides])
    keys = sorted({(ride["run_date"], ride["service_id"]) for ride in everybody.case_rides})
    people = people_of(session, {target.person_id, *(row["person_id"] for row in everybody.exposures)}, {})
    rides = tuple(_ride_line(session, everybody, key) for key in keys)
    stations = [_stations(session, everybody, key) for key in keys]
    lines = lines_of(everybody, traced, [pack for pack, _ in packs], keys, people, stations)
    columns = tuple(
        _column(session, target, pack, cite, one, keys, as_of, [line.verdicts[at].level for line in lines])
        for at, ((pack, cite), one) in enumerate(zip(packs, traced, strict=True))
    )
    met = met_lines(session, target, packs, traced, as_of)
    return Comparison(_case(target, people[target.person_id]), as_of, by, is_drill(session, everybody.exposures), rides,
                      columns, lines, met)  # fmt: skip


def _case(target: Target, person: Person) -> Case:
    row = target.case or {}
    return Case(target.case_no, row.get("state"), row.get("onset_on"), row.get("reported_on"), person)


def _column(
    session: Session, target: Target, pack: RulePack, cite: str, traced: Traced, keys: list[RunKey], as_of: date,
    levels: list[str | None],
) -> Column:  # fmt: skip
    runs = {(ride["run_date"], ride["service_id"]) for ride in traced.case_rides}
    inside = tuple(at for at, key in enumerate(keys) if key in runs)
    window = window_of(session, target, pack, as_of) if target.rides is None else None
    return Column(pack, cite, pack.in_force(as_of), window, inside, levels.count("close"), levels.count("general"))


def lines_of(
    everybody: Traced, traced: Sequence[Traced], packs: Sequence[RulePack], keys: list[RunKey],
    people: dict[int, Person], stations: list[dict[int, str]],
) -> tuple[Line, ...]:  # fmt: skip
    """Everybody on board the case's rides (``keys``), with each pack's verdict, the first to call first."""
    levels = [_levels(one.exposures) for one in traced]
    in_window = [{(ride["run_date"], ride["service_id"]) for ride in one.case_rides} for one in traced]
    seats = {(ride["record_id"], ride["part"], ride["coach"]): seat_text(ride) for ride in everybody.rides}
    found: dict[tuple[int, int], list[dict[str, Any]]] = defaultdict(list)
    for row in everybody.exposures:
        found[row["person_id"], keys.index((row["run_date"], row["service_id"]))].append(row)
    lines = []
    for (person, ride), rows in found.items():
        rows.sort(key=lambda row: call_first(row["relation"], row["minutes"], row["setting"]))
        verdicts = tuple(
            _verdict(rows, pack, own if keys[ride] in runs else None)
            for pack, own, runs in zip(packs, levels, in_window, strict=True)
        )
        lines.append(_line(people[person], ride, rows[0], seats, stations[ride], verdicts))
    lines.sort(key=lambda one: (one.ride, call_first(one.relation, one.minutes, one.setting), one.coach or 0, one.seat))
    return tuple(lines)


def _levels(exposures: Iterable[dict[str, Any]]) -> dict[tuple[Any, ...], str]:
    """What the engine calls each pair of rides under each relation."""
    return {key_of(row): row["contact_level"] for row in exposures}


def key_of(row: dict[str, Any]) -> tuple[Any, ...]:
    """What a pair of rides and the kind of their nearness are known by, whatever the rule calls the nearness."""
    kind = row["relation"] if row["level"] in ("crew", "companion") else "seat"
    return row["case_record_id"], row["case_part"], row["record_id"], row["part"], row["coach"], row["from_seq"], kind


def _verdict(rows: list[dict[str, Any]], pack: RulePack, own: dict[tuple[Any, ...], str] | None) -> Verdict:
    """The strongest of what the rule says of somebody's exposures on one ride."""
    if own is None:
        days = pack.window.before_onset_days
        return Verdict(None, "window", {"n": str(days)}) if days else Verdict(None, "window_onset")
    verdicts = [verdict(row, pack, own.get(key_of(row))) for row in rows]
    return max(verdicts, key=lambda one: _STRENGTH[one.level])


def _line(
    person: Person, ride: int, row: dict[str, Any], seats: dict[tuple[Any, ...], str], stations: dict[int, str],
    verdicts: tuple[Verdict, ...],
) -> Line:  # fmt: skip
    return Line(
        person=person, ride=ride, coach=row["coach"], seat=seats.get((row["record_id"], row["part"], row["coach"]), ""),
        setting=row["setting"], relation=row["relation"], row_gap=row["row_gap"], distance=row["distance"],
        minutes=row["minutes"], from_station=stations.get(row["from_seq"], f"#{row['from_seq']}"),
        to_station=stations.get(row["to_seq"], f"#{row['to_seq']}"), record_id=row["record_id"], verdicts=verdicts,
    )  # fmt: skip


def _stations(session: Session, everybody: Traced, key: RunKey) -> dict[int, str]:
    service = service_of(session, key[1], key[0]) or {}
    rows = [ride for ride in everybody.rides if (ride["run_date"], ride["service_id"]) == key]
    stops = (stops_of(session, service, key[0]) if service else ()) or stops_told(session, rows)
    return {stop.seq: stop.station for stop in stops}


def _ride_line(session: Session, everybody: Traced, key: RunKey) -> RideLine:
    service = service_of(session, key[1], key[0]) or {}
    own = [ride for ride in everybody.case_rides if (ride["run_date"], ride["service_id"]) == key]
    first, stations = own[0], _stations(session, everybody, key)
    begin, end = min(ride["board_seq"] for ride in own), max(ride["alight_seq"] for ride in own)
    return RideLine(
        service.get("service_no") or service.get("service_key") or "", key[0], service.get("mode") or "train",
        first["coach"], seat_text(first), stations.get(begin, f"#{begin}"), stations.get(end, f"#{end}"),
    )  # fmt: skip
