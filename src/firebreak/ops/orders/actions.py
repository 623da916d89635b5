"""Every write of orders: issuing, answering, delegating, results, withdrawing, escalating; and partners' keys."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db.models import F, Q
from django.utils import timezone

from firebreak.ops.base.actor import Actor, system
from firebreak.ops.base.policy import Policy
from firebreak.ops.base.scope import acting_as, found, visible
from firebreak.ops.ledger.recording import Draft, action, hold_chains
from firebreak.ops.orders import policies
from firebreak.ops.orders.counting import recount
from firebreak.ops.orders.handing import body_of, check_place, keep_people
from firebreak.ops.orders.handover import contacts_of, sealed, unsealed
from firebreak.ops.orders.issuing import Contact, Issued, Source, issue_all, plain, withdraw_assignments
from firebreak.ops.orders.models import Assignment, Handover, Order, Partner, Task
from firebreak.ops.orders.moving import move_tasks
from firebreak.ops.orders.split import plain_code
from firebreak.terms.errors import FirebreakError, value_class

BY = system("orders")


@action(policies.ISSUE, "orders.issued", "下达指令", "Orders issued")
def issue(entry: Draft, *, source: Source, contacts: Sequence[Contact], reason: str, by: Actor) -> Issued:
    """Orders for everybody on a list. Who is on an order of this case already stays there; who is no longer on the
    list leaves it; who is on another case's order gets no second visit."""
    policies.check_reason(reason)
    now = timezone.now()
    hold_chains([""], by)  # one list at a time: two cases that share a contact find each other
    with acting_as(BY):
        gone = _not_listed(source, contacts)
        recount(withdraw_assignments(gone, "no longer on the list", now), now)
        done = issue_all(source, contacts, reason, by.name, now)
    done.withdrawn = len(gone)
    if done.root_id is not None:
        _watch(done.root_id)
    entry.about("case" if source.case_id else "handover", source.case_id or source.handover_id, division=source.desk,
                reason=reason, root=done.root_id, orders=done.orders, contacts=done.contacts, merged=done.merged,
                standing=done.standing, outside=done.outside, withdrawn=done.withdrawn)  # fmt: skip
    return done


def _not_listed(source: Source, contacts: Sequence[Contact]) -> list[Assignment]:
    if source.case_id is None:
        return []
    wanted = {one.subject_id for one in contacts}
    rows = plain(Assignment).filter(case_id=source.case_id, live=True).select_related("task")
    return [row for row in rows if row.task.subject_id not in wanted]


def _watch(root_id: int) -> None:
    """Ask for a look at the moments when orders of this tree become late."""
    from firebreak.ops.orders.tasks import look

    with acting_as(BY):
        root = plain(Order).get(pk=root_id)
    for moment in (root.answer_by, root.deadline):
        look.using(run_after=moment).enqueue(root.pk)


@action(policies.ANSWER, "orders.received", "指令送达", "Order received")
def receive(entry: Draft, *, order_id: int, by: Actor) -> Order:
    """The order's own desk opened it for the first time."""
    return _step(entry, order_id, None, "receive", by, received_at=timezone.now())


@action(policies.ANSWER, "orders.acknowledged", "签收指令", "Order acknowledged")
def acknowledge(entry: Draft, *, order_id: int, version: int, by: Actor) -> Order:
    """Somebody answers for the order from now on."""
    now = timezone.now()
    return _step(entry, order_id, version, "acknowledge", by, acknowledged_at=now, acknowledged_by=by.name)


def _step(entry: Draft, order_id: int, version: int | None, key: str, by: Actor, **values: object) -> Order:
    row = _held(order_id, by, policies.ANSWER)
    if version is not None:
        policies.check_version(version, row.version)
    move = policies.check_move("order", row, key, by, timezone.localdate())
    row.state, row.version = move.target, row.version + 1
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=["state", "version", *values])
    entry.about("order", row.pk, division=row.division_code, state=row.state, case=row.case_id)
    return row


def _held(order_id: int, by: Actor, policy: Policy) -> Order:
    rows = visible(Order, by=by, policy=policy).select_for_update(of=("self",))
    return found(rows, policy=policy, pk=order_id)


@action(policies.DELEGATE, "orders.delegated", "转派", "Delegated")
def delegate(
    entry: Draft, *, order_id: int, task_ids: Sequence[int], code: str, version: int, reason: str, by: Actor
) -> int:
    """Give persons of an order to another area: deeper down, where more is known now, or elsewhere. How many."""
    policies.check_reason(reason)
    row, now = _held(order_id, by, policies.DELEGATE), timezone.now()
    policies.check_version(version, row.version)
    if row.state not in policies.OPEN:
        policies.check_move("order", row, "delegate", by, timezone.localdate())
    target = plain_code(code)
    if not target or target != code or target == row.code:
        raise FirebreakError(
            "FB-ORDERS-CODE", value_class(code), "Persons are given to a province, prefecture, county, street or grid.",
            "Type its code: 2, 4, 6, 9 or 15 digits, another than the order's own.",
        )  # fmt: skip
    with acting_as(BY):
        chosen = Q(pk__in=list(task_ids), assignments__order=row, assignments__live=True)
        tasks = list(plain(Task).filter(chosen).exclude(state="withdrawn"))
        if tasks:
            move_tasks(tasks, target, reason, by.name, now)
        row.refresh_from_db(from_queryset=plain(Order))
        if not row.own and row.state in ("sent", "received", "acknowledged"):
            row.state = "delegated"
            row.save(update_fields=["state"])
    entry.about("order", row.pk, division=row.division_code, reason=reason, to=target, persons=len(tasks))
    return len(tasks)


@action(policies.REPORT, "orders.reported", "填报结果", "Result reported")
def report(entry: Draft, *, task_id: int, move: str, version: int, by: Actor, reason: str = "") -> Task:
    """What came of one person's task: a move of the machine ``task``."""
    rows = visible(Task, by=by, policy=policies.REPORT).select_for_update(of=("self",))
    task = found(rows, policy=policies.REPORT, pk=task_id)
    policies.check_version(version, task.version)
    done = policies.check_move("task", task, move, by, timezone.localdate())
    if move in ("correct", "lose"):
        policies.check_reason(reason)
    now, before = timezone.now(), task.state
    task.state, task.version, task.told_by = done.target, task.version + 1, by.name
    task.reached_at = (task.reached_at or now) if task.state in policies.REACHED else None
    task.closed_at = now if task.state in policies.CLOSED else None
    task.save(update_fields=["state", "version", "told_by", "reached_at", "closed_at"])
    with acting_as(BY):
        recount(plain(Assignment).filter(task=task, live=True).values_list("order_id", flat=True), now)
    entry.about(task.kind, task.subject_id, division=task.division_code, reason=reason, task=task.pk, before=before,
                after=task.state)  # fmt: skip
    return task


@action(policies.WITHDRAW, "orders.withdrawn", "撤回指令", "Orders withdrawn")
def withdraw(entry: Draft, *, case_id: int, division: str, reason: str, by: Actor) -> int:
    """All orders of a case, wherever they went: it was excluded. Persons whom another case asks for stay on its
    orders. How many persons nobody is to look for any more."""
    policies.check_reason(reason)
    now = timezone.now()
    hold_chains([""], by)
    with acting_as(BY):
        rows = list(plain(Assignment).filter(case_id=case_id, live=True))
        withdraw_assignments(rows, reason, now)
        orders = plain(Order).filter(case_id=case_id).exclude(state="withdrawn")
        count = orders.update(state="withdrawn", withdrawn_at=now, version=F("version") + 1)
        freed = plain(Task).filter(pk__in=[row.task_id for row in rows], state="withdrawn").count()
    entry.about("case", case_id, division=division, reason=reason, orders=count, persons=len(rows), freed=freed)
    return freed


@action(policies.ESCALATE, "orders.escalated", "逾期上报", "Late orders escalated")
def escalate(entry: Draft, *, root_id: int, by: Actor) -> list[int]:
    """Orders of this tree that were not answered, or not done, in time: the level above sees them as late."""
    now = timezone.now()
    late = Q(state__in=("sent", "received"), answer_by__lte=now) | Q(state__in=policies.OPEN, deadline__lte=now)
    rows = plain(Order).filter(Q(root_id=root_id) | Q(pk=root_id)).filter(late)
    told = list(rows.filter(escalated_at=None).values_list("pk", flat=True))
    plain(Order).filter(pk__in=told).update(escalated_at=now, version=F("version") + 1)
    entry.about("order", root_id, count=len(told))
    return told


@action(policies.EXPORT, "orders.exported", "导出指令", "Orders exported")
def record_export(entry: Draft, *, count: int, filters: list[str], form: str, by: Actor) -> None:
    """Orders were taken along as a file."""
    entry.about("orders", "list", count=count, filters=filters, format=form)


@action(policies.EXPORT, "orders.tasks-exported", "导出排查任务", "Tasks exported")
def record_export_of_tasks(entry: Draft, *, count: int, filters: list[str], form: str, by: Actor) -> None:
    """Tasks were taken along as a file, masked."""
    entry.about("orders", "tasks", count=count, filters=filters, format=form)


@action(policies.TRUST, "orders.trusted", "信任外省公钥", "Partner trusted")
def trust(entry: Draft, *, name: str, province: str, public_key: str, reason: str, by: Actor) -> Partner:
    """Take this Ed25519 key as that of another province's installation."""
    policies.check_reason(reason)
    key = public_key.strip().lower()
    good = len(key) == 64 and all(one in "0123456789abcdef" for one in key)
    if not good or len(province) != 2 or not province.isdigit() or not name.strip():
        raise FirebreakError(
            "FB-ORDERS-KEY", value_class(public_key),
            "A partner has a name, a province (2 digits), a key (64 hexadecimal digits).",
            "Copy the key from the partner's page, and compare it by telephone.",
        )  # fmt: skip
    if Partner.objects.filter(Q(public_key=key) | Q(name=name.strip())).exists():
        raise FirebreakError("FB-ORDERS-KEY-KNOWN", value_class(name), "A name and a key are one partner's.",
                             "End the earlier one first.")  # fmt: skip
    row = Partner.objects.create(name=name.strip()[:80], province=province, public_key=key, trusted_by=by.name,
                                 trusted_at=timezone.now())  # fmt: skip
    entry.about("partner", row.pk, reason=reason, province=province, key=key[:16])
    return row


@action(policies.HAND_OVER, "orders.handed-over", "移交外省", "Handed over")
def hand_over(entry: Draft, *, order_id: int, version: int, reason: str, by: Actor) -> tuple[str, bytes]:
    """The signed file of an order to another province: its name and content. Each file is on record by its digest."""
    policies.check_reason(reason)
    row, now = _held(order_id, by, policies.HAND_OVER), timezone.now()
    policies.check_version(version, row.version)
    if not row.outside or row.state not in policies.OPEN:
        raise FirebreakError("FB-HANDOVER-ORDER", row.state, "An open order to another province is handed over.",
                             "Open one.")  # fmt: skip
    with acting_as(BY):
        body = body_of(row, reason, now)
        content = sealed(body)
        _note(body, content, row.division_code, reason, by, incoming=False, order_id=row.pk)
    row.handed_over_at, row.version = now, row.version + 1
    row.save(update_fields=["handed_over_at", "version"])
    digest = hashlib.sha256(content).hexdigest()
    entry.about("order", row.pk, division=row.division_code, reason=reason, to=row.code, digest=digest,
                persons=len(body["contacts"]), number=body["number"])  # fmt: skip
    mark = "DRILL_" if row.simulated else ""
    return f"{mark}handover-{row.code}-{body['number'][:8]}.json", content


@action(policies.TAKE_IN, "orders.handover-taken-in", "接收外省移交", "Handover taken in")
def take_in(entry: Draft, *, content: bytes, reason: str, by: Actor) -> tuple[Handover, bool]:
    """Verify a partner's file and send orders about everybody in it. The same file twice changes nothing (False)."""
    policies.check_reason(reason)
    trusted = dict(Partner.objects.filter(ended_at=None).values_list("public_key", "name"))
    body, key = unsealed(content, trusted)
    contacts_of(body)
    check_place(body)
    hold_chains([""], by)
    with acting_as(BY):
        known: Handover | None = plain(Handover).filter(number=body["number"][:36], incoming=True).first()
        if known is None:
            row = _note(body, content, settings.FIREBREAK_DIVISION, reason, by, incoming=True, partner=trusted[key])
            people = keep_people(body)
    if known is not None:
        entry.about("handover", known.pk, division=known.division_code, reason=reason, repeated=True)
        return known, False
    source = Source(desk=row.division_code, case_no=body["case_no"][:40], handover_id=row.pk, kind="handover",
                    subjects="incoming", simulated=row.simulated)  # fmt: skip
    issue(source=source, contacts=people, reason=reason, by=by)
    entry.about("handover", row.pk, division=row.division_code, reason=reason, digest=row.digest, persons=row.contacts,
                partner=row.partner, repeated=False)  # fmt: skip
    return row, True


def _note(
    body: dict[str, Any], content: bytes, division: str, reason: str, by: Actor, *, incoming: bool, partner: str = "",
    order_id: int | None = None,
) -> Handover:  # fmt: skip
    row = Handover(
        number=body["number"][:36], incoming=incoming, partner=partner, order_id=order_id, division_code=division,
        province=(body["from"] if incoming else body["to"])[:2], case_no=body["case_no"][:40],
        contacts=len(body["contacts"]), digest=hashlib.sha256(content).hexdigest(), at=timezone.now(), by=by.name,
        reason=reason[:500], simulated=bool(body["drill"]),
    )  # fmt: skip
    row.save()
    return row
