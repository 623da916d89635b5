"""The rules of ``exact`` said again in plain Python, slowly: what the executors must equal on generated records."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import combinations
from typing import Any

from firebreak.engine.identity.keys import GIVEN_BACK, STRONG_CHECKS
from firebreak.engine.identity.names import name_agreement

Row = dict[str, Any]


def partition(mentions: Sequence[Row], journeys: Sequence[Row]) -> set[frozenset[tuple[int, int]]]:
    """The people: sets of (record_id, part)."""
    rows = [{**row, "tickets": _tickets(row, journeys)} for row in mentions]
    strong = [row for row in rows if _strong(row)]
    loose = [row for row in rows if not _strong(row)]
    person_of = _by_document(strong)
    _heal(strong, person_of)
    named = [row for row in loose if row["name"] is not None]
    silent = [row for row in loose if row["name"] is None]
    for own in _own_groups(named, lambda one, other: _tied(one, other, named)):
        _settle(own, {person for row in own for person in _persons_for(row, strong, person_of)}, person_of)
    settled = [*strong, *named]
    for own in _own_groups(silent, lambda one, other: bool(one["tickets"] & other["tickets"])):
        touched = {person_of[_key(each)] for row in own for each in settled if row["tickets"] & each["tickets"]}
        _settle(own, touched, person_of)
    groups: dict[object, set[tuple[int, int]]] = defaultdict(set)
    for key, person in person_of.items():
        groups[person].add(key)
    return {frozenset(group) for group in groups.values()}


def _settle(own: Sequence[Row], candidates: set[object], person_of: dict[tuple[int, int], object]) -> None:
    person = next(iter(candidates)) if len(candidates) == 1 else frozenset(_key(row) for row in own)
    person_of.update({_key(row): person for row in own})


def _key(row: Row) -> tuple[int, int]:
    return row["record_id"], row["part"]


def _strong(row: Row) -> bool:
    holds = row["doc_number"] is not None and (row["doc_check"] or "unchecked") in STRONG_CHECKS
    return holds and ((row["doc_type"] or "other") != "other" or row["name"] is not None)


def _number(row: Row) -> tuple[str, str]:
    return row["doc_type"] or "other", row["doc_number"]


def _tickets(row: Row, journeys: Sequence[Row]) -> set[tuple[Any, ...]]:
    found: set[tuple[Any, ...]] = set()
    for ride in journeys:
        if _key(ride) != _key(row):
            continue
        if ride["ticket_no"] is not None:
            found.add(("ticket", ride["mode"], ride["ticket_no"]))
        seat = tuple(
            ride[name] for name in ("service_no", "board_date", "coach", "row", "letter", "from_place", "to_place")
        )
        if None not in seat and ride["ticket_state"] not in GIVEN_BACK:
            found.add(("seat", *seat))
    return found


def _by_document(strong: Sequence[Row]) -> dict[tuple[int, int], object]:
    mains = {number: _main_name(rows) for number, rows in _grouped(strong).items()}
    return {_key(row): (_number(row), None if _fits(row, mains[_number(row)]) else row["name"]) for row in strong}


def _grouped(strong: Iterable[Row]) -> dict[tuple[str, str], list[Row]]:
    groups: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in strong:
        groups[_number(row)].append(row)
    return groups


def _main_name(rows: Sequence[Row]) -> str | None:
    names = [row["name"] for row in rows if row["name"] is not None]
    masked = {name: "*" in name or "某" in name for name in names}
    return min(set(names), key=lambda name: (masked[name], -names.count(name), -len(name), name), default=None)


def _fits(row: Row, main: str | None) -> bool:
    if row["name"] is None or main is None or row["alias"] == main:
        return True
    return name_agreement(main, row["name"]) is not None


def _heal(strong: Sequence[Row], person_of: dict[tuple[int, int], object]) -> None:
    """A conflicting name on a ticket that the number's own person holds becomes that person."""
    for number, rows in _grouped(strong).items():
        whole = (number, None)
        held = {ticket for row in rows if person_of[_key(row)] == whole for ticket in row["tickets"]}
        misspelt = {person_of[_key(row)] for row in rows if person_of[_key(row)] != whole and row["tickets"] & held}
        person_of.update({_key(row): whole for row in rows if person_of[_key(row)] in misspelt})


def _names_may_agree(one: Row, other: Row) -> bool:
    if one["name"] is None or other["name"] is None:
        return True
    return name_agreement(one["name"], other["name"]) is not None


def _tied(one: Row, other: Row, named: Sequence[Row]) -> bool:
    if one["tickets"] & other["tickets"] and _names_may_agree(one, other):
        return True
    if one["name"] != other["name"] or "*" in one["name"] or "某" in one["name"]:
        return False
    keys = (_weak_number, lambda row: row["phone"])
    return any(_same(key, one, other) and _is_one_body(key, one, named) for key in keys)


def _weak_number(row: Row) -> object:
    is_weak = row["doc_number"] is not None and not _strong(row) and row["doc_check"] not in (*STRONG_CHECKS, "masked")
    return _number(row) if is_weak else None


def _same(key: Callable[[Row], object], one: Row, other: Row) -> bool:
    return key(one) is not None and key(one) == key(other)


def _is_one_body(key: Callable[[Row], object], one: Row, named: Sequence[Row]) -> bool:
    """No two sexes, and no years of birth more than one apart, under this key and name."""
    group = [row for row in named if row["name"] == one["name"] and key(row) == key(one)]
    sexes = {row["sex"] for row in group} - {None}
    years = [row["birth_year"] for row in group if row["birth_year"] is not None]
    return len(sexes) <= 1 and (not years or max(years) - min(years) <= 1)


def _own_groups(loose: Sequence[Row], tied: Callable[[Row, Row], bool]) -> list[list[Row]]:
    group = {_key(row): _key(row) for row in loose}
    changed = True
    while changed:
        changed = False
        for one, other in combinations(loose, 2):
            a, b = group[_key(one)], group[_key(other)]
            if a != b and tied(one, other):
                group[_key(one)] = group[_key(other)] = min(a, b)
                changed = True
    groups: dict[tuple[int, int], list[Row]] = defaultdict(list)
    for row in loose:
        groups[group[_key(row)]].append(row)
    return list(groups.values())


def _persons_for(row: Row, strong: Sequence[Row], person_of: dict[tuple[int, int], object]) -> set[object]:
    found = set()
    for other in strong:
        person = person_of[_key(other)]
        on_ticket = row["tickets"] & other["tickets"] and _names_may_agree(row, other)
        if on_ticket or (_spells_whole(person, other) and _same_phone_and_name(row, other)):
            found.add(person)
    return found


def _spells_whole(person: object, other: Row) -> bool:
    return person == (_number(other), None)


def _same_phone_and_name(row: Row, other: Row) -> bool:
    if None in (row["phone"], row["name"], other["phone"], other["name"]) or row["phone"] != other["phone"]:
        return False
    years = (row["birth_year"], other["birth_year"])
    born_apart = None not in years and abs(years[0] - years[1]) > 1
    sexes_differ = None not in (row["sex"], other["sex"]) and row["sex"] != other["sex"]
    in_full = name_agreement(row["name"], other["name"]) in ("same", "homophone", "look_alike", "order")
    return in_full and not born_apart and not sexes_differ
