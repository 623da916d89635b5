"""What background work does to the lake, step by step. Each step changes nothing the second time, so that work whose
process was killed is simply done again."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings

from firebreak.bridge.assess import propose
from firebreak.bridge.channels import batch_rows, channel_rows, reject_counts, rejects_of
from firebreak.bridge.desk_lake import the_lake, the_specs, today
from firebreak.bridge.facts import make_facts
from firebreak.bridge.linking import link_new, the_model
from firebreak.bridge.retrace import retrace
from firebreak.bridge.run import after_links, take
from firebreak.engine.intake.by_record import as_records
from firebreak.engine.intake.report import FileReport, Outcome
from firebreak.engine.intake.spec_model import ChannelSpec
from firebreak.lake.batches import Batch
from firebreak.lake.lake import Lake
from firebreak.ops.base.actor import system
from firebreak.ops.channels import actions as channels
from firebreak.ops.channels import mirror, selectors, spool
from firebreak.ops.channels.models import Delivery
from firebreak.ops.integrations import actions as integrations
from firebreak.ops.runs import actions as runs
from firebreak.ops.runs.progress import Job
from firebreak.terms.errors import OrderError

Counts = dict[str, Any]


def take_in(job: Job) -> Counts:
    """Every delivery that waits, each into the lake and then told what became of it; then the desk's copy of the
    lake's batches. Where rows came in, the chain is asked for."""
    lake, specs = the_lake(create=True), the_specs()
    waiting = list(selectors.waiting(by=job.by))
    counts = Counts(deliveries=len(waiting), kept=0, rejected=0)
    for done, delivery in enumerate(waiting):
        job.step("ingest", done, len(waiting), delivery.receipt)
        files = _taken(lake, delivery, specs)
        rejects = [
            row
            for file in files
            if file["outcome"] == "taken"
            for row in reject_counts(rejects_of(lake, file["batch"]))
        ]
        channels.settle(receipt=delivery.receipt, files=files, rejects=rejects, by=job.by)
        counts["kept"] += sum(file["kept"] for file in files)
        counts["rejected"] += sum(file["rejected"] for file in files)
    job.step("mirror")
    counts["batches"] = mirror.renew(batches=batch_rows(lake), channels=channel_rows(lake, specs), by=job.by)
    spool.sweep(selectors.unsettled(by=job.by))
    integrations.sweep(by=job.by)
    if counts["kept"]:
        counts["chain"] = runs.request(kind="chain", by=job.by).pk
    return counts


def _taken(lake: Lake, delivery: Delivery, specs: Sequence[ChannelSpec]) -> list[dict[str, Any]]:
    """Take one delivery in. What is no file any more has failed: its folder was lost."""
    path = spool.path_of(delivery.receipt, delivery.file_name)
    own = [spec for spec in specs if not delivery.only or spec.id in delivery.only]
    if delivery.records:
        own = [as_records(spec) for spec in specs if spec.id == delivery.channel]
    report = take(lake, [path], own, today(), delivery.delivered_by, lambda *_: None)
    return [_told(lake, delivery, file) for file in report.files]


def _told(lake: Lake, delivery: Delivery, file: FileReport) -> dict[str, Any]:
    """One file of a delivery as its receipt tells it. A batch that came with this very delivery before the process was
    killed is taken, not repeated."""
    outcome, rows = file.outcome, (file.rows_in, file.rows_kept, file.rows_rejected)
    if outcome is Outcome.REPEATED and file.batch_id is not None:
        batch = lake.batch(file.batch_id)
        if batch and _is_its_own(batch, delivery):
            outcome, rows = Outcome.TAKEN, (batch.rows_in, batch.rows_kept, batch.rows_rejected)
    return {
        "name": " › ".join(part for part in (Path(file.name).name, file.member) if part), "outcome": str(outcome),
        "batch": file.batch_id, "channel": file.channel, "rows_in": rows[0], "kept": rows[1], "rejected": rows[2],
        "code": file.code, "reason": file.reason, "rule": file.rule, "remedy": file.remedy,
        "score": round(file.score, 2),
    }  # fmt: skip


def _is_its_own(batch: Batch, delivery: Delivery) -> bool:
    """Did this batch come with this delivery: since it was delivered, and no other receipt tells of it?"""
    at = batch.committed_at
    if at is None or at < delivery.delivered_at:
        return False
    return not selectors.batch_told(batch_id=batch.batch_id, since=at, by=system("bridge"))


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
