"""What an account, an office and a reach must be to be accepted."""

from __future__ import annotations

import re

from firebreak.ops.accounts.models import Holding, User
from firebreak.ops.accounts.policies import MANAGE
from firebreak.ops.base.actor import Actor
from firebreak.ops.base.policy import Refused
from firebreak.ops.base.scope import outside, reaches
from firebreak.terms.errors import FirebreakError, value_class
from firebreak.terms.offices import OFFICES, Office, ReachKind

_NAME = re.compile(r"[a-z][a-z0-9._-]{2,63}")
_PLACE = re.compile(r"|[1-9]\d|[1-9]\d{3}|[1-9]\d{5}|[1-9]\d{8}|[1-9]\d{11}")
_VALUES = {
    ReachKind.DIVISION: _PLACE,
    ReachKind.GRID: re.compile(r"[1-9]\d{14}"),
    ReachKind.ENTERPRISE: re.compile(r"[A-Za-z0-9-]{1,32}"),
    ReachKind.PERSON: re.compile(r"[1-9]\d{0,18}"),
}


def check_new_name(name: str) -> None:
    """Raise unless this can be a new account's name: it is no person's number or name, and nobody has it."""
    if not _NAME.fullmatch(name):
        raise FirebreakError(
            "FB-DESK-NAME", value_class(name), "An account's name is 3 to 64 of a–z, 0–9, dot, dash; first a letter.",
            "Choose another; not a phone or a document number.",
        )  # fmt: skip
    if User.objects.filter(username=name).exists():
        raise FirebreakError("FB-DESK-NAME-TAKEN", name, "Each account has its own name.", "Choose another.")


def check_place(code: str) -> None:
    """Raise unless this is a division code of 2, 4, 6, 9 or 12 digits, or empty (the whole country)."""
    if not _PLACE.fullmatch(code):
        raise _bad_reach(code)


def check_grant(office: Office, kind: ReachKind, value: str) -> None:
    """Raise unless this office can be held within this kind of reach, and the value is one."""
    if kind not in OFFICES[office].reaches or not _VALUES[kind].fullmatch(value):
        raise _bad_reach(value)


def check_subordinate(user: User, by: Actor) -> None:
    """Raise unless who acts may manage this account: not their own, and nothing it holds lies beyond their reach."""
    if user.pk == by.user_id:
        raise Refused(
            "FB-DESK-OWN", MANAGE.key, "Nobody manages the account they act with.", "Ask another administrator.",
            MANAGE.key,
        )  # fmt: skip
    held = Holding.objects.filter(user=user, kind__in=[ReachKind.DIVISION, ReachKind.GRID])
    if not all(reaches(by, MANAGE, division=one.value) for one in held):
        raise outside(MANAGE)


def _bad_reach(value: str) -> FirebreakError:
    return FirebreakError(
        "FB-DESK-REACH", value_class(value),
        "A division has 2, 4, 6, 9 or 12 digits (none: the whole country), a grid 15; each office has its kinds.",
        "Correct it.",
    )  # fmt: skip
