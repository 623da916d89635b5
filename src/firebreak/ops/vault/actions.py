"""Every write to the vault, and every look at a value in full: showing, searching and exporting are on record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from firebreak.ops.base.actor import Actor
from firebreak.ops.base.bulk import write_rows
from firebreak.ops.base.keyring import ring
from firebreak.ops.base.scope import everywhere, found, visible
from firebreak.ops.ledger.recording import Draft, action, append, hold_chains
from firebreak.ops.vault import policies
from firebreak.ops.vault.boxes import FIELDS, INDEXED, Values, asked, forms, open_box, seal, tokens, tokens_of
from firebreak.ops.vault.models import Sealed, Token
from firebreak.terms.errors import FirebreakError, value_class

CHUNK = 2000
"""Rows a transaction: SQLite's one writer must not be kept from everybody else for long."""
MOST_EXPORTED = 10_000
MOST_FOUND = 500
PART = 500
"""Subjects an entry names."""
_BOX = ("kind", "subject_id", "division_code", "grid_code", "key", "box", "simulated")
_TOKEN = ("token", "kind", "subject_id", "division_code", "grid_code")


@dataclass(frozen=True, slots=True)
class Record:
    """What the vault is to keep of one subject. ``values``: field (``boxes.FIELDS``) → values, the best first."""

    subject_id: int
    division_code: str
    grid_code: str
    values: Values
    simulated: bool = False


@action(policies.STORE, "vault.stored", "写入保险库", "Stored in the vault")
def store(entry: Draft, *, kind: str, records: Sequence[Record], source: str, by: Actor) -> None:
    """Keep these subjects, at most 2,000 a call; what was known of each is replaced."""
    _check_many(len(records), CHUNK)
    keys = ring()
    boxes, found = [], []
    for one in records:
        number, box = seal(keys, kind, one.subject_id, one.values)
        boxes.append((kind, one.subject_id, one.division_code, one.grid_code, number, box, one.simulated))
        found += [
            (token, kind, one.subject_id, one.division_code, one.grid_code)
            for token in sorted(tokens_of(keys, one.values))
        ]
    write_rows(Sealed, _BOX, boxes, key=("kind", "subject_id"))
    _forget(kind, [one.subject_id for one in records])
    write_rows(Token, _TOKEN, found)
    entry.about("vault", kind, count=len(records), source=source)


@action(policies.ERASE, "vault.erased", "从保险库清除", "Erased from the vault")
def erase(entry: Draft, *, kind: str, subject_ids: Sequence[int], reason: str, by: Actor) -> int:
    """Forget these subjects, at most 2,000 a call. The ledger keeps that they were forgotten, not what was known."""
    _check_many(len(subject_ids), CHUNK)
    everywhere(Token, because="erased with its box").filter(kind=kind, subject_id__in=subject_ids).delete()
    gone, _ = everywhere(Sealed, because="retention").filter(kind=kind, subject_id__in=subject_ids).delete()
    entry.about("vault", kind, reason=reason, count=gone)
    return gone


@action(policies.SHOW, "vault.shown", "查看明文", "Shown in full")
def show(
    entry: Draft, *, kind: str, subject_id: int, fields: Sequence[str], reason: str, by: Actor
) -> dict[str, list[str]]:
    """The values of these fields in full, for a reason that stays on record."""
    _check_reason(reason)
    _check_fields(fields, FIELDS)
    row = found(visible(Sealed, by=by, policy=policies.SHOW), policy=policies.SHOW, kind=kind, subject_id=subject_id)
    entry.about(kind, subject_id, division=row.division_code, reason=reason, fields=sorted(fields))
    values = _opened(row)
    return {field: values.get(field, []) for field in fields}


@action(policies.SEARCH, "vault.searched", "按值查找", "Searched by value")
def search(entry: Draft, *, kind: str, field: str, value: str, by: Actor) -> list[int]:
    """The subjects within reach that have this value (as ``boxes.alike`` writes it); at most 500, by id.

    A name is found as it is written, by its pinyin, or by its first two characters (``王小*``). The ledger keeps the
    field, the value's shape and how many were found; not the value.
    """
    _check_fields([field], INDEXED)
    wanted = asked(field, value)
    if not wanted:
        rule = "A value is looked for as a whole, a name by its first two characters and *, too."
        raise FirebreakError("FB-VAULT-SHORT", value_class(value), rule, "Type all of it.")
    rows = visible(Token, by=by, policy=policies.SEARCH).filter(kind=kind, token__in=tokens(ring(), wanted))
    candidates = sorted(set(rows.order_by("subject_id").values_list("subject_id", flat=True)[: 2 * MOST_FOUND]))
    boxes = visible(Sealed, by=by, policy=policies.SEARCH).filter(kind=kind, subject_id__in=candidates)
    hits = [box.subject_id for box in boxes if not set(wanted).isdisjoint(forms(_opened(box)))]
    entry.about("vault", kind, field=field, shape=value_class(value), found=len(hits))
    return sorted(hits)[:MOST_FOUND]


@action(policies.EXPORT, "vault.exported", "导出明文", "Exported in full")
def export(
    entry: Draft, *, kind: str, subject_ids: Sequence[int], fields: Sequence[str], reason: str, by: Actor
) -> dict[int, dict[str, list[str]]]:
    """The values of these fields of many subjects within reach, for a reason; at most 10,000. Others are left out.

    Entries ``vault.taken`` name every subject that was taken, each where it belongs.
    """
    _check_reason(reason)
    _check_fields(fields, FIELDS)
    _check_many(len(subject_ids), MOST_EXPORTED)
    taken: dict[int, dict[str, list[str]]] = {}
    places: dict[str, list[int]] = {}
    for start in range(0, len(subject_ids), CHUNK):
        rows = visible(Sealed, by=by, policy=policies.EXPORT)
        for row in rows.filter(kind=kind, subject_id__in=subject_ids[start : start + CHUNK]):
            values = _opened(row)
            taken[row.subject_id] = {field: values.get(field, []) for field in fields}
            places.setdefault(row.division_code[:6], []).append(row.subject_id)
    _name_taken(kind, {place: sorted(set(those)) for place, those in places.items()}, fields, reason, by)
    entry.about("vault", kind, reason=reason, fields=sorted(fields), count=len(taken), asked=len(subject_ids))
    return taken


@action(policies.RESEAL, "vault.resealed", "更换密钥", "Sealed anew")
def reseal(entry: Draft, *, by: Actor) -> int:
    """Seal up to 2,000 boxes anew that lie under an older key. How many there were; zero: the old keys may go."""
    keys = ring()
    rows = list(
        everywhere(Sealed, because="every box changes its key")
        .select_for_update()  # what is stored meanwhile must not be overwritten with what was read before
        .exclude(key=keys.current)
        .order_by("id")[:CHUNK]
    )
    fresh: dict[str, dict[int, set[int]]] = {}
    for row in rows:
        values = _opened(row)
        row.key, row.box = seal(keys, row.kind, row.subject_id, values)
        fresh.setdefault(row.kind, {})[row.subject_id] = tokens_of(keys, values)
    _plain(Sealed).bulk_update(rows, ["key", "box"], batch_size=200)
    for kind, wanted in fresh.items():
        _index(kind, wanted, [row for row in rows if row.kind == kind])
    entry.about("vault", "boxes", count=len(rows), key=keys.current)
    return len(rows)


def _name_taken(kind: str, places: dict[str, list[int]], fields: Sequence[str], reason: str, by: Actor) -> None:
    """Entries that name these subjects (by county), in the chains of their own prefectures."""
    hold_chains(list(places), by)
    for place, subjects in sorted(places.items()):
        for start in range(0, len(subjects), PART):
            part = subjects[start : start + PART]
            draft = Draft("vault.taken")
            draft.about(kind, "list", division=place, reason=reason, fields=sorted(fields), subjects=part)
            append(draft, by)


def _index(kind: str, wanted: dict[int, set[int]], boxes: Sequence[Sealed]) -> None:
    """The tokens of these subjects, instead of those they had."""
    _forget(kind, list(wanted))
    rows = [
        (token, kind, box.subject_id, box.division_code, box.grid_code)
        for box in boxes
        for token in sorted(wanted[box.subject_id])
    ]
    write_rows(Token, _TOKEN, rows)


def _forget(kind: str, subject_ids: Sequence[int]) -> None:
    everywhere(Token, because="replaced with its box").filter(kind=kind, subject_id__in=subject_ids).delete()


def _plain(model: type[Sealed]) -> QuerySet[Sealed]:
    return everywhere(model, because="rows read before, written back")


def _opened(row: Sealed) -> dict[str, list[str]]:
    return open_box(ring(), row.kind, row.subject_id, row.key, bytes(row.box))


def _check_reason(reason: str) -> None:
    if len("".join(reason.split())) < 2:
        raise FirebreakError(
            "FB-VAULT-REASON", value_class(reason), "A value is shown in full for a reason, which stays on record.",
            "Say what it is needed for: a case, an order, a visit.",
        )  # fmt: skip


def _check_fields(fields: Sequence[str], known: Sequence[str]) -> None:
    if not fields or not set(fields) <= set(known):
        raise FirebreakError("FB-VAULT-FIELD", ", ".join(map(value_class, fields)) or "none",
                             f"The fields are {', '.join(known)}.", "Name one of them.")  # fmt: skip


def _check_many(asked: int, most: int) -> None:
    if asked > most:
        raise FirebreakError("FB-VAULT-MANY", f"{asked:,}", f"At most {most:,} at a time.", "Ask in parts.")
