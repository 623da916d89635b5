"""Every write of the persons desk: what the bridge publishes, every look at a file, every ruling."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from django.utils import timezone

from firebreak.ops.base.actor import Actor
from firebreak.ops.base.bulk import write_rows
from firebreak.ops.base.scope import everywhere, found, visible
from firebreak.ops.ledger.recording import Draft, action, append, hold_chains
from firebreak.ops.outbox.models import Kind
from firebreak.ops.outbox.sending import send
from firebreak.ops.persons import policies
from firebreak.ops.persons.models import Alias, Person, Review, Ruling
from firebreak.ops.vault import actions as vault
from firebreak.terms.errors import FirebreakError, value_class

CHUNK = vault.CHUNK
Ends = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Row:
    """A person to publish: the columns of ``models.Person``, in their order there."""

    person_id: int
    division_code: str
    grid_code: str
    colour: str
    records: int
    channels: int
    rivals: int
    simulated: bool
    mark: int


@dataclass(frozen=True, slots=True)
class Pair:
    """A pair to publish: the columns of ``models.Review`` but its id."""

    left_record_id: int
    left_part: int
    right_record_id: int
    right_part: int
    left_person_id: int
    right_person_id: int
    division_code: str
    weight: float
    probability: float
    levels: str
    run_id: int
    simulated: bool


_PERSON = tuple(one.name for one in fields(Row))
_PAIR = tuple(one.name for one in fields(Pair))
_ALIAS = ("alias_id", "person_id", "division_code", "grid_code")
_ENDS = _PAIR[:4]
_EVENTS = {"must": Kind.MUST, "cannot": Kind.CANNOT, "undo": Kind.UNDO}


@action(policies.PUBLISH, "persons.published", "发布人员", "Persons published")
def publish(entry: Draft, *, rows: Sequence[Row], records: Sequence[vault.Record], by: Actor) -> None:
    """These persons as they are now, at most 2,000, with what the vault is to keep of them."""
    vault.store(kind="person", records=records, source="lake", by=by)
    write_rows(Person, _PERSON, [_values(row, _PERSON) for row in rows], key=("person_id",))
    entry.about("persons", "published", count=len(rows))


@action(policies.PUBLISH, "persons.dropped", "撤下人员", "Persons dropped")
def drop(entry: Draft, *, person_ids: Sequence[int], by: Actor) -> int:
    """Take these persons off the desks: they are somebody else now, or retention dropped them. At most 2,000."""
    gone = vault.erase(kind="person", subject_ids=person_ids, reason="not in the lake any more", by=by)
    everywhere(Person, because="gone from the lake").filter(person_id__in=person_ids).delete()
    entry.about("persons", "dropped", count=gone)
    return gone


@action(policies.PUBLISH, "persons.aliases-published", "发布人员别名", "Aliases published")
def publish_aliases(entry: Draft, *, rows: Sequence[tuple[int, int, str, str]], gone: Sequence[int], by: Actor) -> None:
    """Aliases as they are now: ``alias, person, division, grid``; those of ``gone`` stand for themselves again."""
    write_rows(Alias, _ALIAS, rows, key=("alias_id",))
    everywhere(Alias, because="gone from the lake").filter(alias_id__in=gone).delete()
    entry.about("persons", "aliases", count=len(rows), gone=len(gone))


@action(policies.PUBLISH, "persons.reviews-published", "发布待核对", "Review queue published")
def publish_reviews(entry: Draft, *, pairs: Sequence[Pair], gone: Sequence[int], by: Actor) -> None:
    """Pairs that wait now, and the ids of those that wait no more."""
    write_rows(Review, _PAIR, [_values(pair, _PAIR) for pair in pairs], key=_ENDS)
    everywhere(Review, because="gone from the queue").filter(pk__in=gone).delete()
    entry.about("persons", "reviews", count=len(pairs), gone=len(gone))


@action(policies.FILE, "persons.opened", "打开人员档案", "Person's file opened")
def open_file(entry: Draft, *, person_id: int, by: Actor) -> Person:
    """Somebody reads a person's file, masked."""
    row = found(visible(Person, by=by, policy=policies.FILE), policy=policies.FILE, person_id=person_id)
    entry.about("person", row.person_id, division=row.division_code)
    return row


@action(policies.SHOW, "persons.shown", "查看档案明文", "Person's file shown in full")
def show_file(entry: Draft, *, person_id: int, fields: Sequence[str], reason: str, by: Actor) -> Person:
    """Somebody reads a person's file in full, for a reason that stays on record."""
    _check_reason(reason)
    row = found(visible(Person, by=by, policy=policies.SHOW), policy=policies.SHOW, person_id=person_id)
    entry.about("person", row.person_id, division=row.division_code, reason=reason, fields=sorted(set(fields)))
    return row


@action(policies.EXPORT, "persons.exported", "导出人员名单", "Persons exported")
def record_export(entry: Draft, *, count: int, filters: list[str], form: str, by: Actor) -> None:
    """Persons were taken along as a file, masked."""
    entry.about("persons", "list", count=count, filters=filters, format=form)


@action(policies.EXPORT_REVIEWS, "persons.reviews-exported", "导出待核对队列", "Review queue exported")
def record_export_of_reviews(entry: Draft, *, count: int, filters: list[str], form: str, by: Actor) -> None:
    """Pairs were taken along as a file; no values are in it."""
    entry.about("persons", "reviews", count=count, filters=filters, format=form)


@action(policies.EXPORT_REVIEWS, "persons.rulings-exported", "导出裁定", "Rulings exported")
def record_export_of_rulings(entry: Draft, *, count: int, filters: list[str], form: str, by: Actor) -> None:
    """Rulings were taken along as a file."""
    entry.about("persons", "rulings", count=count, filters=filters, format=form)


@action(policies.SHOW_PAIR, "persons.pair-shown", "查看核对明文", "Pair shown in full")
def show_pair(entry: Draft, *, review_id: int, reason: str, by: Actor) -> Review:
    """Somebody reads both sides of a pair in full, for a reason that stays on record."""
    _check_reason(reason)
    pair = found(visible(Review, by=by, policy=policies.SHOW_PAIR), policy=policies.SHOW_PAIR, pk=review_id)
    sides = (pair.left_person_id, pair.right_person_id)
    rows = visible(Person, by=by, policy=policies.SHOW_PAIR).filter(person_id__in=sides)
    places = dict(rows.values_list("person_id", "division_code"))
    hold_chains([pair.division_code, *places.values()], by)
    for person in sides:  # each person's file tells who looked at it
        draft = Draft("persons.pair-read")
        draft.about("person", person, division=places.get(person, ""), reason=reason, review=pair.pk)
        append(draft, by)
    entry.about("review", pair.pk, division=pair.division_code, reason=reason)
    return pair


@action(policies.RULE, "persons.ruled", "裁定同一人", "Identity ruled on")
def rule(entry: Draft, *, review_id: int, kind: str, reason: str, by: Actor) -> Ruling:
    """Same person, different people, or don't know. It goes to the lake at once, or after a second person."""
    _check_reason(reason)
    if kind not in ("must", "cannot", "unsure"):
        raise FirebreakError(
            "FB-DESK-REQUEST", value_class(kind), "A ruling is must, cannot or unsure.", "Press a button."
        )
    pair = found(visible(Review, by=by, policy=policies.RULE), policy=policies.RULE, pk=review_id)
    same = {name: getattr(pair, name) for name in _ENDS}
    _check_none_open(**same)
    made = _made(kind, reason, by, left_person_id=pair.left_person_id, right_person_id=pair.right_person_id,
                 division_code=pair.division_code, simulated=pair.simulated, **same)  # fmt: skip
    entry.about("ruling", made.pk, division=pair.division_code, reason=reason, ruling=kind, state=made.state,
                left=pair.left_person_id, right=pair.right_person_id)  # fmt: skip
    return made


@action(policies.RULE, "persons.undone", "撤销合并", "Merge undone")
def undo(entry: Draft, *, merge_id: int, person_id: int, absorbed_id: int, reason: str, by: Actor) -> Ruling:
    """Two people again who were taken for one. ``person_id``: the one they are now."""
    _check_reason(reason)
    row = found(visible(Person, by=by, policy=policies.RULE), policy=policies.RULE, person_id=person_id)
    _check_none_open(merge_id=merge_id)
    made = _made("undo", reason, by, left_person_id=person_id, right_person_id=absorbed_id, merge_id=merge_id,
                 division_code=row.division_code, simulated=row.simulated)  # fmt: skip
    entry.about("person", person_id, division=row.division_code, reason=reason, merge=merge_id, state=made.state)
    return made


@action(policies.RULE, "persons.confirmed", "复核裁定", "Ruling confirmed")
def confirm(entry: Draft, *, ruling_id: int, by: Actor) -> Ruling:
    """A second person agrees: it goes to the lake."""
    return _seconded(entry, ruling_id, "decided", by)


@action(policies.RULE, "persons.returned", "退回裁定", "Ruling sent back")
def send_back(entry: Draft, *, ruling_id: int, by: Actor) -> Ruling:
    """A second person does not agree: nothing happens, and the pair may be ruled on again."""
    return _seconded(entry, ruling_id, "returned", by)


@action(policies.RULE, "persons.taken-back", "撤回裁定", "Ruling taken back")
def take_back(entry: Draft, *, ruling_id: int, by: Actor) -> Ruling:
    """Who made a ruling takes it back before a second person has confirmed it."""
    row = _held(ruling_id, by)
    policies.check_state(row.state, ("proposed",))
    if row.decided_by_id != by.user_id:
        raise FirebreakError(
            "FB-PERSONS-STATE", "of somebody else", "Who ruled takes it back.", "Ask them, or send it back."
        )
    return _moved(entry, row, "taken-back", by)


@action(policies.DELIVER, "persons.delivered", "裁定写入数据湖", "Ruling delivered to the lake")
def delivered(entry: Draft, *, ruling_id: int, code: str, by: Actor) -> None:
    """The lake has taken the ruling, or refused it with this code."""
    row = found(visible(Ruling, by=by, policy=policies.DELIVER), policy=policies.DELIVER, pk=ruling_id)
    row.state, row.code = ("refused" if code else "applied"), code[:40]
    row.save(update_fields=["state", "code"])
    entry.about("ruling", row.pk, division=row.division_code, state=row.state, code=code)


def _made(kind: str, reason: str, by: Actor, **columns: object) -> Ruling:
    state = "noted" if kind == "unsure" else "proposed" if policies.needs_second(kind) else "decided"
    row = Ruling(kind=kind, state=state, reason=reason.strip()[:500], decided_by_id=by.user_id or 0, decided_by=by.name,
                 decided_at=timezone.now(), **columns)  # fmt: skip
    row.save(force_insert=True)
    _send(row, by)
    return row


def _send(row: Ruling, by: Actor) -> None:
    """Put a ruling that counts into the outbox, in the transaction in which it came to count."""
    if row.state != "decided":
        return
    names = row.decided_by if row.decided_by == by.name else f"{row.decided_by} + {by.name}"
    event = send(_EVENTS[row.kind], _about(row), reason=row.reason, by=replace(by, name=names[:150]))
    row.event_id = event.event_id
    row.save(update_fields=["event_id"])


def _about(row: Ruling) -> dict[str, Any]:
    if row.merge_id is not None:
        return {"merge": row.merge_id}
    return {"left": [row.left_record_id, row.left_part], "right": [row.right_record_id, row.right_part]}


def _check_none_open(**same: int) -> None:
    if everywhere(Ruling, because="one at a time").filter(state__in=policies.OPEN, **same).exists():
        raise FirebreakError("FB-PERSONS-RULED", "a ruling is under way", "One at a time on a pair.",
                             "Finish that one, or take it back.")  # fmt: skip


def _held(ruling_id: int, by: Actor) -> Ruling:
    rows = visible(Ruling, by=by, policy=policies.RULE).select_for_update()
    return found(rows, policy=policies.RULE, pk=ruling_id)


def _seconded(entry: Draft, ruling_id: int, state: str, by: Actor) -> Ruling:
    row = _held(ruling_id, by)
    policies.check_confirm(row.state, row.decided_by_id, by.user_id)
    return _moved(entry, row, state, by)


def _moved(entry: Draft, row: Ruling, state: str, by: Actor) -> Ruling:
    at: datetime | None = timezone.now()
    row.state, row.second_by, row.second_at = state, by.name, at
    row.save(update_fields=["state", "second_by", "second_at"])
    _send(row, by)
    entry.about("ruling", row.pk, division=row.division_code, state=state, ruling=row.kind)
    return row


def _values(row: Row | Pair, columns: Sequence[str]) -> tuple[object, ...]:
    return tuple(getattr(row, name) for name in columns)


def _check_reason(reason: str) -> None:
    if len("".join(reason.split())) < 2:
        raise FirebreakError(
            "FB-VAULT-REASON", value_class(reason), "A value is shown in full for a reason, which stays on record.",
            "Say what it is needed for: a case, an order, a visit.",
        )  # fmt: skip
