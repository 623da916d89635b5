"""What background work does to the lake, step by step. Each step changes nothing the second time, so that work whose
process was killed is simply done again."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from firebreak.bridge.assess import propose
from firebreak.bridge.desk_lake import the_lake, today
from firebreak.bridge.facts import make_facts
from firebreak.bridge.linking import link_new, the_model
from firebreak.bridge.retrace import retrace
from firebreak.bridge.run import after_links
from firebreak.lake.lake import Lake
from firebreak.ops.runs import actions as runs
from firebreak.ops.runs.progress import Job
from firebreak.terms.errors import OrderError

Counts = dict[str, Any]


def chain(job: Job) -> Counts:
    """From the records of the lake to lists and proposed colours: whom they speak of, what is known of them, their
    rides and stays, the cases' lists, the colours of the day; then the desks' own copy, where a desk keeps one."""
    lake, counts = the_lake(), Counts()
    with lake.writer():
        job.step("identify")
        outcome = link_new(lake, job.by.name, the_model())
        after_links(lake, outcome, job.step)
        counts |= {"people": len(outcome.people)}
        job.step("lists")
        made = retrace(lake, (), today(), job.by.name, progress=lambda note: job.step("lists", note=note))
        counts |= {"list": made.list_no, "cases": made.cases, "exposures": made.exposures, "changes": len(made.changes)}
        counts |= _colours(lake, job)
    if "publish" in settings.FIREBREAK_WORK:
        counts["publish"] = runs.request(kind="publish", by=job.by).pk
    return counts


def _colours(lake: Lake, job: Job) -> Counts:
    """Proposed colours of the day; none where no rule set is in force on it."""
    day = today()
    job.step("facts")
    make_facts(lake, day)
    job.step("colours")
    try:
        return propose(lake, day).by_colour()
    except OrderError as error:
        if error.code != "FB-RISK-NO-SET":
            raise
        return {"colours": "none in force"}
