"""Who may find persons, read their files, decide on doubtful identities; and when a decision needs a second person."""

from __future__ import annotations

from django.conf import settings

from firebreak.ops.base.policy import policy
from firebreak.terms.errors import FirebreakError
from firebreak.terms.offices import Office

READ = policy("persons.read", Office.OFFICER, Office.STEWARD, Office.GRID_WORKER, Office.COMMANDER)
FIND = policy("persons.find", Office.OFFICER, Office.GRID_WORKER)
FILE = policy("persons.file", Office.OFFICER, Office.STEWARD, Office.GRID_WORKER, Office.COMMANDER)
SHOW = policy("persons.show", Office.OFFICER, Office.GRID_WORKER, Office.COMMANDER)
EXPORT = policy("persons.export", Office.OFFICER)
REVIEW = policy("persons.review", Office.OFFICER, Office.STEWARD)
SHOW_PAIR = policy("persons.show-pair", Office.OFFICER, Office.STEWARD)
RULE = policy("persons.rule", Office.OFFICER, Office.STEWARD, system=True)
EXPORT_REVIEWS = policy("persons.export-reviews", Office.OFFICER, Office.STEWARD)
PUBLISH = policy("persons.publish", system=True)
DELIVER = policy("persons.deliver", system=True)

KINDS = ("must", "cannot", "unsure", "undo")
"""Same person; different people; don't know; two people again who were taken for one."""
STATES = ("proposed", "decided", "applied", "refused", "noted", "returned", "taken-back")
"""Waits for a second person; waits for the lake; in the lake; refused by it; a don't-know; sent back; taken back."""
OPEN = ("proposed", "decided")


def needs_second(kind: str) -> bool:
    """Does a ruling of this kind count only after a second person has confirmed it (FIREBREAK_TWO_PEOPLE)?"""
    return kind in settings.FIREBREAK_TWO_PEOPLE


def can_confirm(state: str, decided_by_id: int, user_id: int | None) -> bool:
    """May this account confirm or send back a ruling in this state? Never the one who made it."""
    return state == "proposed" and user_id is not None and user_id != decided_by_id


def check_confirm(state: str, decided_by_id: int, user_id: int | None) -> None:
    """Raise FirebreakError unless ``can_confirm``."""
    check_state(state, ("proposed",))
    if not can_confirm(state, decided_by_id, user_id):
        raise FirebreakError(
            "FB-PERSONS-SAME", "the same account", "A second person confirms such a ruling.", "Leave it to a colleague."
        )


def check_state(state: str, wanted: tuple[str, ...]) -> None:
    """Raise FirebreakError unless a ruling is in one of these states."""
    if state not in wanted:
        raise FirebreakError(
            "FB-PERSONS-STATE", state, f"This is done in the state {' or '.join(wanted)}.",
            "Load the page again and look at its state now.",
        )  # fmt: skip
