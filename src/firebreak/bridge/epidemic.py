"""A drill's epidemic against its lists: of the truly infected, who was on a list before their own onset, by rule."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import ibis
import polars as pl

from firebreak.bridge.session import Session
from firebreak.bridge.truth import Truth
from firebreak.engine.backends.base import Expr
from firebreak.engine.tracing.belonging import member_contacts, place_members
from firebreak.engine.tracing.cases import rides_in_windows, windows
from firebreak.engine.tracing.find import found_contacts
from firebreak.engine.tracing.places import Places, places
from firebreak.engine.tracing.resolve import CHINA_HOURS
from firebreak.engine.tracing.rules import RulePack
from firebreak.engine.tracing.stays import place_stays, stay_contacts
from firebreak.engine.tracing.trace import place_cases


@dataclass(frozen=True, slots=True)
class Caught:
    """One rule over all cases of a drill. Numbers of people.

    ``listed``: on some case's list, as close and as anything; ``infected``: truly infected after 00:00 of the first day
    by somebody else of the drill, with an onset; ``before``: of those, on a list made on a day before their onset;
    ``ever``: on any list. ``by_route``: (before, infected) by how they were infected; ``listed_by``: people listed for
    that kind of nearness (household, workplace, school, seat, companion, place), who may be listed for several.
    """

    cite: str
    in_force: bool
    cases: int
    listed_close: int
    listed: int
    infected: int
    before: int
    ever: int
    by_route: dict[str, tuple[int, int]]
    listed_by: dict[str, int]

    @property
    def listed_per_infection(self) -> float | None:
        """People listed for each infection found before its onset; None where none was."""
        return self.listed / self.before if self.before else None

    def cost_of(self, route: str) -> float | None:
        """People listed for that nearness for each infection by that route found before onset; None where none was."""
        before = self.by_route.get(route, (0, 0))[0]
        return self.listed_by.get(route, 0) / before if before else None


def last_report(session: Session) -> date:
    """The last day a case of the lake was reported on; the first day of all where none was."""
    cases = session.duck.table("cases")
    found = session.duck.run(cases.agg(day=cases.reported_on.max()), "last report")["day"][0].as_py()
    return found or date.min


def caught(session: Session, truth: Truth, packs: Sequence[RulePack], as_of: date) -> list[Caught]:
    """Each rule over every case that was reported until ``as_of``; a list is made on the day of the first report and
    holds what happened until the end of it."""
    infected = _infected(session, truth)
    kinds = places()
    return [_one(session, pack, infected, kinds, as_of) for pack in packs]


def _one(session: Session, pack: RulePack, infected: pl.DataFrame, kinds: Places, as_of: date) -> Caught:
    listed = _listed(session, pack, kinds, as_of)
    cases = listed["case_person_id"].n_unique()
    first = listed.filter(pl.col("level") != "case").group_by("person_id").agg(
        day=pl.col("listed_on").min(), close=(pl.col("contact_level") == "close").any()
    )  # fmt: skip
    by_person = infected.join(first, on="person_id", how="left").group_by("person", "infected_how", "onset_on").agg(
        day=pl.col("day").min()
    )  # fmt: skip
    early = pl.col("day") < pl.col("onset_on")
    routes = by_person.group_by("infected_how").agg(before=early.fill_null(value=False).sum(), infected=pl.len())
    return Caught(
        cite=pack.cite,
        in_force=pack.in_force(as_of),
        cases=cases,
        listed_close=int(first["close"].sum()),
        listed=first.height,
        infected=by_person.height,
        before=int(routes["before"].sum()),
        ever=int(by_person["day"].is_not_null().sum()),
        by_route={how: (before, whole) for how, before, whole in sorted(routes.iter_rows())},
        listed_by=_by_nearness(listed),
    )


_OF_SETTING = {"household": "household", "workplace": "workplace", "class": "school"}
_OF_LEVEL = {"companion": "companion", "seat": "seat", "coach": "seat", "crew": "seat"}


def _by_nearness(listed: pl.DataFrame) -> dict[str, int]:
    """People listed by the kind of their nearness, named as the routes of infection are; other places ``place``."""
    kind = pl.coalesce(
        pl.col("level").replace_strict(_OF_LEVEL, default=None, return_dtype=pl.String),
        pl.col("setting").replace_strict(_OF_SETTING, default="place", return_dtype=pl.String),
    )
    rows = listed.filter(pl.col("level") != "case").group_by(kind.alias("kind")).agg(pl.col("person_id").n_unique())
    return dict(sorted(rows.iter_rows()))


def _listed(session: Session, pack: RulePack, kinds: Places, as_of: date) -> pl.DataFrame:
    """``case_person_id, person_id, contact_level, level, setting, listed_on`` of everybody on some case's list.

    Each traced case has a row of its own, level ``case``.
    """
    duck = session.duck
    spans = duck.keep("e_spans", _spans(session, pack, as_of))
    window = spans.select("person_id", "window_from", "window_to")
    own = duck.keep("e_rides", rides_in_windows(duck.table("rides"), window))
    found = [duck.put("e_contacts", found_contacts(duck, place_cases(duck, own), pack))]
    members = place_members(duck, duck.table("memberships"), spans.drop("listed_on"), pack, kinds, "e")
    found.append(member_contacts(duck.table("memberships"), members, pack))
    stays = place_stays(duck, duck.table("presences"), spans.drop("listed_on"), pack, kinds, "e")
    found.append(stay_contacts(duck, duck.table("presences"), stays, pack, "e"))
    columns = ("case_person_id", "person_id", "contact_level", "level", "setting")
    case_rows = spans.select(
        "case_person_id", "person_id", contact_level=ibis.literal("close"), level=ibis.literal("case"),
        setting=ibis.literal(""),
    )  # fmt: skip
    everybody = ibis.union(*(part.select(columns) for part in found), case_rows)
    dated = everybody.join(spans.select("case_person_id", "listed_on"), "case_person_id").distinct()
    return pl.DataFrame(duck.run(dated, "lists"))


def _spans(session: Session, pack: RulePack, as_of: date) -> Expr:
    """Each case's window, cut at the end of the day of its first report, with that day."""
    duck = session.duck
    cases, links = duck.table("cases"), duck.table("links")
    known = cases.join(links, ["record_id", "part"]).filter(cases.reported_on <= as_of)
    reported = known.group_by("person_id").agg(listed_on=known.reported_on.min())
    window = windows(cases, links, pack, as_of, duck.table("tests")).join(reported, "person_id")
    midnight = window.listed_on.cast("timestamp") + ibis.interval(hours=24 - CHINA_HOURS)
    until = ibis.least(window.window_to, midnight.cast("timestamp('UTC', 6)"))
    return window.select("person_id", "window_from", "listed_on", case_person_id="person_id", window_to=until)


def _infected(session: Session, truth: Truth) -> pl.DataFrame:
    """``person, infected_how, onset_on, person_id``: everybody infected by somebody of the drill who fell ill, with the
    people of the lake that records about them speak of (null: none does)."""
    cases = pl.read_parquet(truth.folder / "cases.parquet").filter(
        pl.col("infector").is_not_null() & pl.col("onset_on").is_not_null()
    )
    told = truth.records_of(session, cases["person"].to_list())
    links = session.rows("links", record_id=[record for record, _, _ in told])
    people = {(link["record_id"], link["part"]): link["person_id"] for link in links}
    pairs = {(person, people[record, part]) for record, part, person in told if (record, part) in people}
    known = pl.DataFrame(sorted(pairs), schema={"person": pl.Int64, "person_id": pl.Int64}, orient="row")
    return cases.select("person", "infected_how", "onset_on").join(known, on="person", how="left")


def totals(found: Iterable[Caught]) -> list[Caught]:
    """The rules in the order of a table: most infections found first, then the fewest people listed."""
    return sorted(found, key=lambda one: (-one.before, one.listed, one.cite))
