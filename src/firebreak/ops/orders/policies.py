"""Who may do what with orders, and when: the machines ``order`` and ``task`` say which move is allowed from where."""

from __future__ import annotations

from datetime import date

from firebreak.ops.base.actor import Actor
from firebreak.ops.base.policy import Refused, policy
from firebreak.ops.base.scope import covered
from firebreak.ops.orders.models import Order, Task
from firebreak.terms.errors import FirebreakError
from firebreak.terms.machines import Move, machine
from firebreak.terms.offices import Office

READ = policy("orders.read", Office.OFFICER, Office.GRID_WORKER, Office.COMMANDER, system=True)
ISSUE = policy("orders.issue", Office.OFFICER, Office.COMMANDER)
ANSWER = policy("orders.answer", Office.OFFICER, Office.GRID_WORKER, Office.COMMANDER)
DELEGATE = policy("orders.delegate", Office.OFFICER, Office.COMMANDER)
REPORT = policy("orders.report", Office.OFFICER, Office.GRID_WORKER, Office.COMMANDER)
WITHDRAW = policy("orders.withdraw", Office.OFFICER, Office.COMMANDER, system=True)
ESCALATE = policy("orders.escalate", system=True)
HAND_OVER = policy("orders.hand-over", Office.COMMANDER)
TAKE_IN = policy("orders.take-in", Office.COMMANDER)
TRUST = policy("orders.trust", Office.ADMINISTRATOR)
HANDOVERS = policy("orders.handovers", Office.COMMANDER, Office.ADMINISTRATOR)
EXPORT = policy("orders.export", Office.OFFICER, Office.COMMANDER)

OPEN = ("sent", "received", "acknowledged", "delegated")
"""States of an order that still owes something."""
CLOSED = ("isolated", "informed", "unreachable")
"""States of a task that is done with, one way or another."""
REACHED = ("reached", "isolated", "informed")


def can_move(name: str, row: Order | Task, key: str, by: Actor, day: date) -> bool:
    """Is this move of the machine ``name`` allowed on this row, by this actor?"""
    move = machine(name, day).move(key)
    return move is not None and row.state in move.sources and _may(move, by, row)


def check_move(name: str, row: Order | Task, key: str, by: Actor, day: date) -> Move:
    """The move. Errors: FirebreakError where the row's state does not allow it, Refused where no office held over the
    row's place does."""
    move = machine(name, day).move(key)
    if move is None or row.state not in move.sources:
        allowed = ", ".join(one.key for one in machine(name, day).moves_from(row.state)) or "nothing"
        raise FirebreakError(
            "FB-ORDERS-STATE", f"{name} {row.state}", f"In this state one may: {allowed}.",
            "Load the page again and look at its state now.",
        )  # fmt: skip
    if not _may(move, by, row):
        raise Refused(
            "FB-DESK-REFUSED", key, "None of the offices you hold over this area may do this.",
            "Ask your administrator if your work needs it.", ANSWER.key,
        )  # fmt: skip
    return move


def _may(move: Move, by: Actor, row: Order | Task) -> bool:
    held = covered(by.grants_of(move.offices), division=row.division_code, grid=row.grid_code)
    return held or (bool(by.system) and move.channels)


def check_version(seen: int, now: int) -> None:
    """Raise FirebreakError where somebody else acted since the page was loaded."""
    if seen != now:
        raise FirebreakError(
            "FB-ORDERS-STALE", f"version {seen}, now {now}", "Somebody else acted on it since you loaded the page.",
            "Load the page again: it shows what was done.",
        )  # fmt: skip


def check_reason(reason: str) -> None:
    """Raise FirebreakError where there is none."""
    if len("".join(reason.split())) < 2:
        raise FirebreakError(
            "FB-ORDERS-REASON", "no reason", "What is done to people is done for a reason, which stays on record.",
            "Say why.",
        )  # fmt: skip
