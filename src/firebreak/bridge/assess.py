"""From a lake to proposed colours: facts, the rules each person is under, findings, one colour each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import ibis
import polars as pl
import pyarrow as pa

from firebreak.bridge.session import Session, session
from firebreak.engine.backends.base import Expr
from firebreak.engine.risk.areas import Area, shipped_areas
from firebreak.engine.risk.assess import assess
from firebreak.engine.risk.facts import BATCHES, HOUSEHOLD, STATIONS, facts
from firebreak.engine.risk.population import in_force, narrowest, people_under
from firebreak.engine.risk.rule_set import Colour, RuleSet, shipped_sets
from firebreak.engine.risk.support import check_support
from firebreak.lake.lake import Lake
from firebreak.terms.errors import OrderError
from firebreak.terms.stations import stations
from firebreak.terms.tables import COLOURS, DAY, FACT_RUNS, FINDINGS, I64, RISK_FACTS, TEXT

JIANGSU = "32"
"""The place that assesses, unless told: its rules apply to whoever has no division, or one without rules of its own."""

_BATCH = 1 << 32
_EVIDENCE = ("person_id", "kind", "record_id", "part")


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


def make_facts(lake: Lake, as_of: date, areas: Sequence[Area] = ()) -> int:
    """Write the table ``facts`` up to a day; how many."""
    with lake.writer(), session(lake) as opened:
        table = opened.duck.run(_facts(opened, as_of, areas), "facts")
        mark = pa.Table.from_pylist([{"as_of": as_of, "facts": table.num_rows}], schema=FACT_RUNS.schema)
        lake.replace_together({"facts": table, "fact_runs": mark})
    return int(table.num_rows)


def gathered(opened: Session, as_of: date) -> date:
    """The day up to which facts were gathered. OrderError where they never were, or only up to a day before ``as_of``.

    Without this, a question about a lake that was never assessed would be answered green.
    """
    days: list[date] = [row["as_of"] for row in opened.rows("fact_runs")]
    if days and days[0] >= as_of:
        return days[0]
    raise OrderError(
        "FB-RISK-NO-FACTS",
        f"facts were gathered up to {days[0]}, asked is {as_of}" if days else "no facts were gathered in this lake",
        "A colour is told from facts gathered up to its day.",
        "Run firebreak assess for that day first, then ask.",
    )


def concerned(opened: Session, batches: Iterable[int]) -> pl.DataFrame:
    """``person_id`` of everybody whose facts records of these batches can change: whom they speak of, whom they expose
    or who is exposed to them, and the house-mates of all these."""
    duck = opened.duck
    wanted = sorted(set(batches))
    links, exposures, homes = (duck.table(name) for name in ("links", "exposures", "memberships"))
    told = links.filter((links.record_id // _BATCH).isin(wanted)).select("person_id")
    proof = (exposures.record_id // _BATCH).isin(wanted) | (exposures.case_record_id // _BATCH).isin(wanted)
    exposed = links.semi_join(exposures.filter(proof), ["record_id", "part"]).select("person_id")
    people = duck.keep("r_told_of", ibis.union(told, exposed).distinct())
    homes = homes.filter(homes.place_kind == HOUSEHOLD).select("person_id", "place_id")
    theirs = homes.semi_join(people, "person_id").select("place_id")
    return frame(duck.run(ibis.union(people, homes.semi_join(theirs, "place_id").select("person_id")).distinct()))


def reassess(
    lake: Lake,
    as_of: date,
    people: pl.DataFrame,
    sets: Sequence[RuleSet] | None = None,
    here: str = JIANGSU,
    areas: Sequence[Area] = (),
) -> Outcome:
    """Assess these people again (``person_id``) and leave everybody else's facts, findings and colours of the day.

    The result is that of a whole assessment, where ``people`` are all whom the new records concern (``concerned``) and
    ``areas`` are those the whole was made with.
    """
    with lake.writer(), session(lake) as opened:
        duck = opened.duck
        only = duck.put("r_only", people.select(pl.col("person_id").cast(pl.Int64)).unique().to_arrow())
        fresh = frame(duck.run(_facts(opened, gathered(opened, as_of), areas, only), "facts"))
        kept = frame(duck.run(duck.table("facts").anti_join(only, "person_id"), "facts kept"))
        lake.replace("facts", pl.concat([kept, fresh]).to_arrow().cast(RISK_FACTS.schema))
        duck.put("facts", fresh.to_arrow().cast(RISK_FACTS.schema))
        found = assess_lake(opened, as_of, sets, here)
        day = {name: frame(duck.run(_others(duck.table(name), only, as_of), name)) for name in ("findings", "colours")}
        check_support(found.findings, found.colours, fresh.select(_EVIDENCE), found.sets, as_of)
        for name, table, rows in (("findings", FINDINGS, found.findings), ("colours", COLOURS, found.colours)):
            lake.replace(name, pl.concat([day[name], rows]).to_arrow().cast(table.schema), [as_of])
    return found


def _others(stored: Expr, only: Expr, as_of: date) -> Expr:
    return stored.filter(stored.as_of == ibis.date(as_of.isoformat())).anti_join(only, "person_id")


def _facts(opened: Session, as_of: date, areas: Sequence[Area], only: Expr | None = None) -> Expr:
    duck = opened.duck
    batches = [(one.batch_id, one.delivered_on) for one in opened.batches.values()]
    schema = pa.schema([("batch_id", I64), ("delivered_on", DAY)])
    duck.put(
        BATCHES, pa.Table.from_pylist([dict(zip(schema.names, row, strict=True)) for row in batches], schema=schema)
    )
    named = [{"station": one.name, "division_code": one.division} for one in stations().values() if one.division]
    duck.put(STATIONS, pa.Table.from_pylist(named, schema=pa.schema([("station", TEXT), ("division_code", TEXT)])))
    return facts(duck, (*shipped_areas(), *areas), as_of, only)


def assess_lake(
    opened: Session, as_of: date, sets: Sequence[RuleSet] | None = None, here: str = JIANGSU, at_event: bool = False
) -> Outcome:
    """Assess everybody in a lake on a day, each by the set ``population.set_of`` names.

    ``at_event``: count each fact as known on the day it happened, not on the day it was delivered. OrderError where no
    set is in force anywhere or the facts are not gathered up to that day.
    """
    gathered(opened, as_of)
    ruling = narrowest(in_force(shipped_sets() if sets is None else sets, as_of))
    if not ruling:
        raise OrderError(
            "FB-RISK-NO-SET", f"no rule set is in force on {as_of}", "A day has rules.", "Name a set, or another day."
        )
    duck = opened.duck
    known = duck.table("facts")
    known = known.mutate(known_on=known.on) if at_event else known
    persons = duck.table("persons")
    under = duck.keep("r_people", people_under(persons, ruling, here))
    findings, colours = [], []
    for number, rule_set in enumerate(ruling):
        mine = known.semi_join(under.filter(under.set_no == number), "person_id")
        done = assess(duck, mine, rule_set, as_of)
        findings.append(frame(duck.run(done.findings, "findings")))
        colours.append(frame(duck.run(done.colours, "colours")))
    people = under.join(persons.select("person_id", "division_code", "birth_year"), "person_id")
    return Outcome(
        as_of,
        tuple(ruling),
        frame(duck.run(people, "people")),
        pl.concat(findings),
        pl.concat(colours),
        any(batch.simulated for batch in opened.batches.values()) or not opened.batches,
    )


def frame(table: pa.Table) -> pl.DataFrame:
    """An Arrow table in Polars."""
    found = pl.from_arrow(table)
    assert isinstance(found, pl.DataFrame)
    return found


def propose(lake: Lake, as_of: date, sets: Sequence[RuleSet] | None = None, here: str = JIANGSU) -> Outcome:
    """Assess a lake and store findings and proposed colours of that day. Unsupported ones are refused whole."""
    with lake.writer(), session(lake) as opened:
        outcome = assess_lake(opened, as_of, sets, here)
        store(lake, opened, outcome)
    return outcome


def store(lake: Lake, opened: Session, outcome: Outcome) -> None:
    """The one way a colour gets into a lake."""
    facts = opened.duck.table("facts").select(*_EVIDENCE)
    told = opened.duck.put("r_told", outcome.findings.select("person_id").unique().to_arrow())
    evidence = frame(opened.duck.run(facts.semi_join(told, "person_id"), "evidence"))
    check_support(outcome.findings, outcome.colours, evidence, outcome.sets, outcome.as_of)
    lake.replace("findings", outcome.findings.to_arrow().cast(FINDINGS.schema), [outcome.as_of])
    lake.replace("colours", outcome.colours.to_arrow().cast(COLOURS.schema), [outcome.as_of])
