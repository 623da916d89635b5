"""Questions about everybody's colours: what another rule set would change, where it rings, whom to verify."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import polars as pl

from firebreak.bridge.assess import JIANGSU, Outcome, assess_lake
from firebreak.bridge.facts import frame, gathered
from firebreak.bridge.session import Session
from firebreak.engine.risk.alarms import alarms, enough_past
from firebreak.engine.risk.compare import by_age, by_area, by_step, changes, days_ahead
from firebreak.engine.risk.rule_set import RuleSet
from firebreak.engine.risk.screening import expected_risk

_COUNTY = 6


@dataclass(frozen=True, slots=True)
class Difference:
    """What the second of two rule sets would change. ``steps``, ``areas``, ``ages`` as in ``engine.risk.compare``;
    ``…_days``: ``days_ahead`` under each."""

    before: RuleSet
    after: RuleSet
    as_of: date
    people: int
    changed: int
    steps: pl.DataFrame
    areas: pl.DataFrame
    ages: pl.DataFrame
    before_colours: dict[str, int]
    after_colours: dict[str, int]
    before_days: dict[str, int]
    after_days: dict[str, int]
    simulated: bool


def compare(opened: Session, as_of: date, before: RuleSet, after: RuleSet, here: str = JIANGSU) -> Difference:
    """Everybody of the lake by the one set and by the other, as if each ruled everywhere, on the same facts."""
    one, other = (_alone(opened, as_of, rule_set, here) for rule_set in (before, after))
    changed = changes(one.people, one.colours, other.colours)
    return Difference(
        before,
        after,
        as_of,
        one.people.height,
        changed.height,
        by_step(changed),
        by_area(changed, one.people),
        by_age(changed, one.people, as_of),
        one.by_colour(),
        other.by_colour(),
        days_ahead(one.colours, as_of),
        days_ahead(other.colours, as_of),
        one.simulated,
    )


def _alone(opened: Session, as_of: date, rule_set: RuleSet, here: str) -> Outcome:
    """One set for everybody, also before it is in force."""
    return assess_lake(opened, as_of, [replace(rule_set, jurisdiction="", valid_from=date.min, valid_to=None)], here)


@dataclass(frozen=True, slots=True)
class Alarms:
    """``rows`` as in ``engine.risk.alarms``; ``past`` False: too few days were assessed before to compare with."""

    rows: pl.DataFrame
    past: bool


def red_alarms(opened: Session, day: date) -> Alarms:
    """Rules, counties, places and operators that turn out reds far above their own past.

    Reads the stored findings of the days before. A person counts once, on the first stored day he is red by a rule.
    """
    duck = opened.duck
    findings = duck.table("findings")
    reds = findings.filter((findings.colour == "red") & (findings.as_of <= day))
    facts = duck.table("facts").select("record_id", "part", "kind", "person_id", "place").distinct()
    told = frame(duck.run(reds.left_join(facts, ["record_id", "part", "kind", "person_id"]), "reds"))
    people = frame(duck.run(duck.table("persons").select("person_id", "division_code"), "areas"))
    days = [date.fromisoformat(path.parent.name.removeprefix("day=")) for path in opened.snapshot.files("findings")]
    return Alarms(alarms(_counted(opened, told, people), days, day), enough_past(days, day))


def _counted(opened: Session, reds: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """``series, key, day, count`` of people newly red."""
    actors = {number: batch.actor for number, batch in opened.batches.items()}
    batch = (pl.col("record_id") // (1 << 32)).replace_strict(actors, default="", return_dtype=pl.String)
    first = reds.sort("as_of").unique(["person_id", "rule"], keep="first", maintain_order=True)
    first = first.join(people, on="person_id", how="left").with_columns(operator=batch)
    series = {
        "rule": pl.col("rule"),
        "county": pl.col("division_code").str.slice(0, _COUNTY),
        "place": pl.col("place"),
        "operator": pl.col("operator"),
    }
    counted = [
        first.filter(key.is_not_null() & (key != ""))
        .group_by(key.alias("key"), day="as_of")
        .agg(count=pl.col("person_id").n_unique().cast(pl.Int64))
        .select(pl.lit(name).alias("series"), "key", "day", "count")
        for name, key in series.items()
    ]
    return pl.concat(counted)


def to_verify(opened: Session, as_of: date, most: int) -> pl.DataFrame:
    """``person_id, risk, kinds, last``: the people to verify first. OrderError where facts of the day are missing."""
    gathered(opened, as_of)
    ranked = expected_risk(opened.duck, opened.duck.table("facts"), as_of)
    return frame(opened.duck.run(ranked.limit(most), "to verify"))
