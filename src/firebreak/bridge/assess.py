"""From a lake to proposed colours: the rules each person is under, findings, one colour each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from firebreak.bridge.engines import DUCKDB
from firebreak.bridge.facts import RULES, frame, gathered, number
from firebreak.bridge.session import Session, session
from firebreak.bridge.session import frame as stored
from firebreak.engine.risk.assess import assess
from firebreak.engine.risk.population import in_force, narrowest, people_under
from firebreak.engine.risk.rule_set import Colour, RuleSet, shipped_sets
from firebreak.engine.risk.support import check_support
from firebreak.lake.lake import Lake
from firebreak.terms.errors import OrderError
from firebreak.terms.tables import COLOURS, FINDINGS

JIANGSU = "32"
"""The place that assesses, unless told: its rules apply to whoever has no division, or one without rules of its own."""

EVIDENCE = ("person_id", "kind", "record_id", "part")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an assessment found. ``colours`` and ``findings`` in the columns of their tables.

    ``people``: ``person_id, set_no, division_code, birth_year`` of everybody known; ``sets`` by ``set_no``.
    """

    as_of: date
    sets: tuple[RuleSet, ...]
    people: pl.DataFrame
    findings: pl.DataFrame
    colours: pl.DataFrame
    simulated: bool

    def by_colour(self) -> dict[str, int]:
        """People of each colour; who has no finding is green."""
        counted = dict(self.colours.group_by("colour").len().iter_rows())
        found = {str(one): int(counted.get(str(one), 0)) for one in Colour}
        found[str(Colour.GREEN)] = self.people.height - sum(counted.values())
        return found


def assess_lake(
    opened: Session, as_of: date, sets: Sequence[RuleSet] | None = None, here: str = JIANGSU, at_event: bool = False
) -> Outcome:
    """Assess everybody in a lake on a day, each by the set ``population.set_of`` names.

    ``at_event``: count each fact as known on the day it happened, not on the day it was delivered. OrderError where no
    set is in force anywhere or the facts are not gathered up to that day.
    """
    gathered(opened, as_of)
    return assess_facts(opened, as_of, rules_on(as_of, sets), here, at_event)


def rules_on(as_of: date, sets: Sequence[RuleSet] | None = None) -> list[RuleSet]:
    """The sets that rule on a day, one a jurisdiction. OrderError where there are none."""
    ruling = narrowest(in_force(shipped_sets() if sets is None else sets, as_of))
    if ruling:
        return ruling
    what = f"no rule set is in force on {as_of}"
    raise OrderError("FB-RISK-NO-SET", what, "A day has rules.", "Name a set, or another day.")


def assess_facts(opened: Session, as_of: date, ruling: Sequence[RuleSet], here: str, at_event: bool = False) -> Outcome:
    """The same from the executor's table ``facts``, whatever it holds and however old it is."""
    executor = opened.executor
    known = executor.table("facts")
    known = known.mutate(known_on=known.on) if at_event else known
    persons = executor.table("persons")
    under = executor.keep("r_people", people_under(persons, ruling, here))
    findings, colours = [], []
    for place, rule_set in enumerate(ruling):
        mine = known.semi_join(under.filter(under.set_no == place), "person_id")
        done = assess(executor, mine, rule_set, as_of)
        findings.append(frame(executor.run(done.findings, "findings")))
        colours.append(frame(executor.run(done.colours, "colours")))
    people = under.join(persons.select("person_id", "division_code", "birth_year"), "person_id")
    return Outcome(
        as_of,
        tuple(ruling),
        frame(executor.run(people, "people")),
        pl.concat(findings),
        pl.concat(colours),
        any(batch.simulated for batch in opened.batches.values()) or not opened.batches,
    )


def propose(
    lake: Lake, as_of: date, sets: Sequence[RuleSet] | None = None, here: str = JIANGSU, engine: str = DUCKDB
) -> Outcome:
    """Assess a lake and store findings and proposed colours of that day. Unsupported ones are refused whole."""
    with lake.writer(), session(lake, engine) as opened:
        outcome = assess_lake(opened, as_of, sets, here)
        store(lake, opened, outcome, here)
    return outcome


def store(lake: Lake, opened: Session, outcome: Outcome, here: str) -> None:
    """The one way everybody's colours get into a lake."""
    facts = opened.duck.table("facts").select(*EVIDENCE)
    told = opened.duck.put("r_told", outcome.findings.select("person_id").unique().to_arrow())
    evidence = frame(opened.duck.run(facts.semi_join(told, "person_id"), "evidence"))
    check_support(outcome.findings, outcome.colours, evidence, outcome.sets, outcome.as_of)
    made_from = with_rules(stored(opened, "fact_sources"), outcome.as_of, outcome.sets, here)
    tables = {"findings": outcome.findings.to_arrow().cast(FINDINGS.schema)}
    tables["colours"] = outcome.colours.to_arrow().cast(COLOURS.schema)
    lake.replace_together({**tables, "fact_sources": made_from}, days=[outcome.as_of])


def with_rules(made_from: pl.DataFrame, as_of: date, ruling: Sequence[RuleSet], here: str) -> pl.DataFrame:
    """What facts were made from, with the mark of the rules that the colours of that day were made by."""
    mark = pl.DataFrame({"name": [RULES], "hash": [rules_mark(as_of, ruling, here)]}, schema=made_from.schema)
    return pl.concat([made_from.filter(pl.col("name") != RULES), mark])


def rules_mark(as_of: date, ruling: Sequence[RuleSet], here: str) -> int:
    """A number that stands for the rules of a day, and for where strangers are assessed."""
    return number(repr((as_of, here, tuple(ruling))))
