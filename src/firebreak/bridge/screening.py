"""The list of people to verify first (排摸), held against a drill's truth: how many infected it would have found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import ibis
import polars as pl

from firebreak.bridge.facts import frame, gathered
from firebreak.bridge.session import Session
from firebreak.bridge.truth import Truth
from firebreak.engine.backends.base import Executor, Expr
from firebreak.engine.risk.screening import BACK, CASES, expected_risk
from firebreak.engine.risk.vocabulary import CODES, Kind

HOT = (Kind.KEY_AREA, Kind.HIGH_AREA, Kind.MEDIUM_AREA)
STEPS = (100, 300, 1_000, 3_000, 10_000)
"""So many people are verified, in the order of each list."""


@dataclass(frozen=True, slots=True)
class Yield:
    """What verifying the first ``verified`` people of a list finds. ``ranked``: infected found by expected risk;
    ``hot``: on average, where everybody from a hot area is verified in random order (None beyond their number);
    ``random``: on average, where anybody is."""

    verified: int
    ranked: int
    hot: float | None
    random: float

    def a_thousand(self, found: float) -> float:
        """Infected for each thousand people verified."""
        return 1000 * found / self.verified


@dataclass(frozen=True, slots=True)
class OfKind:
    """Everybody with a kind of fact of the last days who is no known case: how many, and how many of them infected."""

    kind: Kind
    people: int
    infected: int


@dataclass(frozen=True, slots=True)
class Screened:
    """A list to verify on a day. ``people``: everybody who is not a known case; ``infected``: truly infected by the end
    of that day, reported later or never; ``unseen``: of these, people of whom no record of the lake speaks; ``listed``
    with any chance, ``listed_infected`` of them infected."""

    as_of: date
    people: int
    infected: int
    unseen: int
    listed: int
    listed_infected: int
    hot: int
    hot_infected: int
    yields: tuple[Yield, ...]
    kinds: tuple[OfKind, ...]


def screened(opened: Session, truth: Truth, as_of: date, steps: Sequence[int] = STEPS) -> Screened:
    """Rank everybody of a drill's lake by expected risk and count who is truly infected. OrderError: see ``gathered``.

    A person of the truth is found with the first of the people in the lake who stand for him; each counts once.
    Only what was known by the day counts: a contact with a case that is reported tomorrow would give the case away.
    """
    gathered(opened, as_of)
    duck, facts = opened.duck, opened.duck.table("facts")
    ranked = frame(duck.run(expected_risk(duck, facts, as_of), "to verify")).with_row_index("place", 1)
    known = _recent(facts, CASES, as_of, date.min)
    people = frame(duck.run(duck.table("persons").select("person_id").anti_join(known, "person_id"), "not known"))
    true = _infected(opened, truth, as_of)
    standing = true.drop_nulls("person_id").join(people, on="person_id", how="semi")
    places = standing.join(ranked, on="person_id").group_by("person").agg(pl.col("place").min())["place"]
    hot = frame(duck.run(_recent(facts, HOT, as_of).anti_join(known, "person_id"), "hot"))
    in_hot = standing.join(hot, on="person_id", how="semi")["person"].n_unique()
    found = standing["person"].n_unique()
    sure = sorted({*(one for one in steps if one < ranked.height), ranked.height} - {0})
    return Screened(
        as_of,
        people.height,
        found,
        true["person"].n_unique() - found,
        ranked.height,
        len(places),
        hot.height,
        in_hot,
        tuple(
            Yield(
                count,
                int((places <= count).sum()),
                in_hot * count / hot.height if 0 < count <= hot.height else None,
                found * count / people.height,
            )
            for count in sure
        ),
        _by_kind(duck, facts, known, as_of, standing),
    )


def _recent(facts: Expr, kinds: Sequence[Kind], as_of: date, first: date | None = None) -> Expr:
    """``person_id`` of whoever has such a fact, known on the day, of the last days or of all since ``first``."""
    since = as_of - timedelta(days=BACK - 1) if first is None else first
    now = ibis.date(as_of.isoformat())
    within = facts.on.between(ibis.date(since.isoformat()), now) & (facts.known_on <= now)
    return facts.filter(within & facts.kind.isin([CODES[kind] for kind in kinds])).select("person_id").distinct()


def _by_kind(executor: Executor, facts: Expr, known: Expr, as_of: date, standing: pl.DataFrame) -> tuple[OfKind, ...]:
    found = []
    for kind in Kind:
        theirs = frame(executor.run(_recent(facts, [kind], as_of).anti_join(known, "person_id"), "of a kind"))
        infected = standing.join(theirs, on="person_id", how="semi")["person"].n_unique()
        if theirs.height and kind not in CASES:
            found.append(OfKind(kind, theirs.height, infected))
    return tuple(sorted(found, key=lambda one: (-one.infected / one.people, -one.people)))


def _infected(opened: Session, truth: Truth, as_of: date) -> pl.DataFrame:
    """``person, person_id`` of everybody infected by the end of the day and not reported by then; null: no record."""
    cases = pl.read_parquet(truth.folder / "cases.parquet")
    day = pl.col("infected_at").dt.convert_time_zone("Asia/Shanghai").dt.date()
    hidden = cases.filter((day <= as_of) & (pl.col("reported_on").is_null() | (pl.col("reported_on") > as_of)))
    told = truth.records_of(opened, hidden["person"].to_list())
    links = opened.rows("links", ("record_id", "part", "person_id"), record_id={record for record, _, _ in told})
    people = {(link["record_id"], link["part"]): link["person_id"] for link in links}
    pairs = {(person, people[record, part]) for record, part, person in told if (record, part) in people}
    named = pl.DataFrame(sorted(pairs), schema={"person": pl.Int64, "person_id": pl.Int64}, orient="row")
    return hidden.select(pl.col("person").cast(pl.Int64)).join(named, on="person", how="left")
