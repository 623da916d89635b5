"""From the lake to the desks: persons, aliases and the review queue, in bulk, as often as one likes.

Only what changed is written, 2,000 persons a transaction. A run that is killed is simply run again: what it had written
is there with its marks, and the rest follows. Ids that are somebody else now leave the desks; their aliases lead on.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import polars as pl
from django.conf import settings

from firebreak.bridge.desk_lake import the_lake, today
from firebreak.bridge.person_rows import PersonRow, colours_now, person_ids, person_rows
from firebreak.bridge.rulings import Mention
from firebreak.bridge.session import Session, session
from firebreak.lake.lake import Lake
from firebreak.ops.base.actor import Actor, system
from firebreak.ops.base.bulk import parts
from firebreak.ops.base.keyring import ring
from firebreak.ops.base.scope import acting_as
from firebreak.ops.outbox import selectors as outbox
from firebreak.ops.persons import actions, selectors
from firebreak.ops.runs import actions as runs
from firebreak.ops.runs.progress import Job
from firebreak.ops.vault.actions import Record

BRIDGE = system("bridge")
SLICE = 50_000
"""Persons that are in memory at once."""
_LEVELS = (12, 9, 6, 4, 2, 0)
"""Digits of a community, a street, a county, a prefecture, a province, the country."""
_SMALLEST, _GREATEST = 0, (1 << 63) - 2

Counts = dict[str, Any]
Tell = Callable[[int, int], None]
"""Called with how many persons were looked at, of how many."""


@dataclass(slots=True)
class Published:
    """What a run did: persons looked at, written, taken off; aliases and pairs that changed."""

    persons: int = 0
    written: int = 0
    dropped: int = 0
    aliases: int = 0
    reviews: int = 0


def work(job: Job) -> Counts:
    """Publishing as background work (``FIREBREAK_WORK``): everybody, or ``people`` of the run's arguments."""
    only = job.arguments.get("people")
    done = publish(the_lake(), _telling(job), only)
    settle(job.by)
    if "cases" in settings.FIREBREAK_WORK:  # a case's desk is that of where its person lives, as published
        runs.request(kind="cases", by=job.by)
    return asdict(done)


def publish_concerned(lake: Lake, mentions: Collection[Mention], changed: Collection[int], job: Job) -> Published:
    """The people of these mentions, and those ``changed`` by linking them again; the ids that became somebody else's
    leave. It asks the lake whom they are, so that work that is done again after it was killed misses nobody."""
    with session(lake) as opened:
        asked = pl.DataFrame(sorted(mentions), schema={"record_id": pl.Int64, "part": pl.Int16}, orient="row")
        links = opened.duck.table("links").semi_join(opened.duck.put("p_said", asked.to_arrow()), ["record_id", "part"])
        people = {*changed, *opened.duck.run(links.select("person_id"), "people of rulings")[0].to_pylist()}
        people |= {row["alias_id"] for row in opened.rows("aliases", ("alias_id",), person_id=people)}
    return publish(lake, _telling(job), people)


def settle(by: Actor) -> int:
    """Tell the persons desk what the lake said to its rulings; how many were told."""
    told = 0
    for ruling in selectors.in_the_outbox(by=by):
        event = outbox.event(event_id=ruling.event_id or 0, by=by)
        if event is not None and event.sent_at is not None:
            actions.delivered(ruling_id=ruling.pk, code=event.code, by=by)
            told += 1
    return told


def _telling(job: Job) -> Tell:
    return lambda looked, all_: job.step("publish", looked, all_, note="persons")


def publish(lake: Lake, tell: Tell = lambda _done, _all: None, only: Collection[int] | None = None) -> Published:
    """Bring the desks up to date with a lake: everybody, or ``only`` these persons (then nobody else is touched)."""
    done = Published()
    with session(lake) as opened, acting_as(BRIDGE):
        simulated = not opened.batches or any(batch.simulated for batch in opened.batches.values())
        every = person_ids(opened)
        wanted = every if only is None else sorted(set(only))
        colours, key = colours_now(opened), ring().derived("marks", ring().current)
        for first, last, part in _slices(wanted):
            rows = list(person_rows(opened, part, colours, today()))
            within = range(first, last + 1) if only is None else part
            before = selectors.marks(person_ids=within, by=BRIDGE)
            _write(rows, before, key, simulated, done)
            _drop(set(before) - {row.person_id for row in rows}, done)
            done.persons += len(part)
            tell(done.persons, len(wanted))
        _aliases(opened, done)
        _reviews(opened, simulated, done)
    return done


def _slices(wanted: list[int]) -> Iterator[tuple[int, int, list[int]]]:
    """The ids in slices, with the range of numbers each answers for; all numbers are in one of them."""
    slices = list(parts(wanted, SLICE)) or [[0]]
    for at, part in enumerate(slices):
        first = _SMALLEST if at == 0 else part[0]
        yield first, (slices[at + 1][0] - 1 if at + 1 < len(slices) else _GREATEST), part


def _write(rows: Sequence[PersonRow], before: dict[int, int], key: bytes, simulated: bool, done: Published) -> None:
    marked = ((row, row.mark(key)) for row in rows)
    changed = [(row, mark) for row, mark in marked if before.get(row.person_id) != mark]
    for part in parts(changed, actions.CHUNK):
        actions.publish(
            rows=[actions.Row(row.person_id, row.division_code, row.grid_code, row.colour, row.records, row.channels,
                              row.rivals, simulated, mark) for row, mark in part],
            records=[Record(row.person_id, row.division_code, row.grid_code, row.values, simulated) for row, _ in part],
            by=BRIDGE,
        )  # fmt: skip
        done.written += len(part)


def _drop(gone: Collection[int], done: Published) -> None:
    for part in parts(sorted(gone), actions.CHUNK):
        done.dropped += actions.drop(person_ids=part, by=BRIDGE)


def _aliases(opened: Session, done: Published) -> None:
    """Aliases of persons who are at the desks; others lead nowhere there."""
    rows = {row["alias_id"]: row["person_id"] for row in opened.rows("aliases", ("alias_id", "person_id"))}
    places = selectors.places_of(person_ids=set(rows.values()), by=BRIDGE)
    wanted = {alias: (person, *places[person]) for alias, person in rows.items() if person in places}
    before = selectors.published_aliases(by=BRIDGE)
    changed = [(alias, *row) for alias, row in wanted.items() if before.get(alias) != row[:2]]
    gone = sorted(set(before) - set(wanted))
    for part, less in _both(changed, gone):
        actions.publish_aliases(rows=part, gone=less, by=BRIDGE)
    done.aliases = len(changed) + len(gone)


def _reviews(opened: Session, simulated: bool, done: Published) -> None:
    """The queue, of pairs both of whose people are at the desks."""
    rows = opened.rows("reviews")
    people = {row[f"{side}_person_id"] for row in rows for side in ("left", "right")}
    places = {person: place for person, (place, _) in selectors.places_of(person_ids=people, by=BRIDGE).items()}
    wanted = {pair_ends(pair): pair for row in rows if (pair := _pair(row, places, simulated)) is not None}
    before = selectors.published_reviews(by=BRIDGE)
    same = {
        ends for ends, pair in wanted.items() if before.get(ends, (0, 0.0, ""))[1:] == (pair.weight, pair.division_code)
    }
    changed = [pair for ends, pair in wanted.items() if ends not in same]
    gone = [number for ends, (number, *_) in before.items() if ends not in wanted]
    for part, less in _both(changed, gone):
        actions.publish_reviews(pairs=part, gone=less, by=BRIDGE)
    done.reviews = len(changed) + len(gone)


def pair_ends(pair: actions.Pair) -> actions.Ends:
    """The two mentions of a pair."""
    return pair.left_record_id, pair.left_part, pair.right_record_id, pair.right_part


def _pair(row: dict[str, Any], places: dict[int, str], simulated: bool) -> actions.Pair | None:
    left, right = (places.get(row[f"{side}_person_id"]) for side in ("left", "right"))
    if left is None or right is None:
        return None
    ends = (row["left_record_id"], row["left_part"], row["right_record_id"], row["right_part"])
    return actions.Pair(*ends, row["left_person_id"], row["right_person_id"], common(left, right), float(row["weight"]),
                        float(row["probability"]), row["gammas"], row["run_id"], simulated)  # fmt: skip


def common(left: str, right: str) -> str:
    """The division that answers for both places: what their codes have in common, by province, prefecture, county.

    >>> common("320213", "320205"), common("320213", "320213"), common("320213", "110101"), common("", "320213")
    ('3202', '320213', '', '')

    A person without a division is within nobody's reach but the country's, and so is a pair that shows them.
    """
    if not left or not right:
        return ""
    return next(left[:level] for level in _LEVELS if level <= len(left) and left[:level] == right[:level])


def _both(rows: Sequence[Any], gone: Sequence[int]) -> Iterator[tuple[list[Any], list[int]]]:
    """Rows to write and ids to take off, at most 2,000 of each at a time."""
    for start in range(0, max(len(rows), len(gone)), actions.CHUNK):
        yield list(rows[start : start + actions.CHUNK]), list(gone[start : start + actions.CHUNK])
