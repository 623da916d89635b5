"""The case desk's background work: cases in from the channels; one press: trace. Done again, each changes nothing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import pyarrow as pa
from django.conf import settings
from django.utils import timezone

from firebreak.bridge.case_report import drawing, people_rows, told
from firebreak.bridge.case_rows import persons_of, told_cases
from firebreak.bridge.desk_lake import the_lake, today
from firebreak.bridge.orders import Order
from firebreak.bridge.report import TraceReport
from firebreak.bridge.session import Session, session
from firebreak.bridge.specs import specs_from
from firebreak.bridge.trace import trace
from firebreak.lake.lake import Lake
from firebreak.ops.base.actor import system
from firebreak.ops.base.bulk import parts
from firebreak.ops.base.scope import acting_as
from firebreak.ops.cases import actions, selectors
from firebreak.ops.cases.facts import facts_of
from firebreak.ops.cases.models import Case, ContactList
from firebreak.ops.persons import selectors as persons
from firebreak.ops.runs.progress import Job
from firebreak.terms.errors import FirebreakError, OrderError
from firebreak.terms.tables import CASES

BY = system("bridge")
Counts = dict[str, Any]


def take_in(job: Job) -> Counts:
    """Cases of the laboratory and clinic channels, to the case desk."""
    return take_cases(the_lake(), job)


def take_cases(lake: Lake, job: Job | None = None) -> Counts:
    """The same, of this lake."""
    with session(lake) as opened, acting_as(BY):
        simulated = not opened.batches or any(batch.simulated for batch in opened.batches.values())
        places = {one: place for one, (place, _) in persons.places_of(person_ids=persons_of(opened), by=BY).items()}
        rows = told_cases(opened, places, settings.FIREBREAK_DIVISION, simulated)
    counts = {"opened": 0, "changed": 0, "same": 0}
    for part in parts(rows, actions.CHUNK):
        found = actions.take_in(rows=part, by=BY)
        counts = {name: counts[name] + found[name] for name in counts}
        if job is not None:
            job.step("cases", sum(counts.values()), len(rows), "cases")
    return counts


def trace_case(job: Job) -> Counts:
    """The list that somebody pressed for: ``list`` of the run's arguments. A user's mistake is the list's, too."""
    with acting_as(BY):
        wanted = selectors.contact_list(list_id=int(job.arguments["list"]), by=BY)
        if wanted.state == "confirmed":
            return {"contacts": wanted.contacts}
        try:
            made = make_list(the_lake(), wanted, job)
        except FirebreakError as error:
            if error.code != "FB-LAKE-LOCKED":
                actions.fail_list(list_id=wanted.pk, code=error.code, what=error.what, by=BY)
            raise
        row = actions.store_list(list_id=wanted.pk, traced=made, by=BY)
    return {"contacts": row.contacts, "added": row.added, "removed": row.removed}


def make_list(lake: Lake, wanted: ContactList, job: Job) -> actions.Traced:
    """Trace a case under the list's rule (and its second one), as the desk knows the case now."""
    case, rule, other_rule = wanted.case, wanted.rule, wanted.other_rule
    facts = facts_of(case)
    with session(lake) as opened:
        person = living(opened, case.person_id or 0)
        own_word(opened, case, person)
        report = _traced(opened, case, wanted.as_of, wanted.asked_by, rule, job)
        other = _traced(opened, case, wanted.as_of, wanted.asked_by, other_rule, job) if other_rule else None
    job.step("store")
    before = relations_before(wanted)
    everybody = set(report.listed) | (set(other.listed) if other else set())
    rows = people_rows(report, other, before, persons.places_of(person_ids=everybody, by=BY))
    removed = len(set(before) - {row["person_id"] for row in rows if row["rank"]})
    return actions.Traced(
        person, report.rules[0], other.rules[0] if other else "", round(report.seconds, 3), told(report, other),
        drawing(report), rows, removed, report.simulated, facts,
    )  # fmt: skip


def _traced(opened: Session, case: Case, as_of: date, name: str, rule: str, job: Job) -> TraceReport:
    order = Order(case_no=case.case_no)
    return trace(opened, order, as_of=as_of, by=name, specs=specs_from(), rule=rule, progress=job.step)


def living(opened: Session, person: int) -> int:
    """The person an id stands for today."""
    rows = opened.rows("aliases", alias_id=person)
    return int(rows[0]["person_id"]) if rows else person


def own_word(opened: Session, case: Case, person: int) -> None:
    """From here on the session's table of cases says of this case what the desk says: officers correct onset and
    isolation, and cases entered by hand are in no channel. The row stands on a record that speaks of the person."""
    links = opened.rows("links", ("record_id", "part"), person_id=person)
    if not links:
        raise OrderError(
            "FB-CASES-NOBODY", "no record speaks of the person",
            "A case is traced by what channels tell of the person.",
            "Check the person's id; the person's channels may not be delivered yet.",
        )  # fmt: skip
    own = {(row["record_id"], row["part"]) for row in links}
    others = [
        row for row in opened.rows("cases")
        if (row["record_id"], row["part"]) not in own and row["case_no"] != case.case_no
    ]  # fmt: skip
    record, part = min(own)
    row = dict.fromkeys(CASES.names) | {
        "record_id": record, "part": part, "raw_hash": 0, "case_no": case.case_no, "state": case.state,
        "onset_on": case.onset_on, "reported_on": case.reported_on or _reported(case), "isolated_at": case.isolated_at,
    }  # fmt: skip
    for duck in {id(one): one for one in (opened.duck, opened.executor)}.values():
        duck.put("cases", pa.Table.from_pylist([*others, row], schema=CASES.schema))


def _reported(case: Case) -> date:
    """The day a case is known from, where no channel says it: that of its result, its sample, its entry here."""
    known: Iterable[Any] = (case.result_at, case.sampled_at, case.opened_at)
    day = next(timezone.localtime(one).date() for one in known if one is not None)
    return min(day, today())


def relations_before(wanted: ContactList) -> dict[int, str]:
    """Person → relation on the list before; empty where there is none."""
    before = selectors.list_before(row=wanted, by=BY)
    if before is None:
        return {}
    rows = selectors.contacts(list_id=before.pk, by=BY).filter(rank__gt=0)
    return dict(rows.values_list("person_id", "relation"))
