"""The first administrator: made at the machine itself, once, when nobody holds that office yet."""

from __future__ import annotations

from firebreak.ops.accounts import actions
from firebreak.ops.accounts.models import Holding
from firebreak.ops.base.actor import system
from firebreak.terms.errors import FirebreakError
from firebreak.terms.offices import Office, ReachKind


def first_administrator(name: str) -> str:
    """Make the account and give it the whole country; its one-time password. Errors: FirebreakError if there is one."""
    if Holding.objects.filter(office=Office.ADMINISTRATOR).exists():
        raise FirebreakError(
            "FB-DESK-FIRST", name, "The first administrator is made once; others are made at the accounts desk.",
            "Ask an administrator.",
        )  # fmt: skip
    by = system("cli")
    user, password = actions.create_account(username=name, label=name, home="", by=by)
    actions.grant(user_id=user.pk, office=Office.ADMINISTRATOR, kind=ReachKind.DIVISION, value="", by=by)
    return password
