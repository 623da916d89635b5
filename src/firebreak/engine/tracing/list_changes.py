"""What a new list changed: people added, removed and changed, each with the first reason that holds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from firebreak.terms.enums import ChangeReason, ListChange
from firebreak.terms.ids import split_record_id

Row = Mapping[str, Any]
Key = tuple[int, str, int]
"""Case, rule without its version, contact."""

Proof = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What is known of the time between two lists.

    ``known_batches`` were in the lake at the last one. ``aliases`` say which id stands for whom today. ``excluded`` are
    people whose newest word as a case is that they are none. ``cases_before``/``cases_now``: case → rule → (cite,
    window).
    """

    known_batches: frozenset[int]
    aliases: Mapping[int, int] = field(default_factory=dict)
    excluded: frozenset[int] = frozenset()
    cases_before: Mapping[tuple[int, str], tuple[str, Any]] = field(default_factory=dict)
    cases_now: Mapping[tuple[int, str], tuple[str, Any]] = field(default_factory=dict)


def rule_id(cite: str) -> str:
    """The rule of ``id@version`` or ``id@version+rows=n``."""
    return cite.partition("@")[0]


def changes(
    before: Sequence[Row], now: Sequence[Row], known: Circumstances, nearest: Any = None
) -> Iterator[dict[str, Any]]:
    """Rows of ``changes`` (without ``list_no``) between two sets of exposures, by case, rule and contact.

    ``nearest`` sorts relations, the nearest first. Exposures that differ only in the version that is cited do not
    differ.
    """
    old, new = _by_contact(before), _by_contact(now)
    owners_before, owners_now = _owners(before), _owners(now)
    for key in sorted({*old, *new}):
        was, becomes = old.get(key, []), new.get(key, [])
        if _told(was) == _told(becomes):
            continue
        change = ListChange.CHANGED if was and becomes else ListChange.ADDED if becomes else ListChange.REMOVED
        owners = owners_before if change != ListChange.REMOVED else owners_now
        proof = (becomes or was)[0]
        yield {
            "case_person_id": key[0],
            "person_id": key[2],
            "rule": key[1],
            "change": change.value,
            "why": _why(key, was, becomes, owners, known).value,
            "relation_before": _nearest(was, nearest),
            "relation": _nearest(becomes, nearest),
            "record_id": proof["record_id"],
            "part": proof["part"],
        }


def _by_contact(rows: Iterable[Row]) -> dict[Key, list[Row]]:
    found: dict[Key, list[Row]] = defaultdict(list)
    for row in rows:
        found[row["case_person_id"], rule_id(row["rule"]), row["person_id"]].append(row)
    return found


def _owners(rows: Iterable[Row]) -> dict[tuple[int, str, Proof], int]:
    """Whom each proof spoke of, on the list of each case."""
    return {(row["case_person_id"], rule_id(row["rule"]), _proof(row)): row["person_id"] for row in rows}


def _proof(row: Row) -> Proof:
    return row["record_id"], row["part"]


def _told(rows: Iterable[Row]) -> set[tuple[Any, ...]]:
    """What rows say, the version of the rule left out; and where nobody tells how long (a household), the end too: it
    is the day of the list, and a day more is no news."""
    return {
        tuple(value for name, value in sorted(row.items()) if name != "rule" and not (name == "to_at" and open_ended))
        for row in rows
        for open_ended in (row["minutes"] is None,)
    }


def _nearest(rows: Sequence[Row], nearest: Any) -> str | None:
    return min((row["relation"] for row in rows), key=nearest, default=None)


def _why(
    key: Key, was: Sequence[Row], becomes: Sequence[Row], owners: Mapping[Any, int], known: Circumstances
) -> ChangeReason:
    case, rule, person = key
    then, today = known.cases_before.get((case, rule)), known.cases_now.get((case, rule))
    if (then is None and today is None) or (then != today and _rule_changed(case, then, today, known)):
        return ChangeReason.RULE
    if then is None:
        return ChangeReason.CASE_MERGED if case in known.aliases.values() else ChangeReason.NEW_CASE
    if today is None:
        return _case_is_gone(case, known)
    if _is_new(becomes, known):
        return ChangeReason.NEW_RECORD
    if other := _other_owner(key, becomes or was, owners):
        merged = known.aliases.get(other) == person or known.aliases.get(person) == other
        return ChangeReason.MERGE if merged else ChangeReason.SPLIT
    if then[1] != today[1]:
        return ChangeReason.WINDOW
    return ChangeReason.CORRECTED if becomes else ChangeReason.RECORD_GONE


def _rule_changed(case: int, then: Any, today: Any, known: Circumstances) -> bool:
    """Another version; or the case was and is on a list, and this rule came or went."""
    if then and today:
        return bool(then[0] != today[0])
    return any(one == case for one, _ in known.cases_before) and any(one == case for one, _ in known.cases_now)


def _case_is_gone(case: int, known: Circumstances) -> ChangeReason:
    if case in known.aliases:
        return ChangeReason.CASE_MERGED
    return ChangeReason.CASE_EXCLUDED if case in known.excluded else ChangeReason.CASE_GONE


def _is_new(rows: Iterable[Row], known: Circumstances) -> bool:
    """Does a record prove it that the last list could not know, of the contact or of the case?"""
    records = {row[name] for row in rows for name in ("record_id", "case_record_id")} - {None}
    return any(split_record_id(record)[0] not in known.known_batches for record in records)


def _other_owner(key: Key, rows: Iterable[Row], owners: Mapping[Any, int]) -> int | None:
    """Who else these proofs spoke of, on the other list."""
    others = {owners.get((key[0], key[1], _proof(row))) for row in rows} - {None, key[2]}
    return min((one for one in others if one is not None), default=None)
