"""Registers and rosters → memberships: who lives, works or learns where, without a record of being there."""

from __future__ import annotations

from datetime import date, timedelta

import ibis
import pyarrow as pa

from firebreak.engine.backends.base import Executor, Expr
from firebreak.engine.tracing.places import Break, Places
from firebreak.terms.ids import place_id
from firebreak.terms.tables import I64, MEMBERSHIPS, PLACES, TEXT

_HOME_KEYS = pa.schema([("home_key", TEXT), ("place_id", I64)])
_ORG_KEYS = pa.schema([("organisation", TEXT), ("job", TEXT), ("place_id", I64), ("cell_id", I64)])


def memberships(executor: Executor, places: Places) -> tuple[Expr, Expr]:
    """(memberships, places) of the executor's ``residences``, ``rosters``, ``mentions`` and ``links``."""
    links = executor.table("links")
    homes = executor.keep("m_homes", homes_of(executor.table("residences"), executor.table("mentions"), links, places))
    known = executor.keep("m_members", members(executor.table("rosters"), links, places))
    at_home, orgs = _home_ids(executor, homes), _organisation_ids(executor, known)
    households = homes.join(at_home, "home_key").select(MEMBERSHIPS.names)
    together = known.join(orgs, [known.organisation == orgs.organisation,
                                 ibis.coalesce(known.class_name, "") == orgs.job], rname="{name}_o")  # fmt: skip
    spans = [together.filter(together.place_kind == kind) for kind in ("workplace", "class")]
    pauses = {one.kind: one for one in places.breaks}
    parts = [around(part, pauses.get(kind)) for part, kind in zip(spans, ("workplace", "class"), strict=True)]
    return ibis.union(households, *parts), _named(households, known, together)


def homes_of(residences: Expr, mentions: Expr, links: Expr, places: Places) -> Expr:
    """Where registers say that people live: a row for each way a home is told (household number, door).

    Registers of residents count; the household register does for people of whom no other register knows. A household
    number counts inside its channel, kind of register, county and, where told, community; a door inside its county.
    Without a known county neither ties anybody: 1栋101 and number 1 are everywhere.
    """
    said = residences.join(mentions, ["record_id", "part"], rname="{name}_m")
    said = said.join(links.select("record_id", "part", "person_id"), ["record_id", "part"], rname="{name}_l")
    current = said.filter(said.kind.isin(places.lives_at))
    other = said.filter(said.kind.isin(places.else_lives_at)).anti_join(current.select("person_id"), "person_id")
    lives = ibis.union(current, other.select(current.columns))
    lives = lives.filter(lives.division_code.notnull())
    number = lives.filter(lives.household_no.notnull())
    number = number.mutate(
        home_key=_joined(
            "number", number.channel, number.kind, number.division_code, number.community, number.household_no
        )
    )
    door = lives.filter(lives.community.notnull() & lives.building.notnull() & lives.room.notnull())
    door = door.mutate(
        home_key=_joined("door", door.division_code, door.community, door.building, door.unit, door.room)
    )
    columns = ["person_id", "record_id", "part", "valid_from", "valid_to", "home_key"]
    both = ibis.union(number.select(columns), door.select(columns))
    return both.mutate(place_kind=ibis.literal("household"), cell_id=ibis.null("int64"))


def _joined(*parts: str | Expr) -> Expr:
    text = ibis.literal("")
    for part in parts:
        text = text + ibis.literal("\x1f") + (ibis.literal(part) if isinstance(part, str) else ibis.coalesce(part, ""))
    return text


def _home_ids(executor: Executor, homes: Expr) -> Expr:
    keys = executor.run(homes.select("home_key").distinct(), "homes")["home_key"].to_pylist()
    return executor.put("m_home_ids", pa.table([keys, [place_id("household", key) for key in keys]], schema=_HOME_KEYS))


def members(rosters: Expr, links: Expr, places: Places) -> Expr:
    """Rosters with their person and organisation (its code where given, else its name) and, for pupils, the class."""
    known = rosters.join(links.select("record_id", "part", "person_id"), ["record_id", "part"], rname="{name}_l")
    known = known.filter(known.organisation.notnull() | known.organisation_code.notnull())
    codes = rosters.filter(rosters.organisation_code.notnull() & rosters.organisation.notnull())
    codes = codes.group_by("organisation").agg(
        code=codes.organisation_code.min(), codes=codes.organisation_code.nunique()
    )
    codes = codes.filter(codes.codes == 1).select("code", named="organisation")
    known = known.left_join(codes, known.organisation == codes.named)
    pupil = ibis.coalesce(known.job.re_search(places.class_pattern), False)
    return known.select(
        "person_id", "record_id", "part", "returned_on",
        organisation=ibis.coalesce(known.organisation_code, known.code, known.organisation),
        code=ibis.coalesce(known.organisation_code, known.code),
        name=known.organisation,
        place_kind=ibis.ifelse(pupil, "class", "workplace"),
        class_name=ibis.ifelse(pupil, known.job, ibis.null("string")),
    )  # fmt: skip


def _organisation_ids(executor: Executor, known: Expr) -> Expr:
    said = executor.run(known.select("organisation", "class_name").distinct(), "organisations").to_pylist()
    rows = []
    for row in said:
        number, name = place_id("organisation", row["organisation"]), row["class_name"]
        rows.append((row["organisation"], name or "", number, place_id("class", str(number), name) if name else None))
    columns = [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _ in _ORG_KEYS]
    return executor.put("m_org_ids", pa.table(columns, schema=_ORG_KEYS))


def around(members: Expr, pause: Break | None) -> Expr:
    """Memberships before the break and after it: after the day of return where the roster tells it."""
    first = members.mutate(valid_from=ibis.null("date"), valid_to=_day(pause.first, -1) if pause else ibis.null("date"))
    if pause is None:
        return first.select(MEMBERSHIPS.names)
    second = members.mutate(
        valid_from=ibis.coalesce(members.returned_on, _day(pause.last, 1)), valid_to=ibis.null("date")
    )
    return ibis.union(first.select(MEMBERSHIPS.names), second.select(MEMBERSHIPS.names))


def _day(day: date, later: int) -> Expr:
    return ibis.date((day + timedelta(days=later)).isoformat())


def _named(households: Expr, known: Expr, together: Expr) -> Expr:
    """Households have no name here: an address is a person's. Organisations and classes have theirs."""
    none = ibis.null("string")
    homes = households.select("place_id", "cell_id", "place_kind").distinct()
    homes = homes.mutate(place_name=none, place_code=none, place_division=none, cell=none)
    whole = together.group_by("place_id").agg(
        cell_id=ibis.null("int64"), place_kind=ibis.literal("workplace"), place_name=together.name.min(),
        place_code=together.code.min(), place_division=none, cell=none,
    )  # fmt: skip
    inside = together.filter(together.cell_id.notnull())
    classes = inside.group_by("place_id", "cell_id").agg(
        place_kind=ibis.literal("class"), place_name=inside.name.min(), place_code=inside.code.min(),
        place_division=none, cell=inside.class_name.min(),
    )  # fmt: skip
    return ibis.union(*(part.select(PLACES.names) for part in (homes, whole, classes)))
