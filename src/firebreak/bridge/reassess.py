"""New records, new lists, links that changed: only whom they concern is assessed again, as if everybody had been."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import ibis
import polars as pl

from firebreak.bridge.assess import EVIDENCE, JIANGSU, Outcome, assess_facts, propose, rules_mark, rules_on, with_rules
from firebreak.bridge.facts import (
    RECORDS,
    RULES,
    areas_of,
    frame,
    gather,
    make_facts,
    people_of,
    put_beside,
    sources,
)
from firebreak.bridge.session import Session, session
from firebreak.bridge.session import frame as stored
from firebreak.engine.backends.base import Expr
from firebreak.engine.risk.areas import Area, shipped_areas
from firebreak.engine.risk.facts import CONTACTS, OF_HOUSEHOLD, contact_facts, facts, house_mates, household_facts
from firebreak.engine.risk.rule_set import RuleSet
from firebreak.engine.risk.support import check_support
from firebreak.engine.risk.vocabulary import CODES
from firebreak.lake.frames import polars_schema
from firebreak.lake.lake import Lake
from firebreak.lake.layout import generation_of
from firebreak.terms.ids import LINE_BITS
from firebreak.terms.tables import COLOURS, FINDINGS, RISK_FACTS

_LAYERS = 12
"""So many layers of facts are laid over one another before everybody's are gathered again, as one."""

_SAME = ["person_id", "kind", "on", "known_on", "record_id", "part"]


@dataclass(frozen=True, slots=True)
class Refreshed:
    """``why``: why everybody was assessed again (a key of the texts ``assess.whole_…``); empty where only ``people``
    were. ``changed``: ``person_id, before, after`` of those whose colour of the day is another now. ``colours``: of the
    whole day."""

    as_of: date
    why: str
    people: int
    changed: pl.DataFrame
    colours: pl.DataFrame
    simulated: bool


def refresh(
    lake: Lake,
    as_of: date,
    sets: Sequence[RuleSet] | None = None,
    here: str = JIANGSU,
    areas: Sequence[Area] | None = None,
) -> Refreshed:
    """Bring facts, findings and colours of a day up to date: the result is that of a whole assessment.

    Everybody is assessed where that cannot be told from what changed: the first time, on another day, with other rules
    or areas, after linking whole, after records were dropped; and now and then, so that layers do not pile up.
    """
    with lake.writer():
        with session(lake) as opened:
            before = _colours_of(opened, as_of)
            why = whole(opened, as_of, rules_on(as_of, sets), here, areas)
            people = concerned(opened) if not why else pl.DataFrame()
        if why:
            make_facts(lake, as_of, areas)
            found = propose(lake, as_of, sets, here)
        else:
            found = reassess(lake, as_of, people, sets, here)
        with session(lake) as opened:
            now = _colours_of(opened, as_of)
    count = found.people.height if why else people.height
    return Refreshed(as_of, why, count, _changed(before, now), now, found.simulated)


def _colours_of(opened: Session, as_of: date) -> pl.DataFrame:
    return frame(opened.duck.run(_of_day(opened.duck.table("colours"), as_of), "colours"))


def _of_day(rows: Expr, as_of: date) -> Expr:
    return rows.filter(rows.as_of == ibis.date(as_of.isoformat()))


def _changed(before: pl.DataFrame, now: pl.DataFrame) -> pl.DataFrame:
    both = before.select("person_id", before="colour").join(
        now.select("person_id", after="colour"), on="person_id", how="full", coalesce=True
    )
    return both.fill_null("green").filter(pl.col("before") != pl.col("after")).sort("person_id")


def whole(
    opened: Session, as_of: date, ruling: Sequence[RuleSet], here: str, areas: Sequence[Area] | None = None
) -> str:
    """Why everybody has to be assessed: ``never, day, rules, layers, areas, dropped, linked``; empty where a part is
    enough."""
    days = [row["as_of"] for row in opened.rows("fact_runs")]
    then, now = stored(opened, "fact_sources"), sources(opened, areas_of(opened) if areas is None else areas)
    if not days:
        return "never"
    if days[0] != as_of:
        return "day"
    if then.filter(pl.col("name") == RULES)["hash"].to_list() != [rules_mark(as_of, ruling, here)]:
        return "rules"
    if len({generation_of(path) for path in opened.snapshot.files("facts")}) >= _LAYERS:
        return "layers"
    gone = set(then.join(now, on=["name", "hash"], how="anti")["name"])
    reasons = (("areas", {"areas"}), ("dropped", {*RECORDS, "batch"}), ("linked", {"links", "persons"}))
    return next((why for why, names in reasons if gone & names), "")


def concerned(opened: Session) -> pl.DataFrame:
    """``person_id`` of everybody whose facts, or whose rules, can be others than when facts were gathered.

    Those of new batches, of links and of persons that were laid over, now and before; those with a contact that came or
    went; and the house-mates of all these, of now and of then.
    """
    duck = opened.duck
    put_beside(opened, duck)
    told = [_of_batches(opened), *_of_layers(opened), _of_contacts(opened)]
    first = duck.keep("r_first", ibis.union(*told).distinct())
    mates = duck.keep("r_mates", ibis.union(first, house_mates(first, duck.table("memberships"))).distinct())
    return people_of(duck, ibis.union(mates, _of_households(opened, mates)))


def _of_batches(opened: Session) -> Expr:
    """Whom records of batches speak of that came since."""
    then = stored(opened, "fact_sources").filter(pl.col("name") == "batch")["hash"]
    fresh = sorted(set(opened.batches) - set(then))
    links = opened.duck.table("links")
    return links.filter((links.record_id // (1 << LINE_BITS)).isin(fresh)).select("person_id")


def _of_layers(opened: Session) -> list[Expr]:
    """Whom records speak of that were linked anew, now and before; and who is known otherwise."""
    duck, found = opened.duck, []
    fresh, known = _files(opened, "links", new=True), _files(opened, "links", new=False)
    if fresh:
        laid = duck.scan("r_links_new", fresh)
        found.append(laid.filter(laid.person_id.notnull()).select("person_id"))
        before = duck.scan("r_links_old", known) if known else laid.limit(0)
        found.append(before.semi_join(laid, ["record_id", "part"]).select("person_id"))
    if persons := _files(opened, "persons", new=True):
        found.append(duck.scan("r_persons_new", persons).select("person_id"))
    return found


def _files(opened: Session, table: str, *, new: bool) -> list[Path]:
    then = set(stored(opened, "fact_sources").filter(pl.col("name") == table)["hash"])
    entries = opened.snapshot.by_table.get(table, [])
    return [opened.snapshot.root / one.path for one in entries if (int(one.hash[:15], 16) not in then) is new]


def _of_contacts(opened: Session) -> Expr:
    """Whose contacts are not those the facts were made from."""
    duck = opened.duck
    kinds = [CODES[kind] for kind in CONTACTS.values()]
    told, day = contact_facts(duck), opened.rows("fact_runs")[0]["as_of"]
    now = duck.keep("r_contacts", told.filter(told.on <= ibis.date(day.isoformat())).select(_SAME))
    return _differing(duck.table("facts"), now, kinds)


def _of_households(opened: Session, people: Expr) -> Expr:
    """Of whom a household says something else, with the facts of ``people`` as they are now."""
    duck, table = opened.duck, opened.duck.table("facts")
    kinds = [CODES[kind] for kind in OF_HOUSEHOLD]
    day = opened.rows("fact_runs")[0]["as_of"]
    own = facts(duck, (*shipped_areas(), *areas_of(opened)), day, people)
    rest = table.anti_join(people, "person_id")
    known = ibis.union(*(part.filter(part.kind.isin(kinds)).select(RISK_FACTS.names) for part in (own, rest)))
    told = household_facts(duck.keep("r_at_home", known), duck.table("memberships"))
    now = duck.keep("r_households", told.filter(told.on <= ibis.date(day.isoformat())).select(_SAME))
    return _differing(table, now, [CODES[kind] for kind in set(OF_HOUSEHOLD.values())])


def _differing(table: Expr, now: Expr, kinds: Collection[int]) -> Expr:
    """People of whom the facts of these kinds are not those that would be gathered ``now``."""
    then = table.filter(table.kind.isin(sorted(kinds))).select(_SAME)
    return ibis.union(*(one.anti_join(other, _SAME).select("person_id") for one, other in ((then, now), (now, then))))


def reassess(
    lake: Lake, as_of: date, people: pl.DataFrame, sets: Sequence[RuleSet] | None = None, here: str = JIANGSU
) -> Outcome:
    """Assess these people again (``person_id``) and leave everybody else's facts, findings and colours of the day.

    The result is that of a whole assessment where ``people`` are all who are ``concerned``, and nothing else changed
    (``whole``).
    """
    with lake.writer(), session(lake) as opened:
        duck, areas = opened.duck, areas_of(opened)
        only = duck.put("r_only", people.select(pl.col("person_id").cast(pl.Int64)).unique().to_arrow())
        fresh = frame(duck.run(gather(opened, duck, as_of, areas, only), "facts"))
        laid = _laid(opened, fresh, only, people, as_of)
        duck.put("facts", fresh.to_arrow().cast(RISK_FACTS.schema))
        ruling = rules_on(as_of, sets)
        found = assess_facts(opened, as_of, ruling, here)
        rest = {name: _of_day(duck.table(name), as_of).anti_join(only, "person_id") for name in ("findings", "colours")}
        check_support(found.findings, found.colours, fresh.select(EVIDENCE), found.sets, as_of)
        for name, table, rows in (("findings", FINDINGS, found.findings), ("colours", COLOURS, found.colours)):
            others = frame(duck.run(rest[name], name))
            laid.tables[name] = pl.concat([others, rows]).to_arrow().cast(table.schema)
        laid.tables["fact_sources"] = with_rules(sources(opened, areas), as_of, ruling, here)
        lake.replace_together(laid.tables, laid.layers, [as_of])
    return found


@dataclass(frozen=True, slots=True)
class _Laid:
    """What is to be written: tables whole (of those cut by day, one day) and layers."""

    tables: dict[str, Any]
    layers: dict[str, pl.DataFrame]


def _laid(opened: Session, fresh: pl.DataFrame, only: Expr, people: pl.DataFrame, as_of: date) -> _Laid:
    """These people's facts, to be laid over the others'."""
    rest = opened.duck.table("facts").anti_join(only, "person_id")
    count = opened.duck.run(rest.count().name("rows").as_table())["rows"][0].as_py() + fresh.height
    run = pl.DataFrame({"as_of": [as_of], "facts": [count]}, schema=polars_schema("fact_runs"))
    gone = people.select(pl.col("person_id").cast(pl.Int64)).unique().join(fresh, on="person_id", how="anti")
    layer = pl.concat([fresh, gone], how="diagonal")
    return _Laid({"fact_runs": run}, dict.fromkeys(("facts", "facts_by_person"), layer))
