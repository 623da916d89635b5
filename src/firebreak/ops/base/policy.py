"""Who may. A policy is a named set of offices; what has no policy is refused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from firebreak.ops.base.actor import Actor, Grant
from firebreak.terms.errors import FirebreakError
from firebreak.terms.offices import Office


class Refused(FirebreakError):  # noqa: N818 - an answer to the user, no failure of the program
    """The actor may not do this. ``policy`` names what refused; ``recorded``: is it in the ledger already?"""

    def __init__(self, code: str, what: str, rule: str, remedy: str, policy: str = "") -> None:
        super().__init__(code, what, rule, remedy)
        self.policy = policy
        self.recorded = False


@dataclass(frozen=True, slots=True, eq=False)
class Policy:
    """``key`` is ``desk.what``; ``offices`` may, each within its reach; ``system``: the program itself may, unasked.

    ``everybody``: signed in or not (the sign-in page); ``signed_in``: any account, before a second factor too.
    ``scope``: integrations may whose token has it; empty: none may.
    """

    key: str
    offices: frozenset[Office] = frozenset()
    system: bool = False
    everybody: bool = False
    signed_in: bool = False
    scope: str = ""

    ALL: ClassVar[dict[str, Policy]] = {}

    def __post_init__(self) -> None:
        if self.key in Policy.ALL:
            raise ValueError(f"the policy {self.key} is declared twice")
        Policy.ALL[self.key] = self

    def grants(self, by: Actor) -> tuple[Grant, ...]:
        """The grants of this actor that count here: what may be done is done within their reaches."""
        if by.integration:
            return by.grants if self.scope and self.scope in by.scopes else ()
        return by.grants_of(self.offices)


def policy(key: str, *offices: Office, system: bool = False, scope: str = "") -> Policy:
    """Declare a policy of these offices."""
    return Policy(key, frozenset(offices), system=system, scope=scope)


def can(needed: Policy, by: Actor) -> bool:
    """May this actor, somewhere?"""
    if needed.everybody or (needed.signed_in and by.user_id is not None):
        return True
    return (needed.system and bool(by.system)) or bool(needed.grants(by))


def check(needed: Policy, by: Actor) -> None:
    """Raise Refused unless this actor may, somewhere. Where exactly is for ``scope`` to say."""
    if can(needed, by):
        return
    if by.integration:
        raise Refused(
            "FB-API-SCOPE", needed.key, f"The token's scope is {', '.join(sorted(by.scopes)) or 'empty'}.",
            "Ask the administrator of your integration for a token with the scope this needs.", needed.key,
        )  # fmt: skip
    if by.user_id is None and not by.system:
        raise Refused(
            "FB-DESK-SIGN-IN", needed.key, "Only people who have signed in may.", "Sign in and try again.", needed.key
        )
    if by.needs_second_factor:
        raise Refused(
            "FB-DESK-SECOND-FACTOR",
            needed.key,
            "Your office needs a one-time code in each session.",
            "Enter the code of your authenticator and try again.",
            needed.key,
        )
    raise Refused(
        "FB-DESK-REFUSED",
        needed.key,
        "None of your offices may do this.",
        "Ask your administrator if your work needs it.",
        needed.key,
    )
