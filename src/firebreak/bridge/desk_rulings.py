"""What people ruled at the desks, taken to the lake: each ruling once, then everybody it concerns resolved again.

A ruling waits in the desks' database from the transaction in which it was made. The lake takes the same ruling twice
without changing anything, so work that was killed between the lake and the desks is simply done again.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import polars as pl

from firebreak.bridge import rulings
from firebreak.bridge.desk_lake import the_lake
from firebreak.bridge.linking import link_concerned, the_model
from firebreak.bridge.publish import publish
from firebreak.bridge.run import after_links
from firebreak.bridge.session import frame, session
from firebreak.engine.identity.rulings import in_force
from firebreak.lake.lake import Lake
from firebreak.ops.persons import actions, selectors
from firebreak.ops.persons.models import Ruling
from firebreak.ops.runs.progress import Job
from firebreak.terms.enums import RulingKind
from firebreak.terms.errors import RulingError

_SEEDS = {"record_id": pl.Int64, "part": pl.Int16}
Mentions = set[rulings.Mention]


def work(job: Job) -> dict[str, Any]:
    """Take every ruling that waits to the lake, link whom they concern again, and bring the desks up to date."""
    waiting, lake = selectors.to_deliver(by=job.by), the_lake()
    if not waiting:
        return {"rulings": 0}
    job.step("outbox", 0, len(waiting))
    with lake.writer():
        taken, about = _taken(lake, waiting, job)
        outcome = link_concerned(lake, _seeds(about), "desks", the_model()) if about else None
        if outcome is not None:
            after_links(lake, outcome, job.step)
    people = {person for row in waiting for person in (row.left_person_id, row.right_person_id) if person is not None}
    people |= outcome.people if outcome else set()  # those of the rulings, too: an earlier attempt may have linked them
    done = publish(lake, lambda looked, all_: job.step("publish", looked, all_), people)
    for ruling, number, code in taken:
        actions.delivered(ruling_id=ruling.pk, lake_ruling_id=number, code=code, by=job.by)
    return {"rulings": len(taken), "people": len(people), **asdict(done)}


def _taken(lake: Lake, waiting: list[Ruling], job: Job) -> tuple[list[tuple[Ruling, int | None, str]], Mentions]:
    """Each ruling with its number in the lake or the code it was refused with, and the mentions they are about."""
    taken: list[tuple[Ruling, int | None, str]] = []
    about: Mentions = set()
    for at, ruling in enumerate(waiting, start=1):
        try:
            made = _made(lake, ruling)
        except RulingError as error:
            taken.append((ruling, None, error.code))
        else:
            taken.append((ruling, made.ruling_id, ""))
            about |= set(made.mentions)
        job.step("outbox", at, len(waiting))
    return taken, about


def _made(lake: Lake, ruling: Ruling) -> rulings.Ruling:
    signed: dict[str, Any] = {"by": ruling.decided_by, "reason": ruling.reason, "at": ruling.decided_at}
    if ruling.second_by:
        signed["by"] = f"{ruling.decided_by} + {ruling.second_by}"
    if ruling.merge_id is not None:
        return _undone(lake, ruling.merge_id) or rulings.undo(lake, ruling.merge_id, **signed)
    one = (int(ruling.left_record_id or 0), int(ruling.left_part or 0))
    other = (int(ruling.right_record_id or 0), int(ruling.right_part or 0))
    return rulings.rule(lake, RulingKind(ruling.kind), one, other, **signed)


def _undone(lake: Lake, merge_id: int) -> rulings.Ruling | None:
    """The undo of this merge, where the lake has it already: this work was killed after it had told the lake."""
    with session(lake) as opened:
        found = in_force(frame(opened, "rulings")).filter(pl.col("merge_id") == merge_id)
        if found.is_empty():
            return None
        members = opened.rows("merge_members", ("record_id", "part"), merge_id=merge_id)
        return rulings.Ruling(
            found["ruling_id"][0], tuple((row["record_id"], row["part"]) for row in members), known=True
        )


def _seeds(about: Mentions) -> pl.DataFrame:
    return pl.DataFrame(sorted(about), schema=_SEEDS, orient="row")
