"""The 1,317 of June 2022, and other ways to turn many people red: none goes unseen, and by the rules most are none.

People of a town are assessed for two quiet weeks; then somebody has a plan.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from firebreak.bridge.assess import Outcome, propose
from firebreak.bridge.colours import Alarms, compare, red_alarms
from firebreak.bridge.facts import sources
from firebreak.bridge.session import Session, session
from firebreak.engine.risk.condition import parse
from firebreak.engine.risk.rule_set import Colour, RuleSet, set_named, shipped_sets
from firebreak.engine.risk.vocabulary import CODES, Kind
from firebreak.lake.batches import Batch
from firebreak.lake.frames import polars_schema
from firebreak.lake.lake import Lake
from firebreak.terms.ids import record_id

DAY = date(2020, 3, 20)
PAST = [DAY - timedelta(days=back) for back in range(14, 0, -1)]
TOWNSPEOPLE, DEPOSITORS, SCANNED = 3_000, 1_317, 871
FAR_AWAY = "410100-bank"
"""A venue in another province; the town is 3202 of Jiangsu."""


@dataclass
class Town:
    """Facts by person, and the batch they came with: what nobody has done yet."""

    lake: Lake
    facts: list[dict[str, Any]] = field(default_factory=list)
    lines: int = 0

    def batch(self, actor: str) -> int:
        """A delivered file of somebody's; its number."""
        digest = hashlib.sha256(actor.encode()).hexdigest()
        number = self.lake.id_for(digest)
        with self.lake.commit(Batch(number, digest, "made-up", 1, "test", f"{actor}.csv", "", 1, True, PAST[0], actor)):
            pass
        return number

    def tell(self, batch: int, people: range | list[int], kind: Kind, on: date, place: str | None = None) -> None:
        """A fact of each of these people."""
        for person in people:
            self.lines += 1
            row = {"person_id": person, "kind": CODES[kind], "on": on, "known_on": on, "value": None, "place": place}
            self.facts.append(row | {"record_id": record_id(batch, self.lines), "part": 0})

    def write(self) -> None:
        """Lay the facts into the lake, as gathered."""
        rows = pl.DataFrame(self.facts, schema=polars_schema("facts"), orient="row")
        run = pl.DataFrame({"as_of": [DAY], "facts": [rows.height]}, schema=polars_schema("fact_runs"))
        with session(self.lake) as opened:
            made_from = sources(opened, ())
        self.lake.replace_together({"facts": rows, "fact_runs": run, "fact_sources": made_from})


@pytest.fixture
def town(tmp_path: Path) -> Town:
    """Two weeks in which each day some close contacts turn red, told by two operators."""
    lake = Lake.open(tmp_path / "lake", create=True)
    people = [
        {"person_id": person, "division_code": f"3202{10 + person % 5}", "birth_year": 1950 + person % 60, "records": 1}
        for person in range(TOWNSPEOPLE)
    ]
    schema = polars_schema("persons")
    persons = pl.DataFrame([dict.fromkeys(schema) | one for one in people], schema=schema, orient="row")
    lake.replace("persons", persons)
    made = Town(lake)
    desks = [made.batch("desk-1"), made.batch("desk-2")]
    for day, nth in zip(PAST, range(len(PAST)), strict=True):
        for desk, batch in enumerate(desks):
            first = 2_000 + 20 * nth + 10 * desk
            made.tell(batch, range(first, first + 4 + (nth + desk) % 3), Kind.CLOSE, day)
    made.tell(desks[0], range(2_900, 2_905), Kind.CLOSE, DAY)
    return made


@contextmanager
def assessed(town: Town, sets: list[RuleSet] | None = None) -> Iterator[tuple[Outcome, Alarms, Session]]:
    town.write()
    for day in PAST:
        propose(town.lake, day, here="3202")
    outcome = propose(town.lake, DAY, sets, "3202")
    with session(town.lake) as opened:
        yield outcome, red_alarms(opened, DAY), opened


def reds(outcome: Outcome) -> set[int]:
    return set(outcome.colours.filter(pl.col("colour") == "red")["person_id"])


def scan_the_venue(town: Town) -> None:
    batch = town.batch("venue-codes")
    town.tell(batch, range(SCANNED), Kind.VENUE, DAY - timedelta(days=1), FAR_AWAY)
    town.tell(batch, range(SCANNED, DEPOSITORS), Kind.DECLARED, DAY)


def on_order(rules: RuleSet) -> RuleSet:
    """The town's rules and one more, as somebody ordered it: whoever scanned a venue's code is red."""
    ordered = replace(
        rules.rules[2], id="venue", number=len(rules.rules) + 1, when=parse("days_since_venue < 14"),
        since=(Kind.VENUE,), colour=Colour.RED,
    )  # fmt: skip
    return replace(rules, version=99, rules=(*rules.rules, ordered))


def test_an_ordinary_day_is_quiet(town: Town) -> None:
    with assessed(town) as (outcome, rung, _):
        assert rung.past
        assert rung.rows.is_empty()
        assert reds(outcome)


def test_whoever_only_scanned_a_venue_far_away_stays_green(town: Town) -> None:
    scan_the_venue(town)
    with assessed(town) as (outcome, rung, _):
        assert not reds(outcome) & set(range(DEPOSITORS))
        assert not set(outcome.colours["person_id"]) & set(range(DEPOSITORS))
        assert rung.rows.is_empty()


def test_a_rule_made_on_order_is_seen_before_it_is_in_force_and_rings_when_it_is(town: Town) -> None:
    scan_the_venue(town)
    rules = set_named("sukang", DAY)
    ordered = on_order(rules)
    sets = [*(one for one in shipped_sets() if one.id != "sukang"), ordered]
    with assessed(town, sets) as (outcome, rung, opened):
        assert len(reds(outcome) & set(range(DEPOSITORS))) == SCANNED
        heard = {(row["series"], row["key"]): row["count"] for row in rung.rows.to_dicts()}
        assert heard["rule", "sukang@99/venue"] == SCANNED
        assert heard["place", FAR_AWAY] == SCANNED
        assert heard["operator", "venue-codes"] == SCANNED
        cost = compare(opened, DAY, rules, ordered, "3202")
        assert cost.changed == SCANNED
        assert cost.areas["graver"].sum() == SCANNED


def test_an_operator_who_reports_many_contacts_at_once_rings(town: Town) -> None:
    town.tell(town.batch("desk-3"), range(DEPOSITORS), Kind.CLOSE, DAY)
    with assessed(town) as (outcome, rung, _):
        assert len(reds(outcome) & set(range(DEPOSITORS))) == DEPOSITORS
        heard = {(row["series"], row["key"]): row["count"] for row in rung.rows.to_dicts()}
        assert heard["operator", "desk-3"] == DEPOSITORS
        assert heard["rule", "sukang@1/close-contact"] > DEPOSITORS
        assert {key for series, key in heard if series == "county"} == {f"3202{number}" for number in range(10, 15)}


def test_a_bulk_spread_over_many_operators_still_rings_by_its_rule(town: Town) -> None:
    for nth in range(30):
        town.tell(town.batch(f"helper-{nth}"), range(9 * nth, 9 * nth + 9), Kind.CLOSE, DAY)
    with assessed(town) as (_, rung, _opened):
        assert "operator" not in rung.rows["series"].to_list()
        assert "sukang@1/close-contact" in rung.rows["key"].to_list()


def test_people_already_red_are_not_counted_again(town: Town) -> None:
    """A bulk of the past does not ring every day after, and does not hide the next one either."""
    town.tell(town.batch("desk-3"), range(300), Kind.CLOSE, PAST[-2])
    town.tell(town.batch("desk-4"), range(400, 700), Kind.CLOSE, DAY)
    with assessed(town) as (_, rung, opened):
        assert {row["key"] for row in rung.rows.to_dicts() if row["series"] == "operator"} == {"desk-4"}
        assert "desk-3" in red_alarms(opened, PAST[-2]).rows["key"].to_list()
