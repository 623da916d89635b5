"""From the lake's tables to facts about people: each source is one small step, each fact keeps its record."""

from __future__ import annotations

from datetime import date
from typing import Any

import ibis

from firebreak.engine.backends.base import Executor, Expr
from firebreak.engine.risk.areas import Area, area_table, fever_celsius, no_symptoms
from firebreak.engine.risk.vocabulary import CODES, Kind
from firebreak.terms.enums import CaseState
from firebreak.terms.tables import RISK_FACTS

CHINA_HOURS = 8
BATCHES = "r_batches"
"""``batch_id, delivered_on``: put by the bridge, for a record is known from the day its batch came."""

STATIONS = "r_stations"
"""``station, division_code``: put by the bridge."""

REGISTERS = date(2000, 1, 1)
"""Day of a registration whose register gives none: long before any question."""

_BATCH_SHIFT = 1 << 32
_CASES = {
    CaseState.SUSPECTED: Kind.SUSPECTED,
    CaseState.CONFIRMED: Kind.CONFIRMED,
    CaseState.ASYMPTOMATIC: Kind.ASYMPTOMATIC,
    CaseState.EXCLUDED: Kind.EXCLUDED,
    CaseState.RECOVERED: Kind.RECOVERED,
    CaseState.DIED: Kind.DIED,
}
CONTACTS = {"close": Kind.CLOSE, "general": Kind.GENERAL, "secondary": Kind.SECONDARY}
OF_HOUSEHOLD = {
    Kind.CONFIRMED: Kind.HOUSEHOLD_CASE,
    Kind.SUSPECTED: Kind.HOUSEHOLD_CASE,
    Kind.ASYMPTOMATIC: Kind.HOUSEHOLD_CASE,
    Kind.CLOSE: Kind.HOUSEHOLD_CLOSE,
    Kind.FEVER_CLINIC: Kind.HOUSEHOLD_FEVER,
}
_COUNTRIES_ABROAD = "border"
_ISOLATION = "isolation"
_DWELLINGS = ("community", "tenant")
HOUSEHOLD = "household"


def facts(executor: Executor, areas: tuple[Area, ...], as_of: date, only: Expr | None = None) -> Expr:
    """The table ``facts`` up to ``as_of``, from the executor's tables and what the bridge has put beside them.

    ``only``: a table of ``person_id``; facts of these people alone, the same rows as in the whole table.
    """
    memberships = executor.table("memberships")
    if only is None:
        every = _gathered(executor, areas, as_of, None)
        whole = ibis.union(every, household_facts(every, memberships))
    else:
        mates = house_mates(only, memberships)
        near = executor.keep("r_near", ibis.union(only.select("person_id"), mates).distinct())
        every = _gathered(executor, areas, as_of, near)
        whole = ibis.union(every, household_facts(every, memberships)).semi_join(only, "person_id")
    whole = whole.filter(whole.on <= ibis.date(as_of.isoformat()))
    # A small literal is a wider number to DuckDB than to Ibis, which would leave out a cast it thinks needless.
    return whole.mutate(kind=whole.kind.cast("int32").cast("int8")).select(RISK_FACTS.names)


def house_mates(people: Expr, memberships: Expr) -> Expr:
    """``person_id`` of these people and of whoever was ever registered in a household of theirs."""
    homes = memberships.filter(memberships.place_kind == HOUSEHOLD).select("person_id", "place_id")
    theirs = homes.semi_join(people, "person_id").select("place_id").distinct()
    return homes.semi_join(theirs, "place_id").select("person_id")


def _gathered(executor: Executor, areas: tuple[Area, ...], as_of: date, only: Expr | None) -> Expr:
    links = executor.table("links").select("record_id", "part", "person_id")
    if only is not None:
        links = links.semi_join(only, "person_id")
    dated = [
        *_cases(executor, links),
        _exposures(executor, links),
        *_tests(executor, links),
        *_registrations(executor, links),
        *_checks(executor, links),
        *_declarations(executor, links),
        *_stays(executor, links),
        _residents(executor, links, as_of),
        *_in_areas(executor, links, executor.put("r_areas", area_table(areas, as_of))),
    ]
    return executor.keep("r_own", _known(ibis.union(*dated), executor.table(BATCHES)))


def _fact(rows: Expr, kind: Any, on: Any, value: Any = None, place: Any = None, other: Any = None) -> Expr:
    """Facts not yet dated by their batch. ``other``: a second record without which the fact was not known."""
    return rows.select(
        "person_id",
        kind=kind if not isinstance(kind, Kind) else ibis.literal(CODES[kind], "int8"),
        on=on,
        value=ibis.null("float32") if value is None else value.cast("float32"),
        place=ibis.null("string") if place is None else place,
        record_id=rows.record_id,
        part=rows.part,
        other=ibis.null("int64") if other is None else other,
    )


def _day(instant: Any) -> Any:
    """The day in Asia/Shanghai."""
    return (instant + ibis.interval(hours=CHINA_HOURS)).date()


def _linked(executor: Executor, name: str, links: Expr) -> Expr:
    return executor.table(name).join(links, ["record_id", "part"])


def _known(rows: Expr, batches: Expr) -> Expr:
    """With the day each fact was known: when the last batch it needs was delivered, and never before it happened."""
    dated = rows.filter(rows.on.notnull())
    for record, day in (("record_id", "told_on"), ("other", "other_on")):
        came = batches.select(**{f"{day}_batch": batches.batch_id, day: batches.delivered_on})
        numbered = dated.mutate(**{f"{day}_batch": dated[record] // _BATCH_SHIFT})
        dated = numbered.left_join(came, f"{day}_batch").drop(f"{day}_batch_right")
    days = (ibis.coalesce(dated[day], dated.on) for day in ("told_on", "other_on"))
    return dated.select(
        *(name for name in RISK_FACTS.names if name != "known_on"), known_on=ibis.greatest(dated.on, *days)
    ).select(RISK_FACTS.names)


def _cases(executor: Executor, links: Expr) -> list[Expr]:
    cases = _linked(executor, "cases", links)
    kind = ibis.cases(
        *((cases.state == str(state), ibis.literal(CODES[kind], "int8")) for state, kind in _CASES.items()),
        else_=ibis.null("int8"),
    )
    stated = cases.filter(cases.state.isin([str(state) for state in _CASES]))
    isolated = cases.filter(cases.isolated_at.notnull())
    stated = stated.mutate(kind=kind)
    return [
        _fact(stated, stated.kind, ibis.coalesce(stated.reported_on, stated.onset_on)),
        _fact(isolated, Kind.CENTRAL_QUARANTINE, _day(isolated.isolated_at)),
    ]


def _exposures(executor: Executor, links: Expr) -> Expr:
    """Contacts as traced, of the person whom the contact's record speaks of today: merges come after a tracing.

    Known when both records were: the contact's own and the one that puts the case there.
    """
    rows = executor.table("exposures").drop("person_id").join(links, ["record_id", "part"])
    kind = ibis.cases(
        *((rows.contact_level == word, ibis.literal(CODES[kind], "int8")) for word, kind in CONTACTS.items()),
        else_=ibis.null("int8"),
    )
    rows = rows.mutate(kind=kind)
    rows = rows.filter(rows.kind.notnull())
    return _fact(rows, rows.kind, ibis.coalesce(_day(rows.to_at), rows.run_date), other=rows.case_record_id)


def _tests(executor: Executor, links: Expr) -> list[Expr]:
    rows = _linked(executor, "tests", links)
    on = ibis.coalesce(_day(rows.sampled_at), _day(rows.result_at))
    return [
        _fact(rows.filter(rows.result == word), kind, on)
        for word, kind in (("positive", Kind.POSITIVE), ("negative", Kind.NEGATIVE))
    ]


def _measured(rows: Expr, on: Any) -> list[Expr]:
    taken = rows.filter(rows.temperature.notnull())
    fever = rows.filter(rows.temperature.cast("float64").round(2) >= fever_celsius())  # see ``columns``
    return [
        _fact(taken, Kind.TEMPERATURE, on, value=taken.temperature),
        _fact(fever, Kind.FEVER, on, value=fever.temperature),
    ]


def _ill(rows: Expr, on: Any) -> Expr:
    told = rows.symptoms.strip().lower()
    return _fact(rows.filter(told.notnull() & ~told.isin(["", *no_symptoms()])), Kind.SYMPTOM, on)


def _registrations(executor: Executor, links: Expr) -> list[Expr]:
    rows = _linked(executor, "registrations", links)
    on = _day(rows.at)
    seen = rows.filter(rows.kind == "clinic")
    arrived = rows.filter(rows.kind == _COUNTRIES_ABROAD)
    return [
        *_measured(rows, on),
        _ill(rows, on),
        _fact(seen, Kind.FEVER_CLINIC, on),
        _fact(arrived, Kind.ABROAD, on, place=arrived.place_division),
    ]


def _checks(executor: Executor, links: Expr) -> list[Expr]:
    rows = _linked(executor, "checks", links)
    return _measured(rows, _day(rows.at))


def _declarations(executor: Executor, links: Expr) -> list[Expr]:
    rows = _linked(executor, "declarations", links)
    on = _day(rows.at)
    return [*_measured(rows, on), _ill(rows, on), _fact(rows, Kind.DECLARED, on)]


def _stays(executor: Executor, links: Expr) -> list[Expr]:
    rows = _linked(executor, "stays", links)
    venue = rows.filter(rows.place_kind == "venue")
    isolated = rows.filter(rows.place_kind == _ISOLATION)
    ended = _released(isolated)
    return [
        _fact(venue, Kind.VENUE, _day(venue.start_at), place=venue.place_code),
        _fact(isolated, Kind.CENTRAL_QUARANTINE, _day(isolated.start_at), place=isolated.place_code),
        _fact(ended, Kind.RELEASED, _day(ended.end_at), place=ended.place_code),
    ]


def _released(isolated: Expr) -> Expr:
    """The stays whose end was a release: no other isolation stay of the person begins by the day after and goes on."""
    ended = isolated.filter(isolated.end_at.notnull())
    others = isolated.select("person_id", next_start="start_at", next_end="end_at")
    moved = ended.select("person_id", "record_id", "part", "end_at").join(others, "person_id")
    begun = _day(moved.next_start) <= _day(moved.end_at) + ibis.interval(days=1)
    on = ibis.coalesce(moved.next_end > moved.end_at, True)
    return ended.anti_join(moved.filter(begun & on), ["record_id", "part", "person_id"])


def _residents(executor: Executor, links: Expr, as_of: date) -> Expr:
    """Whom a register of dwellings valid that day, or a roster, knows here. The day is the registration's first one.

    A household register (hukou), a vehicle's or a phone's owner tells where somebody belongs, not that he lives there.
    """
    residences, rosters = _linked(executor, "residences", links), _linked(executor, "rosters", links)
    lives = residences.kind.isin(_DWELLINGS) & ibis.coalesce(residences.valid_to >= ibis.date(as_of.isoformat()), True)
    told = ibis.union(
        residences.filter(lives).select("person_id", "record_id", "part", on=residences.valid_from),
        rosters.select("person_id", "record_id", "part", on=ibis.null("date")),
    )
    return _fact(told, Kind.RESIDENT, ibis.coalesce(told.on, ibis.date(REGISTERS.isoformat())))


def _in_areas(executor: Executor, links: Expr, areas: Expr) -> list[Expr]:
    """Being in, boarding in or leaving a vehicle in an area of elevated risk on a day that counts.

    A stay is a fact on its last such day, from which the days of observation count, and on its first, which a replay of
    a day between the two needs.
    """
    stays = _linked(executor, "stays", links)
    first = _day(stays.start_at)
    last = ibis.greatest(first, ibis.coalesce(_day(stays.end_at), first))
    stays = stays.select("person_id", "record_id", "part", begun=first, on=last, division=stays.place_division)
    journeys = _linked(executor, "journeys", links)
    journeys = journeys.filter(~ibis.coalesce(journeys.ticket_state.isin(["refunded", "changed"]), False))
    stations = executor.table(STATIONS)
    ends = [
        journeys.join(stations, journeys[place] == stations.station).select(
            "person_id",
            "record_id",
            "part",
            begun=ibis.coalesce(_day(journeys[at]), journeys.board_date),
            on=ibis.coalesce(_day(journeys[at]), journeys.board_date),
            division=stations.division_code,
        )
        for place, at in (("from_place", "board_at"), ("to_place", "alight_at"))
    ]
    where = ibis.union(stays, *ends)
    where = where.filter(where.division.notnull() & where.on.notnull())
    near = where.join(
        areas,
        [
            where.division[0:2] == areas.division[0:2],
            where.division.startswith(areas.division),
            where.begun <= areas.last,
            where.on >= areas.first,
        ],
    )
    came, left = ibis.greatest(near.begun, near.first), ibis.least(near.on, near.last)
    longer = near.filter(came < left)
    return [
        _fact(near, near.kind, left, place=near.division),
        _fact(longer, longer.kind, ibis.greatest(longer.begun, longer.first), place=longer.division),
    ]


def contact_facts(executor: Executor) -> Expr:
    """The facts that come of ``exposures``, in the columns of ``facts``."""
    links = executor.table("links").select("record_id", "part", "person_id")
    return _known(_exposures(executor, links), executor.table(BATCHES))


def household_facts(own: Expr, memberships: Expr) -> Expr:
    """What a person's household says of him: the same fact as of a house-mate, under its household kind.

    A membership counts on the days it was valid.
    """
    homes = memberships.filter(memberships.place_kind == HOUSEHOLD).select(
        "person_id", "place_id", "valid_from", "valid_to"
    )
    wanted = own.filter(own.kind.isin([CODES[kind] for kind in OF_HOUSEHOLD]))
    at_home = _in_force(wanted.join(homes, "person_id")).drop("valid_from", "valid_to")
    mates = homes.rename(mate_id="person_id")
    pairs = _in_force(at_home.join(mates, "place_id")).filter(lambda t: t.mate_id != t.person_id)
    kind = ibis.cases(
        *((pairs.kind == CODES[of], ibis.literal(CODES[to], "int8")) for of, to in OF_HOUSEHOLD.items()),
        else_=ibis.null("int8"),
    )
    return pairs.mutate(person_id=pairs.mate_id, kind=kind).select(RISK_FACTS.names).distinct()


def _in_force(pairs: Expr) -> Expr:
    begun = ibis.coalesce(pairs.valid_from <= pairs.on, True)
    return pairs.filter(begun & ibis.coalesce(pairs.valid_to >= pairs.on, True))
