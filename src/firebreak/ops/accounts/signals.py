"""What happens outside actions and must be on record all the same: failed sign-ins that end in a lock-out."""

from __future__ import annotations

from typing import Any

from axes.signals import user_locked_out
from django.db import transaction

from firebreak.ops.base.actor import system
from firebreak.ops.base.scope import acting_as
from firebreak.ops.ledger.recording import Draft, append
from firebreak.terms.errors import value_class


def listen() -> None:
    """Connect, once."""
    user_locked_out.connect(_locked_out, dispatch_uid="firebreak.locked-out")


def _locked_out(username: str = "", ip_address: str = "", request: Any = None, **_: Any) -> None:
    """A name was tried too often. A name of no account is told by its shape: somebody may have typed a password.

    Only the failure that locks is an entry: those after it are not counted, and would let anybody fill the ledger.
    """
    if getattr(request, "axes_failures_since_start", None) is None:
        return
    from firebreak.ops.accounts.models import User

    name = (username or "").strip().lower()
    user = User.objects.filter(username=name).first()
    draft = Draft("accounts.locked-out")
    draft.about(
        "user", user.pk if user else "", division=user.home if user else "", name=name if user else value_class(name),
        address=ip_address or "",
    )  # fmt: skip
    by = system("sign-in")
    with acting_as(by), transaction.atomic():
        append(draft, by)
