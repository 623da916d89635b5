"""What was decided at the desks, into the lake: each event exactly once, however often the work is killed.

An event is applied and noted in the table ``desk_events`` in one instant; the outbox is told afterwards. Work that died
between the two finds the event noted, and only tells.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import polars as pl

from firebreak.bridge import rulings
from firebreak.bridge.desk_lake import the_lake
from firebreak.bridge.linking import link_concerned, the_model
from firebreak.bridge.publish import publish_concerned, settle
from firebreak.bridge.rulings import Mention, Note
from firebreak.bridge.run import after_links
from firebreak.bridge.session import session
from firebreak.lake.frames import polars_schema
from firebreak.lake.lake import Lake
from firebreak.ops.outbox import actions, selectors
from firebreak.ops.outbox.models import Event, Kind
from firebreak.ops.runs.progress import Job
from firebreak.terms.enums import RulingKind
from firebreak.terms.errors import RulingError

_SEEDS = {"record_id": pl.Int64, "part": pl.Int16}


def carry(job: Job) -> dict[str, Any]:
    """Every unsent event into the lake, in order; then the people whom rulings concern are linked again."""
    lake, refused = the_lake(create=True), dict[int, RulingError]()
    events = list(selectors.unsent(by=job.by))
    mentions: set[Mention] = set()
    with lake.writer():
        for done, event in enumerate(events):
            job.step("outbox", done, len(events), event.kind)
            try:
                mentions.update(_once(lake, event))
            except RulingError as error:
                refused[event.event_id] = error
        changed = _relink(lake, mentions, job) if mentions else frozenset()
    if mentions:
        publish_concerned(lake, mentions, changed, job)
    for event in events:
        wrong = refused.get(event.event_id)
        code, what = (wrong.code, wrong.what) if wrong else ("", "")
        actions.mark(event_id=event.event_id, code=code, what=what, by=job.by)
    settle(job.by)
    return {"sent": len(events) - len(refused), "refused": len(refused), "records": len(mentions)}


def _once(lake: Lake, event: Event) -> tuple[Mention, ...]:
    """Apply an event unless the lake has it; the mentions it concerns."""
    with session(lake) as opened:
        noted = opened.rows("desk_events", event_id=event.event_id)
    if noted:
        return tuple((record, part) for record, part in json.loads(noted[0]["mentions"]))
    return _APPLY[Kind(event.kind)](lake, event)


def _note(event: Event) -> Note:
    """The event's row, as it is laid over the table in the instant of what it changes."""

    def row(mentions: tuple[Mention, ...]) -> pl.DataFrame:
        told = {
            "event_id": event.event_id, "kind": event.kind, "about": json.dumps(event.about), "reason": event.reason,
            "mentions": json.dumps([list(one) for one in mentions]), "decided_by": event.decided_by,
            "decided_at": event.decided_at,
        }  # fmt: skip
        return pl.DataFrame([told], schema=polars_schema("desk_events"), orient="row")

    return row


def _ruled(kind: RulingKind) -> Callable[[Lake, Event], tuple[Mention, ...]]:
    def apply(lake: Lake, event: Event) -> tuple[Mention, ...]:
        left, right = (_mention(event.about, side) for side in ("left", "right"))
        made = rulings.rule(lake, kind, left, right, by=event.decided_by, reason=event.reason, at=event.decided_at,
                            note=_note(event))  # fmt: skip
        return made.mentions

    return apply


def _undone(lake: Lake, event: Event) -> tuple[Mention, ...]:
    made = rulings.undo(lake, int(event.about["merge"]), by=event.decided_by, reason=event.reason,
                        at=event.decided_at, note=_note(event))  # fmt: skip
    return made.mentions


def _withdrawn(lake: Lake, event: Event) -> tuple[Mention, ...]:
    made = rulings.withdraw(lake, int(event.about["ruling"]), by=event.decided_by, reason=event.reason,
                            at=event.decided_at, note=_note(event))  # fmt: skip
    return made.mentions


def _adopted(lake: Lake, event: Event) -> tuple[Mention, ...]:
    """Nothing of the lake changes but that it knows: what is adopted lies in its tables already."""
    lake.replace_together({}, {"desk_events": _note(event)(())})
    return ()


_APPLY: Mapping[Kind, Callable[[Lake, Event], tuple[Mention, ...]]] = {
    Kind.MUST: _ruled(RulingKind.MUST),
    Kind.CANNOT: _ruled(RulingKind.CANNOT),
    Kind.UNDO: _undone,
    Kind.WITHDRAW: _withdrawn,
    Kind.LIST: _adopted,
    Kind.COLOURS: _adopted,
}


def _relink(lake: Lake, mentions: set[Mention], job: Job) -> frozenset[int]:
    """Whom the rulings concern is resolved again; then what is known of them, their rides, and where they were. The
    people who changed."""
    seeds = pl.DataFrame(sorted(mentions), schema=_SEEDS, orient="row")
    job.step("identify")
    outcome = link_concerned(lake, seeds, job.by.name, the_model())
    after_links(lake, outcome, job.step)
    return outcome.people


def _mention(about: Mapping[str, Any], side: str) -> Mention:
    record, part = about[side]
    return int(record), int(part)
