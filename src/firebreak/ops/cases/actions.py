"""Every write of the case desk, each with its reason and its ledger entry in the same transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db.models import Max
from django.utils import timezone

from firebreak.ops.base.actor import Actor, system
from firebreak.ops.base.policy import Policy
from firebreak.ops.base.scope import acting_as, check_reach, everywhere, found, visible
from firebreak.ops.cases import policies
from firebreak.ops.cases.facts import facts_of, named, note_traced
from firebreak.ops.cases.models import Case, Contact, ContactList, Step
from firebreak.ops.ledger.recording import Draft, action
from firebreak.ops.orders import actions as orders
from firebreak.ops.orders.issuing import Contact as Ordered
from firebreak.ops.orders.issuing import Issued, Source
from firebreak.ops.runs import actions as runs
from firebreak.ops.runs import selectors as traces
from firebreak.terms.errors import FirebreakError, value_class
from firebreak.terms.machines import machine

CHUNK = 2000
DATES = ("onset_on", "sampled_at", "result_at", "reported_on", "isolated_at")
BY = system("cases")


@action(policies.OPEN, "cases.opened", "登记病例", "Case opened")
def open_case(
    entry: Draft, *, case_no: str, state: str, division: str, reason: str, by: Actor, person_id: int | None = None,
    dates: Mapping[str, date | datetime | None] | None = None,
) -> Case:  # fmt: skip
    """A case entered by hand."""
    policies.check_reason(reason)
    _check_new(case_no, state, division)
    check_reach(by, policies.OPEN, division=division)
    given = {name: (dates or {}).get(name) for name in DATES}
    policies.check_order([(name, given[name]) for name in DATES[:3]])
    person_id, now = named(person_id, division, by, policies.OPEN), timezone.now()
    row = Case(case_no=case_no.strip(), state=state, division_code=division, person_id=person_id, source="hand",
               opened_at=now, opened_by=by.name, since=now, simulated=settings.FIREBREAK_DRILL, **given)  # fmt: skip
    _check_unknown(row.case_no)
    row.save(force_insert=True)
    _step(row, by, "opened", reason, after=state)
    entry.about("case", row.pk, division=division, reason=reason, state=state, case=row.case_no,
                person=person_id)  # fmt: skip
    return row


def _check_new(case_no: str, state: str, division: str) -> None:
    number = case_no.strip()
    if not number or len(number) > 40 or not number.isprintable():
        raise FirebreakError("FB-CASES-NUMBER", value_class(case_no), "A case has a number of at most 40 characters.",
                             "Type the number the laboratory or the clinic uses.")  # fmt: skip
    if state not in policies.TRACEABLE:
        raise FirebreakError("FB-CASES-STATE", value_class(state), "It begins suspected, confirmed or asymptomatic.",
                             "Choose one of them.")  # fmt: skip
    _check_division(division)


def _check_division(division: str) -> None:
    if not (division.isascii() and division.isdigit() and len(division) in (2, 4, 6, 9, 12)):
        raise FirebreakError("FB-CASES-DIVISION", value_class(division),
                             "A case belongs to a division of 2 to 12 digits.",
                             "Type the code of the county that answers for it.")  # fmt: skip


def _check_unknown(case_no: str) -> None:
    with acting_as(BY):
        if everywhere(Case, because="a number is one case's, wherever it is").filter(case_no=case_no).exists():
            raise FirebreakError("FB-CASES-KNOWN", "the number is taken", "A number is one case's.",
                                 "Look for it in the list; it may be another area's.")  # fmt: skip


@action(policies.CHANGE, "cases.changed", "修改病例", "Case changed")
def change_case(entry: Draft, *, case_id: int, version: int, values: Mapping[str, Any], reason: str, by: Actor) -> Case:
    """Dates, the person, the division that answers for it. ``values``: columns → new values; others stay."""
    policies.check_reason(reason)
    row = _held(case_id, by, policies.CHANGE)
    policies.check_version(version, row.version)
    allowed = (*DATES, "person_id", "division_code")
    changed = sorted(name for name, value in values.items() if name in allowed and getattr(row, name) != value)
    if "division_code" in changed:
        _check_division(values["division_code"])
        check_reach(by, policies.CHANGE, division=values["division_code"])
    for name in changed:
        setattr(row, name, values[name])
    if "person_id" in changed:
        row.person_id = named(row.person_id, row.division_code, by, policies.CHANGE)
    policies.check_order([(name, getattr(row, name)) for name in DATES[:3]])
    row.version += 1
    row.save(update_fields=[*changed, "version"])
    if "division_code" in changed:
        _follow_case(row)
    _step(row, by, "changed", reason, fields=changed)
    entry.about("case", row.pk, division=row.division_code, reason=reason, fields=changed, person=row.person_id)
    return row


def _follow_case(row: Case) -> None:
    """What belongs to a case is seen where the case is."""
    where = {"division_code": row.division_code}
    with acting_as(BY):
        everywhere(Step, because="of a case that moves").filter(case=row).update(**where)
        everywhere(ContactList, because="of a case that moves").filter(case=row).update(**where)
        everywhere(Contact, because="of a case that moves").filter(list__case=row).update(**where)


@action(policies.MOVE, "cases.moved", "病例状态变更", "Case changed state")
def move_case(entry: Draft, *, case_id: int, move: str, version: int, reason: str, by: Actor) -> Case:
    """A move of the machine ``case``. Excluding a case withdraws its orders in the same transaction."""
    policies.check_reason(reason)
    row = _held(case_id, by, policies.MOVE)
    policies.check_version(version, row.version)
    done = policies.check_move(row.state, move, by, timezone.localdate(), row.division_code)
    freed = _moved(row, done.target, by, reason)
    entry.about("case", row.pk, division=row.division_code, reason=reason, move=move, state=row.state, freed=freed)
    return row


def _moved(row: Case, target: str, by: Actor, reason: str) -> int:
    before, row.state = row.state, target
    row.since, row.version = timezone.now(), row.version + 1
    row.told_state = "" if row.told_state == target else row.told_state
    row.save(update_fields=["state", "since", "version", "told_state"])
    _step(row, by, "moved", reason, before=before, after=target)
    if target != "excluded" or row.ordered_at is None:
        return 0
    return orders.withdraw(case_id=row.pk, division=row.division_code, reason=reason, by=by)


@action(policies.TRACE, "cases.trace-asked", "一键追踪", "Trace asked for")
def trace(entry: Draft, *, case_id: int, as_of: date, by: Actor, rule: str = "", other_rule: str = "") -> ContactList:
    """One press: a run traces the case's journeys and stays, and makes its next list."""
    row = _held(case_id, by, policies.TRACE)
    policies.check_traceable(row.state, row.person_id)
    note_traced(row, by)
    waiting: ContactList | None = _lists(row).filter(state="tracing").first()
    if waiting is not None and not _given_up(waiting):
        entry.about("case", row.pk, division=row.division_code, list=waiting.number, joined=True)
        return waiting
    number = (_lists(row).aggregate(last=Max("number"))["last"] or 0) + 1
    made = ContactList(case=row, division_code=row.division_code, number=number, state="tracing", rule=rule,
                       other_rule=other_rule, as_of=as_of, asked_at=timezone.now(), asked_by=by.name,
                       simulated=row.simulated)  # fmt: skip
    made.save()
    run = runs.request(kind="trace", key=f"trace-{made.pk}", arguments={"list": made.pk}, by=BY)
    made.run_id = run.pk
    made.save(update_fields=["run_id"])
    _step(row, by, "traced", "", fields=[str(number)])
    entry.about("case", row.pk, division=row.division_code, list=number, run=run.pk, joined=False)
    return made


def _given_up(row: ContactList) -> bool:
    """Did the list's run end without a list? Then it has failed with the run's code, and nobody waits for it."""
    run = traces.runs(by=BY).filter(pk=row.run_id or 0).first()
    if run is not None and not run.over:
        return False
    row.state, row.code = "failed", (run.code if run else "") or "FB-BUG"
    row.save(update_fields=["state", "code"])
    return True


@dataclass(frozen=True, slots=True)
class Traced:
    """What a trace found, for ``store_list``: the list's columns, and rows of ``models.Contact`` by column.

    ``facts``: what it was traced from (``facts_of`` the case as the trace read it).
    """

    person_id: int
    rule: str
    other_rule: str
    seconds: float
    told: dict[str, Any]
    drawing: dict[str, Any]
    people: Sequence[Mapping[str, Any]]
    removed: int
    simulated: bool
    facts: str


@action(policies.STORE, "cases.list-made", "生成密接名单", "List made")
def store_list(entry: Draft, *, list_id: int, traced: Traced, by: Actor) -> ContactList:
    """The list that a run made. The second time it replaces what the first wrote, unless it was confirmed since."""
    row = found(visible(ContactList, by=by, policy=policies.STORE), policy=policies.STORE, pk=list_id)
    if row.state == "confirmed":
        entry.about("case", row.case_id, division=row.division_code, list=row.number, kept=True)
        return row
    everywhere(Contact, because="made anew").filter(list=row).delete()
    rows = [Contact(list=row, division_code=row.division_code, **one) for one in traced.people]
    everywhere(Contact, because="made by a run").bulk_create(rows, batch_size=500)
    listed = [one for one in rows if one.rank]
    now = timezone.now()
    row.state, row.code, row.what, row.made_at = "made", "", "", now
    row.rule, row.other_rule, row.seconds = traced.rule, traced.other_rule, traced.seconds
    case = everywhere(Case, because="its list").select_for_update(of=("self",)).get(pk=row.case_id)
    same = facts_of(case) == traced.facts
    case.person_id = traced.person_id if same else case.person_id  # corrected since: the officer's word stays
    facts = facts_of(case) if same else traced.facts
    row.told, row.drawing, row.simulated = traced.told | {"facts": facts}, traced.drawing, traced.simulated
    row.contacts, row.only_other, row.removed = len(listed), len(rows) - len(listed), traced.removed
    row.added = sum(one.change == "added" for one in listed)
    row.save()
    case.traced_at, case.contacts = case.traced_at or now, row.contacts
    case.save(update_fields=["traced_at", "contacts", "person_id"])
    entry.about("case", row.case_id, division=row.division_code, list=row.number, contacts=row.contacts, rule=row.rule)
    return row


@action(policies.STORE, "cases.list-failed", "名单生成失败", "List failed")
def fail_list(entry: Draft, *, list_id: int, code: str, what: str, by: Actor) -> None:
    """The trace could not be made; the page tells why."""
    row = found(visible(ContactList, by=by, policy=policies.STORE), policy=policies.STORE, pk=list_id)
    row.state, row.code, row.what = "failed", code, what[:300]
    row.save(update_fields=["state", "code", "what"])
    entry.about("case", row.case_id, division=row.division_code, list=row.number, code=code)


@action(policies.CONFIRM, "cases.list-confirmed", "确认名单并下达指令", "List confirmed, orders sent")
def confirm_list(entry: Draft, *, list_id: int, version: int, reason: str, by: Actor) -> Issued:
    """The list is right: orders go to every area concerned, in this transaction. ``version``: the case's, as seen."""
    policies.check_reason(reason)
    row = found(visible(ContactList, by=by, policy=policies.CONFIRM), policy=policies.CONFIRM, pk=list_id)
    case = _held(row.case_id, by, policies.CONFIRM)
    policies.check_version(version, case.version)
    policies.check_traceable(case.state, case.person_id)
    _check_made(row)
    policies.check_facts(row.told.get("facts", ""), facts_of(case))
    source = Source(desk=case.division_code, case_no=case.case_no, case_id=case.pk, list_id=row.pk,
                    simulated=row.simulated)  # fmt: skip
    people = visible(Contact, by=by, policy=policies.CONFIRM).filter(list=row, rank__gt=0).order_by("rank")
    issued: Issued = orders.issue(source=source, contacts=[_ordered(one) for one in people], reason=reason, by=by)
    now = timezone.now()
    row.state, row.confirmed_at, row.confirmed_by = "confirmed", now, by.name
    row.save(update_fields=["state", "confirmed_at", "confirmed_by"])
    case.ordered_at, case.version = case.ordered_at or now, case.version + 1
    case.save(update_fields=["ordered_at", "version"])
    _step(case, by, "confirmed", reason, fields=[str(row.number)])
    entry.about("case", case.pk, division=case.division_code, reason=reason, list=row.number, contacts=issued.contacts,
                orders=issued.orders, merged=issued.merged)  # fmt: skip
    return issued


def _check_made(row: ContactList) -> None:
    with acting_as(BY):
        newer = everywhere(ContactList, because="the last list is the one").filter(
            case_id=row.case_id, number__gt=row.number, state__in=("made", "confirmed")
        )
        if row.state != "made" or newer.exists():
            raise FirebreakError("FB-CASES-LIST", row.state, "The newest list of a case is confirmed, once.",
                                 "Open the newest list.")  # fmt: skip


def _ordered(one: Contact) -> Ordered:
    met = timezone.localtime(one.met_at).date() if one.met_at else None
    return Ordered(one.person_id, one.home_code, one.home_grid, one.contact_level, one.setting, one.relation, one.rule,
                   met, one.minutes, one.record_id)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Told:
    """A case as the channels tell it. ``mark``: a hash of it all."""

    case_no: str
    person_id: int | None
    division_code: str
    state: str
    onset_on: date | None
    sampled_at: datetime | None
    result_at: datetime | None
    reported_on: date | None
    isolated_at: datetime | None
    record_id: int
    mark: str
    simulated: bool


@action(policies.TAKE_IN, "cases.taken-in", "病例渠道入库", "Cases taken in")
def take_in(entry: Draft, *, rows: Sequence[Told], by: Actor) -> dict[str, int]:
    """Cases of the laboratory and clinic channels, at most 2,000 a call. New ones are opened; of those that are here
    gaps are filled, and a state follows where the machine lets a channel's word suffice. What people decided stays;
    where the channels say otherwise the case tells so."""
    known = {
        one.case_no: one
        for one in everywhere(Case, because="channels tell of all areas")
        .filter(case_no__in=[r.case_no for r in rows])
        .order_by("pk")
        .select_for_update(of=("self",))
    }
    counts = {"opened": 0, "changed": 0, "same": 0}
    for told in rows:
        case = known.get(told.case_no)
        if case is None:
            _opened(told, by)
            counts["opened"] += 1
        elif case.mark == told.mark:
            counts["same"] += 1
        else:
            _renewed(case, told, by)
            counts["changed"] += 1
    entry.about("cases", "channels")
    entry.details.update(counts)
    return counts


def _opened(told: Told, by: Actor) -> None:
    now = timezone.now()
    row = Case(source="lake", opened_at=now, opened_by=by.name, since=now,
               **{name: getattr(told, name) for name in Told.__slots__})  # fmt: skip
    row.save(force_insert=True)
    _step(row, by, "opened", "", after=told.state)


def _renewed(case: Case, told: Told, by: Actor) -> None:
    filled = sorted(
        name for name in (*DATES, "person_id", "record_id") if getattr(case, name) is None and getattr(told, name)
    )
    for name in filled:
        setattr(case, name, getattr(told, name))
    case.mark, case.version = told.mark, case.version + 1
    case.told_state = told.state if told.state != case.state else ""
    case.save(update_fields=[*filled, "mark", "version", "told_state"])
    _step(case, by, "told", "", fields=filled, after=case.told_state)
    if case.told_state and case.source == "lake":
        _follow(case, told.state, by)


def _follow(case: Case, target: str, by: Actor) -> None:
    move = machine("case", timezone.localdate()).between(case.state, target)
    if move is not None and move.channels:
        _moved(case, target, by, "the channels say so")


@action(policies.REQUEST, "cases.channels-asked", "从渠道更新病例", "Cases asked for")
def request_cases(entry: Draft, *, by: Actor) -> None:
    """Ask for a look at the channels' cases."""
    run = runs.request(kind="cases", by=BY)
    entry.about("run", run.pk)


@action(policies.EXPORT, "cases.exported", "导出病例", "Cases exported")
def record_export(entry: Draft, *, count: int, filters: list[str], form: str, by: Actor) -> None:
    """Cases were taken along as a file."""
    entry.about("cases", "list", count=count, filters=filters, format=form)


@action(policies.EXPORT, "cases.contacts-exported", "导出名单", "Contacts exported")
def record_export_of_contacts(entry: Draft, *, count: int, filters: list[str], form: str, by: Actor) -> None:
    """A list was taken along as a file, masked."""
    entry.about("cases", "contacts", count=count, filters=filters, format=form)


def _held(case_id: int, by: Actor, policy: Policy) -> Case:
    return found(visible(Case, by=by, policy=policy).select_for_update(of=("self",)), policy=policy, pk=case_id)


def _lists(case: Case) -> Any:
    return everywhere(ContactList, because="of a case that was found within reach").filter(case=case)


def _step(
    case: Case, by: Actor, event: str, reason: str, before: str = "", after: str = "", fields: Sequence[str] = ()
) -> None:
    Step(case=case, division_code=case.division_code, at=timezone.now(), by=by.name, event=event, before=before,
         after=after, fields=list(fields), reason=reason[:500]).save(force_insert=True)  # fmt: skip
