"""Who may do what at the case desk, and when: the machine ``case`` says which move is allowed from where."""

from __future__ import annotations

from datetime import date, datetime
from itertools import pairwise

from django.utils import timezone

from firebreak.ops.base.actor import Actor
from firebreak.ops.base.policy import Refused, policy
from firebreak.ops.base.scope import covered
from firebreak.terms.errors import FirebreakError
from firebreak.terms.machines import Move, machine
from firebreak.terms.offices import Office

READ = policy("cases.read", Office.OFFICER, Office.COMMANDER, system=True)
OPEN = policy("cases.open", Office.OFFICER, Office.COMMANDER)
CHANGE = policy("cases.change", Office.OFFICER, Office.COMMANDER)
MOVE = policy("cases.move", Office.OFFICER, Office.COMMANDER, system=True)
TRACE = policy("cases.trace", Office.OFFICER, Office.COMMANDER)
CONFIRM = policy("cases.confirm", Office.OFFICER, Office.COMMANDER)
STORE = policy("cases.store", system=True)
TAKE_IN = policy("cases.take-in", system=True)
REQUEST = policy("cases.request", Office.OFFICER, Office.COMMANDER, system=True)
EXPORT = policy("cases.export", Office.OFFICER, Office.COMMANDER)

TRACEABLE = ("suspected", "confirmed", "asymptomatic")
"""States in which a case has contacts to be found."""


def can_move(state: str, key: str, by: Actor, day: date, division: str) -> bool:
    """Is this move allowed from this state, by this actor, on a case of this division?"""
    move = machine("case", day).move(key)
    return move is not None and state in move.sources and _may(move, by, division)


def check_move(state: str, key: str, by: Actor, day: date, division: str) -> Move:
    """The move. Errors: FirebreakError where the state does not allow it, Refused where no office held over this
    division does."""
    move = machine("case", day).move(key)
    if move is None or state not in move.sources:
        allowed = ", ".join(one.key for one in machine("case", day).moves_from(state)) or "nothing"
        raise FirebreakError(
            "FB-CASES-STATE", state, f"In this state one may: {allowed}.", "Load the page again and look at its state."
        )
    if not _may(move, by, division):
        raise Refused(
            "FB-DESK-REFUSED", key, "None of the offices you hold over this area may do this.",
            "Ask your administrator if your work needs it.", MOVE.key,
        )  # fmt: skip
    return move


def _may(move: Move, by: Actor, division: str) -> bool:
    return covered(by.grants_of(move.offices), division=division) or (bool(by.system) and move.channels)


def check_version(seen: int, now: int) -> None:
    """Raise FirebreakError where somebody else wrote since the page was loaded."""
    if seen != now:
        raise FirebreakError(
            "FB-CASES-STALE", f"version {seen}, now {now}", "Somebody else changed the case since you loaded it.",
            "Load the page again: it shows what was done.",
        )  # fmt: skip


def check_facts(traced: str, now: str) -> None:
    """Raise FirebreakError where a list was traced from other facts than the case's."""
    if traced != now:
        raise FirebreakError(
            "FB-CASES-FACTS", "the case was corrected since", "A list is confirmed with the facts it was traced from.",
            "Trace again, and confirm the new list.",
        )  # fmt: skip


def check_reason(reason: str) -> None:
    """Raise FirebreakError where there is none."""
    if len("".join(reason.split())) < 2:
        raise FirebreakError(
            "FB-CASES-REASON",
            "no reason",
            "A change of a case is made for a reason, which stays on record.",
            "Say why.",
        )


def check_traceable(state: str, person_id: int | None) -> None:
    """Raise FirebreakError where there is nobody to trace, or nothing to trace for."""
    if person_id is None:
        raise FirebreakError(
            "FB-CASES-PERSON", "no person", "A list is traced from what the lake knows of a person.",
            "Find the person and name the id in the case.",
        )  # fmt: skip
    if state not in TRACEABLE:
        raise FirebreakError(
            "FB-CASES-TRACE", state, f"A case is traced while it is {', '.join(TRACEABLE)}.", "Reopen the case first."
        )


def check_order(moments: list[tuple[str, date | datetime | None]]) -> None:
    """Raise FirebreakError where of two moments of a case (onset, sample, result, in this order) the later one comes
    first; days compare as days."""
    known = [(name, _day(one)) for name, one in moments if one is not None]
    for (first, before), (second, after) in pairwise(known):
        if first != "onset_on" and after < before:
            raise FirebreakError(
                "FB-CASES-DATES", f"{second} before {first}", "A result comes after its sample.", "Correct the dates."
            )


def _day(one: date | datetime) -> date:
    """The day in China, where the case is."""
    return timezone.localtime(one).date() if isinstance(one, datetime) else one
