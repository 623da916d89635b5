"""How a list becomes orders: contacts that are on somebody's order already are joined to it, the others are split.

Everything here runs in the transaction of an action of this desk, after its check, and sees all areas: a list goes to
desks that its own desk does not see.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import F, QuerySet
from django.db.models.functions import Least

from firebreak.ops.base.bulk import parts
from firebreak.ops.base.scope import everywhere
from firebreak.ops.orders.kinds import kinds
from firebreak.ops.orders.models import Assignment, Order, Task
from firebreak.ops.orders.policies import CLOSED, REACHED
from firebreak.ops.orders.split import Node, home_of, plain_code, split

BATCH = 500
_WHY = "a list goes to desks that its own desk does not see"


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom an order is to be about, where that person lives, and the nearest reason. Ids and closed words only."""

    subject_id: int
    division_code: str
    grid_code: str
    contact_level: str
    setting: str = ""
    relation: str = ""
    rule: str = ""
    met_on: date | None = None
    minutes: int | None = None
    record_id: int | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """What asks: a case with its list, or a handover. ``desk``: the division that asks."""

    desk: str
    case_no: str
    case_id: int | None = None
    list_id: int | None = None
    handover_id: int | None = None
    kind: str = "trace"
    subjects: str = "person"
    simulated: bool = False


@dataclass(slots=True)
class Issued:
    """What came of it, in counts. ``standing``: were on an order of this case already; ``merged``: on another's."""

    root_id: int | None = None
    orders: int = 0
    contacts: int = 0
    merged: int = 0
    standing: int = 0
    outside: int = 0
    withdrawn: int = 0


def issue_all(source: Source, contacts: Sequence[Contact], reason: str, name: str, now: datetime) -> Issued:
    """Orders for these contacts, each in exactly one."""
    done = Issued()
    standing = _standing(source, [one.subject_id for one in contacts])
    fresh = [one for one in contacts if one.subject_id not in standing]
    done.standing = len(standing)
    if not fresh:
        return done
    known = _known(source.subjects, [one.subject_id for one in fresh])
    province = plain_code(source.desk)[:2]
    homes = [(one.subject_id, _home(one, known)) for one in fresh]
    nodes = split(homes, province=province, desk=source.desk)
    orders = _orders(source, nodes, known, reason, name, now)
    tasks = _tasks(source, fresh, nodes, known, orders[province], now)
    _assign(source, fresh, nodes, orders, tasks)
    done.merged = _join(known, orders[province].deadline)
    done.root_id, done.orders, done.contacts = orders[province].pk, len(nodes), len(fresh)
    done.outside = sum(len(node.own) for node in nodes if node.outside)
    return done


def place_of(code: str, desk: str, outside: bool) -> tuple[str, str]:
    """``division_code, grid_code`` of whoever sees an order or a task of this area."""
    shown = plain_code(desk) if outside else code
    return shown[:12], shown if len(shown) == 15 else ""


def plain(model: type[Any]) -> QuerySet[Any]:
    """All rows of a table of this desk."""
    return everywhere(model, because=_WHY)


def _standing(source: Source, subjects: Sequence[int]) -> set[int]:
    if source.case_id is None:
        return set()
    rows = plain(Assignment).filter(case_id=source.case_id, live=True)
    return set(rows.values_list("task__subject_id", flat=True)) & set(subjects)


def _known(kind: str, subjects: Sequence[int]) -> dict[int, Task]:
    found: dict[int, Task] = {}
    for part in parts(subjects, BATCH):
        rows = plain(Task).filter(kind=kind, subject_id__in=part).exclude(state="withdrawn").select_for_update()
        found |= {row.subject_id: row for row in rows}
    return found


def _home(one: Contact, known: Mapping[int, Task]) -> str:
    task = known.get(one.subject_id)
    return task.code if task else home_of(one.division_code, one.grid_code)


def _orders(
    source: Source, nodes: Sequence[Node], known: Mapping[int, Task], reason: str, name: str, now: datetime
) -> dict[str, Order]:
    """The orders, written level by level: a child needs its parent's id."""
    reached, closed = _done_already(nodes, known)
    made: dict[str, Order] = {}
    root = nodes[0].code
    for level in sorted({(node.code != root, node.level) for node in nodes}):
        rows = []
        for node in (one for one in nodes if (one.code != root, one.level) == level):
            row = new_order(source, node, reason, name, now)
            row.parent, row.root = made.get(node.parent), made.get(root)
            row.reached, row.closed = reached[node.code], closed[node.code]
            if row.closed == row.total:
                row.state, row.done_at = "done", now
            rows.append(row)
        for row in plain(Order).bulk_create(rows, batch_size=BATCH):
            made[row.code] = row
    return made


def new_order(source: Source, node: Node, reason: str, name: str, now: datetime) -> Order:
    """An order that is not written yet."""
    kind = kinds()[source.kind]
    division, grid = place_of(node.code, source.desk, node.outside)
    return Order(
        case_id=source.case_id, case_no=source.case_no, handover_id=source.handover_id, list_id=source.list_id,
        kind=kind.key, code=node.code, level=node.level, outside=node.outside, division_code=division, grid_code=grid,
        state="sent", own=len(node.own), total=node.total, issued_at=now, issued_by=name, reason=reason[:500],
        answer_by=now + kind.answer, deadline=now + kind.whole, simulated=source.simulated,
    )  # fmt: skip


def _done_already(nodes: Sequence[Node], known: Mapping[int, Task]) -> tuple[dict[str, int], dict[str, int]]:
    """By code: how many of the subtree were reached, and are done with, on another case's order."""
    counts: tuple[dict[str, int], dict[str, int]] = ({}, {})
    for found, states in zip(counts, (REACHED, CLOSED), strict=True):
        for node in reversed(nodes):  # children before parents
            own = sum(1 for one in node.own if one in known and known[one].state in states)
            found[node.code] = found.get(node.code, 0) + own
            if node.parent:
                found[node.parent] = found.get(node.parent, 0) + found[node.code]
    return counts


def _tasks(
    source: Source, fresh: Sequence[Contact], nodes: Sequence[Node], known: Mapping[int, Task], root: Order,
    now: datetime,
) -> dict[int, Task]:  # fmt: skip
    """A task for everybody: those that were there, and new ones."""
    at = {subject: node for node in nodes for subject in node.own}
    rows = []
    for one in fresh:
        if one.subject_id in known:
            continue
        node = at[one.subject_id]
        division, grid = place_of(node.code, source.desk, node.outside)
        code = _home(one, known) if node.outside else node.code  # the other province needs all that is known
        rows.append(Task(
            kind=source.subjects, subject_id=one.subject_id, code=code, division_code=division, grid_code=grid,
            state="open", contact_level=one.contact_level, deadline=root.deadline, opened_at=now,
            simulated=source.simulated,
        ))  # fmt: skip
    made = plain(Task).bulk_create(rows, batch_size=BATCH)
    return {**known, **{row.subject_id: row for row in made}}


def _assign(
    source: Source, fresh: Sequence[Contact], nodes: Sequence[Node], orders: Mapping[str, Order],
    tasks: Mapping[int, Task],
) -> None:  # fmt: skip
    at = {subject: node.code for node in nodes for subject in node.own}
    rows = []
    for one in fresh:
        task = tasks[one.subject_id]
        rows.append(Assignment(
            task=task, order=orders[at[one.subject_id]], case_id=source.case_id, division_code=task.division_code,
            grid_code=task.grid_code, contact_level=one.contact_level, setting=one.setting, relation=one.relation,
            rule=one.rule, met_on=one.met_on, minutes=one.minutes, record_id=one.record_id,
        ))  # fmt: skip
    plain(Assignment).bulk_create(rows, batch_size=BATCH)


def _join(known: Mapping[int, Task], deadline: datetime) -> int:
    """Tasks that were there are asked for once more, by the earlier of both deadlines."""
    for part in parts([task.pk for task in known.values()], BATCH):
        plain(Task).filter(pk__in=part).update(
            cases=F("cases") + 1, deadline=Least(F("deadline"), deadline), version=F("version") + 1
        )
    return len(known)


def withdraw_assignments(rows: Iterable[Assignment], why: str, now: datetime) -> set[int]:
    """These assignments stand no more; tasks that nobody asks for any longer are withdrawn. The orders concerned."""
    listed = list(rows)
    for part in parts(listed, BATCH):
        plain(Assignment).filter(pk__in=[one.pk for one in part]).update(
            live=False, withdrawn_at=now, why_withdrawn=why[:200]
        )
        tasks = plain(Task).filter(pk__in=[one.task_id for one in part])
        tasks.update(cases=F("cases") - 1, version=F("version") + 1)
        tasks.filter(cases__lte=0).update(state="withdrawn", closed_at=now)
    return {one.order_id for one in listed}
